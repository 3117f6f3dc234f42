"""Matrix: a room's topic, and announcements that are made once.

Read `service` first.
"""

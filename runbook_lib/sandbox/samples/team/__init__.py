"""The sample team `pelican`: its repositories, its people, its week.

Read `team` first, then `week`.
"""

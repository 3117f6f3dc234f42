"""Sentry: the issues that are new, or have come back, since a push.

Read `service` first.
"""

"""Slack: a channel's topic, announcements that are made once, and messages about deployments.

Read `service` first.
"""

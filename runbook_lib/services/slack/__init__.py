"""Slack: a channel's topic, announcements that are made once, and messages about deployments."""

from runbook_lib.services.slack.service import Announcement, Slack

__all__ = ["Announcement", "Slack"]

"""Slack: a channel's topic, announcements that are made once, and messages about deployments."""

from runbook_lib.services.slack.service import Slack

__all__ = ["Slack"]

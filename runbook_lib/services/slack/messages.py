"""What a channel says, as Slack describes it."""

from datetime import UTC, datetime
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown


@frozen
class Member(Shown):
    """Who the token is, in a channel that it may read."""

    login: str
    channel: str
    link: str

    def __str__(self) -> str:
        return f"{self.login} reads {self.channel}"


def moment(ts: str) -> datetime:
    """When a message was posted: Slack's ids of messages are times."""
    return datetime.fromtimestamp(float(ts), UTC)


def authors(message: dict[str, Any]) -> list[str]:
    """What the writer of a message may be called, the best name first."""
    profile = message.get("bot_profile") or {}
    named = (profile.get("name"), message.get("username"), message.get("user"))
    return [str(name) for name in (*named, message.get("bot_id")) if name]

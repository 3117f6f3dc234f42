"""What people say in the team's Slack channel, each thing once."""

from typing import Any
from urllib.parse import urlencode

from runbook_lib.errors import Failed
from runbook_lib.sandbox.people.shift import Shift

API = "/slack/api"
CHANNEL = "remora"
LAST = 200
"""How many messages are looked through."""


def say_once(shift: Shift, text: str) -> None:
    """Write to the channel unless it is there already; nothing where the world has no channel."""
    channel = find_channel(shift)
    if channel is None:
        return
    query = urlencode({"channel": channel, "limit": LAST})
    said = read(shift.get(f"{API}/conversations.history?{query}"))["messages"]
    if not any(message["text"] == text for message in said):
        read(shift.send("POST", f"{API}/chat.postMessage", {"channel": channel, "text": text}))


def find_channel(shift: Shift) -> str | None:
    """The channel's id, or None."""
    found = shift.get(f"{API}/conversations.list?limit={LAST}")
    channels = read(found)["channels"] if found else []
    return next((str(one["id"]) for one in channels if one["name"] == CHANNEL), None)


def read(answer: dict[str, Any]) -> dict[str, Any]:
    """What Slack answered; raises Failed where it says, with a 200, that it would not."""
    if not answer["ok"]:
        raise Failed(f"Slack was expected to say ok, it said {answer.get('error')}")
    return answer

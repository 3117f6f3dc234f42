"""The people of a room, by the names that they have there, and those whom a message tells."""

import re
from collections.abc import Iterable
from typing import Any

from runbook_lib.policy.chat_people import Person

USER = re.compile(r"(?<![\w@/])@[a-z0-9._=/+-]+:[A-Za-z0-9.-]+(?::\d+)?(?<![.:])")
"""A user's id (https://spec.matrix.org/latest/appendices/#user-identifiers)."""


def read_members(said: dict[str, Any]) -> tuple[Person, ...]:
    """Who has joined a room: the display name, and the id's own."""
    return tuple(
        read_member(user, about or {}) for user, about in (said.get("joined") or {}).items()
    )


def read_member(user: str, about: dict[str, Any]) -> Person:
    """One of them."""
    own = user.removeprefix("@").partition(":")[0]
    names = (about.get("display_name"), own)
    return Person(user, tuple(dict.fromkeys(str(name) for name in names if name)), user)


def message(text: str, called: Iterable[str] = ()) -> dict[str, Any]:
    """A message's content, in which whom it names by their ids are told of it, and nobody else.

    Besides, those who are `called` by another name in the text, by their ids.

    https://spec.matrix.org/latest/client-server-api/#user-and-room-mentions
    """
    users = list(dict.fromkeys([*USER.findall(text), *called]))
    mentions = {"user_ids": users} if users else {}
    return {"msgtype": "m.text", "body": text, "m.mentions": mentions}

"""Tokens of other kinds than an account's own: who uses each, and what it was granted."""

import json
import secrets
from collections.abc import Mapping
from typing import Literal

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.sandbox.world.world import TOKEN_PREFIX, World

Kind = Literal["fine-grained", "installation"]
KINDS: tuple[Kind, ...] = ("fine-grained", "installation")
BOT = "[bot]"
RANKS = ("none", "read", "write", "admin")
UNOFFERED = ("checks",)
"""What GitHub offers to no fine-grained token."""


@frozen
class Grant:
    """A token of a person that was granted some permissions, or of an app that is installed."""

    token: str
    kind: Kind
    permissions: Mapping[str, str]

    def allows(self, needed: str) -> bool:
        """Whether it was granted something such as `contents=write`; metadata all may read."""
        name, _, level = needed.partition("=")
        granted = "read" if name == "metadata" else self.permissions.get(name, "none")
        return RANKS.index(granted) >= RANKS.index(level)


def grant(world: World, login: str, kind: Kind, permissions: Mapping[str, str]) -> Grant:
    """Make a token that has just these permissions; an app's login ends in `[bot]`.

    Raises `UsageError` for what GitHub does not offer.
    """
    refuse_unoffered(login, kind, permissions)
    if kind == "installation":
        add_bot(world, login)
    account = world.account(login)
    if account is None:
        raise UsageError(f"expected an account of the sandbox's, found {login!r}")
    made = Grant(f"{TOKEN_PREFIX}{secrets.token_hex(20)}", kind, dict(permissions))
    row = (made.token, account.id, kind, json.dumps(made.permissions))
    with world.transaction() as database:
        database.execute("INSERT INTO granted VALUES (?, ?, ?, ?)", row)
    return made


def refuse_unoffered(login: str, kind: Kind, permissions: Mapping[str, str]) -> None:
    """Raise `UsageError` for a token that could not be made on GitHub."""
    if (kind == "installation") != login.endswith(BOT):
        raise UsageError(f"expected {BOT!r} at the end of an app's login, and of no other's")
    strange = [one for one in permissions.items() if one[1] not in RANKS]
    if kind == "fine-grained":
        strange += [one for one in permissions.items() if one[0] in UNOFFERED]
    if strange:
        raise UsageError(f"expected permissions as GitHub offers them, found {dict(strange)}")


def add_bot(world: World, login: str) -> None:
    """Give an app its bot."""
    with world.transaction() as database:
        database.execute(
            "INSERT OR IGNORE INTO account (login, name, email, token, permission)"
            " VALUES (?, ?, ?, ?, 'write')",
            (login, login, f"{login}@sandbox.example", f"{TOKEN_PREFIX}{secrets.token_hex(20)}"),
        )


def find_grant(world: World, token: str | None) -> Grant | None:
    """What a token was granted; None for an account's own, which may do all that it may."""
    with world.transaction() as database:
        row = database.execute("SELECT * FROM granted WHERE token = ?", (token,)).fetchone()
    return Grant(row["token"], row["kind"], json.loads(row["permissions"])) if row else None

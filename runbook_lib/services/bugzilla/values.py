"""What Bugzilla's steps and checks find, as values."""

import re
from datetime import datetime
from functools import partial
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown
from runbook_lib.services.http import described

NEEDINFO = re.compile(r"needinfo\?\((.+)\)")
"""How a bug's history writes that somebody is asked."""
reading = partial(described, by="Bugzilla")
"""While something of Bugzilla's is read: raises `Failed` where its form is another."""


@frozen
class Access(Shown):
    """Who a key belongs to, and that the product and its component are there for them.

    `account` is empty where a Bugzilla of that version can't say it.
    """

    account: str
    product: str
    component: str
    link: str
    version: str = ""

    def __str__(self) -> str:
        who = self.account or "whoever has this key"
        said = f"{who} may file bugs in {self.product}, {self.component}"
        hint = f"Bugzilla {self.version} can't say whose key it is: name it (bugzilla.account)"
        return said if self.account else f"{said}\n! {hint}"


@frozen
class Flag:
    """A flag on a bug: `requestee` is who is asked, while its status is `?`."""

    name: str
    status: str
    setter: str
    requestee: str


@frozen
class Bug(Shown):
    """A bug as it was when it was looked at."""

    id: int
    title: str
    status: str
    resolution: str
    product: str
    component: str
    aliases: tuple[str, ...]
    whiteboard: str
    cc: tuple[str, ...]
    flags: tuple[Flag, ...]
    assignee: str
    """Who works on it; empty where that is nobody."""
    link: str

    def __str__(self) -> str:
        state = f"{self.status} {self.resolution}".strip()
        return f"bug {self.id} ({state}): {self.title}"


@frozen
class Comment:
    """A comment on a bug."""

    id: int
    text: str
    who: str
    when: datetime


@frozen
class FlagChange:
    """A change of a bug's flags, as its history has it: `needinfo?(qa@example.com)`, in lower case.

    `asked` are the people to whom it put a needinfo.
    """

    who: str
    when: datetime
    removed: tuple[str, ...]
    asked: tuple[str, ...]


@frozen
class NeedInfo(Shown):
    """A question that somebody was asked on a bug; `open` as long as they have not answered."""

    bug: int
    of: str
    open: bool
    link: str

    def __str__(self) -> str:
        what = f"asked for information on bug {self.bug}"
        return f"{self.of} is {what}" if self.open else f"{self.of} was {what}, and has answered"


def read_bug(said: dict[str, Any], url: str) -> Bug:
    """A bug from Bugzilla's JSON; its alias is a text, a list or nothing, as versions differ."""
    alias = said.get("alias") or ()
    return Bug(
        id=int(said["id"]),
        title=str(said["summary"]),
        status=str(said["status"]),
        resolution=str(said.get("resolution") or ""),
        product=str(said["product"]),
        component=str(said["component"]),
        aliases=(alias,) if isinstance(alias, str) else tuple(map(str, alias)),
        whiteboard=str(said.get("whiteboard") or ""),
        cc=tuple(map(str, said.get("cc") or ())),
        flags=tuple(read_flag(flag) for flag in said.get("flags") or ()),
        assignee=assignee(said),
        link=f"{url}/show_bug.cgi?id={int(said['id'])}",
    )


def assignee(said: dict[str, Any]) -> str:
    """Who a bug is assigned to; Bugzilla's own name for nobody is `nobody@…`."""
    name = str(said.get("assigned_to") or "")
    return "" if name.startswith("nobody@") else name


def read_flag(said: dict[str, Any]) -> Flag:
    """A flag from Bugzilla's JSON."""
    return Flag(
        str(said["name"]),
        str(said["status"]),
        str(said.get("setter") or ""),
        str(said.get("requestee") or ""),
    )


def read_flag_change(said: dict[str, Any]) -> FlagChange:
    """The change of flags in one entry of a bug's history from Bugzilla's JSON.

    https://bugzilla.readthedocs.io/en/latest/api/core/v1/bug.html#bug-history
    """
    flags = [each for each in said["changes"] if each["field_name"] == "flagtypes.name"]
    removed, added = (
        [name for each in flags for name in str(each[side] or "").split(", ")]
        for side in ("removed", "added")
    )
    asked = tuple(found[1] for name in added if (found := NEEDINFO.fullmatch(name)))
    return FlagChange(
        str(said["who"]), read_time(said["when"]), tuple(map(str.casefold, removed)), asked
    )


def read_time(text: object) -> datetime:
    """A time as Bugzilla writes it."""
    return datetime.fromisoformat(str(text).replace("Z", "+00:00"))


def read_comment(said: dict[str, Any]) -> Comment:
    """A comment from Bugzilla's JSON."""
    return Comment(
        int(said["id"]),
        str(said["text"]),
        str(said.get("creator") or said.get("author") or ""),
        read_time(said.get("creation_time") or said["time"]),
    )

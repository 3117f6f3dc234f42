"""How Bugzilla files a bug, changes one, and takes a comment."""

import sqlite3
from dataclasses import dataclass, field
from typing import Any

from runbook_lib.sandbox.services.bugzilla.call import Answer, Call
from runbook_lib.sandbox.services.bugzilla.desk import check_fields
from runbook_lib.sandbox.services.bugzilla.people import CLOSED_PRODUCT, check_account, products
from runbook_lib.sandbox.services.bugzilla.problem import Problem
from runbook_lib.sandbox.services.bugzilla.read import (
    bugzilla_time,
    column,
    find_bug,
    texts,
    visible_bug,
)

NOBODY = "nobody@mozilla.org"
"""Who a bug is assigned to on which nobody works."""
OPEN = ("UNCONFIRMED", "NEW", "ASSIGNED", "REOPENED")
CLOSED = ("RESOLVED", "VERIFIED")
RESOLUTIONS = (
    "FIXED", "INVALID", "WONTFIX", "MOVED", "DUPLICATE", "WORKSFORME", "INCOMPLETE", "INACTIVE",
)  # fmt: skip
LONGEST_SUMMARY = 255
LONGEST_COMMENT = 65535


@dataclass
class Change:
    """One caller's change of one bug, while it is made: what was removed and added by field."""

    call: Call
    bug: sqlite3.Row
    changes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def database(self) -> sqlite3.Connection:
        """The world's database, in the caller's transaction."""
        return self.call.database

    @property
    def id(self) -> int:
        """The bug's number."""
        return int(self.bug["id"])

    @property
    def now(self) -> str:
        """The world's time."""
        return self.call.world.now().isoformat()

    def note(self, name: str, removed: str, added: str) -> None:
        """Keep what changed, where it did."""
        if removed != added:
            before = self.changes.get(name, {"removed": "", "added": ""})
            self.changes[name] = {
                "removed": ", ".join(filter(None, (before["removed"], removed))),
                "added": ", ".join(filter(None, (before["added"], added))),
            }

    def set(self, name: str, value: str) -> None:
        """Set one of the bug's own columns."""
        self.note(name, self.bug[name], value)
        self.database.execute(f"UPDATE bugzilla_bug SET {name} = ? WHERE id = ?", (value, self.id))

    def tell(self, kind: str, what: str, **data: Any) -> None:
        """Let the world know."""
        link = f"/bugzilla/show_bug.cgi?id={self.id}"
        self.call.world.tell(self.call.caller.login, kind, what, link=link, id=self.id, **data)


def require(said: dict[str, Any], name: str) -> str:
    """A text that a new bug must have."""
    value = str(said.get(name) or "").strip()
    if value:
        return value
    if name == "summary":
        raise Problem("require_summary", "You must enter a summary for this bug.")
    raise Problem("param_required", f"You must select/enter a {name}.")


def check_component(call: Call, product: str, name: str) -> str:
    """The component as it is spelled; raises a problem where product or component is unknown."""
    known = products(call.database) if call.sees else []
    if product.casefold() not in {each.casefold() for each in known}:
        raise Problem(
            "product_access_denied",
            f"Either the product '{product}' does not exist or you don't have access to it.",
        )
    if "closed_product" in call.dialect and product.casefold() == CLOSED_PRODUCT.casefold():
        raise Problem(
            "entry_access_denied",
            f"Sorry, either the product '{product}' does not exist or you aren't authorized to "
            "enter a bug into it.",
        )
    query = "SELECT name FROM bugzilla_component WHERE product = ? AND name = ?"
    found = column(call.database, query, product, name)
    if not found:
        raise Problem(
            "component_not_valid",
            f"There is no component named '{name}' in the '{product}' product.",
        )
    return str(found[0])


def check_summary(text: str) -> str:
    """The summary on one line; raises a problem where it is too long."""
    summary = " ".join(text.split())
    if not summary:
        raise Problem("require_summary", "You must enter a summary for this bug.")
    if len(summary) > LONGEST_SUMMARY:
        raise Problem(
            "illegal_field",
            f"The text you entered in the Summary field is too long "
            f"({len(summary)} characters, above the maximum length allowed of {LONGEST_SUMMARY}).",
        )
    return summary


def check_alias(change: Change, alias: str) -> str:
    """An alias that may be set on this bug; else raises a problem."""
    alias = alias.strip()
    longest = 20 if "alias_short" in change.call.dialect else 40
    if "alias_refused" in change.call.dialect:
        raise Problem(
            "illegal_change",
            "You tried to change the Alias field, but only a user with the required permissions "
            "may change that field.",
        )
    if len(alias) > longest:
        raise Problem(
            "alias_invalid",
            f"Bug aliases cannot be longer than {longest} characters. Choose a shorter one.",
        )
    if alias.isdecimal():
        raise Problem(
            "alias_invalid",
            f"You tried to give this bug the alias '{alias}', but aliases "
            "cannot be merely numbers, since they could then be confused with bug IDs.",
        )
    if "," in alias or " " in alias:
        raise Problem(
            "alias_invalid",
            f"The alias you entered, '{alias}', contains one or more "
            "commas or spaces. Aliases cannot contain commas or spaces.",
        )
    other = find_bug(change.database, alias)
    if other is not None and other["id"] != change.id:
        raise Problem("alias_invalid", f"bug {other['id']} has already taken the alias '{alias}'.")
    return alias


def create_bug(call: Call) -> Answer:
    """POST /rest/bug: file one, and answer its number."""
    said, caller = call.said, call.caller
    product = require(said, "product")
    component = check_component(call, product, require(said, "component"))
    summary = check_summary(require(said, "summary"))
    check_fields(call)
    now = call.world.now().isoformat()
    number = call.database.execute(
        "INSERT INTO bugzilla_bug (product, component, version, summary, status, resolution,"
        " whiteboard, creator, assigned_to, creation_time, last_change_time)"
        " VALUES (?, ?, ?, ?, 'NEW', '', ?, ?, ?, ?, ?)",
        (product, component, require(said, "version"), summary,
         str(said.get("whiteboard") or "").strip(), caller.email, assignee(call), now, now),
    ).lastrowid  # fmt: skip
    change = Change(call, visible_bug(call, str(number)))
    if "alias_dropped" not in call.dialect:
        add_aliases(change, texts(said.get("alias")))
    add_cc(change, texts(said.get("cc")))
    add_dependencies(change, said.get("depends_on") or [])
    add_comment(change, str(said.get("description") or ""))
    change.tell("bug", f"filed bug {number}: {summary}", action="created")
    return Answer({"id": number}, status=call.created)


def assignee(call: Call) -> str:
    """Who works on a new bug; by default the component's owner, who is nobody here."""
    named = str(call.said.get("assigned_to") or "")
    return check_account(call, named).email if named else NOBODY


def add_aliases(change: Change, aliases: list[str]) -> None:
    """Give a bug more aliases."""
    for alias in filter(None, aliases):
        change.database.execute(
            "INSERT OR IGNORE INTO bugzilla_alias VALUES (?, ?)",
            (check_alias(change, alias), change.id),
        )
        change.note("alias", "", alias)


def add_cc(change: Change, emails: list[str]) -> None:
    """Put people on the CC list."""
    present = column(change.database, "SELECT email FROM bugzilla_cc WHERE bug = ?", change.id)
    for email in emails:
        account = check_account(change.call, email)
        if account.email not in present:
            change.database.execute(
                "INSERT OR IGNORE INTO bugzilla_cc VALUES (?, ?)", (change.id, account.email)
            )
            change.note("cc", "", account.email)


def add_dependencies(change: Change, others: list[int]) -> None:
    """Let a new bug depend on others."""
    for other in others:
        found = visible_bug(change.call, str(other))["id"]
        change.database.execute("INSERT INTO bugzilla_dependency VALUES (?, ?)", (change.id, found))


def add_comment(change: Change, text: str) -> int:
    """Write a comment; a bug's first is its description. Returns its number."""
    if len(text) > LONGEST_COMMENT:
        raise Problem(
            "comment_too_long",
            f"Comments cannot be longer than {LONGEST_COMMENT} characters.",
        )
    cursor = change.database.execute(
        "INSERT INTO bugzilla_comment (bug, creator, time, text) VALUES (?, ?, ?, ?)",
        (change.id, change.call.caller.email, change.now, text),
    )
    touch(change)
    return int(cursor.lastrowid or 0)


def touch(change: Change) -> None:
    """Note when the bug was last changed."""
    change.database.execute(
        "UPDATE bugzilla_bug SET last_change_time = ? WHERE id = ?", (change.now, change.id)
    )


def post_comment(call: Call) -> Answer:
    """POST /rest/bug/{id or alias}/comment; answers 201."""
    call.caller  # noqa: B018 — who is not logged in is told so before anything else
    change = Change(call, visible_bug(call, call.path["bug"]))
    text = str(call.said.get("comment") or "")
    if not text.strip():
        raise Problem("param_required", "The function Bug.add_comment requires a comment argument.")
    number = add_comment(change, text)
    change.tell("comment", f"commented on bug {change.id}")
    return Answer({"id": number}, status=201)


def changed(change: Change) -> dict[str, Any]:
    """What a change is answered with."""
    database, number = change.database, change.id
    query = "SELECT last_change_time FROM bugzilla_bug WHERE id = ?"
    when = column(database, query, number)[0]
    aliases = column(database, "SELECT alias FROM bugzilla_alias WHERE bug = ?", number)
    return {
        "id": number,
        "alias": aliases,
        "last_change_time": bugzilla_time(when),
        "changes": change.changes,
    }

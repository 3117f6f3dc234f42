"""Flags: a question to somebody (`?`), its answer (`+`, `-`), and taking it away (`X`)."""

import sqlite3
from typing import Any

from runbook_lib.sandbox.services.bugzilla.people import check_account
from runbook_lib.sandbox.services.bugzilla.problem import Problem
from runbook_lib.sandbox.services.bugzilla.read import flags_of
from runbook_lib.sandbox.services.bugzilla.tables import FLAG_TYPES
from runbook_lib.sandbox.services.bugzilla.write import Change, add_cc

STATUSES = ("?", "+", "-", "X")


def set_flag(change: Change, said: dict[str, Any]) -> None:
    """Set one flag: `new` makes one more, an `id` or a name that only one flag has changes that."""
    status = said.get("status")
    if status not in STATUSES:
        named = said.get("name", "flag")
        raise Problem("flag_status_invalid", f"'{status}' is not a valid status for {named}.")
    flag = find_flag(change, said)
    if flag is None:
        if status != "X":
            add_flag(change, said)
        return
    change_flag(change, flag, said)


def find_flag(change: Change, said: dict[str, Any]) -> sqlite3.Row | None:
    """The flag that is meant, or None where it is to be a new one."""
    present = flags_of(change.database, change.id)
    if "id" in said:
        for flag in present:
            if flag["id"] == said["id"]:
                return flag
        raise Problem("object_does_not_exist", f"There is no flag with the id '{said['id']}'.")
    named = [flag for flag in present if flag["name"] == said.get("name")]
    if said.get("new") or not named:
        return None
    if len(named) > 1:
        raise Problem(
            "flag_not_unique",
            f"Flag '{said['name']}' is set more than once on this bug; name it by its id.",
        )
    return named[0]


def add_flag(change: Change, said: dict[str, Any]) -> None:
    """Set a flag that was not there; the person asked is put on the CC list."""
    name = str(said.get("name"))
    lacking = "no_needinfo" in change.call.dialect and name == "needinfo"
    if name not in FLAG_TYPES or lacking:
        raise Problem("object_does_not_exist", f"There is no flag type named '{name}'.")
    asked = said.get("requestee")
    requestee = check_account(change.call, asked).email if asked else None
    setter = change.call.caller.email
    change.database.execute(
        "INSERT INTO bugzilla_flag (bug, name, status, setter, requestee, creation_date,"
        " modification_date) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (change.id, name, said["status"], setter, requestee, change.now, change.now),
    )
    change.note("flagtypes.name", "", shown(name, said["status"], requestee))
    if requestee and said["status"] == "?":
        ask(change, name, requestee)


def ask(change: Change, name: str, requestee: str) -> None:
    """Put who is asked on the CC list, and let them know."""
    add_cc(change, [requestee])
    if name == "needinfo":
        requester = change.call.caller.email
        change.tell(
            "needinfo",
            f"asked {requestee} for information on bug {change.id}",
            requestee=requestee,
            requester=requester,
        )


def change_flag(change: Change, flag: sqlite3.Row, said: dict[str, Any]) -> None:
    """Answer a flag (nobody is asked any more), ask somebody else by it, or take it away."""
    status = said["status"]
    asked = said.get("requestee", flag["requestee"]) if status == "?" else None
    requestee = check_account(change.call, asked).email if asked else None
    before = shown(flag["name"], flag["status"], flag["requestee"])
    after = "" if status == "X" else shown(flag["name"], status, requestee)
    change.note("flagtypes.name", before, after)
    if status == "X":
        change.database.execute("DELETE FROM bugzilla_flag WHERE id = ?", (flag["id"],))
        return
    change.database.execute(
        "UPDATE bugzilla_flag SET status = ?, requestee = ?, setter = ?, modification_date = ?"
        " WHERE id = ?",
        (status, requestee, change.call.caller.email, change.now, flag["id"]),
    )
    if status == "?" and requestee and before != after:
        ask(change, flag["name"], requestee)


def shown(name: str, status: str, requestee: str | None) -> str:
    """A flag as a bug's history writes it: `needinfo?(qa@sandbox.example)`."""
    return f"{name}{status}" + (f"({requestee})" if requestee else "")

"""What Bugzilla says of its bugs: as JSON, one by one, and by search."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from runbook_lib.sandbox.services.bugzilla.call import Answer, Call
from runbook_lib.sandbox.services.bugzilla.problem import Problem
from runbook_lib.sandbox.services.bugzilla.tables import FLAG_TYPES

SUBSTRINGS = ("summary", "whiteboard")
CONTROLS = {"include_fields", "exclude_fields", "limit", "offset", "order"}
EXACT = ("product", "component", "version", "status", "resolution", "creator", "assigned_to")


def bugzilla_time(iso: str) -> str:
    """A time of the world as Bugzilla writes it: `2017-09-01T12:00:00Z`."""
    return iso.replace("+00:00", "Z")


def column(database: sqlite3.Connection, query: str, *values: object) -> list[Any]:
    """The first column of all rows that a query finds."""
    return [row[0] for row in database.execute(query, values)]


def get_bug(call: Call) -> Answer:
    """GET /rest/bug/{id or alias}."""
    row = visible_bug(call, call.path["bug"])
    return Answer({"bugs": [chosen(call, show_bug(call, row))], "faults": []})


def visible_bug(call: Call, named: str) -> sqlite3.Row:
    """The bug of that id or alias; raises a problem where it is not there or not to be seen."""
    row = find_bug(call.database, named)
    if row is None and named.isdecimal():
        raise Problem("bug_id_does_not_exist", f"Bug #{named} does not exist.")
    if row is None:
        raise Problem(
            "improper_bug_id_field_value",
            f"'{named}' is not a valid bug number nor an alias to a bug.",
        )
    if not call.sees:
        raise Problem("bug_access_denied", f"You are not authorized to access bug #{row['id']}.")
    return row


def find_bug(database: sqlite3.Connection, named: str) -> sqlite3.Row | None:
    """The bug of that id or alias, or None."""
    if named.isdecimal():
        query = "SELECT * FROM bugzilla_bug WHERE id = ?"
    else:
        query = (
            "SELECT b.* FROM bugzilla_bug b JOIN bugzilla_alias a ON a.bug = b.id WHERE a.alias = ?"
        )
    found: sqlite3.Row | None = database.execute(query, (named,)).fetchone()
    return found


def show_bug(call: Call, row: sqlite3.Row) -> dict[str, Any]:
    """A bug as JSON."""
    bug = dict(row)
    for name in ("creation_time", "last_change_time"):
        bug[name] = bugzilla_time(bug[name])
    number = row["id"]
    aliases = column(
        call.database, "SELECT alias FROM bugzilla_alias WHERE bug = ? ORDER BY rowid", number
    )
    return bug | {
        "alias": aliases if "alias_list" in call.dialect else next(iter(aliases), None),
        "cc": column(
            call.database, "SELECT email FROM bugzilla_cc WHERE bug = ? ORDER BY rowid", number
        ),
        "depends_on": column(
            call.database,
            "SELECT depends_on FROM bugzilla_dependency WHERE bug = ? ORDER BY 1",
            number,
        ),
        "blocks": column(
            call.database,
            "SELECT bug FROM bugzilla_dependency WHERE depends_on = ? ORDER BY 1",
            number,
        ),
        "flags": [show_flag(flag) for flag in flags_of(call.database, number)],
        "is_open": row["resolution"] == "",
        "groups": [],
        "keywords": [],
        "op_sys": "All",
        "platform": "All",
        "priority": "--",
        "severity": "--",
        "type": "task",
        "url": "",
    }


def flags_of(database: sqlite3.Connection, bug: int) -> list[sqlite3.Row]:
    """A bug's flags, oldest first."""
    query = "SELECT * FROM bugzilla_flag WHERE bug = ? ORDER BY id"
    return database.execute(query, (bug,)).fetchall()


def show_flag(row: sqlite3.Row) -> dict[str, Any]:
    """A flag as JSON."""
    flag = {key: row[key] for key in ("id", "name", "status", "setter")} | {
        "type_id": FLAG_TYPES[row["name"]],
        "creation_date": bugzilla_time(row["creation_date"]),
        "modification_date": bugzilla_time(row["modification_date"]),
    }
    return flag | ({"requestee": row["requestee"]} if row["requestee"] else {})


def chosen(call: Call, bug: dict[str, Any]) -> dict[str, Any]:
    """The fields of a bug that `include_fields` and `exclude_fields` leave."""
    included = listed(call, "include_fields")
    excluded = listed(call, "exclude_fields")
    everything = not included or {"_all", "_default"} & included
    return {
        key: value
        for key, value in bug.items()
        if (everything or key in included) and key not in excluded
    }


def listed(call: Call, name: str) -> set[str]:
    """The parts of a parameter that may be given several times, or with commas."""
    return {part for value in call.query.getlist(name) for part in value.split(",") if part}


def search_bugs(call: Call) -> Answer:
    """GET /rest/bug: those that meet every criterion that is known, by their ids."""
    criteria = {"alias", "cc", *SUBSTRINGS, *EXACT} & set(call.query)
    if not set(call.query) - CONTROLS:
        raise Problem(
            "buglist_parameters_required",
            "You may not search, or create saved searches, without any search terms.",
        )
    rows = (
        call.database.execute("SELECT * FROM bugzilla_bug ORDER BY id").fetchall()
        if call.sees
        else []
    )
    bugs = [show_bug(call, row) for row in rows]
    found = [bug for bug in bugs if all(meets(call, bug, name) for name in criteria)]
    offset, limit = number(call, "offset"), number(call, "limit")
    page = found[offset : offset + limit] if limit else found[offset:]
    return Answer({"bugs": [chosen(call, bug) for bug in page]})


def number(call: Call, name: str) -> int:
    """A parameter that is a number, 0 where it is not given."""
    given = call.query.get(name, "0")
    if not given.isdecimal():
        raise Problem(
            "param_must_be_numeric", f"Invalid parameter passed to Bug.search: {name} is {given}"
        )
    return int(given)


def meets(call: Call, bug: dict[str, Any], name: str) -> bool:
    """Whether a bug meets one criterion: any of the values given for it."""
    wanted = [value.casefold() for value in call.query.getlist(name)]
    if name in SUBSTRINGS:
        return any(value in bug[name].casefold() for value in wanted)
    return bool(set(wanted) & {value.casefold() for value in texts(bug[name])})


def texts(value: str | Iterable[str] | None) -> list[str]:
    """One text, several or none, as a list."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def get_comments(call: Call) -> Answer:
    """GET /rest/bug/{id or alias}/comment: all of them, the description first."""
    bug = visible_bug(call, call.path["bug"])
    query = "SELECT * FROM bugzilla_comment WHERE bug = ? ORDER BY id"
    rows = call.database.execute(query, (bug["id"],)).fetchall()
    comments = [
        {
            "id": row["id"],
            "bug_id": row["bug"],
            "attachment_id": None,
            "count": count,
            "text": row["text"],
            "raw_text": row["text"],
            "creator": row["creator"],
            "author": row["creator"],
            "time": bugzilla_time(row["time"]),
            "creation_time": bugzilla_time(row["time"]),
            "is_private": False,
            "tags": [],
        }
        for count, row in enumerate(rows)
    ]
    return Answer({"bugs": {str(bug["id"]): {"comments": comments}}, "comments": {}})


def get_history(call: Call) -> Answer:
    """GET /rest/bug/{id or alias}/history: who changed what, oldest first."""
    bug = visible_bug(call, call.path["bug"])
    query = "SELECT * FROM bugzilla_history WHERE bug = ? ORDER BY id"
    history = [
        {
            "when": bugzilla_time(row["time"]),
            "who": row["who"],
            "changes": json.loads(row["changes"]),
        }
        for row in call.database.execute(query, (bug["id"],))
    ]
    aliases = show_bug(call, bug)["alias"]
    return Answer({"bugs": [{"id": bug["id"], "alias": aliases, "history": history}]})

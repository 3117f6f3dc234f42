"""Issues, their states and comments, as Jira shows them."""

import json
from typing import Any

from runbook_lib.sandbox.services.jira.call import Call
from runbook_lib.sandbox.services.jira.meta import show_project, show_user
from runbook_lib.sandbox.services.jira.tables import PROJECT, RESOLUTIONS, STATUSES, TYPES
from runbook_lib.sandbox.services.jira.texts import show_text

Row = dict[str, Any]


def jira_time(text: str) -> str:
    """A time as Jira writes it."""
    return f"{text[:19]}.000+0000"


def show_status(call: Call, name: str) -> dict[str, Any]:
    """A state of an issue."""
    number, category, key, called = STATUSES[name]
    return {
        "self": f"{call.api}/status/{number}",
        "id": number,
        "name": name,
        "description": "",
        "iconUrl": f"{call.base}/status.png",
        "statusCategory": {
            "self": f"{call.api}/statuscategory/{category}",
            "id": category,
            "key": key,
            "name": called,
            "colorName": "blue-gray",
        },
    }


def show_resolution(call: Call, name: str) -> dict[str, Any] | None:
    """A resolution; None while there is none."""
    if not name:
        return None
    number = RESOLUTIONS[name]
    link = f"{call.api}/resolution/{number}"
    return {"self": link, "id": number, "name": name, "description": ""}


def show_issue(call: Call, row: Row, wanted: str = "*all", *, history: bool = False) -> Row:
    """An issue, with those of its fields that are wanted."""
    creator = show_user(call, call.account_of(row["creator"]))
    fields = {
        "summary": row["summary"],
        "description": show_text(call, row["description"]),
        "labels": json.loads(row["labels"]),
        "status": show_status(call, row["status"]),
        "resolution": show_resolution(call, row["resolution"]),
        "creator": creator,
        "reporter": creator,
        "created": jira_time(row["created"]),
        "project": show_project(call),
        "issuetype": {"id": "10001", "name": TYPES["10001"], "subtask": False},
        **json.loads(row["others"]),
    }
    names = fields.keys() if "*" in wanted else set(wanted.split(","))
    return {
        "expand": "renderedFields,names,schema,operations,editmeta,changelog",
        "id": str(row["id"]),
        "self": f"{call.api}/issue/{row['id']}",
        "key": f"{PROJECT}-{row['number']}",
        "fields": {name: value for name, value in fields.items() if name in names},
        **({"changelog": show_history(call, row)} if history else {}),
    }


def show_history(call: Call, row: Row) -> dict[str, Any]:
    """What was changed on an issue."""
    changes = call.rows("SELECT * FROM jira_change WHERE issue = ? ORDER BY id", row["id"])
    shown = [
        {
            "id": str(one["id"]),
            "author": show_user(call, call.account_of(one["author"])),
            "created": jira_time(one["created"]),
            "items": json.loads(one["items"]),
        }
        for one in changes
    ]
    if call.cloud:
        shown.reverse()
    return {"startAt": 0, "maxResults": len(shown), "total": len(shown), "histories": shown}


def show_comment(call: Call, row: Row, key: str) -> Row:
    """A comment."""
    author = show_user(call, call.account_of(row["author"]))
    when = jira_time(row["created"])
    return {
        "self": f"{call.api}/issue/{key}/comment/{row['id']}",
        "id": str(row["id"]),
        "author": author,
        "body": show_text(call, row["body"]),
        "updateAuthor": author,
        "created": when,
        "updated": when,
    }


def expanded(call: Call, status: str) -> dict[str, Any]:
    """The fields of a transition, where they are asked for."""
    if call.query.get("expand") != "transitions.fields":
        return {}
    known = [show_resolution(call, name) for name in RESOLUTIONS]
    resolution = {
        "required": True,
        "schema": {"type": "resolution", "system": "resolution"},
        "name": "Resolution",
        "key": "resolution",
        "operations": ["set"],
        "allowedValues": known,
    }
    return {"fields": {"resolution": resolution} if status == "Done" else {}}

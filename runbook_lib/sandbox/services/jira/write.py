"""How Jira files an issue, takes a comment, and brings an issue to another state."""

import json
import time
from typing import Any

from runbook_lib.sandbox.services.jira.call import Answer, Call, Problem
from runbook_lib.sandbox.services.jira.meta import account_id, accounts, fields, may_write
from runbook_lib.sandbox.services.jira.read import need_issue
from runbook_lib.sandbox.services.jira.rows import Row, show_comment
from runbook_lib.sandbox.services.jira.tables import PROJECT, RESOLUTIONS, TRANSITIONS, TYPES
from runbook_lib.sandbox.services.jira.texts import mentions, read_text

LONGEST = 255
KNOWN = ("project", "issuetype", "summary", "description", "labels")
NOT_ON_SCREEN = "It is not on the appropriate screen, or unknown."


def create_issue(call: Call) -> Answer:
    """POST issue."""
    if not may_write(call):
        raise Problem(403, "You do not have permission to create issues in this project.")
    said = call.said.get("fields") or {}
    if wrong := wrong_fields(call, said):
        raise Problem(400, **wrong)
    description = read_text(call, said.get("description"), "description")
    query = "SELECT coalesce(max(number), 0) + 1 AS next FROM jira_issue WHERE kind = ?"
    number = call.rows(query, call.kind)[0]["next"]
    others = {name: value for name, value in said.items() if name not in KNOWN}
    made = call.database.execute(
        "INSERT INTO jira_issue (kind, number, summary, description, labels, others, status,"
        " resolution, creator, created, made) VALUES (?, ?, ?, ?, ?, ?, 'To Do', '', ?, ?, ?)",
        (call.kind, number, said["summary"].strip(), description,
         json.dumps(said.get("labels") or []), json.dumps(others), call.caller.id,
         call.world.now().isoformat(), time.time()),
    ).lastrowid  # fmt: skip
    key = f"{PROJECT}-{number}"
    tell(call, "jira_issue", f"filed {key}: {said['summary']}", key)
    return Answer({"id": str(made), "key": key, "self": f"{call.api}/issue/{made}"}, 201)


def wrong_fields(call: Call, said: dict[str, Any]) -> dict[str, str]:
    """What is wrong with the fields of a new issue, by their names."""
    known = {one["fieldId"]: one for one in fields(call)}
    wrong = {
        name: f"Field '{name}' cannot be set. {NOT_ON_SCREEN}" for name in said if name not in known
    }
    for name, one in known.items():
        if one["required"] and not said.get(name):
            wrong[name] = f"{one['name']} is required."
        elif name in said and not is_allowed(one, said[name]):
            wrong[name] = f"Option value '{said[name]}' is not valid"
    if (said.get("project") or {}).get("key") not in (PROJECT, None):
        wrong["project"] = "valid project is required"
    if (said.get("issuetype") or {}).get("name") not in (*TYPES.values(), None):
        wrong["issuetype"] = "The issue type selected is invalid."
    wrong.update(wrong_texts(said))
    return wrong


def wrong_texts(said: dict[str, Any]) -> dict[str, str]:
    """What is wrong with an issue's title and labels."""
    summary, wrong = said.get("summary") or "", {}
    if len(summary) > LONGEST:
        wrong["summary"] = f"Summary must be less than {LONGEST} characters."
    if "\n" in summary:
        wrong["summary"] = "The summary is invalid because it contains newline characters."
    spaced = [label for label in said.get("labels") or [] if " " in label]
    if spaced:
        wrong["labels"] = f"The label '{spaced[0]}' contains spaces which is invalid."
    return wrong


def is_allowed(field: dict[str, Any], value: Any) -> bool:
    """Whether a field may have a value: an object that names one of its values."""
    allowed = field.get("allowedValues")
    if not allowed:
        return True
    return isinstance(value, dict) and any(value.items() <= one.items() for one in allowed)


def add_comment(call: Call) -> Answer:
    """POST a comment."""
    if not may_write(call):
        raise Problem(403, "You do not have permission to comment on this issue.")
    issue, body = need_issue(call), call.said.get("body")
    if not body:
        raise Problem(400, comment="Comment body can not be empty!")
    kept, now = read_text(call, body, "comment"), call.world.now().isoformat()
    number = call.database.execute(
        "INSERT INTO jira_comment (issue, author, body, created) VALUES (?, ?, ?, ?)",
        (issue["id"], call.caller.id, kept, now),
    ).lastrowid
    key = f"{PROJECT}-{issue['number']}"
    named = set(mentions(kept))
    told = [one.login for one in accounts(call) if named & {account_id(one), one.login}]
    tell(call, "jira_comment", f"commented on {key}", key, mentions=told)
    row = call.rows("SELECT * FROM jira_comment WHERE id = ?", number)[0]
    return Answer(show_comment(call, row, call.path["issue"]), 201)


def make_transition(call: Call) -> Answer:
    """POST a transition; to its end an issue goes with a resolution."""
    issue = need_issue(call)
    number = str((call.said.get("transition") or {}).get("id"))
    if number not in TRANSITIONS or "no_way_out" in call.dialect:
        raise Problem(400, "It seems that you have tried to perform an invalid workflow operation.")
    status = TRANSITIONS[number][1]
    given = ((call.said.get("fields") or {}).get("resolution") or {}).get("name", "Done")
    if given not in RESOLUTIONS:
        raise Problem(400, resolution=f"Resolution '{given}' is not valid")
    change(call, issue, status=status, resolution=given if status == "Done" else "")
    return Answer(None, 204)


def change(call: Call, issue: Row, **values: str) -> None:
    """Change an issue's state, and keep that in its history."""
    items = [
        {
            "field": name,
            "fieldtype": "jira",
            "fieldId": name,
            "from": None,
            "fromString": issue[name] or None,
            "to": None,
            "toString": value or None,
        }
        for name, value in values.items()
        if value != issue[name]
    ]
    query = "UPDATE jira_issue SET status = ?, resolution = ? WHERE id = ?"
    call.database.execute(query, (values["status"], values["resolution"], issue["id"]))
    call.database.execute(
        "INSERT INTO jira_change (issue, author, created, items) VALUES (?, ?, ?, ?)",
        (issue["id"], call.caller.id, call.world.now().isoformat(), json.dumps(items)),
    )
    key = f"{PROJECT}-{issue['number']}"
    tell(call, "jira_issue", f"changed {key}: {values['status']}", key, action="changed")


def tell(call: Call, kind: str, what: str, key: str, **data: Any) -> None:
    """Let the world know."""
    said = {"action": "created", **data}
    place = call.base.rpartition("/")[2]
    link = f"/{place}/browse/{key}"
    call.world.tell(call.caller.login, kind, what, link=link, key=key, place=f"/{place}", **said)

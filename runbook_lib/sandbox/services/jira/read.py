"""Issues as they are asked for, and as searches find them: late, for an index is behind."""

import json
import re
import time

from runbook_lib.sandbox.services.jira.call import Answer, Call, Problem
from runbook_lib.sandbox.services.jira.rows import (
    Row,
    expanded,
    show_comment,
    show_issue,
    show_status,
)
from runbook_lib.sandbox.services.jira.tables import PROJECT, TRANSITIONS

MISSING = "Issue does not exist or you do not have permission to see it."
CLAUSE = re.compile(r'(project|labels|summary) ([=~]) "((?:[^"\\]|\\.)*)"')
ORDER = re.compile(r" ORDER BY key (ASC|DESC)\Z")
KEY = re.compile(rf"{PROJECT}-(\d+)", re.IGNORECASE)


def find_issue(call: Call, name: str) -> Row | None:
    """The issue of that key or id, or None; nobody sees any who is not let in."""
    if call.account is None or call.account.permission == "none":
        return None
    key = KEY.fullmatch(name)
    column, value = ("number", key[1]) if key else ("id", name)
    query = f"SELECT * FROM jira_issue WHERE kind = ? AND {column} = ?"
    return next(iter(call.rows(query, call.kind, value)), None)


def need_issue(call: Call) -> Row:
    """The issue that the path names."""
    found = find_issue(call, call.path["issue"])
    if found is None:
        raise Problem(404, MISSING)
    return found


def get_issue(call: Call) -> Answer:
    """GET issue."""
    history = "changelog" in call.query.get("expand", "").split(",")
    wanted = call.query.get("fields", "*all")
    return Answer(show_issue(call, need_issue(call), wanted, history=history))


def fetch_issues(call: Call) -> Answer:
    """POST issue/bulkfetch: the issues that there are of those that are named."""
    names = list(map(str, call.said.get("issueIdsOrKeys") or []))
    if not 0 < len(names) <= 100:
        raise Problem(400, "The number of issue IDs or keys must be between 1 and 100.")
    wanted = ",".join(call.said.get("fields") or ["*all"])
    found = {name: find_issue(call, name) for name in names}
    rows = sorted((row for row in found.values() if row), key=lambda row: int(row["id"]))
    errors = [{"id": name, "errorMessage": MISSING} for name, row in found.items() if not row]
    shown = [show_issue(call, row, wanted) for row in rows]
    return Answer({"issues": shown, "issueErrors": errors})


def search_cloud(call: Call) -> Answer:
    """GET search/jql: a page at a time, each with what leads to the next."""
    rows, most = search(call), int(call.query.get("maxResults", "50"))
    start = int(call.query.get("nextPageToken", "0"))
    wanted, end = call.query.get("fields", "id"), start + most
    shown = [show_issue(call, row, wanted) for row in rows[start:end]]
    following = {"nextPageToken": str(end)} if end < len(rows) else {}
    return Answer({"issues": shown, "isLast": not following, **following})


def search_server(call: Call) -> Answer:
    """GET search."""
    wanted = call.query.get("fields", "*all")
    return Answer(call.page("issues", [show_issue(call, row, wanted) for row in search(call)]))


def search(call: Call) -> list[Row]:
    """The issues that a query finds, as far as they are indexed."""
    jql = call.query.get("jql", "")
    order = ORDER.search(jql)
    clauses = [read_clause(part) for part in ORDER.sub("", jql).split(" AND ")]
    if call.account is None or not any(name == "project" for name, _, _ in clauses):
        raise Problem(400, "Unbounded JQL queries are not allowed here.")
    for name, _, value in clauses:
        if name == "project" and (value != PROJECT or call.account.permission == "none"):
            raise Problem(400, f"The value '{value}' does not exist for the field 'project'.")
    indexed = time.time() - float(call.world.setting("jira_lag") or 0)
    query = "SELECT * FROM jira_issue WHERE kind = ? AND made <= ? ORDER BY number"
    rows = call.rows(query, call.kind, indexed)
    found = [row for row in rows if all(meets(row, name, value) for name, _, value in clauses)]
    return found[::-1] if order and order[1] == "DESC" else found


def read_clause(text: str) -> tuple[str, str, str]:
    """A clause of JQL."""
    found = CLAUSE.fullmatch(text)
    if found is None or (found[1] == "summary") != (found[2] == "~"):
        raise Problem(400, f"Error in the JQL Query: '{text}'")
    return found[1], found[2], re.sub(r"\\(.)", r"\1", found[3])


def meets(row: Row, name: str, value: str) -> bool:
    """Whether an issue meets a clause; a text is looked for word by word, as Lucene does."""
    if name == "labels":
        return value in json.loads(row["labels"])
    return name == "project" or f" {words(value)} " in f" {words(row['summary'])} "


def words(text: str) -> str:
    """A text as an index has it: its words, in small letters."""
    return " ".join(re.findall(r"[\w.]+", text.casefold()))


def get_comments(call: Call) -> Answer:
    """GET issue's comments, the oldest first."""
    issue = need_issue(call)
    rows = call.rows("SELECT * FROM jira_comment WHERE issue = ? ORDER BY id", issue["id"])
    return Answer(
        call.page("comments", [show_comment(call, row, call.path["issue"]) for row in rows])
    )


def get_transitions(call: Call) -> Answer:
    """GET what an issue's workflow lets it become, with the fields that are asked then."""
    need_issue(call)
    ways = {} if "no_way_out" in call.dialect else TRANSITIONS
    return Answer(
        {
            "expand": "transitions",
            "transitions": [
                {
                    "id": number,
                    "name": name,
                    "to": show_status(call, status),
                    "hasScreen": status == "Done",
                    "isGlobal": True,
                    "isInitial": False,
                    "isConditional": False,
                    **expanded(call, status),
                }
                for number, (name, status) in ways.items()
            ],
        }
    )

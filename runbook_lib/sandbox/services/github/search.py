"""Search for issues and pull requests, with the qualifiers that release tools use.

https://docs.github.com/en/search-github/searching-on-github/searching-issues-and-pull-requests
"""

import shlex
from dataclasses import replace
from typing import Any

from runbook_lib.sandbox.services.github.accounts import may_see
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.issue_rows import Row
from runbook_lib.sandbox.services.github.issues import issue_rows, show_issue
from runbook_lib.sandbox.services.github.objects import SHORT_SHA
from runbook_lib.sandbox.services.github.pages import link_header
from runbook_lib.sandbox.services.github.pull_contents import commits_of
from runbook_lib.sandbox.services.github.pull_rows import pull_rows
from runbook_lib.sandbox.services.github.refusal import invalid

QUALIFIERS = ("repo", "is", "type", "state")


def search_issues(call: Call) -> Answer:
    """Issues and pull requests that fit `q`: words, commit ids and qualifiers, the newest first."""
    if not call.query("q").strip():
        raise invalid("Search", "q", "missing")
    terms = read_terms(call.query("q"))
    found = [pair for place in places(call, terms) for pair in search_in(place, terms)]
    start = (call.page - 1) * call.per_page
    items = [show_found(place, row) for place, row in found[start : start + call.per_page]]
    body = {"total_count": len(found), "incomplete_results": False, "items": items}
    body["search_type"] = "lexical"
    return Answer(body, headers=link_header(call, len(found)))


def show_found(call: Call, row: Row) -> dict[str, Any]:
    """An issue or pull request as a search shows it."""
    shown = {**show_issue(call, row), "score": 1.0}
    if row["body"] is None:
        del shown["body"]
    return shown


def read_terms(text: str) -> list[tuple[str, str]]:
    """The terms of a query as qualifier and value; a plain word has no qualifier."""
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    pairs = [word.partition(":") for word in words]
    return [
        (name.lower(), value) if colon and name.lower() in QUALIFIERS else ("", word)
        for (name, colon, value), word in zip(pairs, words, strict=True)
    ]


def places(call: Call, terms: list[tuple[str, str]]) -> list[Call]:
    """The repositories to search in: those named, else all that the caller may see."""
    named = {value.lower() for name, value in terms if name == "repo"}
    seen = may_see(call)
    if named and not named <= {one.full_name.lower() for one in seen}:
        message = (
            "The listed users and repositories cannot be searched either because the resources do "
            "not exist or you do not have permission to view them."
        )
        raise invalid("Search", "q", "invalid", message)
    wanted = [one for one in seen if not named or one.full_name.lower() in named]
    return [replace(call, found=one) for one in wanted]


def search_in(call: Call, terms: list[tuple[str, str]]) -> list[tuple[Call, Row]]:
    """What fits in one repository."""
    pulls = {row["id"]: row for row in pull_rows(call)}
    whole = [{**pulls.get(row["id"], {}), **row} for row in issue_rows(call)]
    ids = [value.lower() for name, value in terms if not name and is_commit_id(value)]
    rest = [term for term in terms if term[0] or not is_commit_id(term[1])]
    fitting = [row for row in whole if all(fits(row, *term) for term in rest)]
    if ids:
        fitting = [row for row in fitting if has_commit(call, row, ids)]
    return [(call, row) for row in fitting]


def is_commit_id(text: str) -> bool:
    """Whether a word of a query means a commit; they have seven signs at least."""
    return len(text) >= 7 and bool(SHORT_SHA.fullmatch(text.lower()))


def has_commit(call: Call, row: Row, ids: list[str]) -> bool:
    """Whether one of some commits is in a pull request, or is its merge."""
    if not row["pull"]:
        return False
    shas = {row["merge_commit_sha"], *commits_of(call, row)} - {None}
    return any(sha.startswith(one) for sha in shas for one in ids)


def fits(row: Row, name: str, value: str) -> bool:
    """Whether an issue fits one term of a query."""
    if name == "":
        return value.lower() in f"{row['title']}\n{row['body'] or ''}".lower()
    return name == "repo" or fits_kind(row, value.lower())


def fits_kind(row: Row, kind: str) -> bool:
    """Whether an issue is of a kind or in a state."""
    verdicts: dict[str, bool] = {
        "pr": bool(row["pull"]),
        "pull-request": bool(row["pull"]),
        "issue": not row["pull"],
        "open": row["state"] == "open",
        "closed": row["state"] == "closed",
        "merged": row["merged_at"] is not None,
        "unmerged": bool(row["pull"]) and row["merged_at"] is None,
        "draft": bool(row["draft"]),
    }
    return verdicts.get(kind, True)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/search/issues",
        search_issues,
        "search/search#search-issues-and-pull-requests",
        "anyone",
    ),
)

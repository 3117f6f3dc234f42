"""Releases in GitHub's GraphQL API, where alone a draft is found by its tag; gh looks here."""

from collections.abc import Callable
from typing import Any

from runbook_lib.sandbox.services.github.call import Call
from runbook_lib.sandbox.services.github.release_rows import (
    Row,
    latest_release,
    release_rows,
    show_release,
)

Node = dict[str, Any]


def find_release(call: Call) -> Callable[..., Node | None]:
    """Finds a release or a draft by its tag, the published one first."""

    def find(tagName: str) -> Node | None:  # noqa: N803
        rows = [row for row in visible_releases(call) if row["tag"] == tagName]
        row = min(rows, key=lambda one: one["draft"], default=None)
        return None if row is None else release_node(call, row)

    return find


def release_nodes(call: Call) -> list[Node]:
    """The releases, the newest first."""
    return [release_node(call, row) for row in visible_releases(call)]


def visible_releases(call: Call) -> list[Row]:
    """The releases' rows, the newest first; drafts for those alone who may push."""
    return [row for row in release_rows(call) if call.writes or not row["draft"]]


def release_node(call: Call, row: Row) -> Node:
    """A release."""
    shown, latest = show_release(call, row), latest_release(call)
    return {
        "__typename": "Release",
        "id": shown["node_id"],
        "databaseId": shown["id"],
        "name": shown["name"],
        "tagName": shown["tag_name"],
        "description": shown["body"],
        "url": shown["html_url"],
        "isDraft": shown["draft"],
        "isPrerelease": shown["prerelease"],
        "isLatest": latest is not None and latest["id"] == row["id"],
        "createdAt": shown["created_at"],
        "updatedAt": shown["updated_at"],
        "publishedAt": shown["published_at"],
    }

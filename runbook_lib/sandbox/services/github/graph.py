"""GitHub's GraphQL API, for the questions that release tools ask there and not over REST.

https://docs.github.com/en/graphql; semantic-release looks here for the pull requests of commits.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from runbook_lib.sandbox.services.github.accounts import may_see
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.graph_mutations import mutations
from runbook_lib.sandbox.services.github.graph_query import GraphProblem, answer_query
from runbook_lib.sandbox.services.github.graph_releases import find_release, release_nodes
from runbook_lib.sandbox.services.github.issues import issue_rows, label_names, show_whole_issue
from runbook_lib.sandbox.services.github.object_format import Commit
from runbook_lib.sandbox.services.github.objects import find_commit
from runbook_lib.sandbox.services.github.pull_contents import find_pulls_of_commit, show_whole_pull
from runbook_lib.sandbox.services.github.pull_rows import Row, pull_rows
from runbook_lib.sandbox.services.github.queue import queue_node

Node = dict[str, Any]
MERGEABLE = {True: "MERGEABLE", False: "CONFLICTING", None: "UNKNOWN"}


def post_query(call: Call) -> Answer:
    """Answer a query; what is wrong with it is told with status 200, as GraphQL has it."""
    try:
        roots = {"query": root(call), "mutation": mutations(call, pull_node)}
        found = answer_query(call.text("query"), call.said_object("variables"), roots)
    except GraphProblem as problem:
        return Answer({"errors": [{"message": str(problem)}]})
    except TypeError:
        return Answer({"errors": [{"message": "A field doesn't accept one of its arguments"}]})
    return Answer({"data": found})


def root(call: Call) -> Node:
    """Where every query begins."""

    def repository(owner: str, name: str) -> Node:
        whole = f"{owner}/{name}".lower()
        found = next((one for one in may_see(call) if one.full_name.lower() == whole), None)
        if found is None:
            raise GraphProblem(f"Could not resolve to a Repository with the name '{owner}/{name}'.")
        return repository_node(replace(call, found=found))

    viewer = {"__typename": "User", "login": call.caller.login}
    return {"__typename": "Query", "repository": repository, "viewer": viewer}


def repository_node(call: Call) -> Node:
    """A repository."""

    def git_object(oid: str = "", expression: str = "") -> Node | None:
        commit = find_commit(call.folder, oid or expression)
        return commit_node(call, commit) if commit else None

    def issues(states: Any = None, filterBy: Any = None, **_: Any) -> Node:  # noqa: N803
        wanted = {label.lower() for label in (filterBy or {}).get("labels") or ()}
        allowed = [states] if isinstance(states, str) else states or ["OPEN", "CLOSED"]
        rows = [row for row in issue_rows(call) if not row["pull"]]
        rows = [row for row in rows if row["state"].upper() in allowed]
        rows = [row for row in rows if not wanted or wanted & label_names(call, row)]
        return connection("Issue", [issue_node(call, row) for row in rows])

    return {
        "__typename": "Repository",
        "nameWithOwner": call.repository.full_name,
        "url": call.links.html,
        "isPrivate": call.repository.private,
        "object": git_object,
        "issues": issues,
        "release": find_release(call),
        "releases": lambda **_: connection("Release", release_nodes(call)),
        "issueOrPullRequest": by_number(call),
        "pullRequest": pull_by_number(call),
    }


def by_number(call: Call) -> Callable[..., Node]:
    """Finds an issue or a pull request by its number."""

    def find(number: int) -> Node:
        row = next((one for one in issue_rows(call) if one["number"] == number), None)
        if row is None:
            message = f"Could not resolve to an issue or pull request with the number of {number}."
            raise GraphProblem(message)
        pull = next((one for one in pull_rows(call) if one["number"] == number), None)
        return pull_node(call, pull) if pull else issue_node(call, row)

    return find


def pull_by_number(call: Call) -> Callable[..., Node]:
    """Finds a pull request by its number."""

    def find(number: int) -> Node:
        row = next((one for one in pull_rows(call) if one["number"] == number), None)
        if row is None:
            raise GraphProblem(f"Could not resolve to a PullRequest with the number of {number}.")
        return pull_node(call, row)

    return find


def commit_node(call: Call, commit: Commit) -> Node:
    """A commit."""

    def associated(**_: Any) -> Node:
        rows = find_pulls_of_commit(call, commit.sha)
        return connection("PullRequest", [pull_node(call, row) for row in rows])

    return {
        "__typename": "Commit",
        "oid": commit.sha,
        "message": commit.message,
        "messageHeadline": commit.subject,
        "url": call.links.commit_page(commit.sha),
        "associatedPullRequests": associated,
    }


def pull_node(call: Call, row: Row) -> Node:
    """A pull request."""
    shown = show_whole_pull(call, row)
    return {
        **common_node(call, shown),
        "__typename": "PullRequest",
        "state": "MERGED" if shown["merged"] else shown["state"].upper(),
        "mergeable": MERGEABLE[shown["mergeable"]],
        "changedFiles": shown["changed_files"],
        "mergedAt": shown["merged_at"],
        "mergeCommit": merge_commit(call, row),
        "isDraft": shown["draft"],
        "mergedBy": actor_node(shown["merged_by"]),
        "commits": lambda **_: {"__typename": "Connection", "totalCount": shown["commits"]},
        "baseRefName": row["base_ref"],
        "headRefName": row["head_ref"],
        "headRefOid": row["head_sha"],
        "merged": shown["merged"],
        "mergeQueueEntry": lambda: queue_node(call, row),
    }


def merge_commit(call: Call, row: Row) -> Node | None:
    """The commit that a pull request was merged as, or None."""
    found = find_commit(call.folder, row["merge_commit_sha"]) if row["merged_at"] else None
    return commit_node(call, found) if found else None


def issue_node(call: Call, row: Row) -> Node:
    """An issue."""
    shown = show_whole_issue(call, row)
    return {
        **common_node(call, shown),
        "__typename": "Issue",
        "state": shown["state"].upper(),
        "stateReason": (shown["state_reason"] or "").upper() or None,
    }


def common_node(call: Call, shown: Node) -> Node:
    """What issues and pull requests have in common, from what REST shows of them."""
    labels = [label_node(label) for label in shown["labels"]]
    return {
        "id": shown["node_id"],
        "number": shown["number"],
        "title": shown["title"],
        "body": shown["body"] or "",
        "url": shown["html_url"],
        "createdAt": shown["created_at"],
        "updatedAt": shown["updated_at"],
        "closedAt": shown["closed_at"],
        "author": actor_node(shown["user"]),
        "authorAssociation": shown["author_association"],
        "activeLockReason": None,
        "locked": False,
        "labels": lambda **_: connection("Label", labels),
        "milestone": milestone_node(shown["milestone"]),
        "comments": lambda **_: {"__typename": "Connection", "totalCount": shown["comments"]},
        "repository": lambda: repository_node(call),
    }


def label_node(shown: Node) -> Node:
    """A label."""
    parts = {name: shown[name] for name in ("url", "name", "color", "description")}
    kind = {"__typename": "Label", "id": shown["node_id"], "isDefault": shown["default"]}
    return {**kind, **parts}


def milestone_node(shown: Node | None) -> Node | None:
    """A milestone, or None."""
    if shown is None:
        return None
    return {
        "__typename": "Milestone",
        "id": shown["node_id"],
        "url": shown["html_url"],
        "number": shown["number"],
        "state": shown["state"].upper(),
        "title": shown["title"],
        "description": shown["description"],
        "creator": actor_node(shown["creator"]),
        "createdAt": shown["created_at"],
        "updatedAt": shown["updated_at"],
        "closedAt": shown["closed_at"],
    }


def actor_node(shown: Node | None) -> Node | None:
    """Somebody, or None."""
    if shown is None:
        return None
    return {
        "__typename": shown["type"],
        "login": shown["login"],
        "url": shown["html_url"],
        "avatarUrl": shown["avatar_url"],
    }


def connection(kind: str, nodes: list[Node]) -> Node:
    """A list as GraphQL has it, whole on its first page."""
    page = {"__typename": "PageInfo", "endCursor": None, "hasNextPage": False}
    return {
        "__typename": f"{kind}Connection",
        "totalCount": len(nodes),
        "nodes": nodes,
        "pageInfo": page,
    }


ENDPOINTS = (
    Endpoint(
        "POST", "/graphql", post_query, "graphql/guides/forming-calls", "account", "contents=read"
    ),
)

"""Tokens of each kind on the sandbox's GitHub: what they may, and what GitHub says of it."""

from typing import Any

import pytest
from requests import Response

from runbook_lib.errors import UsageError
from runbook_lib.sandbox.services import github as room
from runbook_lib.sandbox.services.github.granted import needed_by
from runbook_lib.sandbox.world.grants import Kind, grant

from .served import NAME, Served

DOCUMENTED = {
    "GET /repos/{owner}/{repo}": "metadata=read",
    "GET /repos/{owner}/{repo}/commits/{ref}/check-runs": "checks=read",
    "GET /repos/{owner}/{repo}/commits/{ref}/check-suites": "checks=read",
    "GET /repos/{owner}/{repo}/commits/{ref}/status": "statuses=read",
    "GET /repos/{owner}/{repo}/commits/{ref}/statuses": "statuses=read",
    "POST /repos/{owner}/{repo}/statuses/{sha}": "statuses=write",
    "GET /repos/{owner}/{repo}/actions/runs": "actions=read",
    "GET /repos/{owner}/{repo}/pulls": "pull_requests=read",
    "POST /repos/{owner}/{repo}/pulls": "pull_requests=write",
    "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews": "pull_requests=read",
    "GET /repos/{owner}/{repo}/issues": "issues=read",
    "POST /repos/{owner}/{repo}/issues": "issues=write",
    "GET /repos/{owner}/{repo}/releases": "contents=read",
    "POST /repos/{owner}/{repo}/releases": "contents=write",
    "POST /repos/{owner}/{repo}/releases/generate-notes": "contents=write",
    "GET /repos/{owner}/{repo}/git/ref/{ref}": "contents=read",
    "GET /repos/{owner}/{repo}/contents/{path}": "contents=read",
    "GET /repos/{owner}/{repo}/collaborators/{username}/permission": "metadata=read",
    "GET /repos/{owner}/{repo}/rules/branches/{branch}": "metadata=read",
}
"""What GitHub's page of permissions says of some operations."""


def ask(github: Served, token: str, method: str, path: str, said: Any = None) -> Response:
    return github.ask(method, path, said, headers={"Authorization": f"Bearer {token}"})


def hide(github: Served) -> None:
    with github.world.transaction() as database:
        database.execute("UPDATE repository SET private = 1")


@pytest.mark.parametrize(("operation", "permission"), DOCUMENTED.items())
def test_each_operation_needs_the_permission_that_github_documents(
    operation: str, permission: str
) -> None:
    found = {
        f"{one.method} {one.path}".replace(":path}", "}").replace(":int}", "}"): needed_by(one)
        for part in room.ROOMS
        for one in part.ENDPOINTS
    }
    assert found[operation] == permission


@pytest.mark.parametrize(
    ("login", "kind", "words"),
    [
        ("operator", "fine-grained", "Resource not accessible by personal access token"),
        ("helm[bot]", "installation", "Resource not accessible by integration"),
    ],
)
def test_what_was_not_granted_is_refused_in_githubs_words(
    github: Served, login: str, kind: Kind, words: str
) -> None:
    hide(github)
    token = grant(github.world, login, kind, {"contents": "read"}).token
    assert ask(github, token, "GET", ":/git/ref/heads/master").status_code == 200
    for method, path, needed in (
        ("GET", ":/commits/master/check-runs", "checks=read"),
        ("GET", ":/commits/master/status", "statuses=read"),
        ("GET", ":/actions/runs", "actions=read"),
        ("POST", ":/releases/generate-notes", "contents=write"),
    ):
        refused = ask(github, token, method, path, {"tag_name": "2"} if method == "POST" else None)
        assert (refused.status_code, refused.json()["message"]) == (403, words)
        assert refused.headers["X-Accepted-GitHub-Permissions"] == needed
        assert "X-OAuth-Scopes" not in refused.headers


def test_what_is_public_is_read_without_a_permission(github: Served) -> None:
    token = grant(github.world, "operator", "fine-grained", {}).token
    assert ask(github, token, "GET", ":/commits/master/check-runs").status_code == 200


def test_an_app_is_no_user_and_is_told_no_permission_of_its_own(github: Served) -> None:
    token = grant(github.world, "helm[bot]", "installation", {"contents": "write"}).token
    refused = ask(github, token, "GET", "/user")
    assert refused.json()["message"] == "Resource not accessible by integration"
    shown = ask(github, token, "GET", ":").json()
    assert set(shown["permissions"].values()) == {False}
    query = {"query": "query { viewer { login } }"}
    who = ask(github, token, "POST", f"{github.url}/api/graphql", query).json()
    assert who == {"data": {"viewer": {"login": "helm[bot]"}}}


def test_the_runs_of_workflows_are_those_of_the_commit(github: Served) -> None:
    sha = github.git("rev-parse", "master")
    github.post(":/check-runs", {"name": "build", "head_sha": sha, "conclusion": "failure"})
    for query, count in ((f"?head_sha={sha}", 1), (f"?head_sha={'0' * 40}", 0), ("", 1)):
        found = github.get(f":/actions/runs{query}").json()
        assert found["total_count"] == count
    assert found["workflow_runs"][0]["conclusion"] == "failure"


@pytest.mark.parametrize(("permission", "status"), [("write", 200), ("read", 403)])
def test_git_pushes_where_contents_may_be_written(
    github: Served, permission: str, status: int
) -> None:
    token = grant(github.world, "helm[bot]", "installation", {"contents": permission}).token
    url = f"{github.url}/{NAME}.git/info/refs?service=git-receive-pack"
    assert github.session.get(url, auth=("x-access-token", token)).status_code == status


@pytest.mark.parametrize(
    ("login", "kind", "permissions"),
    [
        ("operator", "fine-grained", {"checks": "read"}),
        ("operator", "installation", {}),
        ("helm[bot]", "fine-grained", {}),
        ("operator", "fine-grained", {"contents": "all"}),
        ("nobody", "fine-grained", {}),
    ],
)
def test_what_github_does_not_offer_is_not_made(
    github: Served, login: str, kind: Kind, permissions: dict[str, str]
) -> None:
    with pytest.raises(UsageError):
        grant(github.world, login, kind, permissions)

"""The pull requests by which commits came, and their labels: asked for by the hundred."""

from typing import Any

import pytest

from runbook_lib.errors import AccessDenied, Unavailable
from runbook_lib.policy.commits import Pull
from runbook_lib.services.github import GitHub
from tests.services.github.conftest import REPOSITORY, Hub

LIMIT = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}
FORBIDDEN = {"data": None, "errors": [{"type": "FORBIDDEN", "message": "Resource not accessible"}]}


def merged(hub: Hub, method: str) -> str:
    """A pull request of two commits with a label, merged; the commit that it was merged as."""
    hub.grow("shine")
    hub.grow("shine")
    said = {"head": "shine", "base": "master", "title": "Let it shine", "body": "fixes #99"}
    number = hub.ask("operator", "POST", "/pulls", said)["number"]
    hub.ask("operator", "POST", f"/issues/{number}/labels", {"labels": ["enhancement", "ui"]})
    done = hub.ask("reviewer", "PUT", f"/pulls/{number}/merge", {"merge_method": method})
    return str(done["sha"])


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_a_merged_pull_request_is_found_by_its_commit(hub: Hub, method: str) -> None:
    commit, github = merged(hub, method), hub.github()
    found = github.find_pulls_of([commit, hub.commit("1.8")])
    assert found == {
        commit: (Pull(1, "Let it shine", ("enhancement", "ui"), commit),),
        hub.commit("1.8"): (),
    }
    assert github.calls == 1


def test_all_that_a_merge_brought_in_is_of_its_pull_request(hub: Hub) -> None:
    commit, parts = merged(hub, "merge"), [hub.commit("shine"), hub.commit("shine^")]
    found = hub.github().find_pulls_of(parts)
    assert [[one.commit for one in found[part]] for part in parts] == [[commit], [commit]]


def test_an_open_pull_request_speaks_for_nothing(hub: Hub) -> None:
    said = {"head": "release/1.9", "base": "master", "title": "Release 1.9"}
    hub.ask("operator", "POST", "/pulls", said)
    head = hub.commit("release/1.9")
    assert hub.github().find_pulls_of([head]) == {head: ()}


def test_a_hundred_commits_are_one_call(hub: Hub) -> None:
    github, commits = hub.github(), [f"{number:040x}" for number in range(201)]
    assert github.find_pulls_of(commits) == dict.fromkeys(commits, ())
    assert github.calls == 3
    assert github.find_pulls_of([]) == {}
    assert github.calls == 3


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (LIMIT, Unavailable, "at its limit"),
        (FORBIDDEN, AccessDenied, r"Resource not accessible.*commits\.source"),
    ],
)
def test_what_github_refuses_with_status_200_is_an_error(
    hub: Hub, answer: Any, error: type[Exception], said: str
) -> None:
    hub.spoil("POST", "/api/graphql$", answer=(200, {}, answer))
    with pytest.raises(error, match=said):
        hub.github().find_pulls_of([hub.commit("1.8")])


@pytest.mark.parametrize(
    ("api", "place"),
    [
        ("https://api.github.com", "https://api.github.com/graphql"),
        ("https://git.team.example/api/v3", "https://git.team.example/api/graphql"),
    ],
)
def test_graphql_is_where_that_github_has_it(hub: Hub, api: str, place: str) -> None:
    github = GitHub(api, REPOSITORY, token="t", runner=hub.runner())
    assert github.asker.graphql_url == place

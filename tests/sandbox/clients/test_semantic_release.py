"""The sandbox's GitHub under semantic-release: a whole release, told by the commits alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.clients.conftest import API, FindProgram, Program, comments, releases, signed_in
from tests.sandbox.conftest import Sandbox

CLOSED = 12
"""The issue that a commit of the sample project closes."""


@pytest.fixture
def semantic_release(node_program: FindProgram, quiet: Sandbox, clone: Path) -> Program:
    """semantic-release in a clone of the sample project, with its plugins for git and GitHub."""
    github = {
        "githubUrl": quiet.url,
        "githubApiUrl": f"{quiet.url}/api/v3",
        "failCommentCondition": False,
        "assets": [{"path": "README.md", "label": "What it is"}],
    }
    rules, notes = "@semantic-release/commit-analyzer", "@semantic-release/release-notes-generator"
    settings: dict[str, Any] = {
        "branches": ["master"],
        "repositoryUrl": f"{quiet.url}/harbor/tidewatch.git",
        "tagFormat": "${version}",
        "plugins": [rules, notes, ["@semantic-release/github", github]],
    }
    (clone / ".releaserc.json").write_text(json.dumps(settings))
    return node_program("semantic-release")


@pytest.fixture
def issues(quiet: Sandbox) -> None:
    """The issues up to the one that a commit closes."""
    for number in range(1, CLOSED + 1):
        issue = {"title": f"Tide {number} is late"}
        quiet.client("reader").expect("POST", f"{API}/issues", issue)


def variables(token: str) -> dict[str, str]:
    """The token for git and for the API."""
    return {"GITHUB_TOKEN": token, **signed_in(token)}


def test_semantic_release_releases_once_what_the_commits_call_for(
    semantic_release: Program, issues: None, merged_pull: int, quiet: Sandbox, git: Program
) -> None:
    semantic_release.expect(**variables(quiet.token()))

    [release] = releases(quiet)
    assert (release["tag_name"], release["draft"]) == ("1.9.0", False)
    assert quiet.client().expect("GET", f"{API}/releases/latest")["id"] == release["id"]
    assert "list high and low waters" in release["body"]
    assert "predict a whole day" not in release["body"]
    assert [(file["name"], file["label"]) for file in release["assets"]] == [
        ("README.md", "What it is")
    ]
    git.expect("fetch", "--quiet", "--tags", "--force")
    assert git.expect("rev-parse", "1.9.0^{commit}") == git.expect("rev-parse", "origin/master")
    for number in (CLOSED, merged_pull):
        assert [release["html_url"] in comment for comment in comments(quiet, number)] == [True]
        labels = quiet.client().expect("GET", f"{API}/issues/{number}")["labels"]
        assert [label["name"] for label in labels] == ["released"]

    written = quiet.writes("operator")
    again = semantic_release.expect(**variables(quiet.token()))
    assert "There are no relevant changes, so no new version is released." in again
    assert quiet.writes("operator") == written


def test_semantic_release_tags_nothing_where_the_api_does_not_know_its_token(
    semantic_release: Program, quiet: Sandbox
) -> None:
    unknown = variables(quiet.token()) | {"GITHUB_TOKEN": "sandbox_of_nobody"}
    assert "EINVALIDGHTOKEN" in refusal(semantic_release, quiet, unknown)


def test_semantic_release_tags_nothing_with_a_token_that_may_only_read(
    semantic_release: Program, quiet: Sandbox
) -> None:
    weak = variables(quiet.token("reader")) | {"GITHUB_ACTION": "release"}
    assert "EGITNOPERMISSION" in refusal(semantic_release, quiet, weak)


def refusal(program: Program, sandbox: Sandbox, given: dict[str, str]) -> str:
    """What it says where it fails and has changed nothing."""
    before = sandbox.state()
    done = program.run(**given)
    assert done.returncode == 1
    assert releases(sandbox) == []
    assert sandbox.state() == before
    return done.stdout + done.stderr


def test_git_takes_a_token_for_the_user_name_as_semantic_release_gives_it(
    git: Program, clone: Path, quiet: Sandbox
) -> None:
    url = quiet.git_url(None).replace("://", f"://{quiet.token()}@")
    git.expect("push", url, "HEAD:refs/heads/ebb", GIT_ASKPASS="echo")
    other = quiet.git_url(None).replace("://", "://sandbox_of_nobody@")
    done = git.run("push", other, "HEAD:refs/heads/flood", GIT_ASKPASS="echo")
    assert "This token is not known here." in done.stderr
    assert git.expect("ls-remote", "origin", "ebb").split()[1:] == ["refs/heads/ebb"]
    assert git.expect("ls-remote", "origin", "flood") == ""

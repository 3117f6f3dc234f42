"""The sandbox's GitHub under release-it, which speaks https alone to a host of a company's own."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.clients.conftest import API, FindProgram, Program, comments, releases, signed_in
from tests.sandbox.clients.enterprise import Enterprise
from tests.sandbox.conftest import Sandbox

SETTINGS: dict[str, Any] = {
    "npm": False,
    "git": {"commit": False, "requireBranch": "master", "requireCommits": True},
    "github": {
        "release": True,
        "releaseName": "Tidewatch ${version}",
        "assets": ["README.md"],
        "comments": {"submit": True},
    },
}


@pytest.fixture
def release_it(
    node_program: FindProgram, clone: Path, git: Program, enterprise: Enterprise, tmp_path: Path
) -> Program:
    """release-it in a clone whose remote is the sandbox over https."""
    git.expect("remote", "set-url", "origin", f"{enterprise.url}/harbor/tidewatch.git")
    git.expect("config", "http.sslCAInfo", str(enterprise.certificate))
    settings = {**SETTINGS, "github": {**SETTINGS["github"], "host": enterprise.host}}
    (tmp_path / "release-it.json").write_text(json.dumps(settings))
    return node_program("release-it")


@pytest.fixture
def options(tmp_path: Path) -> tuple[str, ...]:
    return ("minor", "--ci", "--config", str(tmp_path / "release-it.json"))


def variables(token: str, enterprise: Enterprise) -> dict[str, str]:
    """The token for git and for the API, and the certificate to trust."""
    trusted = {"NODE_EXTRA_CA_CERTS": str(enterprise.certificate)}
    return {"GITHUB_TOKEN": token, **signed_in(token), **trusted}


def test_release_it_pushes_the_tag_and_publishes_the_release_once(
    release_it: Program,
    options: tuple[str, ...],
    quiet: Sandbox,
    enterprise: Enterprise,
    git: Program,
    merged_pull: int,
) -> None:
    head = git.expect("rev-parse", "HEAD")

    said = release_it.expect(*options, **variables(quiet.token(), enterprise))

    [release] = releases(quiet)
    assert (release["tag_name"], release["name"]) == ("1.9.0", "Tidewatch 1.9.0")
    assert (release["draft"], release["author"]["login"]) == (False, "operator")
    assert "* feat: list high and low waters" in release["body"]
    assert "predict a whole day" not in release["body"]
    assert [file["name"] for file in release["assets"]] == ["README.md"]
    page = f"{enterprise.url}/harbor/tidewatch/releases/tag/1.9.0"
    assert page in said
    assert [page in comment for comment in comments(quiet, merged_pull)] == [True]
    assert quiet.client().expect("GET", f"{API}/releases/latest")["id"] == release["id"]
    there = git.expect("ls-remote", quiet.git_url(None), "refs/tags/1.9.0^{}", "refs/heads/master")
    assert {line.split()[0] for line in there.splitlines()} == {head.strip()}
    assert len(there.splitlines()) == 2

    written = quiet.writes("operator")
    again = release_it.run(*options, **variables(quiet.token(), enterprise))
    assert again.returncode == 1
    assert "no commits since the latest tag" in again.stdout + again.stderr
    assert quiet.writes("operator") == written


@pytest.mark.parametrize(
    ("login", "reason"),
    [("nobody", "Could not authenticate with GitHub"), ("stranger", "is not a collaborator")],
)
def test_release_it_stops_before_it_changes_anything_without_the_right_to(
    release_it: Program,
    options: tuple[str, ...],
    quiet: Sandbox,
    enterprise: Enterprise,
    login: str,
    reason: str,
) -> None:
    token = quiet.token(login) if login != "nobody" else "sandbox_of_nobody"
    given = variables(quiet.token(), enterprise) | {"GITHUB_TOKEN": token}
    before = quiet.state()
    done = release_it.run(*options, **given)
    assert done.returncode == 1
    assert reason in done.stdout + done.stderr
    assert releases(quiet) == []
    assert quiet.state() == before

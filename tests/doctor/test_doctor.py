"""`runbook doctor`, beside the sandbox's servers and a remote of one's own."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runbook_lib.cli import main
from runbook_lib.doctor.examining import LIMIT
from runbook_lib.sandbox.server.process import Running, start, stop
from runbook_lib.services.github.diagnosis import read_end

PROFILE = """\
[profiles.team]
project = "tidewatch"
github = {{ repository = "harbor/tidewatch", api_url = "{url}/api/v3", web_url = "{url}" }}
bugzilla = {{ url = "{url}/bugzilla", qa = "qa@sandbox.example" }}
repository = {{ source = "master" }}
signing = {{ format = "ssh", key = "{key}" }}
archive = {{ remote = "{archive}" }}
notify = {{ to = ["TEAM_CHAT", "json://127.0.0.1:9"] }}

[profiles.team.slack]
channel = "#remora"
api_url = "{url}/slack/api"

[profiles.team.index]
url = "{url}/nothing-here"
secret_variable = "INDEX_TOKEN"
"""
VARIABLES = ("GITHUB_TOKEN", "BUGZILLA_API_KEY", "SLACK_BOT_TOKEN", "INDEX_TOKEN")


@dataclass(frozen=True)
class Desk:
    """A person's machine: a runbook.toml, the secrets, and the sandbox in the place of services."""

    folder: Path
    running: Running

    def doctor(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["doctor", *arguments])

    def found(self, *arguments: str) -> tuple[dict[str, dict[str, Any]], int]:
        """What is told of each thing, and the exit status."""
        answer = self.doctor("--json", *arguments)
        assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.output
        found = json.loads(answer.stdout)["found"]
        return {one["of"]: one for one in found}, answer.exit_code


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("world")
    yield start(folder, keep=True, sample=True)
    stop(folder)


@pytest.fixture
def desk(running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    archive = tmp_path / "archive-remote.git"
    subprocess.run(["git", "init", "-q", "--bare", str(archive)], check=True)
    key = running.keys / "operator"
    text = PROFILE.format(url=running.url, key=key, archive=archive)
    (tmp_path / "runbook.toml").write_text(text)
    gitconfig = tmp_path / "gitconfig"
    gitconfig.write_text("[user]\nname = Olive\nemail = olive@sandbox.example\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(gitconfig))
    for name in VARIABLES:
        monkeypatch.setenv(name, running.token)
    monkeypatch.setenv("TEAM_CHAT", "json://127.0.0.1:9/?password=hidden-in-there")
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path, running)


def test_a_machine_that_has_everything_is_told_so_thing_by_thing(desk: Desk) -> None:
    before = sorted(desk.folder.rglob("*"))
    found, status = desk.found("--profile", "team")
    lacking = {of: one for of, one in found.items() if one["state"] == "missing"}
    assert (lacking, status) == ({}, 0)
    assert "signs as" in found["signing key"]["found"]
    assert found["git identity"]["found"] == "Olive <olive@sandbox.example>"
    assert "a classic one with the scopes gist, read:org, repo" in found["GitHub token"]["found"]
    assert found["GitHub harbor/tidewatch"]["found"] == "operator may push to harbor/tidewatch"
    assert found["GitHub clock"]["found"].startswith("within ")
    assert "operator@sandbox.example" in found["Bugzilla access"]["found"]
    assert "#remora" in found["Slack access"]["found"]
    assert found["repository"]["found"].startswith("git reads it")
    assert found["archive remote"]["found"] == "git reads it; branches: 0"
    assert found["notify TEAM_CHAT"]["state"] == "good"
    assert found["index secret"]["state"] == "good"
    assert {"git", "kernel", "JupyterLab", "widgets", "data folder"} <= found.keys()
    assert sorted(desk.folder.rglob("*")) == before


def test_what_is_missing_is_told_with_the_way_to_mend_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_TOKEN", "SLACK_BOT_TOKEN", "TEAM_CHAT"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("BUGZILLA_API_KEY", "no-key-of-anybody-0123456789")
    found, status = desk.found("--profile", "team")
    assert status == 1
    assert found["GitHub token"]["found"] == "none"
    assert found["GitHub token"]["mend"].startswith("set GITHUB_TOKEN or GH_TOKEN")
    assert found["GitHub"]["found"].startswith("127.0.0.1:")
    assert found["Slack access"]["mend"].startswith("set SLACK_BOT_TOKEN")
    assert found["Bugzilla access"]["state"] == "missing"
    assert found["notify TEAM_CHAT"]["state"] == "missing"
    text = desk.doctor("--profile", "team").output
    assert "✘ missing" in text
    assert "set GITHUB_TOKEN" in text


def test_what_a_release_would_need_is_pointed_out_where_none_is_meant(desk: Desk) -> None:
    text = (desk.folder / "runbook.toml").read_text()
    own = text.replace('repository = { source = "master" }\n', "").replace("/operator", "/nobody")
    (desk.folder / "runbook.toml").write_text(own)
    found, status = desk.found("--profile", "team")
    assert (status, found["signing key"]["state"]) == (0, "warning")


def test_no_secret_is_ever_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_of_nobody_0123456789")
    for arguments in ((), ("--json",)):
        text = desk.doctor("--profile", "team", *arguments).output
        for secret in (desk.running.token, "ghp_of_nobody_0123456789", "hidden-in-there"):
            assert secret not in text


def test_a_key_that_does_not_sign_is_told_with_its_agent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (desk.folder / "runbook.toml").read_text()
    (desk.folder / "runbook.toml").write_text(text.replace("/operator", "/nobody"))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    found, status = desk.found("--profile", "team")
    assert status == 1
    assert found["signing key"]["state"] == "missing"
    assert "user.signingkey" in found["signing key"]["mend"]
    assert found["signing agent"]["found"] == "no ssh-agent"


def test_a_service_that_is_away_leaves_the_others_as_they_are(desk: Desk) -> None:
    text = (desk.folder / "runbook.toml").read_text()
    away = text.replace(f"{desk.running.url}/bugzilla", "http://127.0.0.1:9/bugzilla")
    (desk.folder / "runbook.toml").write_text(away)
    found, status = desk.found("--profile", "team")
    assert "Connection refused" in found["Bugzilla"]["found"]
    assert status == 1
    assert found["Bugzilla"]["state"] == "missing"
    assert found["GitHub harbor/tidewatch"]["state"] == "good"
    assert LIMIT <= 30


def test_a_github_that_is_away_is_told_so_beside_the_token_that_is_missing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    text = (desk.folder / "runbook.toml").read_text()
    away = text.replace(f'api_url = "{desk.running.url}', 'api_url = "http://127.0.0.1:9')
    (desk.folder / "runbook.toml").write_text(away)
    found, _ = desk.found("--profile", "team")
    assert "Connection refused" in found["GitHub"]["found"]
    assert found["GitHub token"]["found"] == "none"


def test_the_sandbox_needs_nothing_but_this_machine(desk: Desk) -> None:
    for name in VARIABLES:
        os.environ.pop(name, None)
    found, status = desk.found()
    assert status == 0
    assert not any(of.startswith("GitHub") for of in found)
    assert found["runbook.toml"]["found"].endswith("profiles: sandbox, team")


def test_an_unknown_profile_is_wrong_usage_and_names_the_nearest(desk: Desk) -> None:
    answer = desk.doctor("--profile", "taem")
    assert answer.exit_code == 2
    assert "did you mean team?" in answer.output


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-12-24 10:00:00 UTC", datetime(2026, 12, 24, 10, tzinfo=UTC)),
        ("2026-12-24 11:00:00 +0100", datetime(2026, 12, 24, 10, tzinfo=UTC)),
        ("", None),
        ("soon", None),
    ],
)
def test_when_a_token_ends_is_read_as_github_writes_it(text: str, read: datetime | None) -> None:
    assert read_end(text) == read

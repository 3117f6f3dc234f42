"""Secrets: found where their users keep them, masked wherever text leaves the run."""

from pathlib import Path

import keyring
import keyring.backend
import pytest

from runbook_lib.errors import UsageError
from runbook_lib.secrets.credentials import (
    Secret,
    find_secret,
    keeps_secrets,
    token_variables,
    web_host,
)

CI = ("GITHUB_ACTIONS", "GITHUB_API_URL", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
HERE = ("GITHUB_TOKEN", "GH_TOKEN")
THERE = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")


class Drawer(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1.0
    kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*HERE, *CI, "BUGZILLA_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    before = keyring.get_keyring()
    keyring.set_keyring(Drawer())
    Drawer.kept = {}
    yield
    keyring.set_keyring(before)


def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "from-the-environment")
    found = find_secret("GITHUB_TOKEN", service="github", host="api.github.com")
    assert found.value == "from-the-environment"


def test_then_the_keyring() -> None:
    keyring.set_password("runbook-bugzilla", "bugzilla.example", "from-the-keyring")
    found = find_secret("BUGZILLA_API_KEY", service="bugzilla", host="bugzilla.example")
    assert found.value == "from-the-keyring"


def test_then_what_githubs_own_command_line_has(tmp_path: Path) -> None:
    program = tmp_path / "gh"
    program.write_text('#!/bin/sh\n[ "$4" = github.com ] && echo from-gh\n')
    program.chmod(0o755)
    found = find_secret("GITHUB_TOKEN", service="github", host="api.github.com")
    assert found.value == "from-gh"


def test_a_keyring_that_is_broken_does_not_keep_the_next_place_from_being_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test_then_what_githubs_own_command_line_has(tmp_path)
    for broken in (ModuleNotFoundError("no backend"), TypeError("half a backend"), OSError("bus")):

        def raises(*_: object, error: Exception = broken) -> str:
            raise error

        monkeypatch.setattr(Drawer, "get_password", raises)
        found = find_secret("GITHUB_TOKEN", service="github", host="api.github.com")
        assert found.value == "from-gh"


@pytest.mark.parametrize(
    ("host", "job", "expected"),
    [
        ("api.github.com", "", HERE),
        ("github.corp.example", "", THERE),
        ("api.corp.ghe.com", "", THERE),
        ("github.com.corp.example", "", THERE),
        ("127.0.0.1", "", (*HERE, *THERE)),
        ("api.github.com", "https://api.github.com", HERE),
        ("github.corp.example", "https://api.github.com", THERE),
        ("github.corp.example", "https://github.corp.example/api/v3", ("GITHUB_TOKEN", *THERE)),
        ("other.corp.example", "https://github.corp.example/api/v3", THERE),
        ("api.corp.ghe.com", "https://api.corp.ghe.com", ("GITHUB_TOKEN", *THERE)),
        ("api.github.com", "https://github.corp.example/api/v3", ("GH_TOKEN",)),
    ],
)
def test_a_token_of_one_github_is_sent_to_no_other(
    monkeypatch: pytest.MonkeyPatch, host: str, job: str, expected: tuple[str, ...]
) -> None:
    if job:
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        monkeypatch.setenv("GITHUB_API_URL", job)
    for name in (*HERE, *THERE):
        monkeypatch.setenv(name, f"of-{name}")
    assert token_variables("GITHUB_TOKEN", host) == expected
    assert token_variables("CORP_TOKEN", host) == ("CORP_TOKEN", *expected)
    found = find_secret("GITHUB_TOKEN", service="github", host=host)
    assert found.value == f"of-{expected[0]}"


def test_what_the_environment_has_for_githubcom_is_not_got_from_gh_for_another_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "gh"
    program.write_text('#!/bin/sh\necho "$4${GH_TOKEN}${GITHUB_TOKEN}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("GH_TOKEN", "of-githubcom")
    monkeypatch.setenv("GITHUB_TOKEN", "of-githubcom")
    found = find_secret("GITHUB_TOKEN", service="github", host="api.corp.ghe.com")
    assert found.value == "corp.ghe.com"


def test_a_missing_token_for_another_github_is_asked_for_by_its_own_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "of-githubcom")
    with pytest.raises(UsageError) as refused:
        find_secret("GITHUB_TOKEN", service="github", host="github.corp.example")
    said = str(refused.value)
    assert "set GH_ENTERPRISE_TOKEN or GITHUB_ENTERPRISE_TOKEN (GITHUB_TOKEN is not sent" in said
    assert "keyring set runbook-github github.corp.example" in said
    assert said.endswith("gh auth login --hostname github.corp.example")


@pytest.mark.parametrize(
    ("api", "web"),
    [
        ("api.github.com", "github.com"),
        ("github.com", "github.com"),
        ("api.corp.ghe.com", "corp.ghe.com"),
        ("github.corp.example", "github.corp.example"),
        ("api.corp.example", "api.corp.example"),
        ("", "github.com"),
    ],
)
def test_each_github_has_its_place_on_the_web(api: str, web: str) -> None:
    assert web_host(api) == web


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://git.example/", True),
        ("ssh://git.example/", True),
        ("/srv/git/x.git", True),
        ("http://127.0.0.1:8000/", True),
        ("http://[::1]/", True),
        ("http://LOCALHOST/", True),
        ("http://git.example/", False),
        ("HTTP://git.example/", False),
        ("http://127.0.0.1.git.example/", False),
        ("http://127.0.0.1@git.example/", False),
        ("http://10.0.0.1/", False),
    ],
)
def test_only_this_machine_is_told_a_secret_without_tls(url: str, kept: bool) -> None:
    assert keeps_secrets(url) is kept


def test_a_missing_secret_is_refused_with_every_place_that_was_looked_at() -> None:
    with pytest.raises(UsageError, match="GITHUB_TOKEN or GH_TOKEN.*keyring set.*gh auth login"):
        find_secret("GITHUB_TOKEN", service="github", host="api.github.com")


def test_a_secret_is_never_shown_by_accident() -> None:
    assert "hunter2" not in f"{Secret('hunter2')} {Secret('hunter2')!r}"


def test_a_secret_of_no_address_is_kept_under_its_variable() -> None:
    with pytest.raises(UsageError) as refused:
        find_secret("HOST_TOKEN", service="host", host="")
    assert "a secret for host, found none: set HOST_TOKEN; or" in str(refused.value)
    assert str(refused.value).endswith("keyring set runbook-host HOST_TOKEN")
    keyring.set_password("runbook-host", "HOST_TOKEN", "from-the-keyring")
    assert find_secret("HOST_TOKEN", service="host", host="").value == "from-the-keyring"

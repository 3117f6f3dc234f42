"""Secrets: found where their users keep them, masked wherever text leaves the run."""

from pathlib import Path

import keyring
import keyring.backend
import pytest

from runbook_lib.errors import UsageError
from runbook_lib.secrets.credentials import Secret, find_secret, keeps_secrets


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
    for name in ("GITHUB_TOKEN", "GH_TOKEN", "BUGZILLA_API_KEY"):
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

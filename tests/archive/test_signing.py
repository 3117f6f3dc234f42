"""Records are signed where git is set up to sign; one that can't be signed is not archived."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runbook_lib.archive import Archive
from runbook_lib.errors import Failed
from runbook_lib.programs import Answer
from runbook_lib.services.git.git import Git, configured
from tests.archive.conftest import Make, check_history, git, name
from tests.services.git.conftest import make_ssh_key


def signing(key: Path | str, kind: str) -> dict[str, str]:
    """git's settings for a key, in the environment alone."""
    settings = {"commit.gpgSign": "true", "gpg.format": kind, "user.signingKey": str(key)}
    return configured({}, settings)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return make_ssh_key(tmp_path, "olive")


@pytest.fixture
def openpgp(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An OpenPGP key in a keyring of its own."""
    with tempfile.TemporaryDirectory(prefix="gpg", dir="/tmp") as folder:
        monkeypatch.setenv("GNUPGHOME", folder)
        plain = ("--batch", "--quiet", "--passphrase", "", "--pinentry-mode", "loopback")
        subprocess.run(
            ["gpg", *plain, "--quick-gen-key", "olive@quay", "ed25519", "sign", "1d"],
            check=True,
            capture_output=True,
        )
        yield "olive@quay"
        subprocess.run(["gpgconf", "--kill", "all"], check=False)


def verify_ssh(folder: Path, key: Path, commit: str) -> None:
    allowed = key.with_name("allowed")
    allowed.write_text(f"olive {key.with_suffix('.pub').read_text()}")
    git(folder, "-c", f"gpg.ssh.allowedSignersFile={allowed}", "verify-commit", commit)


def test_records_are_signed_with_an_ssh_key_and_again_when_replayed(
    tmp_path: Path, bare: Path, sessions: Make, key: Path
) -> None:
    first = Archive(tmp_path / "a.git", remote=str(bare), environment=signing(key, "ssh"))
    second = Archive(tmp_path / "b.git", remote=str(bare))
    first.add(sessions(1))
    second.add(sessions(2))
    second.push()
    first.push()
    check_history(bare, {name(1), name(2)})
    commits = {entry.session: entry.commit for entry in first.entries()}
    verify_ssh(bare, key, commits[name(1)])
    assert "gpgsig" not in git(bare, "cat-file", "commit", commits[name(2)])


def test_where_git_fails_to_say_whether_it_signs_nothing_is_archived_unsigned(
    tmp_path: Path, sessions: Make, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(tmp_path / "a.git", environment=signing(key, "ssh"))
    whole = Git.ask

    def ask(git: Git, *arguments: str, **given: bytes) -> Answer:
        failed = "commit.gpgSign" in arguments
        return Answer(128, b"", "fatal: no memory") if failed else whole(git, *arguments, **given)

    session = sessions(1)
    with monkeypatch.context() as patch:
        patch.setattr(Git, "ask", ask)
        with pytest.raises(Failed, match="no memory"):
            archive.add(session)
    assert not [*archive.entries()]
    verify_ssh(archive.folder, key, archive.add(session))


def test_records_are_signed_with_an_openpgp_key(
    archive: Archive, sessions: Make, openpgp: str
) -> None:
    signed = Archive(archive.folder, environment=signing(openpgp, "openpgp"))
    made = signed.add(sessions(1))
    git(archive.folder, "verify-commit", made)


def test_settings_from_the_surroundings_count_too(
    archive: Archive, sessions: Make, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for setting, value in signing(key, "ssh").items():
        monkeypatch.setenv(setting, value)
    verify_ssh(archive.folder, key, archive.add(sessions(1)))


@pytest.mark.parametrize("trouble", ["no key", "no program", "no signature"])
def test_a_session_that_cannot_be_signed_stays_unarchived_and_is_tried_again(
    archive: Archive, sessions: Make, key: Path, tmp_path: Path, trouble: str
) -> None:
    program = tmp_path / "says-nothing"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    environment = {
        "no key": signing(tmp_path / "none", "ssh"),
        "no program": configured(signing(key, "ssh"), {"gpg.ssh.program": "/nowhere"}),
        "no signature": configured(signing("x", "openpgp"), {"gpg.program": str(program)}),
    }[trouble]
    folder = sessions(1)
    with pytest.raises(Failed, match="expected a signed record"):
        Archive(archive.folder, environment=environment).add(folder)
    assert git(archive.folder, "for-each-ref") == ""
    assert not archive.has(name(1))
    assert sorted(path.name for path in folder.iterdir()) == ["journal.jsonl", "record.ipynb"]
    Archive(archive.folder, environment=signing(key, "ssh")).add(folder)
    check_history(archive.folder, {name(1)})


def test_a_replay_that_cannot_be_signed_loses_nothing(
    tmp_path: Path, bare: Path, sessions: Make, key: Path
) -> None:
    first = Archive(tmp_path / "a.git", remote=str(bare), environment=signing(key, "ssh"))
    second = Archive(tmp_path / "b.git", remote=str(bare))
    first.add(sessions(1))
    second.add(sessions(2))
    second.push()
    away = key.rename(tmp_path / "away")
    with pytest.raises(Failed, match="expected a signed record"):
        first.push()
    assert first.has(name(1))
    check_history(bare, {name(2)})
    away.rename(key)
    first.push()
    check_history(bare, {name(1), name(2)})

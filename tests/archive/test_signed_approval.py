"""Approvals signed by OpenPGP: whose count, and what is said where nobody types a passphrase."""

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runbook_lib.archive.signed_approval import SignedApprovals
from runbook_lib.display.asking import Buttons
from runbook_lib.display.card import Card
from runbook_lib.errors import Failed
from runbook_lib.journal.decision import Decision
from runbook_lib.journal.session import Home
from runbook_lib.services.git import git
from runbook_lib.steps.question import Question
from tests.record.team import PROFILE
from tests.services.git.conftest import gnupg

__all__ = ["gnupg"]

MakeKey = Callable[..., str]
QUESTION = Question("practice/desk/1.0", "cups", "Put a cup there", "one cup", "f" * 64)
DECISION = Decision("cups", "f" * 64, "approved", "olive", "quay", "card", "white is right")
ASKS = """\
#!/bin/sh
# Speaks as a pinentry does: https://www.gnupg.org/documentation/manuals/assuan/
echo "OK ready"
while read -r command rest; do
    case "$command $rest" in
        "OPTION ttyname="*) echo "$rest" >> "{seen}"; echo OK ;;
        GETPIN*) {answer} ;;
        BYE*) echo OK; exit ;;
        *) echo OK ;;
    esac
done
"""


@pytest.fixture
def approvals(tmp_path: Path, gnupg: MakeKey, monkeypatch: pytest.MonkeyPatch) -> SignedApprovals:
    """A run of a profile that names whose signatures count: nobody's yet."""
    profile = PROFILE.format(operator="olive", remote="", silent=900, gates="")
    signers = f'signers = "{tmp_path}/signers", silent ='
    (tmp_path / "runbook.toml").write_text(profile.replace("silent =", signers))
    monkeypatch.setenv("RUNBOOK_CONFIG", str(tmp_path / "runbook.toml"))
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GNUPGHOME", str(gnupg.folder))  # type: ignore[attr-defined]
    return SignedApprovals(Home(tmp_path / "home" / "profiles" / "team"), lambda: QUESTION.run)


@pytest.fixture
def sign_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Has git sign with a key, which is listed as somebody's."""

    def sign_with(key: str, whose: str) -> None:
        (tmp_path / "signers").write_text(f"{key} {whose}\n")
        (tmp_path / "gitconfig").write_text(f"[user]\n\tsigningKey = {key}\n")
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))

    return sign_with


@pytest.fixture
def locked(
    tmp_path: Path, gnupg: MakeKey, sign_with: Callable[[str, str], None]
) -> Callable[[str], Path]:
    """Has olive's key want its passphrase, by a dialog that answers so; where it was shown."""

    def locked(answer: str) -> Path:
        folder: Path = gnupg.folder  # type: ignore[attr-defined]
        dialog, seen = tmp_path / "pinentry", tmp_path / "seen"
        dialog.write_text(ASKS.format(seen=seen, answer=answer))
        dialog.chmod(0o755)
        sign_with(gnupg("olive@quay", passphrase="a cup of tea"), "olive")
        (folder / "gpg-agent.conf").write_text(f"pinentry-program {dialog}\n")
        subprocess.run(["gpgconf", "--kill", "all"], check=True)
        return seen

    return locked


def test_what_an_openpgp_key_has_signed_counts_for_its_owner_alone(
    approvals: SignedApprovals, gnupg: MakeKey, sign_with: Callable[[str, str], None]
) -> None:
    sign_with(gnupg("olive@quay"), "olive")
    made = replace(DECISION, signature=approvals.sign(QUESTION, DECISION))
    assert "gpgsig -----BEGIN PGP SIGNATURE-----" in made.signature
    assert approvals.doubt(made) == ""
    assert approvals.doubt(replace(made, reason="any")) == "has signed something else"
    lent = replace(DECISION, by="ada")
    lent = replace(lent, signature=approvals.sign(QUESTION, lent))
    assert approvals.doubt(lent) == "has the signature of olive"


def test_an_openpgp_key_that_is_not_listed_does_not_count(
    approvals: SignedApprovals, gnupg: MakeKey, sign_with: Callable[[str, str], None]
) -> None:
    listed = gnupg("ada@quay")
    sign_with(gnupg("olive@quay"), "olive")
    made = replace(DECISION, signature=approvals.sign(QUESTION, DECISION))
    sign_with(listed, "olive")
    del approvals.signers
    assert "by a key that the list does not have" in approvals.doubt(made)


def test_without_a_terminal_nobody_is_asked_for_a_passphrase(
    approvals: SignedApprovals, locked: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = locked("echo ERR 83886179 cancelled")
    terminal, other = os.openpty()
    monkeypatch.setenv("GPG_TTY", os.ttyname(other))
    with pytest.raises(Failed) as failed:
        approvals.sign(QUESTION, DECISION)
    os.close(terminal)
    said = str(failed.value)
    assert "nothing was decided" in said and "ssh-add" in said
    assert f"runbook approve {QUESTION.run} cups --digest ffffffffffff" in said
    assert not seen.exists() or os.ttyname(other) not in seen.read_text()


def test_a_dialog_that_nobody_answers_ends_and_the_card_says_what_to_do(
    approvals: SignedApprovals, locked: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    locked("sleep 60")
    monkeypatch.setattr(git, "SIGNING", 1.0)
    shown: list[Card] = []
    began = time.monotonic()
    buttons = Buttons(
        QUESTION,
        "olive",
        lambda decision: replace(decision, signature=approvals.sign(QUESTION, decision)),
        shown.append,
    )
    buttons.click("approved")
    said = buttons.box.children[0].value
    assert "Not decided" in said and "waited for the key&#x27;s passphrase" in said
    assert "runbook approve" in said and shown == []
    assert time.monotonic() - began < 30


def test_in_a_terminal_the_passphrase_is_asked_for_there(
    approvals: SignedApprovals, locked: Callable[[str], Path]
) -> None:
    seen = locked("echo 'D a cup of tea'; echo OK")
    kept, (terminal, other) = os.dup(0), os.openpty()
    name = os.ttyname(other)
    try:
        os.dup2(other, 0)
        made = replace(DECISION, signature=approvals.sign(QUESTION, DECISION))
    finally:
        os.dup2(kept, 0)
        for each in (kept, terminal, other):
            os.close(each)
    assert approvals.doubt(made) == ""
    assert f"ttyname={name}" in seen.read_text()


def test_an_approval_that_is_signed_counts_for_its_run_and_its_time_alone(
    approvals: SignedApprovals, gnupg: MakeKey, sign_with: Callable[[str, str], None]
) -> None:
    """Copied into another run's journal, or behind a rejection, it is nobody's."""
    sign_with(gnupg("olive@quay"), "olive")
    now = datetime.now(UTC)
    made = replace(DECISION, signature=approvals.sign(QUESTION, DECISION), time=now.isoformat())
    assert approvals.doubt(made) == ""
    later = replace(made, time=(now + timedelta(hours=2)).isoformat())
    assert approvals.doubt(later) == "has signed it at another time than it was put on record"
    elsewhere = SignedApprovals(approvals.home, lambda: "practice/desk/2.0")
    assert elsewhere.doubt(made) == "has signed something else"

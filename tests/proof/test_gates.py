"""A change that stands without its approval, or before it, is a tampering that verify finds."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.proof.forgery import Entry, Forger, relinked
from tests.record.conftest import Practice, end_of
from tests.record.team import RUN, TEAM, wait_at_the_gate
from tests.record.test_handover import MakeMachine, machine, remote
from tests.services.git.conftest import make_ssh_key

__all__ = ["machine", "remote"]

Said = dict[str, Any]
RUNS = "profiles/team/runs/practice/desk"
OTHER = ("-r", "subject", "2.0")
"""What begins another run of the same runbook."""


@pytest.fixture
def approved(machine: MakeMachine) -> tuple[Practice, Forger, list[Entry]]:
    """A run that waited at its gate, was approved by somebody else, and was finished."""
    olive, ada = machine("olive", gate=True), machine("ada", gate=True)
    wait_at_the_gate(olive)
    ada.command("approve", RUN, "cups", "--reason", "white is right")
    olive.run(*TEAM)
    assert olive.asked("verify")["stands"]
    forger = Forger(olive.home / "profiles/team/archive.git", olive.folder)
    return olive, forger, [replace(entry, key="") for entry in forger.entries()]


def forged(entry: Entry, change: Callable[[list[Said]], list[Said]]) -> Entry:
    return entry.journal(change(entry.said)).retold()


def without_approval(said: list[Said]) -> list[Said]:
    return [one for one in said if one["event"] != "approved"]


def rejected(said: list[Said]) -> list[Said]:
    return [{**one, "event": "rejected"} if one["event"] == "approved" else one for one in said]


def by_the_operator(said: list[Said]) -> list[Said]:
    return [
        {**one, "operator": "olive", **({"by": "olive"} if "by" in one else {})} for one in said
    ]


def later(said: list[Said]) -> list[Said]:
    """Approved two days after what it approves."""
    moved = "2099-01-01T00:00:00.000+00:00"
    return [{**one, "time": moved} if one["event"] == "approved" else one for one in said]


def unbehind(said: list[Said]) -> list[Said]:
    """A change that says of no gate that it stands on it."""
    return [
        {name: value for name, value in one.items() if name not in ("behind", "cell")}
        for one in said
    ]


@pytest.mark.parametrize(
    ("place", "change", "words"),
    [
        (1, without_approval, "the operator does not count"),
        (1, rejected, "the operator does not count"),
        (1, by_the_operator, "olive is the operator, who does not count"),
        (1, later, "it was approved at 2099-01-01"),
        (2, unbehind, "does not say on which decision it stands"),
    ],
)
def test_a_change_without_its_approval_is_found(
    approved: tuple[Practice, Forger, list[Entry]],
    place: int,
    change: Callable[[list[Said]], list[Said]],
    words: str,
) -> None:
    olive, forger, entries = approved
    entries[place] = forged(entries[place], change)
    forger.rebuild(relinked(entries))
    told = olive.asked("verify", "--offline", status=1)
    found = [one for one in told["archives"][0]["findings"] if one["about"] == "gate"]
    assert [one["session"] for one in found], told
    assert {one["session"] for one in found} == {entries[2].session}
    assert all("the gate cups" in one["expected"] for one in found)
    assert any(words in one["found"] for one in found), found


def test_what_unsigned_approvals_prove_is_said(
    approved: tuple[Practice, Forger, list[Entry]],
) -> None:
    olive, _, _ = approved
    assert "nothing proves whose hands those were" in olive.command("verify", "--offline")


def test_an_approval_counts_for_its_own_run_alone(machine: MakeMachine) -> None:
    """Nobody signs, and both runs ask the very same: the session that approved one is copied."""
    olive, ada = machine("olive", gate=True), machine("ada", gate=True)
    wait_at_the_gate(olive)
    ada.command("approve", RUN, "cups", "--reason", "white is right")
    wait_at_the_gate(olive, *OTHER)
    approved = max((ada.home / RUNS / "1.0" / "sessions").iterdir())
    copy = olive.home / RUNS / "2.0" / "sessions" / approved.name
    shutil.copytree(approved, copy)
    with olive.start(*TEAM, *OTHER) as papermill:
        said = end_of(papermill)
    assert papermill.returncode != 0
    assert not (olive.desk / "cup").exists()
    assert f"expected a session of practice/desk/2.0, found one of {RUN}" in said
    shutil.rmtree(copy)
    assert "is waiting for an approval" in wait_at_the_gate(olive, *OTHER)


def test_an_approval_that_is_signed_counts_for_its_signer_alone(
    machine: MakeMachine, tmp_path: Path
) -> None:
    olive, ada = machine("olive", gate=True), machine("ada", gate=True)
    keys = {name: make_key(tmp_path / name, name) for name in ("olive", "ada")}
    ask_for_signatures([olive, ada], keys, tmp_path / "signers")
    approve = ("approve", RUN, "cups", "--reason", "white is right")
    wait_at_the_gate(olive)
    ada.command(*approve, GIT_CONFIG_GLOBAL=signing(keys["olive"]))
    said = wait_at_the_gate(olive)
    assert "ada has the signature of olive" in " ".join(said.split()), said
    [opened] = olive.asked("status")
    assert "approved by ada" in opened["waiting"]["how_far"]
    ada.command(*approve, "--reject", GIT_CONFIG_GLOBAL=signing(keys["ada"]))
    ada.command(*approve, GIT_CONFIG_GLOBAL=signing(keys["ada"]))
    olive.run(*TEAM)
    told = olive.asked("verify", "--offline", status=1)
    abouts = {one["about"] for one in told["archives"][0]["findings"]}
    assert abouts == {"signature"}, "the records themselves are not signed here"


def test_without_a_key_nothing_is_decided_where_signatures_count(
    machine: MakeMachine, tmp_path: Path
) -> None:
    olive = machine("olive", gate=True)
    ask_for_signatures([olive], {"ada": make_key(tmp_path / "ada", "ada")}, tmp_path / "signers")
    wait_at_the_gate(olive)
    said = olive.command("approve", RUN, "cups", "--reason", "mine", status=1)
    assert "expected to sign what was decided" in said and "nothing was decided" in said


def make_key(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    return make_ssh_key(folder, f"{name}-key")


def ask_for_signatures(machines: list[Practice], keys: dict[str, Path], listed: Path) -> None:
    """Have the team's profile name the keys that count."""
    listed.write_text(
        "".join(f"{name} {key.with_suffix('.pub').read_text()}" for name, key in keys.items())
    )
    for one in machines:
        profile = one.folder / "runbook.toml"
        profile.write_text(
            profile.read_text().replace("silent =", f'signers = "{listed}", silent =')
        )


def signing(key: Path) -> str:
    """git's settings of somebody who signs with a key."""
    settings = key.with_suffix(".gitconfig")
    settings.write_text(f"[user]\n\tsigningKey = {key}\n[gpg]\n\tformat = ssh\n")
    return str(settings)

"""Runs that went from hand to hand stand, on everybody's machine."""

from dataclasses import replace
from typing import Any

from tests.proof.forgery import Forger, relinked
from tests.record.team import RUN, TEAM, wait_at_the_gate
from tests.record.test_handover import MakeMachine, machine, remote

__all__ = ["machine", "remote"]


def test_a_run_that_was_handed_over_and_approved_stands_on_all_machines(
    machine: MakeMachine,
) -> None:
    olive, ada, otto = (machine(name, gate=True) for name in ("olive", "ada", "otto"))
    wait_at_the_gate(olive)
    ada.command("approve", RUN, "cups", "--reason", "white is right")
    otto.run(*TEAM)
    for one in (olive, ada, otto):
        told = one.asked("verify")
        [archive] = told["archives"]
        assert (told["stands"], archive["looked"], told["away"]) == (True, 3, [])
    forger = Forger(ada.home / "profiles/team/archive.git", ada.folder)
    entries = [replace(entry, key="") for entry in forger.entries()]
    approval = entries[1]
    forger.rebuild(relinked([entries[0], entries[2]]))
    told = ada.asked("verify", "--offline", status=1)
    assert approval.session in sessions_in(told), "the approval was dropped"
    forged = approval.journal([forge(said) for said in approval.said])
    forger.rebuild(relinked([entries[0], forged.retold(), entries[2]]))
    told = ada.asked("verify", "--offline", status=1)
    found = [one["found"] for one in told["archives"][0]["findings"]]
    assert any("cups 000000000000, which no session has asked for" in text for text in found)
    lent = approval.journal(
        [{**one, "by": "otto"} if "by" in one else one for one in approval.said]
    )
    forger.rebuild(relinked([entries[0], lent.retold(), entries[2]]))
    told = ada.asked("verify", "--offline", status=1)
    assert "by 'otto'" in [one["found"] for one in told["archives"][0]["findings"]]


def sessions_in(told: dict[str, Any]) -> set[str]:
    return {one["session"] for one in told["archives"][0]["findings"]}


def forge(said: dict[str, Any]) -> dict[str, Any]:
    """An approval of something else."""
    return {**said, "digest": "0" * 64} if said["event"] == "approved" else said

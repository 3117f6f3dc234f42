"""A check that refused is let pass by somebody else, elsewhere; and no record can claim it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.proof.forgery import Forger, relinked
from tests.record.conftest import CELLS, Practice, end_of
from tests.record.team import RUN, TEAM, give_secrets, make_machine, make_remote
from tests.release.world import stop_worlds

BY_HAND = ("## Look", 'seen = run.by_hand("Look at the replica", evidence="number")\nseen')
CHECK = (
    "## The lag",
    "import os\nfrom pathlib import Path\n"
    "from runbook_lib.errors import Refused\nfrom runbook_lib.steps.step import check\n\n"
    "class Replica:\n    runner = run.runner\n\n    @check\n    def check_lag(self):\n"
    '        lag = Path(os.environ["PRACTICE_DESK"], "lag").read_text()\n'
    '        if lag != "0":\n'
    '            raise Refused(f"expected a lag below 1 s, found {lag} s")\n'
    '        return "no lag"\n\nReplica().check_lag()',
)
ALL = (*CELLS[:3], CHECK, BY_HAND, *CELLS[3:])
WAIVE = ("waive", RUN, "check_lag", "--reason", "it is catching up")
Said = dict[str, Any]


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Practice, ...]]:
    """Olive's machine and Otto's, where a lag may be waived."""
    give_secrets(monkeypatch)
    remote, desk = make_remote(tmp_path / "remote.git"), tmp_path / "desk"
    made = tuple(make_machine(tmp_path, desk, remote, name, ALL) for name in ("olive", "otto"))
    for one in made:
        allow(one, '["check_lag"]')
    (desk / "lag").write_text("5")
    yield made
    for one in made:
        stop_worlds(one.home)


def allow(machine: Practice, names: str) -> None:
    """Have the team's profile allow some checks to be waived."""
    profile = machine.folder / "runbook.toml"
    kept = [one for one in profile.read_text().splitlines() if not one.startswith("waivable")]
    profile.write_text("\n".join([kept[0], f"waivable = {names}", *kept[1:], ""]))


def stops(machine: Practice) -> str:
    """What papermill says of a session that does not come to its end."""
    with machine.start(*TEAM) as papermill:
        said = end_of(papermill)
    assert papermill.returncode != 0, said
    return " ".join(said.split())


def test_a_refusal_is_let_pass_there_and_shown_wherever_the_run_is(
    machines: tuple[Practice, ...],
) -> None:
    olive, otto = machines
    assert f"runbook waive {RUN} check_lag --digest" in stops(olive)
    [opened] = otto.asked("status")
    assert (opened["state"], opened["waiting"]["kind"]) == ("refused", "waiver")
    assert opened["advice"].startswith(f"runbook waive {RUN} check_lag --digest")
    assert "is the operator, who does not count" in waived_by(olive)
    shown = otto.command(*WAIVE)
    assert "expected a lag below 1 s, found 5 s" in shown and "waived by otto (command" in shown
    assert "look-at-the-replica" in stops(olive)
    assert "waived: check_lag" in " ".join(otto.command("status").split())
    assert otto.asked("status")[0]["waived"] == "check_lag"
    otto.command("confirm", RUN, "look-at-the-replica", "--evidence", "0.4")
    said = olive.run(*TEAM)
    for one in machines:
        assert_shown(one)
    assert "! Let pass: check_lag" in said
    forge(olive)


def waived_by(olive: Practice) -> str:
    """What a run says that its own operator would let pass."""
    olive.command(*WAIVE)
    return stops(olive)


def assert_shown(one: Practice) -> None:
    """Log, show, record and verify tell of the waiver, and how much was automatic."""
    [done, *_] = [found for found in one.asked("log") if found["runbook"] == "practice"]
    assert (done["outcome"], done["waived"]) == ("done", "check_lag")
    assert done["work"] == {"steps": 5, "by_hand": 1, "gates": 0, "waived": 1, "automatic": 3}
    assert "waived: check_lag" in one.command("log")
    shown = one.command("show", done["session"])
    assert "5 steps, 3 automatic, 1 by hand, 1 waived" in shown
    assert "! Let pass: check_lag" in shown and "it is catching up" in shown
    assert "~ waived" in shown
    [session] = one.asked("show", done["session"])["sessions"]
    assert session["work"]["automatic"] == 3
    [step] = [step for step in session["steps"] if step["step"] == "check_lag"]
    assert step["outcome"] == "waived" and step["detail"].endswith("found 5 s")
    assert one.asked("verify")["stands"]


def forge(olive: Practice) -> None:
    """No record stands that claims a waiver, or a confirmation, that is not in a journal."""
    forger = Forger(olive.home / "profiles/team/archive.git", olive.folder)
    entries = [replace(entry, key="") for entry in forger.entries()]
    for place, change, words in FORGERIES:
        changed = [*entries]
        where = next(n for n, entry in enumerate(entries) if place(entry.said))
        changed[where] = entries[where].journal(change(entries[where].said)).retold()
        forger.rebuild(relinked(changed))
        told = olive.asked("verify", "--offline", status=1)
        found = [one for one in told["archives"][0]["findings"] if one["about"] == "gate"]
        assert any(words in f"{one['expected']} {one['found']}" for one in found), (words, found)


def decided(gate: str, by: str) -> Callable[[list[Said]], bool]:
    """Whether a session is that of somebody's answer."""
    return lambda said: any((one.get("gate"), one.get("by")) == (gate, by) for one in said)


def is_last(said: list[Said]) -> bool:
    """Whether a session came to the end of the runbook."""
    return any(one["event"] == "closed" for one in said)


def without_answer(said: list[Said]) -> list[Said]:
    return [one for one in said if one["event"] != "approved"]


def other_evidence(said: list[Said]) -> list[Said]:
    return [{**one, "evidence": "much"} if "evidence" in one else one for one in said]


def of_outcome(outcome: str, **more: Any) -> Callable[[list[Said]], list[Said]]:
    """Outcomes that say something else."""
    return lambda said: [
        {**one, **more} if one.get("outcome") == outcome and "gate" in one else one for one in said
    ]


def by_hand_of_another(said: list[Said]) -> list[Said]:
    numbers = {one["number"] for one in said if one.get("step") == "by_hand"}
    return [
        {**one, "arguments": {**one["arguments"], "of": "look-away"}}
        if one["event"] == "started" and one["number"] in numbers
        else one
        for one in said
    ]


FORGERIES: tuple[tuple[Callable[[list[Said]], bool], Any, str], ...] = (
    (decided("check_lag", "otto"), without_answer, "olive is the operator, who does not count"),
    (decided("look-at-the-replica", "otto"), without_answer, "no approval of it"),
    (decided("look-at-the-replica", "otto"), other_evidence, "as evidence 'much'"),
    (is_last, of_outcome("waived", text="a lag of 500 s"), "a waiver of another refusal"),
    (is_last, of_outcome("waived", gate="check_disk"), "nothing of the kind"),
    (is_last, by_hand_of_another, "a confirmation of another step"),
    (is_last, of_outcome("done", digest="0" * 64), "nothing of the kind"),
)


def test_another_refusal_is_not_let_pass_and_what_holds_is_good_again(
    machines: tuple[Practice, ...],
) -> None:
    olive, otto = machines
    stops(olive)
    otto.command(*WAIVE)
    (olive.desk / "lag").write_text("500")
    assert "found 500 s. It may be let pass" in stops(olive)
    assert "it has changed since" in otto.command(*WAIVE, "--digest", "0" * 12, status=2)
    (olive.desk / "lag").write_text("0")
    assert "look-at-the-replica" in stops(olive)
    assert otto.asked("status")[0]["waived"] == ""


def test_an_unknown_name_is_refused_when_a_run_is_opened(machines: tuple[Practice, ...]) -> None:
    olive, _ = machines
    for names, said in (
        ('["check_lagg"]', "called 'check_lagg'; did you mean check_lag?"),
        ('["ci", "check_gates"]', "called 'check_gates'"),
    ):
        allow(olive, names)
        assert said in stops(olive)
    allow(olive, '["ci"]')
    assert "found 5 s" in stops(olive)
    assert olive.asked("status")[0]["waiting"].get("kind") is None

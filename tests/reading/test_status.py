"""`runbook status`: what is open, what it waits for and since when, and who has it."""

from pathlib import Path

import pytest

from runbook_lib.journal.decision import Decision
from runbook_lib.journal.summary import FACTS
from runbook_lib.policy.quorum import Rule
from runbook_lib.reading.opened import OpenRun
from runbook_lib.reading.questions import Asked
from tests.reading.conftest import damage, journal_of
from tests.record.conftest import (
    CELLS,
    WITHIN,
    Practice,
    end,
    gone,
    wait_for,
    write_notebook,
)
from tests.record.team import RUN, TEAM, give_secrets, make_machine, make_remote

Team = tuple[Practice, Practice, Path]


def test_a_run_that_is_done_is_not_open(sample: Practice) -> None:
    assert sample.asked("status") == []
    assert sample.command("status") == "No run is open.\n"


def test_a_run_that_waits_at_a_gate_names_it_everywhere(team: Team) -> None:
    olive, otto, _ = team
    for machine in (olive, otto):
        [one] = machine.asked("status")
        assert (one["run"], one["state"], one["outcome"]) == (RUN, "waiting", "waiting")
        assert one["waiting"]["gate"] == "cups"
        assert one["holder"] is None
        assert one["advice"].startswith(f"runbook approve {RUN} cups --digest")
    assert "gate cups" in otto.command("status")


def test_a_gate_is_open_since_it_was_asked(team: Team) -> None:
    olive, _, _ = team
    [one] = olive.asked("status")
    [folder] = (olive.home / "profiles" / "team").glob("runs/*/*/*/sessions/*")
    [asked] = [event for event in journal_of(folder) if event["event"] == "asked"]
    assert (one["since"], one["waiting"]["digest"]) == (asked["time"], asked["digest"])


def decided(*said: str) -> tuple[Decision, ...]:
    """Decisions as `approved by rowan` tells them."""
    made = [text.split(" by ") for text in said]
    return tuple(
        Decision("cups", "d1", verdict, by, "quay", "card", "", time="2026-01-01T00:00:00+00:00")
        for verdict, by in made
    )


@pytest.mark.parametrize(
    ("said", "settled"),
    [
        ((), False),
        (("approved by rowan",), False),
        (("approved by rowan", "approved by rowan"), False),
        (("approved by rowan", "approved by olive"), False),
        (("approved by rowan", "approved by quinn"), True),
        (("rejected by rowan",), True),
        (("approved by quinn", "rejected by rowan"), True),
        (("rejected by rowan", "approved by quinn"), False),
    ],
)
def test_a_gate_is_to_be_decided_until_enough_people_have_and_then_the_run_goes_on(
    said: tuple[str, ...], settled: bool
) -> None:
    rule = Rule(approvals=2, operator_counts=False)
    asked = Asked(
        RUN, "cups", "T", "a cup", "d1", "", "s1", "olive", decisions=decided(*said), rule=rule
    )
    facts = dict.fromkeys(FACTS, "") | {"run": RUN, "outcome": "waiting"}
    one = OpenRun(**facts, state="waiting", since="", asked=asked)
    approve = f"runbook approve {RUN} cups --digest d1 --reason '…'"
    assert one.advice == ("run it again" if settled else approve)


def test_a_session_that_died_is_to_be_recovered(practice: Practice) -> None:
    with practice.start(halt="act start") as papermill:
        kernel = practice.halted()
        [one] = practice.asked("status")
        assert (one["state"], one["holder"]["process"]) == ("alive", kernel)
        papermill.kill()
        papermill.communicate(timeout=WITHIN)
    wait_for(lambda: gone(kernel))
    [one] = practice.asked("status")
    assert (one["state"], one["outcome"], one["advice"]) == ("died", "unknown", "runbook recover")
    assert one["waiting"]["announced"] == "put cup on the desk"
    assert "runbook recover" in practice.command("status")
    practice.command("recover")
    [one] = practice.asked("status")
    assert (one["state"], one["advice"]) == ("unknown", "run it again")
    practice.run()
    assert practice.asked("status") == []


def test_who_is_at_work_elsewhere_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give_secrets(monkeypatch)
    remote = make_remote(tmp_path / "remote.git")
    olive, otto = (
        make_machine(tmp_path, tmp_path / "desk", remote, name, CELLS) for name in ("olive", "otto")
    )
    with olive.start(*TEAM, halt="act start") as papermill:
        kernel = olive.halted()
        [one] = otto.asked("status")
        end(kernel)
        papermill.communicate(timeout=WITHIN)
    assert (one["run"], one["state"], one["holder"]["operator"]) == (RUN, "alive", "olive")
    assert not one["holder"]["silent"]


def test_a_damaged_run_is_named_with_what_is_wrong(practice: Practice) -> None:
    with practice.start(halt="look") as papermill:
        end(practice.halted())
        papermill.communicate(timeout=WITHIN)
    practice.command("recover")
    broken = damage(practice, year=2099)
    [one] = practice.asked("status")
    assert (one["run"], one["session"]) == ("practice/tidewatch/1.0", broken.name)
    assert (one["state"], one["advice"]) == ("damaged", "runbook verify")
    assert "does not have the hash" in one["problem"]


def test_a_plan_leaves_nothing_open(practice: Practice) -> None:
    practice.run("-p", "plan", "True")
    assert [one["outcome"] for one in practice.asked("log")] == ["planned"]
    assert practice.asked("status") == []


def test_an_error_between_two_steps_says_what_the_run_waits_for(practice: Practice) -> None:
    *cells, close = CELLS
    asks = "from runbook_lib.errors import Refused\n\nraise Refused('expected a key, found none')"
    write_notebook(practice.notebook, (*cells, ("## The key", asks), close))
    with practice.start() as papermill:
        papermill.communicate(timeout=WITHIN)
    [one] = practice.asked("status")
    assert (one["state"], one["waiting"]) == ("refused", {"detail": "expected a key, found none"})
    assert "expected a key, found none" in practice.command("status")

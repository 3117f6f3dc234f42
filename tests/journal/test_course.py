"""How far a run has come: its steps, what they come to together, and who was waited for."""

from dataclasses import replace
from typing import Any

import pytest

from runbook_lib.journal.course import (
    Carried,
    Wait,
    carried_out,
    newest,
    outcome_of,
    seconds_of,
    waits_for_people,
)
from runbook_lib.journal.events import Event, seal
from runbook_lib.journal.summary import StepSummary

NOON = seconds_of("2026-11-27T12:00:00+00:00")
DOUGH = {"gate": "dough", "digest": "d1"}


def event(kind: str, second: int, session: str = "s1", /, **said: Any) -> Event:
    time = f"2026-11-27T12:00:{second:02}+00:00"
    return seal({"event": kind, "time": time, "session": session, "operator": "olive", **said}, "")


def carried(step: str, outcome: str = "done", **arguments: str) -> Carried:
    return Carried(StepSummary(step, 1, outcome, "", "", "", 0, "", arguments), "s1", "olive")


def test_a_step_is_one_with_its_session_its_heading_and_what_it_waited_for() -> None:
    one, bake = {"step": "knead", "number": 1}, {"step": "bake", "number": 1}
    events = [
        event("started", 1, under="1 · Knead", arguments={"gate": "dough"}, **one),
        event("started", 2, "s2", arguments={}, **bake),
        event("asked", 3, **DOUGH),
        event("intent", 4, announced="knead it", **one),
        event("outcome", 5, outcome="done", seconds=4, waited="the yeast is slow", **one),
    ]
    time = "2026-11-27T12:00:0{}+00:00"
    knead = StepSummary(
        "knead", 1, "done", "knead it", "", "", 4, time.format(1), {"gate": "dough"}
    )
    cut = StepSummary("bake", 1, "unknown", "", "", "", 0, time.format(2), {})
    found = carried_out(events)
    assert found == [
        Carried(knead, "s1", "olive", "1 · Knead", True, "the yeast is slow"),
        Carried(cut, "s2", "olive", "", False, ""),
    ]
    assert [one.gate for one in found] == ["dough", ""]
    assert (found[0].began, found[0].ended) == (NOON + 1, NOON + 5)


@pytest.mark.parametrize(
    ("outcomes", "together"),
    [
        ((), ""),
        (("done", "already"), "done"),
        (("done", "planned"), "planned"),
        (("waived", "done"), "waived"),
        (("already", "good"), "good"),
        (("planned", "unknown"), "unknown"),
        (("failed", "refused"), "refused"),
    ],
)
def test_a_part_is_what_the_worst_of_its_steps_came_to(
    outcomes: tuple[str, ...], together: str
) -> None:
    steps = [carried("bake", outcome, oven=str(at)) for at, outcome in enumerate(outcomes)]
    assert outcome_of(steps) == together


def test_a_step_that_was_carried_out_again_is_what_it_came_to_last() -> None:
    failed, glaze = carried("bake", "failed"), carried("glaze", "good")
    again = replace(carried("bake"), session="s2", operator="mia")
    assert newest([failed, glaze, again]) == [again, glaze]
    assert outcome_of([failed, glaze, again]) == "done"


def decided(verdict: str, second: int, by: str, **more: str) -> Event:
    return event(verdict, second, **{**DOUGH, "by": by, **more})


@pytest.mark.parametrize(
    ("then", "wait"),
    [
        ([], (30, "", "")),
        ([decided("approved", 20, "mia")], (20, "approved", "mia")),
        ([decided("approved", 20, "mia", digest="d2")], (30, "", "")),
        ([decided("approved", 20, "mia", gate="glaze")], (30, "", "")),
        ([event("waived", 20, **DOUGH, by="mia")], (30, "", "")),
        ([decided("approved", 5, "mia")], (10, "approved", "mia")),
        (
            [decided("rejected", 22, "ann"), decided("approved", 20, "mia")],
            (22, "rejected", "ann, mia"),
        ),
        (
            [decided("approved", 20, "mia"), decided("approved", 25, "mia")],
            (25, "approved", "mia"),
        ),
    ],
)
def test_people_are_waited_for_until_their_last_decision_on_just_that(
    then: list[Event], wait: tuple[int, str, str]
) -> None:
    asked = [event("asked", at, kind="by hand", **DOUGH) for at in (10, 15)]
    ended, verdict, by = wait
    found = waits_for_people([*asked, *then], NOON + 30)
    assert found == [Wait("dough", "by hand", NOON + 10, NOON + ended, verdict, by)]


def test_a_question_of_which_the_clock_says_that_it_is_to_come_has_waited_for_nothing() -> None:
    asked = event("asked", 40, gate="glaze", digest="d2")
    assert waits_for_people([asked], NOON) == [Wait("glaze", "", NOON + 40, NOON + 40)]


def test_what_is_no_time_is_none() -> None:
    assert seconds_of("soon") == 0.0

"""What events look like on disk, for good; and which changes nobody has looked at since."""

import hashlib
from typing import Any

import pytest

from runbook_lib.errors import Failed
from runbook_lib.journal.events import (
    START,
    Event,
    canonical,
    check_shape,
    read_line,
    seal,
    since_abandoned,
    unsettled,
)

SAID = {"event": "noted", "time": "2026-01-02T12:00:00.000+00:00", "session": "s1"}
KEPT = (
    '{"event":"noted","operator":"olive","previous":"' + "0" * 64 + '",'
    '"session":"s1","time":"2026-01-02T12:00:00.000+00:00"}'
)
"""What is hashed of that event, as every journal has it."""


def test_an_event_is_written_in_one_way_for_good() -> None:
    assert canonical({"b": "é", "a": [1, {"d": 2, "c": None}]}) == (
        '{"a":[1,{"c":null,"d":2}],"b":"é"}'
    )
    with pytest.raises(ValueError):
        canonical({"seconds": float("nan")})


def test_the_hash_of_an_event_is_the_same_for_good() -> None:
    """One that was computed otherwise would refuse each journal that was ever kept."""
    sealed = seal({**SAID, "operator": "olive"}, START)
    assert sealed.hash == hashlib.sha256(KEPT.encode()).hexdigest()
    assert read_line(sealed.line().encode(), START, "line 1") == sealed


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"event": "intent", "step": "push", "number": 1, "announced": 7}, "announced: 7"),
        ({"event": "intent", "step": "push", "number": True, "announced": "x"}, "number: True"),
        ({"event": "intent", "step": "push", "number": 1}, "'announced'"),
        ({"event": "noted", "seconds": "long"}, "seconds: 'long'"),
        (
            {"event": "outcome", "step": "push", "number": 1, "outcome": "splendid"},
            "outcome: 'splendid'",
        ),
    ],
)
def test_what_is_wrong_with_an_event_of_others_is_named(more: dict[str, Any], said: str) -> None:
    event = seal({**SAID, "operator": "olive", **more}, START)
    with pytest.raises(Failed) as caught:
        check_shape(event, "s1 line 2")
    assert str(caught.value) == (
        f"s1 line 2: expected an event as a session writes it, found {said}"
    )


def begun(number: int, session: str = "s1", *, step: str = "push", **arguments: str) -> list[Event]:
    """A step that has announced what it is about to do."""
    said = {"session": session, "number": number, "step": step}
    return [
        Event({**said, "event": "started", "arguments": arguments}, START, ""),
        Event({**said, "event": "intent", "announced": f"{step} {session} {number}"}, START, ""),
    ]


def ended(outcome: str, number: int, session: str = "s1", *, step: str = "push") -> list[Event]:
    said = {"session": session, "number": number, "step": step, "outcome": outcome}
    return [Event({**said, "event": "outcome"}, START, "")]


def left(*events: list[Event]) -> list[str]:
    """What is still open, as it was announced."""
    return [str(one.said["announced"]) for one in unsettled([each for e in events for each in e])]


@pytest.mark.parametrize(
    ("outcome", "open_still"),
    [("done", []), ("refused", []), ("failed", []), ("waiting", []), ("unknown", ["push s1 1"])],
)
def test_any_outcome_but_unknown_settles_the_change_that_it_is_of(
    outcome: str, open_still: list[str]
) -> None:
    assert left(begun(1)) == ["push s1 1"]
    assert left(begun(1), ended(outcome, 1)) == open_still


@pytest.mark.parametrize(
    ("outcome", "settled"),
    [
        ("good", True), ("already", True), ("done", True),
        ("refused", False), ("failed", False), ("waiting", False), ("planned", False),
    ],
)  # fmt: skip
def test_what_was_left_open_is_settled_by_the_same_call_that_has_found_it(
    outcome: str, settled: bool
) -> None:
    again = [*begun(1, "s2", tag="1.9")[:1], *ended(outcome, 1, "s2")]
    assert left(begun(1, tag="1.9"), again) == ([] if settled else ["push s1 1"])


def test_another_step_or_another_call_of_the_same_settles_nothing() -> None:
    first = begun(1, tag="1.9")
    for step, tag in (("push", "2.0"), ("sign", "1.9")):
        other = [*begun(2, step=step, tag=tag), *ended("done", 2, step=step)]
        assert left(first, other) == ["push s1 1"]


@pytest.mark.parametrize(
    ("abandoned", "counts"),
    [((), "s1 s2 s3"), (("s1",), "s2 s3"), (("s2", "s1"), "s3"), (("s3",), "")],
)
def test_what_was_before_the_last_session_that_abandoned_a_run_counts_no_more(
    abandoned: tuple[str, ...], counts: str
) -> None:
    events = [Event({"event": "noted", "session": f"s{at}"}, START, "") for at in (1, 2, 3)]
    over = [Event({"event": "abandoned", "session": session}, START, "") for session in abandoned]
    assert since_abandoned([*over, *events]) == [
        event for event in events if event.said["session"] in counts.split()
    ]

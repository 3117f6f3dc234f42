"""Examinations run side by side, and none holds up the others, whatever it does."""

import threading
import time
from collections.abc import Iterator

from runbook_lib.doctor.examining import Examination, examine
from runbook_lib.errors import UsageError
from runbook_lib.policy.diagnosis import Diagnosis, good


def well(name: str) -> Examination:
    return Examination(name, lambda: [good(name, f"{name} is here")])


def test_what_is_found_stands_in_the_order_of_the_questions() -> None:
    found = examine([well("a"), well("b"), well("c")])
    assert [one.of for one in found] == ["a", "b", "c"]


def test_who_gives_no_answer_is_told_with_what_was_found_before() -> None:
    never = threading.Event()

    def half() -> Iterator[Diagnosis]:
        yield good("half", "the first half")
        never.wait(20)

    begun = time.monotonic()
    found = examine([Examination("half", half), well("b")], limit=0.2)
    assert time.monotonic() - begun < 5
    assert [(one.of, one.state) for one in found] == [
        ("half", "good"),
        ("half", "missing"),
        ("b", "good"),
    ]
    never.set()


def test_an_examination_that_breaks_leaves_the_others_as_they_are() -> None:
    def broken() -> Iterator[Diagnosis]:
        yield good("first", "is here")
        raise ZeroDivisionError("by nothing")

    found = examine([Examination("broken", broken), well("b")])
    assert [one.state for one in found] == ["good", "missing", "good"]
    assert "by nothing" in found[1].found


def test_the_same_trouble_is_told_once() -> None:
    def refused() -> Iterator[Diagnosis]:
        raise UsageError("expected a secret, found none: set it")
        yield

    found = examine([Examination("one", refused), Examination("other", refused)])
    assert [(one.of, one.found, one.mend) for one in found] == [("one", "none", "set it")]

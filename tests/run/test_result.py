"""What came of a run, in one line: never more than its journal says."""

from dataclasses import replace

import pytest

from runbook_lib.journal.summary import StepSummary, summarise
from runbook_lib.run.result import result_line

SESSION = replace(summarise([]), runbook="release", run="release/tide/1.9")


def step(name: str, outcome: str, number: int = 1) -> StepSummary:
    return StepSummary(name, number, outcome, "", "", "", 0.0, "", {})


PUSH, PUBLISH = step("push", "done"), step("publish", "done", 2)


@pytest.mark.parametrize(
    ("outcome", "steps", "result", "said"),
    [
        ("done", (PUSH, PUBLISH), "1.9 is published", "✔ release/tide/1.9: 1.9 is published"),
        ("done", (PUSH, PUBLISH), "", "✔ release/tide/1.9: done, 2 steps"),
        ("done", (PUSH, step("publish", "refused", 2)), "1.9 is published",
         "✔ release/tide/1.9: closed, though not all is done: publish refused"),
        ("done", (step("push", "failed"), step("publish", "unknown", 2)), "1.9 is published",
         "✔ release/tide/1.9: closed, though not all is done: push failed, publish unknown"),
        ("done", (step("push", "failed"), step("push", "done", 2)), "1.9 is published",
         "✔ release/tide/1.9: 1.9 is published"),
        ("planned", (PUSH, PUBLISH, step("announce", "planned", 3)), "1.9 is published",
         "○ release/tide/1.9: nothing was changed; 1 of 3 steps would still have to be done"),
        ("waiting", (PUSH, step("publish", "waiting", 2)), "",
         "… release/tide/1.9: waiting at “17 · Publish”: #1 is open; 1 change made before that"),
        ("refused", (), "", "✘ release/tide/1.9: refused at “17 · Publish”"),
        ("unknown", (step("push", "unknown"),), "",
         "? release/tide/1.9: unknown at “17 · Publish”"),
        ("failed", (PUSH, PUBLISH), "",
         "✘ release/tide/1.9: failed at “17 · Publish”; 2 changes made before that"),
    ],
)  # fmt: skip
def test_it_says_what_came_of_it_and_no_more(
    outcome: str, steps: tuple[StepSummary, ...], result: str, said: str
) -> None:
    summary = replace(SESSION, steps=steps, result=result)
    why = "#1 is open; run this again"
    assert result_line(outcome, "release", summary, place="17 · Publish", why=why) == said


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("a review is missing\nThe record is there", "a review is missing"),
        ("a review is missing; run this again", "a review is missing"),
        ("x" * 100, "x" * 100),
        ("x" * 101, "x" * 100 + "…"),
    ],
)
def test_of_what_it_waits_for_it_says_what_is_missing_as_far_as_a_line_takes_it(
    why: str, said: str
) -> None:
    assert result_line("waiting", "release", SESSION, why=why) == (
        f"… release/tide/1.9: waiting: {said}"
    )


def test_where_no_journal_says_what_was_done_no_more_is_said() -> None:
    assert result_line("done", "release", None) == "✔ release: done, 0 steps"


def test_it_steers_nothing_and_stays_one_line() -> None:
    summary = replace(SESSION, result="a\n\x1b[2Jb")
    assert result_line("done", "release", summary) == "✔ release/tide/1.9: a <U+001B>[2Jb"
    assert result_line("refused", "release", None) == "✘ release: refused"


def test_what_was_let_pass_is_said_in_the_end() -> None:
    waived = replace(SESSION, steps=(PUSH, step("check_lag", "waived", 2)), waived="lag")
    assert result_line("done", "release", waived).endswith("done, 2 steps; waived: lag")
    assert result_line("waiting", "release", waived, why="a gate").endswith("; waived: lag")

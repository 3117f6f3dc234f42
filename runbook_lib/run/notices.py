"""What is said of a run to those who are not at it: what happened, and what to do."""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runbook_lib.display.lines import SIGNS
from runbook_lib.errors import RunbookError
from runbook_lib.frozen import frozen
from runbook_lib.journal.decision import SHOWN
from runbook_lib.journal.events import Event, digest
from runbook_lib.journal.summary import OPEN, SessionSummary, StepSummary, said_by, summarise
from runbook_lib.policy.questions import words_of
from runbook_lib.profile import Occasion
from runbook_lib.run.result import first_clause, result_line
from runbook_lib.steps.question import Question, approve_command, as_question, by_comment
from runbook_lib.steps.report import words

NUMBERS = re.compile(r"\d+")
"""What changes in a wait from session to session, while it waits for the same."""
ENDINGS: Mapping[str, Occasion] = {
    "waiting": "waiting",
    "refused": "refused",
    "failed": "failed",
    "unknown": "failed",
}


@frozen
class Notice:
    """One thing to tell; `about` is the digest of what it is about, by which it is told once."""

    occasion: Occasion | Literal["reminder"]
    about: str
    title: str
    text: str


def gate_notice(question: Question) -> Notice:
    """That a gate has opened, and how it is answered."""
    whose, words = f" by {question.of}" if question.of else "", words_of(question.kind)
    lines = (
        f"The {words.noun} {question.gate} waits for {words.waits}{whose} "
        f"({question.digest:.{SHOWN}}).",
        f"To read it: {shlex.join(['runbook', 'show', question.run, '--gate', question.gate])}",
        f"To answer it: {approve_command(question)}{by_comment(question)}",
    )
    about = digest(f"{question.gate} {question.digest}")
    return Notice("gate", about, f"… {question.run}: {question.title}", "\n".join(lines))


def reminder(run: str, state: str, link: str, whom: str) -> Notice:
    """That a run still waits, for whom somebody at it has this said to."""
    about = digest(NUMBERS.sub("0", f"reminder {run}: {state}"))
    lines = (state, f"It waits for {whom}." if whom else "", link)
    return Notice("reminder", about, f"… {run} still waits", "\n".join(filter(None, lines)))


def end_notice(events: Sequence[Event], error: BaseException | None = None) -> Notice | None:
    """What a session ends as, given its events, and the error of its last cell; None for a plan."""
    summary = summarise(events)
    last = summary.steps[-1] if summary.steps else None
    if summary.outcome == "planned":
        return None
    if summary.outcome not in OPEN:
        title = result_line(summary.outcome, "", summary)
        shown = f"To read what was done: runbook show {summary.run or summary.session}"
        return Notice("ended", digest(title), title, shown)
    question = open_question(events, last)
    if question is not None:
        return gate_notice(question)
    died = any(event.kind == "recovered" for event in events)
    return stopped(summary, last, died=died, error=error)


def open_question(events: Sequence[Event], last: StepSummary | None) -> Question | None:
    """What a gate asks for, where that is what a session stopped at."""
    asked = said_by(events, "asked")
    if not asked or last is None or last.outcome != "waiting":
        return None
    return as_question(asked) if last.step in ("approve", "by_hand") else None


def stopped(
    summary: SessionSummary, last: StepSummary | None, *, died: bool, error: BaseException | None
) -> Notice:
    """Where a session stopped, and why: at its last step, or with an error in a cell."""
    if last is not None and last.outcome in OPEN:
        outcome, link = last.outcome, last.link
        why = last.detail or f"nobody has seen how this ended: {last.announced or words(last.step)}"
        what = f"{last.step} {last.arguments}"
    else:
        outcome, why = raised(summary.outcome, died, error)
        what, link = summary.runbook, ""
    about = digest(NUMBERS.sub("0", f"{outcome} {what}: {first_clause(why)}"))
    title = result_line(outcome, "", summary, why=why)
    given = {**summary.parameters, **summary.named}
    go_on = f"To go on: {go_on_command(summary.runbook, given)}"
    lines = [*why.strip().splitlines(), link, go_on]
    return Notice(ENDINGS[outcome], about, title, "\n".join(filter(None, lines)))


def raised(outcome: str, died: bool, error: BaseException | None) -> tuple[str, str]:
    """What a session came to whose last step came to a good end, and why."""
    if died:
        return "failed", "its session died between two steps"
    if isinstance(error, RunbookError):
        return error.outcome, str(error)
    if error is not None:
        return "failed", f"a cell raised {type(error).__name__}: {error}"
    return outcome, "it ended between two steps"


def kept_private(notice: Notice, runbook: str) -> Notice:
    """The same of a private run: the runbook's name, and what it came to, alone."""
    occasion = "waiting" if notice.occasion in ("gate", "reminder") else notice.occasion
    sign = SIGNS["done" if occasion == "ended" else occasion]
    text = "It is a private one: runbook status says more, on the machine where it is kept."
    return Notice(notice.occasion, notice.about, f"{sign} {runbook}: {occasion}", text)


def go_on_command(runbook: str, parameters: Mapping[str, Any]) -> str:
    """What goes on with a run from a terminal."""
    given = [
        f"{name}={as_given(value)}" for name, value in parameters.items() if is_given(name, value)
    ]
    return shlex.join(["runbook", "run", runbook, *(part for one in given for part in ("-p", one))])


def is_given(name: str, value: object) -> bool:
    """Whether a parameter has to be given: an empty one, or no plan, is left to its default."""
    return value not in ("", None) and not (name == "plan" and value is False)


def as_given(value: object) -> str:
    """A parameter's value as `-p` reads it: a list or a table as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)

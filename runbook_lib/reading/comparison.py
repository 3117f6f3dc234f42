"""Two sessions or runs side by side: what was given, decided, done, and how long it took."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from difflib import SequenceMatcher
from typing import Any

from runbook_lib.errors import Failed
from runbook_lib.frozen import frozen
from runbook_lib.journal.summary import SessionSummary, StepSummary, newest_steps
from runbook_lib.policy.durations import duration
from runbook_lib.reading.finding import Found, is_approval
from runbook_lib.reading.times import seconds_between
from runbook_lib.record.heading import written
from runbook_lib.record.weaving import step_line


@frozen
class Row:
    """One thing on both sides; None where a side has it not."""

    name: str
    left: str | None
    right: str | None
    note: str = ""
    """What may differ without being a difference: times."""

    @property
    def same(self) -> bool:
        """Whether both sides say the same."""
        return self.left == self.right

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return asdict(self) | {"same": self.same}


@frozen
class Side:
    """A session, or a run's sessions as one: the newest word of each step and parameter."""

    name: str
    sessions: tuple[SessionSummary, ...]

    @property
    def newest(self) -> SessionSummary:
        """The last session that carried steps out."""
        return self.sessions[-1]

    @property
    def steps(self) -> list[StepSummary]:
        """The last carrying-out of each step, in the order of the first ones."""
        return newest_steps([step for session in self.sessions for step in session.steps])

    def merged(self, name: str) -> dict[str, Any]:
        """What the sessions say under a name, later ones last."""
        return {key: value for one in self.sessions for key, value in getattr(one, name).items()}


@frozen
class Comparison:
    """Two sides, part by part."""

    left: str
    right: str
    parts: dict[str, tuple[Row, ...]]

    @property
    def same(self) -> bool:
        """Whether nothing differs but who, where, when and how long."""
        return all(row.same for name, rows in self.parts.items() if name != "facts" for row in rows)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        parts = {name: [row.to_dict() for row in rows] for name, rows in self.parts.items()}
        return {"left": self.left, "right": self.right, "same": self.same, **parts}


def compare(left: Found, right: Found) -> Comparison:
    """What two runs or sessions have in common, and in what they differ."""
    one, other = side(left), side(right)
    parts = {
        "facts": paired(facts(one), facts(other)),
        "parameters": paired(texts(one, "parameters"), texts(other, "parameters")),
        "decided": paired(texts(one, "decided"), texts(other, "decided")),
        "steps": tuple(step_rows(one.steps, other.steps)),
        "decisions": paired(decisions(one), decisions(other)),
    }
    return Comparison(left.name, right.name, parts)


def side(found: Found) -> Side:
    """A run or session to be compared; raises `Failed` where one of its journals is damaged."""
    damaged = next((session for session in found.sessions if session.problem), None)
    if damaged is not None:
        raise Failed(damaged.problem)
    worked = [session for session in found.sessions if not is_approval(session)]
    approvals = [session for session in found.sessions if is_approval(session)]
    return Side(found.name, tuple(one.summary for one in [*approvals, *worked]))


def facts(one: Side) -> dict[str, str]:
    """What a side was: who, where, when, and what it came to."""
    names = ("runbook", "run", "profile", "operator", "host", "library", "runbook_commit")
    newest, first = one.newest, min(session.started for session in one.sessions)
    took = sum(seconds_between(session.started, session.ended) for session in one.sessions)
    return {
        "outcome": newest.outcome,
        **{name: str(getattr(newest, name)) for name in names},
        "sessions": str(len(one.sessions)),
        "started": first,
        "took": duration(took),
    }


def texts(one: Side, name: str) -> dict[str, str]:
    """Parameters, or what was decided, as texts."""
    return {key: written(value) for key, value in one.merged(name).items()}


def decisions(one: Side) -> dict[str, str]:
    """The last word of each person at each gate."""
    made = (decision for session in one.sessions for decision in session.decisions)
    return {
        f"{each.gate}, {each.by}": f"{each.verb} {each.digest:.12}"
        + (f": {each.why}" if each.why else "")
        for each in sorted(made, key=lambda each: each.time)
    }


def paired(left: Mapping[str, str], right: Mapping[str, str]) -> tuple[Row, ...]:
    """What both sides say under each name, in the left one's order."""
    names = [*left, *(name for name in right if name not in left)]
    return tuple(Row(name, left.get(name), right.get(name)) for name in names)


def step_rows(left: Sequence[StepSummary], right: Sequence[StepSummary]) -> Iterator[Row]:
    """The steps of both sides, each beside its like."""
    ours, theirs = ([step.title for step in steps] for steps in (left, right))
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            pairs: Iterable[tuple[StepSummary | None, StepSummary | None]]
            pairs = zip(left[a:b], right[c:d], strict=True)
        else:
            pairs = [*((one, None) for one in left[a:b]), *((None, one) for one in right[c:d])]
        yield from (step_row(*pair) for pair in pairs)


def step_row(left: StepSummary | None, right: StepSummary | None) -> Row:
    """A step on both sides."""
    named = left or right
    assert named is not None, "a row has at least one side"
    times = (f"{step.seconds:.1f} s" if step else "" for step in (left, right))
    return Row(named.title, said(left), said(right), " | ".join(times))


def said(step: StepSummary | None) -> str | None:
    """What a step came to."""
    if step is None:
        return None
    return f"{step.outcome}  {step_line(step).report.said}".rstrip()

"""What gates have asked for: the text that a person approves, and what was decided on it."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.journal.decision import SHOWN, Decision
from runbook_lib.journal.events import Event, since_abandoned
from runbook_lib.policy.questions import GATE, words_of
from runbook_lib.policy.quorum import Count, Person, Rule, count
from runbook_lib.policy.visible import one_line, point_out, visible
from runbook_lib.reading.finding import Found
from runbook_lib.reading.lines import indented, sign
from runbook_lib.reading.times import local
from runbook_lib.steps.decisions import last_asked, read_decisions
from runbook_lib.steps.question import PLAIN, Question, approve_command, as_question


@frozen
class Asked:
    """What a gate asks for now: the text, its digest, who asked when, and what was decided."""

    run: str
    gate: str
    title: str
    text: str
    digest: str
    asked: str
    session: str
    operator: str
    decisions: tuple[Decision, ...] = ()
    rule: Rule = PLAIN
    account: str = ""
    host: str = ""
    kind: str = GATE
    evidence: str = ""
    comments: str = ""
    """Where it can be answered by a comment, too."""

    @property
    def count(self) -> Count:
        """Who has approved, as the gate's rule counts them; the operator is who asked."""
        return count(self.rule, self.decisions, Person(self.operator, self.account, self.host))

    @property
    def enough(self) -> bool:
        """Whether it takes nobody more: run again, the run goes on, or is told of a rejection."""
        rejected = bool(self.decisions) and self.decisions[-1].verdict == "rejected"
        return self.count.enough or rejected

    @property
    def how_far(self) -> str:
        """What has been decided, and why that is not enough."""
        decided = [f"{each.verb} by {each.by}" for each in self.decisions]
        return "; ".join([*decided, *filter(None, [str(self.count)])])

    @property
    def command(self) -> str:
        """What answers just this from a terminal."""
        asked = Question(self.run, self.gate, self.title, self.text, self.digest)
        return approve_command(replace(asked, kind=self.kind, evidence=self.evidence))

    @property
    def by_comment(self) -> str:
        """How it is answered by a comment, and where."""
        return f"approve {self.digest:.{SHOWN}} on {self.comments}"

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        more = {"command": self.command, "how_far": self.how_far}
        return asdict(self) | {"decisions": [one.to_dict() for one in self.decisions]} | more

    def __str__(self) -> str:
        words = words_of(self.kind)
        lines = [
            f"run      {one_line(self.run)}",
            f"{words.noun:<8} {one_line(self.gate)}: {one_line(self.title)}",
            f"digest   {one_line(self.digest)}",
            f"asked    {local(self.asked)} by {one_line(self.operator)}",
            *(f"decided  {one_line(told(one))}" for one in self.decisions),
            *([f"so far   {one_line(str(self.count))}"] if str(self.count) else []),
            *point_out(self.text).splitlines(),
            "",
            indented(visible(self.text), "   "),
            "",
            f"To {words.command} it: {one_line(self.command)}",
            *([f"or a comment: {one_line(self.by_comment)}"] if self.comments else []),
        ]
        return "\n".join(lines)


def told(one: Decision) -> str:
    """A decision on a line."""
    reason = f": {one.why}" if one.why else ""
    reason += f" ({one.link})" if one.link else ""
    return f"{sign(one.verb)} by {one.by} on {one.host} ({one.how}), {local(one.time)}{reason}"


def find_asked(found: Found, gate: str, kind: str = "") -> Asked:
    """What a gate of a run asks for now; raises `UsageError` where it has asked nothing.

    `kind` says which kind of question it is; by default any.
    """
    events = [event for session in found.sessions for event in session.events]
    return newest_asked(since_abandoned(events), gate, found.name, kind)


def newest_asked(events: Sequence[Event], gate: str, run: str, kind: str = "") -> Asked:
    """What a gate has asked for last, as `runbook approve` finds it."""
    event = last_asked(events, gate, run, kind)
    said, question = event.said, as_question(event.said)
    names = ("run", "gate", "title", "text", "digest", "rule", "kind", "evidence", "comments")
    known = {name: getattr(question, name) for name in names}
    texts = ("session", "operator", "account", "host")
    known |= {name: str(said.get(name) or "") for name in texts}
    decisions = tuple(read_decisions(events, question))
    return Asked(**known, asked=str(said["time"]), decisions=decisions)

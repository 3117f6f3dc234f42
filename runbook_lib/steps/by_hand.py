"""Steps by hand: what a person does, and confirms with evidence.

Such a step is a question like a gate's, whose answer carries the evidence: it holds what stands
behind it, waits as a gate does, and is asked anew where its text has changed.
"""

from collections.abc import Generator
from functools import partial

from runbook_lib.errors import Outcome, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.decision import Decision
from runbook_lib.journal.journal import digest
from runbook_lib.notebook.gate_places import Position
from runbook_lib.policy.by_hand import in_words, misfit, pattern_of, slug
from runbook_lib.policy.questions import BY_HAND, refuse_unnamed
from runbook_lib.policy.visible import Shown
from runbook_lib.steps.decisions import refuse_unjoined
from runbook_lib.steps.gate import Gates
from runbook_lib.steps.guard import GateGuard
from runbook_lib.steps.question import Question

STEP = "by_hand"
"""What such a step is called in a journal."""


@frozen
class DoneByHand(Shown):
    """What a person has done, as they confirmed it: who, when (ISO), how, and with which evidence.

    `digest` stands for what they were asked to do.
    """

    title: str
    name: str
    digest: str
    by: str
    time: str
    how: str
    evidence: str = ""
    reason: str = ""

    @property
    def link(self) -> str:
        """The evidence, where it is a link."""
        return self.evidence if self.evidence.startswith(("https://", "http://")) else ""

    def __str__(self) -> str:
        said = "; ".join(filter(None, (self.evidence, self.reason)))
        when = f"{self.time[:16].replace('T', ' ')} UTC"
        told = f": {said}" if said else ""
        return f"{self.title}: confirmed by {self.by} at {when} ({self.how}){told}"


class HandSteps:
    """The steps by hand of one run, as one of its sessions comes to them."""

    def __init__(self, gates: Gates, guard: GateGuard) -> None:
        self.gates = gates
        self.guard = guard

    def carry_out(
        self, title: str, *, good: str = "", evidence: str = "", example: str = "", name: str = ""
    ) -> DoneByHand:
        """Have a person do it, and confirm it; ends as `waiting` until they have.

        `good` says how they see that it is done. `evidence` is what they give: `link`, `number`,
        `text`, or a regular expression; `example` is what the sandbox's people give. On the command
        line it is called `name`, by default its title's words. Where somebody says that it can't be
        done it is `Refused`, until its text changes or somebody confirms it after all.
        """
        question = self.question(title, good, pattern_of(evidence), example, name or slug(title))
        told = {"gate": question.gate, "digest": question.digest}
        return self.gates.runner.perform(
            STEP,
            partial(self.look, question),
            {"of": question.gate, "title": title, "good": good, "evidence": question.evidence},
            holds=self.found(told),
            guard=partial(self.guard, besides=question.gate),
            planned=f"by hand: {title}",
            told=told,
        )

    def question(self, title: str, good: str, pattern: str, example: str, name: str) -> Question:
        """What is asked; raises `UsageError` where nobody could tell it from something else."""
        if not slug(name):
            raise UsageError(f"expected a title that says what to do, found {title!r}: write one")
        refuse_unnamed(BY_HAND, name)
        if example and misfit(pattern, example):
            raise UsageError(
                f"expected example={example!r} to fit the evidence that {name} asks for, "
                f"{in_words(pattern) if pattern else 'none'}; correct one of them"
            )
        rows = ((title, ""), (good, "Good: "), (pattern and in_words(pattern), "Evidence: "))
        text = "\n".join(f"{head}{said}" for said, head in rows if said)
        rule = self.gates.rule(name)
        run = self.gates.runner.journal.run or ""
        return Question(
            *(run, name, title, text, digest(text)),
            note=self.gates.note,
            rule=rule,
            kind=BY_HAND,
            evidence=pattern,
            example=example,
        )

    def look(self, question: Question) -> Generator[str, None, DoneByHand]:
        """Find that it is confirmed, or ask for it."""
        at = self.gates.position()
        self.refuse_twice(question, at)
        self.gates.asked[question.gate] = (question, at)
        decision = self.gates.decision(question)
        if decision is None:
            refuse_unjoined(self.gates.runner.journal, question)
            yield f"by hand: {question.title}"
            self.gates.ask(question)
            decision = self.gates.decided(question)
        return self.done(question, decision)

    def refuse_twice(self, question: Question, at: Position) -> None:
        """Raise `UsageError` where something else in the run is called as this is."""
        other, there = self.gates.asked.get(question.gate, (question, at))
        placed = [one for one in self.guard.places.gates if one.name == question.gate]
        moved = None not in (at.cell, there.cell) and (at.cell, at.line) != (there.cell, there.line)
        if other.kind != BY_HAND or len(placed) > 1 or (moved and other.digest != question.digest):
            raise UsageError(
                f"expected one step by hand or gate called {question.gate}, found another: "
                "give this one a name of its own, by_hand(…, name='…')"
            )

    def done(self, question: Question, last: Decision) -> DoneByHand:
        """What was confirmed, by whom of those that count."""
        decisions = self.gates.decisions(question)
        people = self.gates.count(question, decisions).people
        counted = [one for one in decisions if one.by in people and one.verdict == "approved"]
        newest = next((one for one in reversed(counted)), last)
        return DoneByHand(
            question.title,
            question.gate,
            question.digest,
            ", ".join(people),
            newest.time,
            newest.how,
            "; ".join(dict.fromkeys(one.evidence for one in counted if one.evidence)),
            "; ".join(dict.fromkeys(one.reason for one in counted if one.reason)),
        )

    def found(self, told: dict[str, str]) -> Outcome:
        """What it comes to where it is confirmed: `already`, once a session has found that."""
        runner = self.gates.runner
        runner.journal.refresh()
        seen = [runner.journal.find("outcome", outcome=one, **told) for one in ("done", "already")]
        return "already" if runner.plan or any(seen) else "done"

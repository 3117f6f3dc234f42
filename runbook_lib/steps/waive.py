"""Waivers: a person lets a check pass that refused, where the profile allows that by name.

What is let pass is that very refusal: the check, what it was given, and its words. A waiver is a
question like a gate's, put beside the refusal; unlike a gate it holds nothing.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

from runbook_lib.errors import Refused, Waiting
from runbook_lib.journal.decision import SHOWN
from runbook_lib.journal.journal import canonical, digest
from runbook_lib.policy.questions import WAIVER
from runbook_lib.policy.quorum import Rule
from runbook_lib.policy.refusals import lasting_words
from runbook_lib.policy.sentence import sentence
from runbook_lib.steps.gate import Gates
from runbook_lib.steps.question import Question, approve_command
from runbook_lib.steps.report import words
from runbook_lib.steps.waived import LetPass, Waived


def refusal_digest(name: str, arguments: Mapping[str, Any], about: str) -> str:
    """What stands for a refusal: the check's name, what it was given, and its lasting words."""
    return digest(canonical({"waive": name, "arguments": dict(arguments), "refusal": about}))


class Waivers:
    """The checks of a run that may be waived, each with the rule of who may."""

    def __init__(
        self, gates: Gates, rules: Mapping[str, Rule], *, pause: Callable[[], object] = bool
    ) -> None:
        self.gates = gates
        self.rules = rules
        self.pause = pause
        """Lets others see what is asked."""

    def earlier(self, name: str, arguments: Mapping[str, Any], said: str) -> LetPass | None:
        """That somebody has let it pass with just these words; None where nobody has."""
        if name not in self.rules or self.gates.runner.journal.run is None:
            return None
        self.gates.runner.journal.refresh()
        return self.let_pass(self.question(name, arguments, said))

    def waive(
        self, name: str, arguments: Mapping[str, Any], refusal: Refused | Waiting, said: str
    ) -> LetPass:
        """That somebody has let it pass; else they are asked, and the refusal is raised.

        What is no rule's own word (see `errors.Refused`) is never waived.
        """
        if name not in self.rules or not getattr(refusal, "waivable", True):
            raise refusal
        question = self.question(name, arguments, said)
        if not question.run:
            self.refuse(refusal, "before that, the run has to join its subject")
        self.gates.refresh()
        self.gates.runner.journal.refresh()
        found = self.let_pass(question, refusal)
        if found is None and self.gates.runner.plan:
            raise refusal
        if found is None:
            self.gates.ask(question)
            found = self.let_pass(question, refusal)
            self.pause()
        return found or self.refuse(refusal, approve_command(question), self.how_far(question))

    def question(self, name: str, arguments: Mapping[str, Any], said: str) -> Question:
        """The question whether that refusal may be let pass."""
        journal = self.gates.runner.journal
        about = lasting_words(journal.mask(said), datetime.now(UTC))
        return Question(
            journal.run or "",
            name,
            f"Let {words(name)} pass, which refused",
            about,
            refusal_digest(name, arguments, about),
            note=self.gates.note,
            rule=self.rules[name],
            kind=WAIVER,
        )

    def let_pass(self, question: Question, refusal: Any = None) -> LetPass | None:
        """What the check comes to where enough people have let it pass; else None."""
        decisions = self.gates.decisions(question)
        count = self.gates.count(question, decisions)
        if not count.enough:
            return None
        last = [one for one in decisions if one.by in count.people][-1]
        by = f"waived by {', '.join(count.people)} ({last.how}): {last.reason}"
        said = f"{question.gate} {question.digest:.{SHOWN}} {by}"
        told = {"gate": question.gate, "digest": question.digest, "text": question.text}
        value = getattr(refusal, "value", None)
        stands = Waived(said, question.digest) if value is None else value
        return LetPass(f"{said}\n{question.text}", told, stands)

    def how_far(self, question: Question) -> str:
        """Who has let it pass so far, and why that is not enough."""
        return str(self.gates.count(question, self.gates.decisions(question)))

    def refuse(self, refusal: Refused | Waiting, how: str, how_far: str = "") -> NoReturn:
        """Raise the refusal, with how it may be let pass."""
        told = f" ({how_far})" if how_far else ""
        refusal.args = (f"{sentence(refusal)} It may be let pass{told}: {how}",)
        raise refusal

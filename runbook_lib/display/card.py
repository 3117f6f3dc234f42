"""A question's card in JupyterLab: what is asked, the buttons that answer, and a reason.

A gate has Approve and Reject, a step by hand Confirm, its evidence and Can't be done, a check that
may be waived Waive.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from textwrap import indent
from typing import Any

from runbook_lib.display.lines import AMBER, GREEN, GREY, RED, VERBATIM, show_changing
from runbook_lib.display.widgets import (
    Answer,
    boxed,
    bring_into_view,
    evidence_field,
    make_button,
    text_field,
    told,
)
from runbook_lib.errors import RunbookError, UsageError
from runbook_lib.policy.questions import BY_HAND, GATE, WAIVER, words_of
from runbook_lib.policy.sentence import sentence
from runbook_lib.policy.visible import as_html, point_out, visible
from runbook_lib.steps.decisions import check_answer
from runbook_lib.steps.gate import Approver, host, whoami
from runbook_lib.steps.question import (
    SHOWN,
    Decision,
    Question,
    Verdict,
    approve_command,
    by_comment,
)


@dataclass(frozen=True)
class Card:
    """The static part of a gate: it stays in the saved notebook, and shows the decision there.

    A page that was reloaded shows it as it was first, for a kernel can't change an output that
    came from a file: so without a decision it says when it was asked, and not that none was made.
    """

    question: Question
    decision: Decision | None = None
    passed: bool = False
    asked: str = ""

    def __str__(self) -> str:
        question = self.question
        text = indent(visible(question.text.rstrip("\n")), "  | ", lambda _: True)
        said = [
            f"  {line}" for line in (question.note, f"{self.state} {self.go_on}".strip()) if line
        ]
        head = visible(f"{question.title}\n  {question.gate} {question.digest:.{SHOWN}}")
        steering = point_out(question.text)
        return "\n".join(filter(None, [head, text, steering, *map(visible, said)]))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self.html()}

    def html(self) -> str:
        """The card as HTML, every text from outside escaped."""
        question, decision = self.question, self.decision
        colour = AMBER if decision is None else COLOURS[decision.verdict]
        note = (
            f'<div style="color:{AMBER}">! {as_html(question.note)}</div>' if question.note else ""
        )
        return (
            f'<div style="border:1px solid {colour};border-left-width:6px;padding:.6em 1em">'
            f"<b>{as_html(question.title)}</b> "
            f"<code>{as_html(question.gate)} {question.digest:.{SHOWN}}</code>{note}"
            f'<pre style="margin:.4em 0;max-height:60em;{VERBATIM}">{as_html(question.text)}</pre>'
            f"<div>{as_html(point_out(question.text))}</div>"
            f'<b style="color:{colour}">{as_html(self.state)}</b> {as_html(self.go_on)}</div>'
        )

    @property
    def state(self) -> str:
        """What has been decided, in words; without a decision, when it was asked."""
        if self.decision is not None:
            return str(self.decision)
        return f"Asked at {self.asked}." if self.asked else "Waiting for a decision."

    @property
    def go_on(self) -> str:
        """What the reader does next."""
        if self.passed:
            return ""
        if self.decision is not None:
            return NEXT[self.decision.verdict].format(words_of(self.question.kind).no)
        return (
            BELOW if self.question.rule.operator_counts is not False else elsewhere(self.question)
        )


COLOURS: dict[Verdict, str] = {"approved": GREEN, "rejected": RED, "not needed": GREY}
NEXT: dict[Verdict, str] = {
    "approved": "Run this cell again, and all below; it says where more people are needed.",
    "rejected": "Nothing goes on until what was {} has changed.",
    "not needed": "",
}
BELOW = (
    "What is decided shows below. Where nothing happens there, the kernel that asked is gone: run "
    "the notebook again from its first cell; what was decided is kept."
)


def elsewhere(question: Question) -> str:
    """What is to be done where the operator does not count."""
    whose = question.of or "Somebody else"
    how = f"{approve_command(question)}{by_comment(question)}"
    return f"{whose} decides, not the operator: {how}"


@dataclass(frozen=True)
class CardApprover:
    """Asks the operator, who steps through the notebook; never blocks the kernel.

    What is not the operator's to decide is put to `others`, where there are any.
    """

    operator: str
    others: Approver | None = None

    def ask(self, question: Question, decide: Callable[[Decision], Decision]) -> None:
        """Show the card and the buttons; a click decides, later, and updates the card."""
        card = show_changing(Card(question, asked=f"{datetime.now(UTC):%H:%M} UTC"))
        if question.rule.operator_counts is not False:
            Buttons(question, self.operator, decide, card.update).show()
        elif self.others is not None:
            self.others.ask(question, decide)


BUTTONS: dict[str, tuple[tuple[str, Verdict], ...]] = {
    GATE: (("Approve", "approved"), ("Reject", "rejected")),
    BY_HAND: (("Confirm", "approved"), ("Can't be done", "rejected")),
    WAIVER: (("Waive", "approved"),),
}


class Buttons:
    """The buttons and fields that answer one question; the first click decides."""

    def __init__(
        self,
        question: Question,
        operator: str,
        decide: Callable[[Decision], Decision],
        update: Callable[[Card], object],
    ) -> None:
        self.question, self.operator, self.decide, self.update = question, operator, decide, update
        self.reason = text_field("why (kept in the record)")
        self.evidence = evidence_field(question)
        self.buttons = [(make_button(*each), each[1]) for each in BUTTONS[question.kind]]
        for button, verdict in self.buttons:
            button.on_click(lambda _, verdict=verdict: self.click(verdict))
        fields = [*self.evidence, self.reason]
        self.widgets = [*fields, *(button for button, _ in self.buttons)]
        self.first = fields[0]
        self.box = boxed(self.widgets)
        self.clicked = False

    def show(self) -> None:
        """Show them below the card."""
        self.answer = show_changing(Answer(self.box))
        bring_into_view(self.first)

    def click(self, verdict: Verdict) -> None:
        """Decide, once: a second click on a slow page is no second decision.

        What lacks evidence or a reason is no decision yet.
        """
        if self.clicked:
            return
        decision = self.decision(verdict)
        try:
            check_answer(self.question, decision, str)
        except UsageError as error:
            self.box.children = [*self.widgets, told(str(error))]
            return
        self.clicked = True
        for widget in self.widgets:
            widget.disabled = True
        self.keep(decision)

    def decision(self, verdict: Verdict) -> Decision:
        """What the operator decides."""
        evidence = [field.value.strip() for field in self.evidence if verdict == "approved"]
        return Decision(
            self.question.gate,
            self.question.digest,
            verdict,
            self.operator,
            host(),
            "card",
            self.reason.value.strip(),
            whoami(),
            kind=self.question.kind,
            evidence="".join(evidence),
        )

    def keep(self, decision: Decision) -> None:
        """Have it kept, and shown on the card."""
        try:
            made = self.decide(decision)
        except RunbookError as error:
            self.tell(f"Not decided: {sentence(error)} Run this cell again.")
        else:
            card = Card(self.question, made)
            self.update(card)
            self.tell(f"{card.state} {card.go_on}")
            self.answer.update(Answer())

    def tell(self, text: str) -> None:
        """Show a text in the place of the buttons: a page that was reloaded sees that alone."""
        self.box.children = [told(text)]

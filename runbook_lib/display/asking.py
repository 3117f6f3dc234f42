"""The buttons and fields under a question's card, for the person at the notebook.

A gate has Approve and Reject, a step by hand Confirm, its evidence and Can't be done, a check that
may be waived Waive. What lets the run pass has it go on by itself.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from runbook_lib.display.banner import Banner
from runbook_lib.display.card import Card
from runbook_lib.display.front_end import go_on, this_cell
from runbook_lib.display.output import show_changing
from runbook_lib.display.revising import Revising
from runbook_lib.display.widgets import (
    Answer,
    boxed,
    bring_into_view,
    evidence_field,
    make_button,
    push_button,
    reason_field,
    told,
)
from runbook_lib.errors import RunbookError, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.decision import Decision, Verdict
from runbook_lib.policy.asked import Revision
from runbook_lib.policy.questions import BY_HAND, GATE, WAIVER
from runbook_lib.policy.quorum import Count
from runbook_lib.policy.sentence import sentence
from runbook_lib.steps.decisions import check_answer
from runbook_lib.steps.gate import Approver, host, whoami
from runbook_lib.steps.question import Question


def uncounted(question: Question) -> Count:
    """How far a question is that nobody has answered yet."""
    return Count(question.rule)


@frozen
class CardApprover:
    """Asks the operator, who steps through the notebook; never blocks the kernel.

    What is not the operator's to decide is put to `others`, where there are any. `count` says who
    has answered, as the question's rule counts them; `go_on` has a cell run, and all below it;
    `ahead` says what comes next.
    """

    operator: str
    others: Approver | None = None
    count: Callable[[Question], Count] = uncounted
    go_on: Callable[[str], object] = go_on
    ahead: Callable[[], str] = str
    banner: Banner | None = None

    def ask(self, question: Question, decide: Callable[[Decision], Decision]) -> None:
        """Show the card and the buttons; a click decides, later, and updates the card."""
        asked = f"{datetime.now(UTC):%H:%M} UTC"
        count, ahead = self.count(question), self.ahead()
        shown = Card(question, asked=asked, count=count, ahead=ahead, banner=self.banner)
        card = show_changing(shown)
        if question.rule.operator_counts is not False:
            Buttons(question, self.operator, decide, card.update, card=shown, approver=self).show()
        elif self.others is not None:
            self.others.ask(question, partial(self.tell, shown, card.update, decide))

    def tell(
        self,
        shown: Card,
        update: Callable[[Card], object],
        decide: Callable[[Decision], Decision],
        decision: Decision,
    ) -> Decision:
        """Have the decision of another kept, and shown on the card that waits for it."""
        made = decide(decision)
        update(replace(shown, decision=made, count=self.count(shown.question)))
        return made


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
        *,
        card: Card | None = None,
        approver: CardApprover | None = None,
    ) -> None:
        self.question, self.operator, self.decide, self.update = question, operator, decide, update
        self.card, self.approver = card or Card(question), approver
        self.cell = this_cell()
        self.reason = reason_field()
        self.evidence = evidence_field(question)
        self.buttons = [(make_button(*each), each[1]) for each in BUTTONS[question.kind]]
        for button, verdict in self.buttons:
            button.on_click(lambda _, verdict=verdict: self.click(verdict))
        fields = [*self.evidence, self.reason]
        self.widgets = [*fields, *(button for button, _ in self.buttons)]
        self.first = fields[0]
        self.box = boxed(self.widgets)
        self.shown = self.box.children
        self.clicked = False
        self.revision: Revision | None = getattr(question.subject, "revision", None)
        if self.revision is not None:
            self.widgets.append(self.edit_button())
            self.box.children = self.shown = (*self.widgets, self.box.children[-1])

    def edit_button(self) -> Any:
        """The button that has the text edited here."""
        button = push_button("Edit", icon="pencil")
        button.on_click(lambda _: self.edit())
        return button

    def edit(self) -> None:
        """Have the text edited in the place of the buttons."""
        if self.revision is None or self.clicked:
            return
        revising = Revising(self.revision, self.ask_again, self.show_buttons)
        bring_into_view(revising.field)
        self.box.children = revising.children

    def show_buttons(self) -> None:
        """Show the question's own buttons again."""
        self.box.children = self.shown

    def ask_again(self) -> None:
        """The text has changed: have it read, and asked about, anew."""
        self.clicked = True
        self.tell(
            "Saved. It is asked again as it is now; where it is not, run the cells above "
            "this one again that read it, then this one."
        )
        self.answer.update(Answer())
        if self.approver and self.revision:
            self.approver.go_on(self.revision.cell)

    def show(self) -> None:
        """Show them below the card."""
        bring_into_view(self.first)
        self.answer = show_changing(Answer(self.box))

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
            self.box.children = [*self.shown, told(str(error))]
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
            self.pass_on(made)

    def pass_on(self, made: Decision) -> None:
        """Show what was decided; where that is enough, go on."""
        count = self.approver.count(self.question) if self.approver else None
        card = replace(self.card, decision=made, count=count)
        self.update(card)
        self.tell(f"{card.state} {card.go_on}")
        self.answer.update(Answer())
        if self.approver and count and count.enough and made.verdict == "approved":
            self.approver.go_on(self.cell)

    def tell(self, text: str) -> None:
        """Show a text in the place of the buttons: a page that was reloaded sees that alone."""
        self.box.children = [told(text)]

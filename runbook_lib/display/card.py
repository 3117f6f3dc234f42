"""A gate's card in JupyterLab: what is asked, Approve and Reject, and a reason."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from textwrap import indent
from typing import Any

from runbook_lib.display.lines import AMBER, GREEN, GREY, RED, VERBATIM, show_changing
from runbook_lib.errors import RunbookError
from runbook_lib.policy.visible import as_html, point_out, visible
from runbook_lib.steps.gate import (
    SHOWN,
    Approver,
    Decision,
    Question,
    Verdict,
    approve_command,
    host,
    whoami,
)

PAGE_SECONDS = (0.7, 2.0)
"""How long a browser takes to show what the kernel has sent, and a slow one."""


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
            return NEXT[self.decision.verdict]
        return (
            BELOW if self.question.rule.operator_counts is not False else elsewhere(self.question)
        )


COLOURS: dict[Verdict, str] = {"approved": GREEN, "rejected": RED, "not needed": GREY}
NEXT: dict[Verdict, str] = {
    "approved": "Run this cell again, and all below; it says where more people are needed.",
    "rejected": "Nothing goes on until what was rejected has changed.",
    "not needed": "",
}
BELOW = (
    "What is decided shows below. Where nothing happens there, the kernel that asked is gone: run "
    "the notebook again from its first cell; what was decided is kept."
)


def elsewhere(question: Question) -> str:
    """What is to be done where the operator does not count."""
    whose = question.of or "Somebody else"
    return f"{whose} decides, not the operator: {approve_command(question)}"


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


class Buttons:
    """Approve, Reject and a reason, for one question; the first click decides."""

    def __init__(
        self,
        question: Question,
        operator: str,
        decide: Callable[[Decision], Decision],
        update: Callable[[Card], object],
    ) -> None:
        self.question, self.operator, self.decide, self.update = question, operator, decide, update
        self.reason, self.buttons = make_buttons()
        for button, verdict in self.buttons:
            button.on_click(lambda _, verdict=verdict: self.click(verdict))
        self.box = boxed(self.reason, [button for button, _ in self.buttons])
        self.clicked = False

    def show(self) -> None:
        """Show them below the card."""
        self.answer = show_changing(Answer(self.box))
        bring_into_view(self.reason)

    def click(self, verdict: Verdict) -> None:
        """Decide, once: a second click on a slow page is no second decision."""
        if self.clicked:
            return
        self.clicked = True
        for widget in (self.reason, *(button for button, _ in self.buttons)):
            widget.disabled = True
        question, why = self.question, self.reason.value.strip()
        try:
            made = self.decide(
                Decision(
                    question.gate,
                    question.digest,
                    verdict,
                    self.operator,
                    host(),
                    "card",
                    why,
                    whoami(),
                )
            )
        except RunbookError as error:
            self.tell(f"Not decided: {error}. Run this cell again.")
        else:
            card = Card(question, made)
            self.update(card)
            self.tell(f"{card.state} {card.go_on}")
            self.answer.update(Answer())

    def tell(self, text: str) -> None:
        """Show a text in the place of the buttons: a page that was reloaded sees that alone."""
        import ipywidgets

        wide = ipywidgets.Layout(width="100%")
        shown = f'<b style="white-space:normal;line-height:1.5">{as_html(text)}</b>'
        self.box.children = [ipywidgets.HTML(shown, layout=wide)]


def make_buttons() -> tuple[Any, list[tuple[Any, Verdict]]]:
    """The field for a reason, and the buttons with the verdict that each gives."""
    import ipywidgets

    reason = ipywidgets.Text(
        placeholder="why (kept in the record)", layout=ipywidgets.Layout(width="28em")
    )
    approve = ipywidgets.Button(description="Approve", button_style="success", icon="check")
    reject = ipywidgets.Button(description="Reject", button_style="danger", icon="times")
    return reason, [(approve, "approved"), (reject, "rejected")]


def bring_into_view(field: Any) -> None:
    """Focus a field as soon as the page has it: *Run All* leaves its reader at the last cell."""
    for seconds in PAGE_SECONDS:
        asyncio.get_running_loop().call_later(seconds, field.focus)


def boxed(reason: Any, buttons: list[Any]) -> Any:
    """The widgets side by side."""
    import ipywidgets

    return ipywidgets.HBox([reason, *buttons])


@dataclass(frozen=True)
class Answer:
    """The buttons; without them, nothing: after the click no widget is left to be saved."""

    box: Any = None

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        if self.box is None:
            return {"text/plain": ""}
        return {**self.box._repr_mimebundle_(), "text/plain": "No buttons? Run this cell again."}

"""A gate's card in JupyterLab: what is asked, Approve and Reject, and a reason."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from textwrap import indent
from typing import Any

from runbook_lib.display import AMBER, GREEN, GREY, RED, VERBATIM, show_changing
from runbook_lib.gate import SHOWN, Decision, Question, Verdict, host

PAGE_SECONDS = (0.7, 2.0)
"""How long a browser takes to show what the kernel has sent, and a slow one."""


@dataclass(frozen=True)
class Card:
    """The static part of a gate: it stays in the saved notebook, and shows the decision there."""

    question: Question
    decision: Decision | None = None

    def __str__(self) -> str:
        question = self.question
        state = str(self.decision or "waiting for a decision: approve or reject it below")
        text = indent(question.text.rstrip("\n"), "  | ", lambda _: True)
        return f"{question.title}\n  {question.gate} {question.digest:.{SHOWN}}\n{text}\n  {state}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self.html()}

    def html(self) -> str:
        """The card as HTML, every text from outside escaped."""
        question, decision = self.question, self.decision
        colour = AMBER if decision is None else COLOURS[decision.verdict]
        return (
            f'<div style="border:1px solid {colour};border-left-width:6px;padding:.6em 1em">'
            f"<b>{escape(question.title)}</b> "
            f"<code>{escape(question.gate)} {question.digest:.{SHOWN}}</code>"
            f'<pre style="margin:.4em 0;max-height:60em;{VERBATIM}">{escape(question.text)}</pre>'
            f'<b style="color:{colour}">{escape(self.state)}</b> {self.go_on}</div>'
        )

    @property
    def state(self) -> str:
        """What has been decided, in words."""
        return "waiting for a decision" if self.decision is None else str(self.decision)

    @property
    def go_on(self) -> str:
        """What the reader does next."""
        return (
            "Read it, then decide below." if self.decision is None else NEXT[self.decision.verdict]
        )


COLOURS: dict[Verdict, str] = {"approved": GREEN, "rejected": RED, "not needed": GREY}
NEXT: dict[Verdict, str] = {
    "approved": "Run this cell again, and all below.",
    "rejected": "Nothing goes on until what was rejected has changed.",
    "not needed": "",
}


@dataclass(frozen=True)
class CardApprover:
    """Asks the operator, who steps through the notebook; never blocks the kernel."""

    operator: str

    def ask(self, question: Question, decide: Callable[[Decision], object]) -> None:
        """Show the card and the buttons; a click decides, later, and updates the card."""
        card = show_changing(Card(question))
        reason, buttons = make_buttons()

        def click(verdict: Verdict) -> None:
            why = reason.value.strip()
            decision = Decision(
                question.gate, question.digest, verdict, self.operator, host(), "card", why
            )
            decide(decision)
            card.update(Card(question, decision))
            answer.update(Answer())
            box.close()

        for button, verdict in buttons:
            button.on_click(lambda _, verdict=verdict: click(verdict))
        box = boxed(reason, [button for button, _ in buttons])
        answer = show_changing(Answer(box))
        bring_into_view(reason)


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

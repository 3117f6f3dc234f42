"""A gate's card in JupyterLab: what is asked, Approve and Reject, and a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from runbook_lib.display import show, show_changing
from runbook_lib.gate import SHOWN, Decision, Question, Verdict, host, whoami


@dataclass(frozen=True)
class Card:
    """The static part of a gate: it stays in the saved notebook, and shows the decision there."""

    question: Question
    decision: Decision | None = None

    def __str__(self) -> str:
        question = self.question
        state = str(self.decision or "waiting for a decision: approve or reject it below")
        return f"{question.title}\n  {question.gate} {question.digest:.{SHOWN}}\n  {state}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self.html()}

    def html(self) -> str:
        """The card as HTML, every text from outside escaped."""
        question, decision = self.question, self.decision
        colour = "#b45309" if decision is None else COLOURS[decision.verdict]
        state = "waiting for a decision" if decision is None else str(decision)
        go_on = "" if decision is None else NEXT[decision.verdict]
        return (
            f'<div style="border:1px solid {colour};border-left-width:6px;padding:.6em 1em">'
            f"<b>{escape(question.title)}</b> "
            f"<code>{escape(question.gate)} {question.digest:.{SHOWN}}</code>"
            '<pre style="max-height:20em;overflow:auto;white-space:pre-wrap">'
            f"{escape(question.text)}</pre>"
            f'<b style="color:{colour}">{escape(state)}</b> {go_on}</div>'
        )


COLOURS: dict[Verdict, str] = {
    "approved": "#15803d",
    "rejected": "#b91c1c",
    "not needed": "#6b7280",
}
NEXT: dict[Verdict, str] = {
    "approved": "Run this cell again, and go on.",
    "rejected": "Nothing goes on until what was rejected has changed.",
    "not needed": "",
}


class CardApprover:
    """Asks the person who steps through the notebook; never blocks the kernel."""

    def ask(self, question: Question, decide: Callable[[Decision], None]) -> None:
        """Show the card and the buttons; a click decides, later, and updates the card."""
        handle = show_changing(Card(question))
        reason, buttons = make_buttons()

        def click(verdict: Verdict) -> None:
            decision = Decision(
                question.gate,
                question.digest,
                verdict,
                whoami(),
                host(),
                "card",
                reason.value.strip(),
            )
            decide(decision)
            handle.update(Card(question, decision))
            box.close()

        for button, verdict in buttons:
            button.on_click(lambda _, verdict=verdict: click(verdict))
        box = boxed(reason, [button for button, _ in buttons])
        show(box)


def make_buttons() -> tuple[Any, list[tuple[Any, Verdict]]]:
    """The field for a reason, and the buttons with the verdict that each gives."""
    import ipywidgets

    reason = ipywidgets.Text(
        placeholder="why (kept in the record)", layout=ipywidgets.Layout(width="28em")
    )
    approve = ipywidgets.Button(description="Approve", button_style="success", icon="check")
    reject = ipywidgets.Button(description="Reject", button_style="danger", icon="times")
    return reason, [(approve, "approved"), (reject, "rejected")]


def boxed(reason: Any, buttons: list[Any]) -> Any:
    """The widgets side by side."""
    import ipywidgets

    return ipywidgets.HBox([reason, *buttons])

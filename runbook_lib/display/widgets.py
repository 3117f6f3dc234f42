"""The widgets of a question's card: fields, buttons, and what stands in their place afterwards."""

import asyncio
from dataclasses import dataclass
from typing import Any

from runbook_lib.policy.by_hand import in_words
from runbook_lib.policy.visible import as_html
from runbook_lib.steps.question import Question, Verdict

PAGE_SECONDS = (0.7, 2.0)
"""How long a browser takes to show what the kernel has sent, and a slow one."""
LOOKS = {"approved": ("success", "check"), "rejected": ("danger", "times")}
"""What a button looks like that gives a verdict."""


def told(text: str) -> Any:
    """A text, as a widget."""
    import ipywidgets

    wide = ipywidgets.Layout(width="100%")
    shown = f'<b style="white-space:normal;line-height:1.5">{as_html(text)}</b>'
    return ipywidgets.HTML(shown, layout=wide)


def text_field(hint: str) -> Any:
    """A field to write in."""
    import ipywidgets

    return ipywidgets.Text(placeholder=hint, layout=ipywidgets.Layout(width="28em"))


def evidence_field(question: Question) -> list[Any]:
    """The field for the evidence, where some is asked for."""
    asked = in_words(question.evidence)
    return [text_field(f"the evidence: {asked}")] if question.evidence else []


def make_button(label: str, verdict: Verdict) -> Any:
    """A button that gives a verdict."""
    import ipywidgets

    style, icon = LOOKS[verdict]
    return ipywidgets.Button(description=label, button_style=style, icon=icon)


def bring_into_view(field: Any) -> None:
    """Focus a field as soon as the page has it: *Run All* leaves its reader at the last cell."""
    for seconds in PAGE_SECONDS:
        asyncio.get_running_loop().call_later(seconds, field.focus)


def boxed(widgets: list[Any]) -> Any:
    """The widgets side by side, on more lines where there is no room."""
    import ipywidgets

    return ipywidgets.HBox(widgets, layout=ipywidgets.Layout(flex_flow="row wrap"))


@dataclass(frozen=True)
class Answer:
    """The buttons; without them, nothing: after the click no widget is left to be saved."""

    box: Any = None

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        if self.box is None:
            return {"text/plain": ""}
        return {**self.box._repr_mimebundle_(), "text/plain": "No buttons? Run this cell again."}

"""The widgets of a question's card: fields, buttons, and what stands in their place afterwards."""

from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.journal.decision import Verdict
from runbook_lib.policy.by_hand import in_words
from runbook_lib.policy.visible import as_html
from runbook_lib.steps.question import Question

LOOKS = {"approved": ("#15803d", "check"), "rejected": ("#b91c1c", "times")}
"""What a button looks like that gives a verdict: dark enough for white words in any theme."""
CARD = "runbook-card"
"""By this class the extension in JupyterLab knows the keys of a card (`jupyter/labextensions`)."""
FIRST = "runbook-first"
"""By this one it knows where a card leads its reader."""
FOCUS = (
    f"<style>.{CARD} :is(button, input, textarea, summary):focus"
    "{outline:3px solid var(--jp-brand-color1, #1976d2) !important;outline-offset:2px}</style>"
)
"""Where the keyboard is, plain to see."""


def told(text: str) -> Any:
    """A text, as a widget."""
    import ipywidgets

    wide = ipywidgets.Layout(width="100%")
    shown = f'<b style="white-space:normal;line-height:1.5">{as_html(text)}</b>'
    return ipywidgets.HTML(shown, layout=wide)


def text_field(label: str, hint: str) -> Any:
    """A field to write in."""
    import ipywidgets

    return ipywidgets.Text(
        description=label,
        placeholder=hint,
        style={"description_width": "initial"},
        layout=ipywidgets.Layout(width="32em", max_width="100%"),
    )


def reason_field() -> Any:
    """The field for the reason of a decision."""
    return text_field("Reason", "why (kept in the record)")


def evidence_field(question: Question) -> list[Any]:
    """The field for the evidence, where some is asked for."""
    asked = in_words(question.evidence)
    return [text_field("Evidence", f"the evidence: {asked}")] if question.evidence else []


def make_button(label: str, verdict: Verdict) -> Any:
    """A button that gives a verdict."""
    colour, icon = LOOKS[verdict]
    return push_button(label, colour, icon)


def push_button(label: str, colour: str = "#1d4ed8", icon: str = "play") -> Any:
    """A button with white words."""
    import ipywidgets

    style = ipywidgets.ButtonStyle(button_color=colour, text_color="white")
    wide = ipywidgets.Layout(width="auto")
    return ipywidgets.Button(description=label, icon=icon, style=style, layout=wide)


def bring_into_view(field: Any) -> None:
    """Have the page focus a field as it comes: *Run All* leaves its reader at the last cell."""
    field.add_class(FIRST)


def boxed(widgets: list[Any]) -> Any:
    """The widgets side by side, on more lines where there is no room."""
    import ipywidgets

    look = ipywidgets.HTML(FOCUS, layout=ipywidgets.Layout(margin="0"))
    row = ipywidgets.Layout(flex_flow="row wrap", overflow="visible", padding="4px")
    box = ipywidgets.HBox([*widgets, look], layout=row)
    box.add_class(CARD)
    return box


@frozen
class Answer:
    """The buttons; without them, nothing: after the click no widget is left to be saved."""

    box: Any = None

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        if self.box is None:
            return {"text/plain": ""}
        return {**self.box._repr_mimebundle_(), "text/plain": "No buttons? Run this cell again."}

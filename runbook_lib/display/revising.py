"""Editing what is asked about, where it is asked: a field, and beside it what becomes of it."""

from collections.abc import Callable
from typing import Any

from runbook_lib.display.as_read import rendered
from runbook_lib.display.widgets import FOCUS, push_button, told
from runbook_lib.errors import RunbookError
from runbook_lib.policy.asked import Revision
from runbook_lib.policy.sentence import sentence

FRAME = '<div style="border:1px solid var(--jp-border-color1, #bdbdbd);padding:0 1em">{}</div>'
WIDE = {"width": "auto", "flex": "1 1 24em"}


class Revising:
    """The field, its preview, and the buttons that save it or leave it as it was."""

    def __init__(
        self, revision: Revision, saved: Callable[[], object], left: Callable[[], object]
    ) -> None:
        self.revision, self.saved = revision, saved
        self.field = text_area(revision.text)
        self.preview = html_box(WIDE)
        self.save = push_button("Save and ask again", icon="save")
        self.leave = push_button("Leave as it was", "#374151", icon="undo")
        self.field.observe(lambda _: self.show(), names="value")
        self.save.on_click(lambda _: self.keep())
        self.leave.on_click(lambda _: left())
        self.show()

    @property
    def children(self) -> list[Any]:
        """What stands in the place of the question's buttons."""
        return [self.field, self.preview, self.save, self.leave, html_box({"margin": "0"}, FOCUS)]

    def show(self) -> None:
        """Show the text as its readers would see it."""
        self.preview.value = FRAME.format(rendered(self.field.value))

    def keep(self) -> None:
        """Save it; what can't be saved is said, and stays in the field."""
        try:
            self.revision.save(self.field.value)
        except RunbookError as error:
            self.preview.value = told(f"Not saved: {sentence(error)}").value
        else:
            self.saved()


def text_area(text: str) -> Any:
    """A field for several lines."""
    import ipywidgets

    return ipywidgets.Textarea(
        text,
        description="The text",
        rows=min(30, 4 + text.count("\n")),
        style={"description_width": "initial"},
        layout=ipywidgets.Layout(**WIDE),
    )


def html_box(layout: dict[str, str], html: str = "") -> Any:
    """A place for HTML."""
    import ipywidgets

    return ipywidgets.HTML(html, layout=ipywidgets.Layout(**layout))

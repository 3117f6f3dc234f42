"""A text that people are asked to approve, with how it is read and what is seen beside it."""

from collections.abc import Callable

from runbook_lib.frozen import frozen


@frozen
class Revision:
    """How a text that is asked about is edited where it is asked.

    `save` takes the new text, and raises where it can't be kept; `cell` is the one that reads the
    text, by its id: from there on it is asked again.
    """

    text: str
    save: Callable[[str], object]
    cell: str = ""


class Asked(str):
    """A text; `markdown` is it in that form, `beside` safe HTML that is shown with it."""

    markdown: str
    beside: str

    def __new__(cls, text: str, *, markdown: str = "", beside: str = "") -> "Asked":
        """The text as it is, by which alone a decision is bound."""
        made = super().__new__(cls, text)
        made.markdown, made.beside = markdown, beside
        return made

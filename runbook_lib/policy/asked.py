"""A text that people are asked to approve, with how it is read and what is seen beside it."""


class Asked(str):
    """A text; `markdown` is it in that form, `beside` safe HTML that is shown with it."""

    markdown: str
    beside: str

    def __new__(cls, text: str, *, markdown: str = "", beside: str = "") -> "Asked":
        """The text as it is, by which alone a decision is bound."""
        made = super().__new__(cls, text)
        made.markdown, made.beside = markdown, beside
        return made

"""What somebody has said, as a sentence that others follow: with one stop at its end."""

STOPS = (".", "!", "?", "…")


def sentence(text: object) -> str:
    """The text with a full stop, unless it ends with one of its own."""
    said = str(text).rstrip()
    return said if said.endswith(STOPS) else f"{said}."

"""Text from outside, written as markdown so that it reads as it was written."""

import re

from runbook_lib.policy.references import quiet_parts


def markdown(text: str, link: str = "") -> str:
    """A line of markdown from outside in which nothing is HTML, and nobody is called.

    `link` is the project's address in a browser, for links to its issues.
    """
    written = ""
    for part, code in quiet_parts(re.sub(r"[\r\n]+", " ", text), link):
        apart = code and part.startswith("`") and written.endswith("`")
        written += f"{' ' if apart else ''}{part if code else without_html(part)}"
    return written


def without_html(text: str) -> str:
    """Text that is neither HTML nor code: `<`, entities and backticks are read as they stand."""
    text = re.sub(r"(\\+)([<&])", r"\1\1\2", text)
    text = re.sub(r"&(#?[0-9A-Za-z]+;)", r"&amp;\1", text)
    return text.replace("<", "&lt;").replace("`", "\\`")

"""What is approved, as its readers will see it: Markdown rendered, with nothing in it that loads.

A subject says in which form it is read: `markdown` is its text in that form; `beside` is HTML of
its own that is to be seen with it, as the table of its commits is.
"""

from functools import cache
from typing import Any

from runbook_lib.policy.visible import still_html

TAGS = {
    *("a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr"),
    *("li", "ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    *("b", "details", "i", "small", "sub", "summary", "sup"),
}
"""What Markdown makes and people write in it; no pictures, which load from elsewhere."""


def rendered(markdown: str) -> str:
    """A Markdown text as safe HTML."""
    from nh3 import clean

    html = parser().render(markdown)
    cleaned = clean(html, tags=TAGS, attributes={"a": {"href"}}, link_rel=None)
    return still_html(cleaned.replace("<a href=", '<a target="_blank" rel="noopener" href='))


@cache
def parser() -> Any:
    """Markdown as GitHub has it, HTML in it too; a picture is what it says."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    made.disable("image")
    return made


def as_read(subject: object) -> str:
    """What a subject looks like to its readers; empty where its text alone says it."""
    markdown = str(getattr(subject, "markdown", "") or "")
    said = [rendered(markdown) if markdown else "", str(getattr(subject, "beside", "") or "")]
    return "".join(filter(None, said))

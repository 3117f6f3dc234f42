"""A changelog's Markdown as a Bugzilla shows it: most take every comment for plain text."""

import re

ANCHOR = re.compile(r"[ \t]*<a\s+(?:name|id)=[^>]*>\s*</a>[ \t]*(?:\n\n?)?", re.IGNORECASE)
"""What a browser jumps to, and no Bugzilla renders."""
LINK = re.compile(r"\[([^\]\n]+)\]\(<?([^\s)>]+)>?\)")
HEADING = re.compile(r"^#{1,6} +(.*?) *#*$", re.MULTILINE)


def rendered(text: str, *, markdown: bool) -> str:
    """The text without what would be shown raw; where comments are no Markdown, links in words."""
    shown = ANCHOR.sub("", text)
    if markdown:
        return shown
    return HEADING.sub(r"\1", LINK.sub(in_words, shown))


def in_words(link: re.Match[str]) -> str:
    """A link as its text, and where it leads."""
    return link[2] if link[1] == link[2] else f"{link[1]} ({link[2]})"

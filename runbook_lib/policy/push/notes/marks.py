"""What people write around a link to say that it is done: strikes, tags, words."""

import re
from collections.abc import Iterator

URL = re.compile(r"https?://[^\s<>()\[\]~`\"'|]*[\w/]")
STRIKE = re.compile(
    r"~~(?!~).+?~~|(?<!~)~(?![~\s])[^~]+?(?<!\s)~(?!~)|<(del|s|strike)>.*?</\1>", re.IGNORECASE
)
NOT_YET = re.compile(
    r"\b(?:not|never|to be|(?:should|can|could|will|must) be|since|until|\w+n['’]t)\b[^.;)\]]*$",
    re.IGNORECASE,
)
"""Words before a tag or a "picked" that turn it round: "not picked", "broken since 2019.05.09"."""


def struck_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where a line is struck through: `~~…~~`, `~…~` as GitHub takes it too, `<del>`."""
    return (found.span() for found in STRIKE.finditer(text))


def is_struck(text: str, start: int, end: int) -> bool:
    """Whether a stretch of a line is struck through."""
    return any(left <= start and end <= right for left, right in struck_spans(text))


def without_struck(text: str) -> str:
    """A line with blanks for what is struck through in it."""
    return STRIKE.sub(lambda found: " " * len(found[0]), text)


def without_links(text: str) -> str:
    """A line's words: blanks stand for its links."""
    return URL.sub(lambda found: " " * len(found[0]), text)


def said(pattern: re.Pattern[str], words: str) -> re.Match[str] | None:
    """The first match that no word before it turns round."""
    found = pattern.finditer(words)
    return next((match for match in found if not NOT_YET.search(words[: match.start()])), None)

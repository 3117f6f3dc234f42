"""A place in a text that says a version, and the text with another version there.

All else in a file stays as it is, byte for byte: texts are decoded with `surrogateescape`, and
positions count characters.
"""

import re
from collections.abc import Iterator

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen

Spans = Iterator[tuple[int, int]]
"""Where versions stand in a text, from and to."""

ALLOWED = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+!_-]*")


@frozen
class Place:
    """Where a text says a version: the characters from `start` to `end`, on `line` (from 1)."""

    version: str
    start: int
    end: int
    line: int

    def __str__(self) -> str:
        return f"line {self.line}: {self.version}"


def make_places(text: str, spans: Spans) -> tuple[Place, ...]:
    """The places at these spans of a text."""
    return tuple(
        Place(text[start:end], start, end, len(line_starts(text[:start]))) for start, end in spans
    )


def change_version(text: str, places: tuple[Place, ...], version: str) -> str:
    """The text with another version in those places, and nothing else changed."""
    if not ALLOWED.fullmatch(version):
        raise UsageError(f"expected a version of letters, digits and .+!_-, found {version!r}")
    for place in sorted(places, key=lambda one: one.start, reverse=True):
        text = text[: place.start] + version + text[place.end :]
    return text


def line_starts(text: str) -> list[int]:
    """Where each line begins, as Python counts lines."""
    return [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]


def matched(pattern: str, text: str) -> Spans:
    """What the one group of a regular expression matches; ^ and $ stand for lines."""
    try:
        expression = re.compile(pattern, re.MULTILINE)
    except re.error as error:
        raise UsageError(
            f"version_pattern {pattern!r} is no regular expression: {error}"
        ) from error
    if expression.groups != 1:
        raise UsageError(
            f"expected version_pattern with one group around the version, "
            f"found {expression.groups} in {pattern!r}"
        )
    return (found.span(1) for found in expression.finditer(text) if found[1] is not None)

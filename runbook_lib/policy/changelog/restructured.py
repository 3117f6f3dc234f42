"""What makes a changelog reStructuredText: a mark below a line that markdown does not know."""

import re
from functools import lru_cache

from runbook_lib.policy.changelog.releases import is_unreleased, lead_of, read_release

ADORNED = re.compile(r"([=\-~^\"'`#*+:._<>])\1{2,}[ \t]*")
UNDERLINED = re.compile(
    r"^(?P<line>\S[^\r\n]*)\r?\n(?P<mark>([~^\"'+:.])\3{2,})[ \t]*$", re.MULTILINE
)
"""A heading with a mark below it that markdown does not know."""
RESTRUCTURED = re.compile(
    r"^\.\. \S|^(([=~*#\-])\2{2,})[ \t]*\r?\n ?\S.*\r?\n\1[ \t]*$", re.MULTILINE
)
"""A directive, or a heading with a line over it, too."""
SHORTEST = 4
"""So long is a mark at least that is shorter than the heading over it, as docutils has it."""


@lru_cache(maxsize=32)
def is_restructured(text: str) -> bool:
    """Whether a text is reStructuredText rather than markdown."""
    text = text.replace("\r\n", "\n")
    if re.search(r"^#{1,6} \S", text, re.MULTILINE):
        return False
    return bool(RESTRUCTURED.search(text)) or any(
        is_underlined(found["line"].rstrip(), found["mark"]) for found in UNDERLINED.finditer(text)
    )


def is_underlined(line: str, mark: str) -> bool:
    """Whether a mark makes a heading of the line over it: by its length, or by what the line says.

    A short one below a line that names no release may be a fence, or an ellipsis.
    """
    if len(mark) >= len(line):
        return True
    lead = lead_of(line)
    said = line if len(lead.split()) > 1 else line.removeprefix(lead)
    named = read_release(said, "")
    is_heading = is_unreleased(line, "") or (named is not None and named.certain)
    return len(mark) >= SHORTEST and is_heading


def read_adorned(line: str, following: str, marks: list[str]) -> tuple[int, str] | None:
    """Level and text of a heading, by the mark below; `marks` were seen, the highest first."""
    mark = ADORNED.fullmatch(following)
    if mark is None or not line.strip() or line[:2].isspace() or ADORNED.fullmatch(line):
        return None
    if len(following.rstrip()) < min(len(line.rstrip()), SHORTEST):
        return None
    if mark[1] not in marks:
        marks.append(mark[1])
    return 2 * marks.index(mark[1]) + 1, line.strip()

"""The lines of a text, where each begins, and which are fenced code."""

import re
from collections.abc import Iterator

FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line without its end, and where it begins; only CR and LF end lines."""
    start = 0
    for line in re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+", text):
        yield start, line.rstrip("\r\n").removeprefix("\ufeff")
        start += len(line)


def fenced_lines(lines: list[str]) -> set[int]:
    """The numbers of the lines in fenced code; a fence that nothing closes is none."""
    fenced: set[int] = set()
    opened: tuple[int, str] | None = None
    for number, line in enumerate(lines):
        found = FENCE.match(line)
        if found is None:
            continue
        if opened is None:
            opened = (number, found[1])
        elif found[1].startswith(opened[1]) and not line[found.end() :].strip():
            fenced.update(range(opened[0], number + 1))
            opened = None
    return fenced

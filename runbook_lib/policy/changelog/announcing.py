"""What people have written for the next release beforehand, and which step it calls for.

The groups of *Unreleased*, and the kinds of fragments: their names say it (`12.feature.rst`), or
their headings, or changie's `kind:`.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Literal

from runbook_lib.policy.changelog.groups import find_labels, sort_of
from runbook_lib.policy.changelog.headings import read_headings
from runbook_lib.policy.changelog.places import end_of
from runbook_lib.policy.changelog.written import order

Step = Literal["major", "minor", "patch"]
"""At which number versions differ first."""

STEPS: tuple[Step, ...] = ("major", "minor", "patch")
STEP_OF = {"breaking": "major", "feature": "minor", "fix": "patch", "performance": "patch"}
GOES = re.compile(r"removals?|removed|deprecat(?:ed|ions?)(?: and removals?)?", re.IGNORECASE)
"""What goes, or is to go: more than a fix, and announced before it breaks anything."""
OPEN = re.compile(r"chang(?:ed?|es)|improve(?:d|ments?)", re.IGNORECASE)
"""What may be of any size, so that a fix beside it says little of the whole."""
KIND = re.compile(r"^kind:[ \t]*['\"]?([\w /-]+)", re.MULTILINE)


def announced_step(titles: Iterable[str]) -> Step | None:
    """The largest step that any of these groups calls for; None where they leave it open."""
    every = [*titles]
    steps = {step_of(title) for title in every}
    largest = next((step for step in STEPS if step in steps), None)
    left_open = any(OPEN.fullmatch(title.strip()) for title in every)
    return None if largest == "patch" and left_open else largest


def told_steps(text: str, newest: int) -> dict[str, Step]:
    """The steps that the entries of the newest releases would have called for beforehand."""
    headings = read_headings(text)
    released = [number for number, heading in enumerate(headings) if heading.number]
    releases = sorted(released, key=lambda number: order(headings[number].number))[-newest:]
    bodies = {n: text[headings[n].end : end_of(text, headings, n)] for n in releases}
    told = {headings[n].number: announced_step(groups_of(body)) for n, body in bodies.items()}
    return {number: step for number, step in told.items() if step}


def step_of(title: str) -> str:
    """The step that one group calls for; empty where that can't be told."""
    if GOES.fullmatch(title.strip()):
        return "minor"
    return "patch" if title.lower() == "security" else STEP_OF.get(sort_of(title) or "", "")


def groups_of(body: str) -> Iterator[str]:
    """The titles of the groups in a part of a changelog."""
    for adorned in (False, True):
        yield from (label.title for label in find_labels(body, adorned=adorned))


def kinds_of(text: str) -> Iterator[str]:
    """What a fragment's text says that it is."""
    yield from groups_of(text)
    yield from KIND.findall(text)


def named_kinds(path: str) -> list[str]:
    """What a fragment's name says that it is."""
    return PurePosixPath(path).name.split(".")[1:-1]

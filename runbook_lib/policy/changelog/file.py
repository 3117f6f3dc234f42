"""Which file of a repository is its changelog."""

import re
from collections.abc import Callable, Iterable

from runbook_lib.policy.changelog.headings import read_headings
from runbook_lib.policy.changelog.written import order

DEFAULT = "CHANGELOG.md"
NAMES = ("changelog", "changes", "history", "news", "releasenotes")
"""What changelogs are called, in any case and with any dashes; of two, the first."""
FILE = re.compile(
    r"(?:docs?/(?:source/|src/)?)?(?:\d\d-)?"
    r"(?P<name>change[-_ ]?logs?|changes|history|news|release[-_ ]?notes)"
    r"(?:\.(?:md|markdown|rst|rest|txt))?",
    re.IGNORECASE,
)

Read = Callable[[str], str | None]
"""Gives the text of a file by its path; None where it has none."""


def find_changelog(paths: Iterable[str], read: Read, *, folder: str = "") -> str:
    """The changelog among a repository's paths, or in a package's folder; empty where it has none.

    Of several it is the one with the newest release in it, then the one at the top.
    """
    found = named_so(paths, folder=folder)
    best = max(found, key=lambda name: rank(name, read(found[name]) or ""), default=None)
    return found[best] if best else ""


def named_so(paths: Iterable[str], *, folder: str = "") -> dict[str, str]:
    """The paths that are called as changelogs are, by what they are called in the folder."""
    lead = f"{folder.rstrip('/')}/" if folder else ""
    inside = {path.removeprefix(lead): path for path in paths if path.startswith(lead)}
    return {name: inside[name] for name in sorted(inside) if FILE.fullmatch(name)}


def rank(path: str, text: str) -> tuple[bool, tuple[tuple[int, ...], bool], bool, int, bool]:
    """How much speaks for a file: a release in it, a new one, its place, its name."""
    numbers = [order(heading.number) for heading in read_headings(text) if heading.number]
    pending = any(heading.unreleased for heading in read_headings(text))
    newest = max(numbers, default=((), False))
    found = FILE.fullmatch(path)
    assert found, "the caller has looked"
    name = re.sub(r"[-_ ]|s\Z", "", found["name"].lower())
    place = next(n for n, known in enumerate(NAMES) if known.startswith(name))
    return bool(numbers) or pending, newest, "/" not in path, -place, path.endswith(".md")

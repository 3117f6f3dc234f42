"""An entry of a changelog is found, put in, taken out; all other bytes stay."""

import re
from collections.abc import Sequence
from difflib import unified_diff
from functools import lru_cache

from runbook_lib.errors import UsageError
from runbook_lib.policy.changelog.entry import Entry
from runbook_lib.policy.changelog.headings import Heading, is_of, read_headings
from runbook_lib.policy.changelog.written import order
from runbook_lib.policy.version import Version

BETWEEN = "\n\n\n"
"""What clog puts between two entries: three empty lines."""
REFERENCE = re.compile(r" {0,3}\[[^\]]+\]:[ \t]*\S")
"""A link reference of a markdown text."""


def find_span(text: str, version: Version) -> tuple[int, int] | None:
    """Where the entry of a version begins and ends, its empty lines at the end included."""
    headings = read_headings(text)
    for number, heading in enumerate(headings):
        if is_of(heading, str(version)):
            return heading.start, end_of(text, headings, number)
    return None


def end_of(text: str, headings: Sequence[Heading], number: int) -> int:
    """Where the part under a heading ends: at the next one's, or at the link references."""
    heading = headings[number]
    following = (other.start for other in headings[number + 1 :] if ends(heading, other))
    return next(following, max(find_references(text), heading.start))


def ends(heading: Heading, other: Heading) -> bool:
    """Whether another heading, further down, ends the part under this one."""
    if other.level <= heading.level or other.unreleased:
        return True
    return other.certain and not (heading.number and is_of(other, heading.number))


@lru_cache(maxsize=32)
def find_references(text: str) -> int:
    """Where the link references at the end begin, with the empty lines before and between them.

    The text's end where it has none.
    """
    place, found = len(text), False
    for line in reversed(text.splitlines(keepends=True)):
        if line.strip() and not REFERENCE.match(line):
            break
        place, found = place - len(line), found or bool(line.strip())
    return place if found else len(text)


def find_entry(text: str, version: Version) -> Entry | None:
    """The entry of a version, however its heading writes it (1.9, 1.9.0, v1.9); or None."""
    span = find_span(text, version)
    if span is None:
        return None
    found = text[span[0] : span[1]].replace("\r\n", "\n").removeprefix("\ufeff")
    return Entry(version, found.rstrip() + "\n")


def newest_last(headings: Sequence[Heading]) -> bool:
    """Whether a changelog has its newest release at its end."""
    releases = [heading.number for heading in headings if heading.number]
    return len(releases) > 1 and order(releases[0]) < order(releases[-1])


def find_place(text: str) -> int:
    """Where a new entry goes: before the newest release, below title, preamble and Unreleased.

    In a file that has its newest release at the end, behind that one.
    """
    headings = read_headings(text)
    if newest_last(headings):
        return find_references(text)
    place = next((heading.start for heading in headings if heading.number), None)
    if place is None:
        others = (h.start for h in headings if h.level == 2 and not h.unreleased)
        place = next(others, find_references(text))
    return max(place, 1) if text.startswith("\ufeff") else place


def insert_entry(text: str, entry: Entry) -> str:
    """The changelog with a new entry where that belongs, in its line ends; nothing else changes.

    Raises `UsageError` where the version has an entry already.
    """
    if find_span(text, entry.version) is not None:
        raise UsageError(
            f"expected a changelog without an entry of {entry.version}, found one: edit that one"
        )
    return put_in(text, find_place(text), entry.text, BETWEEN)


def put_in(text: str, place: int, part: str, between: str) -> str:
    """The text with a part of its own at a place, in its line ends."""
    before, after = text[:place], text[place:]
    lead = space_after(before, len(between) + 1 if newest_last(read_headings(text)) else 2)
    added = lead + part + ("" if after[:1] in ("", "\r", "\n") else between)
    return before + (added.replace("\n", "\r\n") if "\r\n" in text else added) + after


def space_after(before: str, wanted: int) -> str:
    """The line ends that are missing to an empty line before a new entry."""
    kept = before.removeprefix("\ufeff")
    ended = len(kept) - len(kept.rstrip("\r\n"))
    missing = wanted - kept[len(kept) - ended :].replace("\r\n", "\n").count("\n") if kept else 0
    return "\n" * max(missing, 0)


def without_entry(text: str, version: Version) -> str:
    """The changelog without the entry of a version."""
    span = find_span(text, version)
    return text if span is None else text[: span[0]] + text[span[1] :]


def changed_elsewhere(before: str, after: str, version: Version) -> bool:
    """Whether more than the entry of a version was added; empty lines around it do not count.

    What is not released may have become that entry, and the link references follow it.
    """
    before, after = (without_pending(text, version) for text in (before, after))
    start, end = find_span(after, version) or (0, 0)
    head, tail = after[:start].rstrip(), after[end:].strip()
    return not before.startswith(head) or before[len(head) :].strip() != tail


def without_pending(text: str, version: Version) -> str:
    """A changelog without what is not released, other than this, and its link references."""
    text = text[: find_references(text)]
    headings = read_headings(text)
    for number, heading in enumerate(headings):
        if heading.unreleased:
            return text[: heading.start] + text[end_of(text, headings, number) :]
        if heading.number and not is_of(heading, str(version)):
            break
    return text


def diff_entry(text: str, version: Version, file: str) -> str:
    """The change that the entry of a version is to its changelog, as a unified diff."""
    return diff_texts(without_entry(text, version), text, file)


def diff_texts(before: str, after: str, file: str) -> str:
    """The change from one text of a file to another, as a unified diff."""
    lines = unified_diff(
        before.replace("\r\n", "\n").split("\n"),
        after.replace("\r\n", "\n").split("\n"),
        f"a/{file}",
        f"b/{file}",
        lineterm="",
    )
    return "\n".join(lines)


def revise_entry(text: str, version: Version, words: str) -> str:
    """The changelog with an entry as a person has written it, in the file's line ends.

    Raises `UsageError` where nobody would find that entry again under its version.
    """
    span = find_span(text, version)
    if span is None:
        raise UsageError(f"expected an entry of {version}, found none: write it first")
    old = text[span[0] : span[1]]
    kept = old[len(old.rstrip()) :]
    entry = words.replace("\r\n", "\n").strip("\n").rstrip()
    mark = "\ufeff" if old.startswith("\ufeff") and not entry.startswith("\ufeff") else ""
    written = mark + (entry.replace("\n", "\r\n") if "\r\n" in text else entry) + kept
    changed = text[: span[0]] + written + text[span[1] :]
    found = find_entry(changed, version)
    if found is None or found.text.rstrip() != entry:
        raise UsageError(
            f"expected one entry of {version}, from its heading to its last line, found that it "
            "would not be read as that: keep its heading as it was, and add no other release's"
        )
    return changed

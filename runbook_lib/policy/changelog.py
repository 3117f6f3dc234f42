"""Changelogs: an entry of one version is found, put in, taken out; all other bytes stay.

Headings may be clog's (`## 1.9.0 (2018-07-26)` under an anchor), Keep a Changelog's
(`## [1.9.0] - 2018-07-26`), and what lies between them: any level, with or without a "v".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import sha256

from runbook_lib.errors import UsageError
from runbook_lib.policy.version import WRITTEN, Version
from runbook_lib.policy.visible import as_html, bundle

HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*")
ANCHOR = re.compile(r' {0,3}<a (?:name|id)="[^"]*">\s*</a>[ \t]*', re.IGNORECASE)
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
RELEASE = re.compile(
    rf"(?:(?:version|release)\s+)?\[?v?(?P<version>{WRITTEN.pattern})(?![\w.+-])\]?(?P<rest>.*)",
    re.IGNORECASE,
)
DATED = re.compile(r"\A\W*(?:\([^()\s]*\))?\Z|\b\d{4}-\d\d-\d\d\b")
UNRELEASED = re.compile(r"\[?(?:unreleased|next|dev|upcoming)\b", re.IGNORECASE)
BETWEEN = "\n\n\n"
"""What clog puts between two entries: three empty lines."""


@dataclass(frozen=True)
class Entry:
    """One version's entry in a changelog, from its anchor or heading to its last line.

    `text` has "\\n" for line ends and one at its end; `file` is the changelog's name, and `diff`
    the change that the entry is to that file, where they are known.
    """

    version: Version
    text: str
    diff: str = ""
    file: str = "the changelog"

    @property
    def digest(self) -> str:
        """SHA-256 of the entry's text: what an approval is bound to."""
        return sha256(self.text.encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.file} has the entry of {self.version}\n{self.diff or self.text}".rstrip()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return bundle(str(self), self.html())

    def html(self) -> str:
        """The diff as HTML: added lines green, removed ones red, every text escaped."""
        lines = "\n".join(map(line_html, (self.diff or self.text).rstrip("\n").split("\n")))
        title = f"<b>{as_html(self.file)} has the entry of {self.version}</b>"
        return f'<div>{title}<pre style="white-space:pre-wrap;margin:0">{lines}</pre></div>'


def line_html(line: str) -> str:
    """One line of a diff in its colour."""
    colour = {"+": "#15803d", "-": "#b91c1c", "@": "#1d4ed8"}.get(line[:1])
    text = as_html(line)
    return f'<span style="color:{colour}">{text}</span>' if colour else text


@dataclass(frozen=True)
class Heading:
    """A heading: where it begins in the text (its anchor included), its level, what it says."""

    start: int
    level: int
    text: str
    anchored: bool

    @property
    def version(self) -> Version | None:
        """The version that it is the heading of, if it is a release's."""
        found = RELEASE.fullmatch(self.text)
        return Version.parse(found["version"]) if found else None

    @property
    def certain(self) -> bool:
        """Whether it is a release's beyond doubt: it has an anchor or a date, or nothing else."""
        found = RELEASE.fullmatch(self.text)
        if found is None:
            return False
        return self.anchored or DATED.search(found["rest"]) is not None


def find_headings(text: str) -> list[Heading]:
    """All headings of a markdown text, those in fenced code left out."""
    headings: list[Heading] = []
    lines = list(numbered_lines(text))
    fenced = fenced_lines([line for _, line in lines])
    anchor: int | None = None
    for number, (start, line) in enumerate(lines):
        if number in fenced:
            continue
        if ANCHOR.fullmatch(line):
            anchor = start
            continue
        following = lines[number + 1][1] if number + 1 < len(lines) else ""
        found = read_heading(line, following)
        if found:
            began = start if anchor is None else anchor
            headings.append(Heading(began, *found, anchored=anchor is not None))
        if line.strip():
            anchor = None
    return headings


def read_heading(line: str, following: str) -> tuple[int, str] | None:
    """Level and text of a heading, if the line is one, alone or with the line under it."""
    if found := HEADING.fullmatch(line):
        return len(found[1]), found[2].strip()
    underline = UNDERLINE.fullmatch(following)
    if underline and line.strip() and not line.startswith(("*", "-", "+", ">", "    ", "\t", "=")):
        return (1 if underline[1].startswith("=") else 2), line.strip()
    return None


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


def find_span(text: str, version: Version) -> tuple[int, int] | None:
    """Where the entry of a version begins and ends, its empty lines at the end included."""
    headings = find_headings(text)
    for number, heading in enumerate(headings):
        if heading.version == version:
            following = (other.start for other in headings[number + 1 :] if ends(heading, other))
            return heading.start, next(following, len(text))
    return None


def ends(heading: Heading, other: Heading) -> bool:
    """Whether another heading, further down, ends the entry under this one."""
    return other.level <= heading.level or (other.certain and other.version != heading.version)


def find_entry(text: str, version: Version) -> Entry | None:
    """The entry of a version, however its heading writes it (1.9, 1.9.0, v1.9); or None."""
    span = find_span(text, version)
    if span is None:
        return None
    found = text[span[0] : span[1]].replace("\r\n", "\n").removeprefix("\ufeff")
    return Entry(version, found.rstrip() + "\n")


def find_place(text: str) -> int:
    """Where a new entry goes: before the newest release, below title, preamble and Unreleased."""
    headings = find_headings(text)
    releases = (heading.start for heading in headings if heading.version is not None)
    place = next(releases, None)
    if place is None:
        others = (h.start for h in headings if h.level == 2 and not UNRELEASED.match(h.text))
        place = next(others, len(text))
    return max(place, 1) if text.startswith("\ufeff") else place


def insert_entry(text: str, entry: Entry) -> str:
    """The changelog with a new entry on top, in the line ends that it has; nothing else changes.

    Raises `UsageError` where the version has an entry already.
    """
    if find_span(text, entry.version) is not None:
        raise UsageError(
            f"expected a changelog without an entry of {entry.version}, found one: edit that one"
        )
    place = find_place(text)
    before, after = text[:place], text[place:]
    added = space_after(before) + entry.text + (BETWEEN if after else "")
    return before + (added.replace("\n", "\r\n") if "\r\n" in text else added) + after


def space_after(before: str) -> str:
    """The line ends that are missing to an empty line before a new entry."""
    kept = before.removeprefix("\ufeff")
    ended = len(kept) - len(kept.rstrip("\r\n"))
    missing = 2 - kept[len(kept) - ended :].replace("\r\n", "\n").count("\n") if kept else 0
    return "\n" * max(missing, 0)


def without_entry(text: str, version: Version) -> str:
    """The changelog without the entry of a version."""
    span = find_span(text, version)
    return text if span is None else text[: span[0]] + text[span[1] :]


def changed_elsewhere(before: str, after: str, version: Version) -> bool:
    """Whether more than the entry of a version was added; empty lines around it do not count."""
    start, end = find_span(after, version) or (0, 0)
    head, tail = after[:start].rstrip(), after[end:].strip()
    return not before.startswith(head) or before[len(head) :].strip() != tail


def diff_entry(text: str, version: Version, file: str) -> str:
    """The change that the entry of a version is to its changelog, as a unified diff."""
    lines = unified_diff(
        without_entry(text, version).replace("\r\n", "\n").split("\n"),
        text.replace("\r\n", "\n").split("\n"),
        f"a/{file}",
        f"b/{file}",
        lineterm="",
    )
    return "\n".join(lines)

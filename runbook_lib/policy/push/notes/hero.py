"""Whose turn the push is, as the notes say."""

import re
from dataclasses import dataclass

from runbook_lib.errors import UsageError
from runbook_lib.policy.push.notes.lines import Line, insert_lines, replace_line
from runbook_lib.policy.push.notes.marks import without_struck
from runbook_lib.policy.push.notes.sections import Layout, open_notes
from runbook_lib.policy.push.notes.title import find_title

PHRASE = re.compile(r"\bpush hero(?:[ \t]+is\b)?[ \t]*:?[ \t]*", re.IGNORECASE)
NAMED = re.compile(
    r"\[@?(?P<label>[^\]]*)\]\((?P<page>[^()\s]*)\)|(?P<at>@?)(?P<name>\w(?:[\w-]*\w)?)"
)
NOBODY = ("", "githubusername")
"""What the template has for a name, in lower case."""


@dataclass(frozen=True)
class WrittenHero:
    """Where a document names the push hero: from `start` to before `end` of a line."""

    line: Line
    start: int
    end: int
    login: str
    page: str = ""
    at: str = "@"


def find_hero(layout: Layout) -> WrittenHero | None:
    """The name after *push hero is*, the last where an earlier one is struck through.

    A link's login is that of its page: `[mat](https://github.com/diox)` is diox.
    """
    lines = (*layout.head, *layout.lines[len(layout.head) :])
    found = ((line, PHRASE.search(without_struck(line.live))) for line in lines)
    for line, phrase in found:
        if phrase:
            return read_hero(line, phrase.end(), plain=layout.form == "plain")
    return None


def read_hero(line: Line, start: int, *, plain: bool) -> WrittenHero:
    """The name that begins at or after a place in a line; nobody where the line ends there."""
    words = without_struck(line.live)
    named = NAMED.match(words, len(words) - len(words[start:].lstrip()))
    if named is None:
        return WrittenHero(line, start, start, "", at="" if plain else "@")
    page = named["page"] or ""
    login = page.rstrip("/").rpartition("/")[2] or named["label"] or named["name"] or ""
    at = "@" if named["at"] is None else named["at"]
    return WrittenHero(line, *named.span(), clean(login), page, at)


def clean(login: str) -> str:
    """A login without its @; empty for the template's placeholder."""
    name = login.strip().removeprefix("@")
    return "" if name.lower() in NOBODY else name


def set_hero(text: str, hero: str) -> str:
    """Name the push hero, by login; what else its line says stays, and so does a right name."""
    login = clean(hero)
    if not re.fullmatch(r"[\w.-]+", login):
        raise UsageError(f"expected the login of a push hero, found {hero!r}")
    layout = open_notes(text)
    found = find_hero(layout)
    if found is None:
        return add_hero(layout, login)
    if found.login.casefold() == login.casefold():
        return text
    before, after = found.line.text[: found.start], found.line.text[found.end :]
    gap = "" if before[-1:].isspace() else " "
    return replace_line(layout.lines, found.line, before + gap + written(found, login) + after)


def written(found: WrittenHero, login: str) -> str:
    """A login in the form that the old one had: a link to their page, with an @, or bare."""
    if found.page.count("/") < 3:
        return f"{found.at}{login}"
    return f"[@{login}]({found.page.rstrip('/').rpartition('/')[0]}/{login})"


def add_hero(layout: Layout, login: str) -> str:
    """The line that names the hero, after the title, or above all where there is none."""
    title = find_title(layout)
    if title is None:
        return insert_lines(layout.lines, 0, [f"This week's push hero is {login}", ""])
    at = title[0].number + 1
    return insert_lines(layout.lines, at, ["", f"This week's push hero is @{login}"])

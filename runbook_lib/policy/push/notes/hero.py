"""Whose turn the push is, as the notes say."""

import re
from collections.abc import Callable, Iterator

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.push.notes.lines import Line, insert_lines, replace_line
from runbook_lib.policy.push.notes.marks import without_struck
from runbook_lib.policy.push.notes.sections import Layout, open_notes
from runbook_lib.policy.push.notes.title import find_title
from runbook_lib.policy.push.notes.wording import USUAL, Wording

PHRASE = re.compile(
    r"\b(?:(?P<push>push)(?:['’]?s)?|(?:week|release)['’]?s)[ \t]+hero(?P<several>e?s)?"
    r"(?P<says>[ \t]*:|[ \t]+(?:is|are)\b[ \t]*:?)?[ \t]*",
    re.IGNORECASE,
)
BETWEEN = re.compile(r"[ \t]*(?:[,&+/]|\band\b|\bwith\b)+[ \t]*(?:and\b)?[ \t]*", re.IGNORECASE)
"""What stands between the names of several."""
NAMED = re.compile(
    r"\[@?(?P<label>[^\]]*)\]\((?P<page>[^()\s]*)\)|(?P<at>@?)(?P<name>\w(?:[\w-]*\w)?)"
)
NOBODY = ("", "githubusername")
"""What the template has for a name, in lower case."""


@frozen
class WrittenHero:
    """Where a document names the push hero: from `start` to before `end` of a line."""

    line: Line
    start: int
    end: int
    login: str
    page: str = ""
    at: str = "@"
    others: tuple[str, ...] = ()
    """Who shares the duty, as the same line names them."""

    @property
    def logins(self) -> tuple[str, ...]:
        """All who are named."""
        return tuple(filter(None, (self.login, *self.others)))


def find_hero(layout: Layout) -> WrittenHero | None:
    """The name after *push hero is*, the last where an earlier one is struck through.

    A link's login is that of its page: `[mat](https://github.com/diox)` is diox.
    """
    for line in layout.lines:
        words = without_struck(line.live)
        if phrase := next(filter(is_naming(layout, line), PHRASE.finditer(words)), None):
            return read_hero(line, phrase, plain=layout.form == "plain")
    return None


def is_naming(layout: Layout, line: Line) -> Callable[[re.Match[str]], bool]:
    """Whether a phrase names the hero: it says *is*, or stands above all sections."""
    above = line.number < len(layout.head)
    return lambda phrase: bool(phrase["says"] or (above and phrase["push"]))


def read_hero(line: Line, phrase: re.Match[str], *, plain: bool) -> WrittenHero:
    """The name at or after the end of a phrase; nobody where the line ends there."""
    words, start = without_struck(line.live), phrase.end()
    named = NAMED.match(words, len(words) - len(words[start:].lstrip()))
    if named is None:
        return WrittenHero(line, start, start, "", at="" if plain else "@")
    at = "@" if named["at"] is None else named["at"]
    others = tuple(others_after(words, named.end())) if phrase["several"] else ()
    return WrittenHero(line, *named.span(), login_of(named), named["page"] or "", at, others)


def login_of(named: re.Match[str]) -> str:
    """Who a name is: of a link, whose page it leads to."""
    page = named["page"] or ""
    return clean(page.rstrip("/").rpartition("/")[2] or named["label"] or named["name"] or "")


def others_after(words: str, end: int) -> Iterator[str]:
    """The names that follow one, as far as a comma or an *and* leads to each."""
    while between := BETWEEN.match(words, end):
        named = NAMED.match(words, between.end())
        if named is None:
            return
        yield login_of(named)
        end = named.end()


def clean(login: str) -> str:
    """A login without its @; empty for the template's placeholder."""
    name = login.strip().removeprefix("@")
    return "" if name.lower() in NOBODY else name


def set_hero(text: str, hero: str, wording: Wording = USUAL) -> str:
    """Name the push hero, by login; what else its line says stays, and so does a right name."""
    login = clean(hero)
    if not re.fullmatch(r"[\w.-]+", login):
        raise UsageError(
            f"expected the login of a push hero, found {hero!r}; name theirs on GitHub in the "
            "profile's table people"
        )
    layout = open_notes(text, wording)
    found = find_hero(layout)
    if found is None:
        return add_hero(layout, login)
    if login.casefold() in map(str.casefold, found.logins):
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

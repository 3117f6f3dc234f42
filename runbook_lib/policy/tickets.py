"""What was asked on a ticket, and what came of it: told by the marks in its texts, at any desk."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Literal

from runbook_lib.errors import Conflict, Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy import lengths
from runbook_lib.policy.plural import plural
from runbook_lib.policy.visible import Shown

DIGEST = 8
SILENT = "(closed it without a word)"


@frozen
class Asked(Shown):
    """A question that somebody was asked on a ticket, as people call that: `#12`, `OPS-12`."""

    of: str
    ticket: str
    link: str

    def __str__(self) -> str:
        return f"{self.of} was asked on {self.ticket}"


@frozen
class Answer(Shown):
    """What somebody said to a question on a ticket, and whether they refused it."""

    text: str
    who: str
    when: datetime
    verdict: Literal["answered", "refused"]
    link: str

    @property
    def refused(self) -> bool:
        """Whether the answer is a no."""
        return self.verdict == "refused"

    @property
    def question(self) -> str:
        """What a person has to judge: who said what, in their own words, and where."""
        return f"{self.who} {self.verdict} ({self.link}):\n\n{self.text}"

    def __str__(self) -> str:
        line = " ".join(self.text.split())
        shown = line if len(line) <= 120 else f"{line[:120]}…"
        return f"{self.who} {self.verdict}: {shown}"


@frozen
class Said:
    """A comment, or an act that speaks for itself; `who` is what its service tells people by."""

    who: str
    name: str
    text: str
    when: datetime
    link: str


@frozen
class Question:
    """A question on a ticket, put to `of`: all comments there, oldest first, and what closed it.

    `asks` is what the mark of each question to them begins with; `refused` says that whoever has
    closed it said no.
    """

    ticket: str
    of: str
    name: str
    asks: str
    comments: tuple[Said, ...]
    closing: Said | None = None
    refused: bool = False

    @cached_property
    def later(self) -> tuple[Said, ...]:
        """What was said since the newest question, which two sessions may have put at once.

        Raises `Refused` where nobody has asked.
        """
        marks = [mark_in(one.text, self.asks) for one in self.comments]
        asked = [mark for mark in marks if mark]
        if not asked:
            raise Refused(
                f"expected a question to {self.name} on {self.ticket}, found none in its "
                f"{plural(len(self.comments), 'comment')}; ask there first"
            )
        first = marks.index(asked[-1])
        pairs = zip(self.comments, marks, strict=True)
        return tuple(one for one, mark in [*pairs][first:] if not mark)

    @property
    def answer(self) -> Answer | None:
        """All that was said by who was asked; a no, whoever closed it; None where there is none."""
        words = [one for one in self.later if same(one.who, self.of)]
        ended = self.closing
        silent = ended is not None and (self.refused or same(ended.who, self.of))
        last = words[-1] if words else ended if silent else None
        if last is None:
            return None
        text = "\n\n".join(one.text for one in words) or SILENT
        verdict: Literal["answered", "refused"] = "refused" if self.refused else "answered"
        return Answer(text, last.name, last.when, verdict, last.link)

    def __str__(self) -> str:
        """That it is open, and what others have said since: that may be the answer."""
        told = f"{self.name} has not answered on {self.ticket}"
        if not self.later:
            return told
        last = self.later[-1]
        words = " ".join(last.text.split())[:60]
        return f"{told}; {last.name} wrote there: {words!r}; it counts once {self.name} says it"


def same(one: str, other: str) -> bool:
    """Whether two names are the same account's; no service tells case apart."""
    return one.casefold() == other.casefold()


def marked(text: str, mark: str) -> str:
    """The text with a mark as its last line."""
    return f"{text.rstrip()}\n\n{mark}".lstrip()


def bears(text: str, mark: str) -> bool:
    """Whether the text has a line that begins with the mark; a quoted one begins with `>`."""
    return bool(mark_in(text, mark))


def mark_in(text: str, beginning: str) -> str:
    """The first line of the text that begins so, or nothing."""
    return next((line for line in text.splitlines() if line.startswith(beginning)), "")


def short_digest(text: str) -> str:
    """The first digits of a text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST]


def title_of(text: str, most: int = lengths.TITLE) -> str:
    """A ticket's title as services keep it, on one line; raises `Refused` for what none takes."""
    title = " ".join(text.split())
    if not 0 < len(title) <= most:
        raise Refused(
            f"expected a title of 1 to {most} characters, found {len(title)}: {title[:60]!r}; "
            "choose another"
        )
    return title


def refuse_other_title(found: str, title: str, *, link: str) -> None:
    """Raise `Conflict` where the ticket that bears our mark is called otherwise."""
    if found != title:
        raise Conflict(
            f"expected the ticket of this release to be titled {title!r}, found it titled "
            f"{found!r}; look at {link}: mend its title, or take our mark out of its text"
        )


def refuse_lacking(lacking: Iterable[str]) -> None:
    """Raise `Refused` with all that stands against a ticket, a line each."""
    if told := "\n".join(lacking):
        raise Refused(told)

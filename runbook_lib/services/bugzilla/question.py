"""What came of a question to a person on a bug: whether, by whom and how it was answered.

Bugzillas differ: a stock one leaves a needinfo flag as it is when the person comments, on
bugzilla.mozilla.org they take it away, with a comment or without; somebody else may do so for them,
or be asked in their place.
"""

from collections.abc import Iterable

from runbook_lib.frozen import frozen
from runbook_lib.policy.tickets import Answer, bears, same
from runbook_lib.services.bugzilla.mark import ASKED
from runbook_lib.services.bugzilla.values import Bug, Comment, Flag, FlagChange

NO = ("WONTFIX", "INVALID")
"""Resolutions that say no to what a bug asks for."""
SILENT = "(took the question away without a word)"


@frozen
class Question:
    """A question on a bug: what was said and changed there since it was asked of `of`."""

    bug: Bug
    of: str
    comments: tuple[Comment, ...]
    changes: tuple[FlagChange, ...]
    later: int
    """The number of the first comment after it."""
    by_flag: bool = True
    """Whether a flag says that it is open; else it is until they have written something."""

    @property
    def asked(self) -> tuple[str, ...]:
        """Who it was put to, one after the other: it may be passed on."""
        people = [self.of]
        for change in self.changes:
            if asks(people[-1]) in change.removed:
                people += [name for name in change.asked if not same(name, people[-1])]
        return tuple(people)

    @property
    def closing(self) -> FlagChange | None:
        """The change that took the question away; None while somebody is asked."""
        if any(is_asked(self.bug, person) for person in self.asked):
            return None
        closings = [one for one in self.changes if asks(self.asked[-1]) in one.removed]
        return closings[-1] if closings else None

    @property
    def answer(self) -> Answer | None:
        """What was answered, or None: all that was said by those who were asked or took it away."""
        closing = self.closing
        people = (*self.asked, *([closing.who] if closing else []))
        said = [one for one in self.comments[self.later :] if is_by(one, people)]
        last = said[-1] if said else closing
        if last is None:
            return None
        refused = self.bug.resolution in NO or any(refuses(one, people) for one in self.bug.flags)
        return Answer(
            "\n\n".join(one.text for one in said) or SILENT,
            last.who,
            last.when,
            "refused" if refused else "answered",
            f"{self.bug.link}#c{self.comments.index(said[-1])}" if said else self.bug.link,
        )

    def __str__(self) -> str:
        """That it is open, and what others have said since: that may be the answer."""
        asked = self.asked[-1]
        others = [one for one in self.comments[self.later :] if not bears(one.text, ASKED)]
        told = f"{asked} has not answered on bug {self.bug.id}, {self.bug.link}"
        if not others:
            return told
        last = " ".join(others[-1].text.split())
        said = f"{told}; {others[-1].who} wrote there: {last[:60]!r}"
        if not self.by_flag:
            return f"{said}; if that is the answer, have {asked} say so"
        return f"{said}; if that is the answer, take the needinfo of {asked} away"


def asks(person: str) -> str:
    """How a bug's history writes that a person is asked."""
    return f"needinfo?({person.casefold()})"


def is_asked(bug: Bug, of: str) -> bool:
    """Whether the bug has an open needinfo flag to that person."""
    return any(
        flag.name == "needinfo" and flag.status == "?" and same(flag.requestee, of)
        for flag in bug.flags
    )


def is_by(comment: Comment, people: Iterable[str]) -> bool:
    """Whether one of these people wrote a comment, and it asks nothing itself."""
    return any(same(comment.who, who) for who in people) and not bears(comment.text, ASKED)


def refuses(flag: Flag, people: Iterable[str]) -> bool:
    """Whether the flag is somebody's no to a question."""
    no = flag.name == "needinfo" and flag.status == "-"
    return no and any(same(flag.setter, who) for who in people)

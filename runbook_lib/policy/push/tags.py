"""The tags of a team's pushes: `2026.03.12`, and `2026.03.12-1` where there is one more.

The procedure, https://mozilla.github.io/addons-server/topics/development/push_duty.html: the date
is the date of the push, a tag that exists is never used again, and the suffix is a number that is
incremented with each revision, 1 first.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from runbook_lib.errors import UsageError

FORM = re.compile(r"([0-9]{4})\.([0-9]{2})\.([0-9]{2})(?:-([1-9][0-9]{0,5}))?")


@dataclass(frozen=True, order=True)
class PushTag:
    """A push's day, and the number of the revision: 0 for the first, which has no suffix."""

    day: date
    suffix: int = 0

    @classmethod
    def find(cls, text: str) -> "PushTag | None":
        """The tag of that name; None for one that is no push's."""
        found = FORM.fullmatch(text)
        if found is None:
            return None
        year, month, day, suffix = (int(part or 0) for part in found.groups())
        try:
            return cls(date(year, month, day), suffix)
        except ValueError:
            return None

    @classmethod
    def parse(cls, text: str) -> "PushTag":
        """The tag of that name; raises `UsageError` for one that is no push's."""
        found = cls.find(text)
        if found is None:
            raise UsageError(
                f"expected the tag of a push, such as 2026.03.12 or 2026.03.12-1, found {text!r}; "
                "correct it"
            )
        return found

    def __str__(self) -> str:
        return f"{self.day:%Y.%m.%d}{f'-{self.suffix}' if self.suffix else ''}"


def push_tags(names: Iterable[str]) -> list[PushTag]:
    """The tags of pushes among all tags, oldest first; of one day by number, -10 after -9."""
    return sorted(set(filter(None, map(PushTag.find, names))))


def tags_of(day: date, names: Iterable[str]) -> tuple[str, ...]:
    """The tags of one push, oldest first."""
    return tuple(str(tag) for tag in push_tags(names) if tag.day == day)


def is_newer(one: str, other: str) -> bool:
    """Whether one tag is of the same push as another, and was made after it."""
    first, second = PushTag.find(one), PushTag.find(other)
    if first is None or second is None or first.day != second.day:
        return False
    return first > second


def newest(day: date, names: Iterable[str]) -> str:
    """The last tag of a push; empty where it has none."""
    return (tags_of(day, names) or ("",))[-1]


def next_free(day: date, names: Iterable[str]) -> str:
    """The tag that comes next in a push: without a suffix, then -1, and on from the highest.

    A gap is not filled: there may have been a tag that was deleted.
    """
    last = newest(day, names)
    return str(PushTag(day, PushTag.parse(last).suffix + 1)) if last else str(PushTag(day))


def next_suffixed(day: date, names: Iterable[str]) -> str:
    """The tag that comes next for picked commits: always with a suffix, -1 first."""
    last = newest(day, names)
    return str(PushTag(day, PushTag.parse(last).suffix + 1 if last else 1))


def last_before(day: date, names: Iterable[str]) -> str:
    """The last tag of the newest earlier push; empty where there was none."""
    earlier = [str(tag) for tag in push_tags(names) if tag.day < day]
    return (earlier or [""])[-1]


def find_base(tag: str, names: Iterable[str], *, production: str = "") -> str:
    """What a push's tag is compared with: the tag that was last in production.

    That is what production says that it runs, where it names one of the tags. Where it runs the
    tag itself by now, or says nothing of use, it is the last tag of the earlier push.
    """
    known = list(names)
    if production in known and production != tag:
        return production
    return last_before(PushTag.parse(tag).day, known)


@dataclass(frozen=True)
class FollowUp:
    """One more tag of a push, asked for by its name: of which repository, and which."""

    name: str
    tag: str

    def __str__(self) -> str:
        return f"{self.name} {self.tag}"


def read_follow_ups(text: str, day: date) -> tuple[FollowUp, ...]:
    """The tags that are asked for, as in `server 2026.03.12-1, frontend 2026.03.12-1`.

    Raises `UsageError` for what is none, or is of another push, or named twice.
    """
    parts = [part.split() for part in text.split(",") if part.strip()]
    wrong = [" ".join(part) for part in parts if not is_follow_up(part, day)]
    found = [FollowUp(part[0], part[-1]) for part in parts]
    if wrong or len({one.name for one in found}) < len(found):
        raise UsageError(
            f"expected repositories, each once with the tag to make, such as "
            f"follow_up='server {PushTag(day, 1)}', found {text.strip()!r}; correct it"
        )
    return tuple(found)


def is_follow_up(part: list[str], day: date) -> bool:
    """Whether words are a repository's name and a tag of a day's push."""
    tag = PushTag.find(part[-1])
    return len(part) == 2 and tag is not None and tag.day == day

"""The tags of a team's pushes: `2026.03.12`, and `2026.03.12-1` where there is one more.

The procedure, https://mozilla.github.io/addons-server/topics/development/push_duty.html: the date
is the date of the push, a tag that exists is never used again, and the suffix is a number that is
incremented with each revision, 1 first. What a team calls its tags is their form (`TagForm`).
"""

from collections.abc import Iterable
from datetime import date

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.push.tag_form import PushTag, TagForm


def push_tags(form: TagForm, names: Iterable[str]) -> list[PushTag]:
    """The tags of pushes among all tags, oldest first; of one push by number, -10 after -9."""
    return sorted(set(filter(None, map(form.find, names))))


def tags_of(form: TagForm, day: date, names: Iterable[str]) -> tuple[str, ...]:
    """The tags of the push of a day, oldest first."""
    return tuple(str(tag) for tag in push_tags(form, names) if tag.push == form.push_of(day))


def is_newer(form: TagForm, one: str, other: str) -> bool:
    """Whether one tag is of the same push as another, and was made after it."""
    first, second = form.find(one), form.find(other)
    if first is None or second is None or first.push != second.push:
        return False
    return first > second


def is_later(form: TagForm, one: str, other: str) -> bool:
    """Whether one tag is of a later push than another."""
    first, second = form.find(one), form.find(other)
    return first is not None and second is not None and first.push > second.push


def newest(form: TagForm, day: date, names: Iterable[str]) -> str:
    """The last tag of a push; empty where it has none."""
    return (tags_of(form, day, names) or ("",))[-1]


def next_free(form: TagForm, day: date, names: Iterable[str]) -> str:
    """The tag that comes next in a push: without a suffix, then -1, and on from the highest.

    A gap is not filled: there may have been a tag that was deleted.
    """
    last = newest(form, day, names)
    return form.name(day, form.parse(last).suffix + 1 if last else 0)


def next_suffixed(form: TagForm, day: date, names: Iterable[str]) -> str:
    """The tag that comes next for picked commits: always with a suffix, -1 first."""
    last = newest(form, day, names)
    return form.name(day, form.parse(last).suffix + 1 if last else 1)


def last_before(form: TagForm, day: date, names: Iterable[str]) -> str:
    """The last tag of the newest earlier push; empty where there was none."""
    earlier = [str(tag) for tag in push_tags(form, names) if tag.push < form.push_of(day)]
    return (earlier or [""])[-1]


def find_base(form: TagForm, tag: str, names: Iterable[str], *, production: str = "") -> str:
    """What a push's tag is compared with: the tag that was last in production.

    That is what production says that it runs, where it names one of the tags. Where it runs the
    tag itself by now, or one that came after it, or says nothing of use, it is the last tag of the
    earlier push.
    """
    known, mine, running = list(names), form.parse(tag), form.find(production)
    if production in known and (running is None or running < mine):
        return production
    return last_before(form, mine.push, known)


@frozen
class FollowUp:
    """One more tag of a push, asked for by its name: of which repository, and which."""

    name: str
    tag: str

    def __str__(self) -> str:
        return f"{self.name} {self.tag}"


def read_follow_ups(form: TagForm, text: str, day: date) -> tuple[FollowUp, ...]:
    """The tags that are asked for, as in `server 2026.03.12-1, frontend 2026.03.12-1`.

    Raises `UsageError` for what is none, or is of another push, or named twice.
    """
    parts = [part.split() for part in text.split(",") if part.strip()]
    wrong = [" ".join(part) for part in parts if not is_follow_up(form, part, day)]
    found = [FollowUp(part[0], part[-1]) for part in parts]
    if wrong or len({one.name for one in found}) < len(found):
        raise UsageError(
            f"expected repositories, each once with the tag to make, such as "
            f"follow_up='server {form.name(day, 1)}', found {text.strip()!r}; correct it"
        )
    return tuple(found)


def is_follow_up(form: TagForm, part: list[str], day: date) -> bool:
    """Whether words are a repository's name and a tag of a day's push."""
    return len(part) == 2 and bool(tags_of(form, day, part[1:]))

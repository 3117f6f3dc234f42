"""How a team calls the tags of its pushes: by the push's day or by its calendar week.

Weeks are those of ISO 8601, and where a form names a week its year is the week's: 2027-01-01 is
in week 53 of 2026.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.push.tag_template import (
    WEEKS,
    calendar_names,
    check_form,
    compiled,
    day_of,
)
from runbook_lib.policy.templates import fields, fill, parts


@dataclass(frozen=True, order=True)
class PushTag:
    """A tag of a push. `push` stands for that: its day, or the Monday of its week.

    Of one push, a tag of the form that is used now comes after one of an earlier form (`rank`),
    then they go by `suffix`, the number of the revision: 0 for the first. `day` is what the name
    says, the Monday where that is a week.
    """

    push: date
    rank: int
    day: date
    suffix: int
    name: str = field(compare=False)

    def __str__(self) -> str:
        return self.name


@frozen
class TagForm:
    """What the tags of a push are called: its `first`, and each `further` one, by templates.

    Left out, `further` is the first with `-1`, `-2` and so on, or with its own number. In forms of
    `earlier` days tags are read, and none is made.
    """

    first: str = "{year}.{month}.{day}"
    further: str = ""
    earlier: tuple["TagForm", ...] = ()

    def __post_init__(self) -> None:
        for template in self.templates:
            check_form(template)
        if "number" not in fields(self.templates[1]):
            raise UsageError(f"expected {{number}} in the form of further tags {self.further!r}")
        if self.by_week != bool(fields(self.templates[1]) & WEEKS):
            raise UsageError(
                f"expected both forms by day or both by week, found {self.first!r} and "
                f"{self.further!r}"
            )

    @cached_property
    def templates(self) -> tuple[str, str]:
        """The template of the first tag, and that of further ones."""
        numbered = "number" in fields(self.first)
        return self.first, self.further or (self.first if numbered else f"{self.first}-{{number}}")

    @cached_property
    def by_week(self) -> bool:
        """Whether a tag names its push's week, and not its day."""
        return bool(fields(self.first) & WEEKS)

    def push_of(self, day: date) -> date:
        """What stands for the push of a day in its tags: the day, or the Monday of its week."""
        return day - timedelta(days=day.weekday()) if self.by_week else day

    def name(self, day: date, suffix: int = 0) -> str:
        """What a tag of the push of a day is called; `suffix` is 0 for the first."""
        return fill(
            self.templates[bool(suffix)],
            {**calendar_names(day, self.by_week), "number": str(suffix)},
        )

    def find(self, text: str) -> PushTag | None:
        """The tag of that name; None for one that is no push's."""
        for rank, form in enumerate((self, *self.earlier)):
            for day, suffix in form.readings(text):
                return PushTag(self.push_of(day), -rank, day, suffix, text)
        return None

    def parse(self, text: str) -> PushTag:
        """The tag of that name; raises `UsageError` for one that is no push's."""
        found = self.find(text)
        if found is None:
            some = date(2026, 3, 12)
            raise UsageError(
                f"expected the tag of a push, such as {self.name(some)} or {self.name(some, 1)}, "
                f"found {text!r}; correct it"
            )
        return found

    def readings(self, text: str) -> Iterator[tuple[date, int]]:
        """The day and the number that a name has in this form, if it is of it."""
        for template in self.templates:
            found = compiled(template).fullmatch(text)
            said = {name: int(value) for name, value in found.groupdict().items()} if found else {}
            day, suffix = day_of(said), said.get("number", 0)
            if day and self.name(day, suffix) == text:
                yield day, suffix

    def shown_as(self, version: str) -> str:
        """The tag that a version page means, which may leave out what stands before the numbers."""
        for form in (self, *self.earlier):
            before, _ = parts(form.first)[0]
            for name in (version, f"{before}{version}"):
                if next(form.readings(name), None):
                    return name
        return version

    def globs(self, day: date) -> tuple[str, ...]:
        """What git finds the tags of the push of a day by."""
        names = {**calendar_names(day, self.by_week), "number": "*"}
        own = tuple(dict.fromkeys(fill(template, names) for template in self.templates))
        return own + tuple(glob for form in self.earlier for glob in form.globs(day))

    @property
    def expression(self) -> str:
        """What finds a tag in a text, as a regular expression without named groups."""
        mine = "|".join(
            re.sub(r"\(\?P<\w+>", "(?:", compiled(one).pattern) for one in self.templates[::-1]
        )
        return "|".join([mine, *(form.expression for form in self.earlier)])


USUAL = TagForm()
"""The procedure's own: `2026.03.12`, then `2026.03.12-1`."""

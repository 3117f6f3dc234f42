"""A repository's tags over time: which kind was made when, how often, and where the next stands."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from statistics import median
from typing import ClassVar

from runbook_lib.display.lanes import Bar, Lane, lane_html, lane_text
from runbook_lib.display.ticks import moment, ticks, ticks_html, ticks_text
from runbook_lib.frozen import frozen
from runbook_lib.policy.colours import LEAF, MAUVE, SEA, SKY, STONE, VERMILION
from runbook_lib.policy.plural import plural
from runbook_lib.policy.scale import Scale, make_scale
from runbook_lib.policy.version import Version
from runbook_lib.policy.visible import Drawn, as_html

THIS, MAJOR, MINOR, PATCH, DATED, PRE, OTHER = (
    *("this release", "major", "minor", "patch", "by date", "pre-release", "other tags"),
)
LOOKS = {
    MAJOR: (VERMILION, "█"),
    MINOR: (SEA, "█"),
    PATCH: (SKY, "▒"),
    DATED: (SEA, "█"),
    PRE: (MAUVE, "░"),
    OTHER: (STONE, "·"),
    THIS: (LEAF, "◆"),
}
"""The lanes in their order, with their colours and signs."""
RELEASES = (MAJOR, MINOR, PATCH, DATED)
SHOWN, MOST = 40, 60
"""So many of the newest releases are shown, and of each kind so many tags since the first of them.
"""
YEARS = range(1900, 3000)
"""A version that begins so tells a date."""


@frozen
class Made:
    """A tag: of which kind, what it is called, and the day on which it was made."""

    kind: str
    name: str
    day: date


@frozen
class Dot(Bar):
    """A tag in the picture."""

    least: ClassVar = 0.012
    looks: ClassVar = LOOKS


@frozen
class DotLane(Lane):
    """The tags of one kind."""

    last: str = ""

    @property
    def said(self) -> str:
        """How many there are, and the last."""
        return self.last


@frozen
class TagHistory(Drawn):
    """The tags of a repository, the oldest first, with the release that is to be made.

    `left_out` are older ones.
    """

    made: tuple[Made, ...]
    left_out: int = 0

    @property
    def title(self) -> str:
        """From when to when, how often there was a release, and how long the last is ago."""
        said = [f"Tags from {self.made[0].day} to {self.made[-1].day}", *self.pace()]
        return "; ".join(said)

    def pace(self) -> Iterator[str]:
        """How often there was a release, and how long after the last one this comes."""
        days = sorted({one.day for one in self.made if one.kind in RELEASES})
        between = [(after - before).days for before, after in pairwise(days)]
        if between:
            yield f"a release every {plural(round(median(between)), 'day')} (median)"
        now = [one.day for one in self.made if one.kind == THIS]
        if now and days and now[0] >= days[-1]:
            yield f"this one {plural((now[0] - days[-1]).days, 'day')} after the last"
        if self.left_out:
            yield f"without {plural(self.left_out, 'older one')}"

    @property
    def lanes(self) -> list[DotLane]:
        """A lane of each kind that there is."""
        found = {kind: [one for one in self.made if one.kind == kind] for kind in LOOKS}
        return [
            DotLane(kind, tuple(map(dot, made)), last_of(made))
            for kind, made in found.items()
            if made
        ]

    @property
    def scale(self) -> Scale:
        """Its scale, true to length."""
        whole = (moment(self.made[0].day), max(moment(self.made[-1].day), 1 + self.first))
        return make_scale([whole], whole)

    @property
    def first(self) -> float:
        """When the first was made."""
        return moment(self.made[0].day)

    def __str__(self) -> str:
        scale = self.scale
        lanes = [lane_text(lane, scale) for lane in self.lanes]
        return "\n".join([self.title, *lanes, ticks_text(self.ticks, scale)])

    def html(self) -> str:
        """The tags as lines with points, which need neither a script nor a picture."""
        scale = self.scale
        lanes = "".join(lane_html(lane, scale) for lane in self.lanes)
        below = ticks_html(self.ticks, scale)
        return f'<div style="margin:.6em 0"><b>{as_html(self.title)}</b>{lanes}{below}</div>'

    @property
    def ticks(self) -> list[date]:
        """The dates of the scale."""
        return ticks(self.made[0].day, self.made[-1].day)


def tag_history(
    tags: Iterable[tuple[str, date, Version | None]], *, next_tag: str, on: date
) -> TagHistory:
    """The picture of tags, each with the version that it names as a release of this form.

    `next_tag` is to be made `on` a day, or was: it is told from the others.
    """
    made = [Made(kind_of(version), name, day) for name, day, version in tags if name != next_tag]
    made.sort(key=lambda one: one.day)
    releases = [one.day for one in made if one.kind in RELEASES]
    since = releases[-SHOWN] if len(releases) > SHOWN else date.min
    kept = [one for kind in LOOKS for one in newest(made, kind, since)]
    this = Made(THIS, next_tag, on)
    shown = sorted([*kept, this], key=lambda one: one.day)
    return TagHistory(tuple(shown), len(made) - len(kept))


def newest(made: Sequence[Made], kind: str, since: date) -> list[Made]:
    """The newest tags of a kind."""
    return [one for one in made if one.kind == kind and one.day >= since][-MOST:]


def kind_of(version: Version | None) -> str:
    """The kind of a tag by the version that it names."""
    if version is None:
        return OTHER
    if version.is_pre:
        return PRE
    if version.major in YEARS:
        return DATED
    return PATCH if version.patch else MINOR if version.minor else MAJOR


def dot(made: Made) -> Dot:
    """A tag in the picture."""
    return Dot(made.kind, moment(made.day), moment(made.day), f"{made.name}, {made.day}")


def last_of(made: Sequence[Made]) -> str:
    """How many tags of a kind there are, and the last."""
    last = f"{made[-1].name}, {made[-1].day}"
    return f"{len(made)}, the last {last}" if len(made) > 1 else last

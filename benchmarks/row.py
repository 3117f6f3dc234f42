"""A row of the table: what is measured, against what, how much it may be, and what it was."""

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.cost import Cost

CLOCK, BOTH = ("wall",), ("wall", "cpu")
"""What a ratio is judged by."""
NOISE = 1.1
"""By how much two figures of the same may differ."""


@dataclass(frozen=True)
class Line:
    """One goal and what was measured; `share` is how much of the goal was used, 1.0 all of it."""

    what: str
    against: str
    goal: str
    measured: str
    share: float | None = None
    note: str = ""

    def noting(self, more: str) -> "Line":
        """The same with more to know."""
        return replace(self, note="; ".join(filter(None, (self.note, more))))

    @property
    def met(self) -> str:
        """Whether the goal is met, in a word; where nothing was measured, that."""
        if self.share is None:
            return "not measured"
        return "**no**" if self.missed else "yes"

    @property
    def missed(self) -> bool:
        """Whether more than the goal was measured."""
        return self.share is not None and self.share > 1


@dataclass(frozen=True)
class Bench:
    """What a row is measured with: a folder of its own, how often, and whether in small."""

    folder: Path
    rounds: int
    quick: bool = False

    def new_folder(self, name: str) -> Path:
        """A new folder in the row's own."""
        number = sum(1 for _ in self.folder.glob(f"{name}-*"))
        path = self.folder / f"{name}-{number}"
        path.mkdir(parents=True)
        return path


Row = Callable[[Bench], list[Line]]


class Missing(Exception):
    """A program of others that a row is measured against is not on this machine."""


def need(name: str, *, how: str = "") -> Path:
    """Where a program is; raises `Missing` where it is not on this machine."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which(name) or shutil.which(name, path=beside)
    if found is None:
        raise Missing(f"{name} is not on this machine{f' ({how})' if how else ''}")
    return Path(found)


def judged(
    what: str, against: str, ours: Cost, theirs: Cost, goal: float, by: Sequence[str] = CLOCK
) -> Line:
    """A line whose goal is a ratio, by the clock unless the processor's time counts, too."""
    ratio = ours.times(theirs)
    measured = f"{ratio.wall:.2f} ×; of the processor {ratio.cpu:.2f} ×"
    share = max(getattr(ratio, name) for name in by) / goal
    note = f"{ours}, against {theirs}"
    return Line(what, against, f"at most {goal:g} ×", measured, share, note)


def faster_than(what: str, other: str, ours: Cost, theirs: Cost) -> Line:
    """A line whose goal is to take less time than another program."""
    ratio = ours.times(theirs)
    measured = f"{ratio.wall:.2f} ×; of the processor {ratio.cpu:.2f} ×"
    note = f"{ours}, against {theirs}"
    return Line(what, other, "faster", measured, ratio.wall, note)


def more_by(what: str, against: str, ours: Cost, theirs: Cost, goal: float) -> Line:
    """A line whose goal is how many seconds more something takes."""
    more = ours.wall - theirs.wall
    measured = f"+ {more:.2f} s; of the processor + {ours.cpu - theirs.cpu:.2f} s"
    note = f"{ours}, against {theirs}"
    return Line(what, against, f"at most + {goal:g} s", measured, more / goal, note)


def less_than(what: str, against: str, ours: Cost, theirs: Cost, goal: float) -> Line:
    """A line whose goal is a time; what it is measured against is told."""
    measured = f"{ours.wall:.2f} s, {ours.wall / theirs.wall:.1f} ×"
    note = f"{ours}, against {theirs}"
    return Line(what, against, f"under {goal:g} s", measured, ours.wall / goal, note)


def growth(what: str, things: str, taken: Mapping[int, Cost]) -> Line:
    """A line whose goal is that what is done for many takes no more a thing than for few."""
    sizes = sorted(taken)
    few, many = (taken[size].cpu / size for size in sizes[-2:])
    note = "; ".join(f"{size:,}: {taken[size]}" for size in sizes)
    measured = f"{many / few:.2f} × the processor's time for each of {sizes[-1]:,}"
    against = f"each of {sizes[-2]:,} {things}"
    return Line(
        f"{what}: growth", against, "no more than linear", measured, many / few / NOISE, note
    )

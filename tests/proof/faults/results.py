"""What was tried, and what came of it: a folder that a later call goes on from."""

import fcntl
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from tests.proof.faults.points import Point
from tests.proof.faults.trying import Tried

Line = dict[str, Any]


class Keyed(Protocol):
    """What is tried, and has a name in the results."""

    @property
    def key(self) -> str:
        """That name."""


class Results:
    """`points.json`, the points of each scenario; `tried.jsonl`, a line for each fault.

    `together.jsonl` has what was found after several, each of which was then tried with fewer;
    `broken.jsonl` why some could not be tried, as on a machine that has no time.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.tried = folder / "tried.jsonl"

    def read(self) -> list[Line]:
        """All that was tried; a line that was cut short counts for nothing."""
        lines = self.tried.read_text().splitlines() if self.tried.exists() else []
        return [json.loads(line) for line in lines if line.endswith("}")]

    def keys(self) -> set[str]:
        """The faults that need not be tried any more."""
        return {line["key"] for line in self.read()}

    def add(self, lines: Iterable[Line]) -> None:
        """Keep some results."""
        text = "".join(json.dumps(line) + "\n" for line in lines)
        with self.locked(), self.tried.open("a") as file:
            file.write(text)

    def add_together(self, tried: Tried) -> None:
        """Keep what several faults together came to, for whoever looks into it."""
        line = {"keys": sorted(one.key for one in tried.struck), "found": tried.found}
        with self.locked(), (self.folder / "together.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")

    def add_broken(self, meant: Iterable[Keyed], said: str) -> None:
        """Keep why some faults could not be tried; that is for a later call."""
        line = {"keys": sorted(one.key for one in meant), "broken": said}
        with self.locked(), (self.folder / "broken.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")

    def forget_found(self) -> None:
        """Let everything at which something was found be tried again."""
        kept = [json.dumps(line) for line in self.read() if not line["found"]]
        self.tried.write_text("".join(f"{line}\n" for line in kept))

    def points(self, scenario: str, found: tuple[Point, ...] = ()) -> tuple[Point, ...]:
        """A scenario's points as they were first found, for the waits make a few more or fewer."""
        path = self.folder / "points.json"
        with self.locked():
            known = json.loads(path.read_text()) if path.exists() else {}
            if found and scenario not in known:
                known[scenario] = [[point.what, point.nth] for point in found]
                path.write_text(json.dumps(known, indent=1))
        return tuple(Point(what, nth) for what, nth in known.get(scenario, ()))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else writes here while the block lasts."""
        with (self.folder / "lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

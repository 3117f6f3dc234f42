"""Steps that do next to nothing, to see what a step itself costs; run within a kernel."""

import json
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from runbook_lib.display.step_display import choose_display
from runbook_lib.journal.journal import Journal
from runbook_lib.steps.step import Runner, step


@dataclass(frozen=True)
class Shelf:
    """A folder in which things are put."""

    folder: Path
    runner: Runner

    @step
    def put(self, name: str) -> Generator[str, None, str]:
        """Put a thing there."""
        if (self.folder / name).exists():
            return name
        yield f"put {name} there"
        put(self.folder / name)
        return name


def put(path: Path) -> None:
    """The bare effect."""
    path.write_text(path.name)


class NoDisplay:
    """Shows nothing."""

    def start(self, *_: object, **__: object) -> "NoDisplay":
        """Show nothing."""
        return self

    def progress(self, *_: object, **__: object) -> None:
        """Show nothing."""

    def finish(self, *_: object, **__: object) -> None:
        """Show nothing."""


def quiet_runner(folder: Path) -> Runner:
    """A runner that journals in a folder, and shows nothing."""
    journal = Journal(folder / "session" / "journal.jsonl", session="session", operator="olive")
    return Runner(journal, NoDisplay())


def spend(folder: str, steps: int) -> None:
    """Carry out so many steps, and their bare effect as often; print the seconds of one."""
    place = Path(folder)
    journal = Journal(place / "session" / "journal.jsonl", session="session", operator="olive")
    shelf = Shelf(place, Runner(journal, choose_display()))
    bare = seconds_of(lambda number: put(place / f"bare-{number}"), steps)
    step = seconds_of(lambda number: shelf.put(f"thing-{number}"), steps)
    print(json.dumps({"step": step, "bare": bare}))


def seconds_of(work: Callable[[int], object], times: int) -> float:
    """How long one piece of work takes of many."""
    began = time.perf_counter()
    for number in range(times):
        work(number)
    return (time.perf_counter() - began) / times

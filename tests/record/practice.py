"""What the practice runbook works with: a desk to put things on, and points at which to stop."""

import os
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from runbook_lib.run.run import Run
from runbook_lib.steps.step import check, step

POINTS = ("cell start", "look", "act start", "act end", "cell end")
"""Where a session can be stopped, in the order in which they are reached."""
HALT, DESK = "PRACTICE_HALT", "PRACTICE_DESK"
LIMIT = 120.0


@dataclass(frozen=True)
class Subject:
    """What a practice run is about."""

    name: str


class Desk:
    """A folder on which things are put."""

    def __init__(self, run: Run) -> None:
        self.runner = run.runner
        self.folder = Path(os.environ[DESK])

    @step
    def put(self, thing: str) -> Generator[str, None, str]:
        """Put a thing on the desk."""
        place = self.folder / thing
        if thing == "cup" and not place.exists():
            halt("look")
        if place.exists():
            return f"{thing} is on the desk"
        yield f"put {thing} on the desk"
        if thing == "cup":
            halt("act start")
        place.write_text(thing)
        if thing == "cup":
            halt("act end")
        return ""


def open_desk(run: Run, subject: str = "1.0") -> Desk:
    """Join the run of a subject, and stand at the desk."""
    run.join(subject, Subject(subject))
    return Desk(run)


@check
def decide_desk(run: Run, subject: str = "1.0") -> Desk:
    """Open the desk within a step, as a procedure does that decides what it is about."""
    return open_desk(run, subject)


def halt(point: str) -> None:
    """Stop at a point, if this is the one: until somebody ends this process."""
    if os.environ.get(HALT) == point:
        Path(os.environ[DESK], "halted").write_text(str(os.getpid()))
        limit = time.monotonic() + LIMIT
        while time.monotonic() < limit:
            time.sleep(0.02)
        raise AssertionError(f"nobody ended this session at {point}")


BACK = timedelta(hours=2)


class SetBack(datetime):
    """A clock that was set back."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        """The time that it shows."""
        return datetime.now(tz) - BACK


def set_clock_back() -> None:
    """Have the whole library of this process look at a clock that was set back."""
    for name, module in list(sys.modules.items()):
        if name.startswith("runbook_lib") and getattr(module, "datetime", None) is datetime:
            module.datetime = SetBack  # type: ignore[attr-defined]

"""How far git is with what it receives, as it tells itself, shown at the step that waits for it."""

import re
import time
from collections.abc import Callable

from runbook_lib.steps.phase import show_progress

TOLD = re.compile(
    r"(?P<phase>[A-Z][\w -]+): +(?P<percent>\d+)% \(\d+/(?P<total>\d+)\)"
    r"(?:, (?P<size>[\d.]+) (?P<unit>bytes|[KMG]iB))?"
)
PROGRESS = re.compile(r"(remote: )?[A-Z][\w -]+: +\d+(%|, done|$)")
"""A line of it, or of what the other side tells of its own."""
UNITS = {"bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
RECEIVING = "Receiving objects"
AN_OBJECT = 600
"""Bytes that an object has in a pack, on the average of a large repository."""
JUDGED, SHOWN_AFTER, SHOWN_AGAIN = 5.0, 2.0, 15.0
"""Seconds until it is known how fast it comes; until a new part is shown; and until the same is."""
PART = 10
"""How many percent are shown at once."""


def without_progress(said: str) -> str:
    """What git said besides of how far it is."""
    lines = re.split(r"[\r\n]+", said)
    return "\n".join(line for line in lines if not PROGRESS.match(line))


class Receiving:
    """Hears git's own words on its progress; `judge` is asked while objects come."""

    def __init__(self, judge: "Callable[[Receiving], None] | None" = None) -> None:
        self.judge = judge
        self.line = ""
        self.told = False
        """Whether it has told how far it is with anything, as it does with each object."""
        self.shown = time.monotonic()
        self.since = 0.0
        self.part: tuple[str, int] = ("", 0)
        self.remaining = 0.0
        """How many seconds it will still take, as far as that can be known."""

    def __call__(self, said: bytes) -> None:
        """Hear some more."""
        *whole, self.line = re.split(r"[\r\n]", self.line + said.decode(errors="replace"))
        for told in filter(None, map(TOLD.search, whole)):
            self.hear(told)

    def hear(self, told: re.Match[str]) -> None:
        """Hear how far it is."""
        self.told = True
        self.show(told)
        if told["phase"] == RECEIVING:
            self.estimate(told)
            if self.judge:
                self.judge(self)

    def show(self, told: re.Match[str]) -> None:
        """Show how far it is, now and then."""
        now, part = time.monotonic(), (told["phase"], int(told["percent"]) // PART)
        if now - self.shown > (SHOWN_AFTER if part != self.part else SHOWN_AGAIN):
            size = f", {told['size']} {told['unit']}" if told["size"] else ""
            show_progress(
                f"{told['phase'].lower()}: {told['percent']} %{size}", int(told["percent"]) / 100
            )
            self.part, self.shown = part, now

    def estimate(self, told: re.Match[str]) -> None:
        """How long it will still take: the objects at a pack's end are larger than those before."""
        self.since = self.since or time.monotonic()
        elapsed, come = time.monotonic() - self.since, bytes_of(told)
        if elapsed > JUDGED and come:
            percent = max(int(told["percent"]), 1)
            expected = max(int(told["total"]) * AN_OBJECT, come * 100 / percent)
            self.remaining = max(0.0, expected - come) * elapsed / come


def bytes_of(told: re.Match[str]) -> float:
    """How many bytes have come, as far as it says."""
    return float(told["size"]) * UNITS[told["unit"]] if told["size"] else 0.0

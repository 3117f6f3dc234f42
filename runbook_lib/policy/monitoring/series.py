"""Time series cut into buckets, and the same hours of earlier weeks."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from statistics import fmean

from runbook_lib.frozen import frozen

Buckets = tuple[float | None, ...]
"""A value for each bucket of a window; None where there is no data."""

STEPS = tuple(timedelta(seconds=s) for s in (15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200))
EPOCH = datetime.fromtimestamp(0, UTC)
MOST = 60
"""More buckets than that in a window, and single points mean nothing."""


@frozen
class Series:
    """One line of a graph: pairs of seconds since the epoch and a value, None where it has none."""

    name: str
    points: tuple[tuple[float, float | None], ...]


@frozen
class Window:
    """A stretch of time in `count` buckets of `step`, from `start` (with its time zone) on."""

    start: datetime
    count: int
    step: timedelta

    @property
    def end(self) -> datetime:
        """The end of the last bucket."""
        return self.time(self.count)

    def time(self, bucket: int) -> datetime:
        """When a bucket begins."""
        return self.start + bucket * self.step

    def bucket(self, moment: datetime) -> int:
        """The bucket that a moment falls into, which may lie outside of the window."""
        return (moment - self.start) // self.step

    def whole(self, span: timedelta) -> int:
        """How many buckets it takes to cover a span, one at least."""
        return max(1, -(-span // self.step))


def choose_step(span: timedelta) -> timedelta:
    """The shortest usual step that cuts a span into no more than `MOST` buckets."""
    return next((step for step in STEPS if span <= MOST * step), STEPS[-1])


def cut_window(start: datetime, end: datetime, step: timedelta) -> Window:
    """The window from the bucket that holds `start` to the last one that is over at `end`.

    Buckets begin at whole multiples of the step, as those of Prometheus and Grafana do.
    """
    first = (start - EPOCH) // step
    return Window(EPOCH + first * step, max(0, (end - EPOCH) // step - first), step)


def weeks_before(window: Window, weeks: int, zone: tzinfo) -> tuple[Window, ...]:
    """The same weekday and hours by the clocks of a time zone, so many weeks back, newest first.

    Where the clocks were changed in between, the hours in UTC are others.
    """
    local = window.start.astimezone(zone).replace(tzinfo=None)
    starts = (local - timedelta(weeks=back) for back in range(1, weeks + 1))
    return tuple(
        replace(window, start=start.replace(tzinfo=zone).astimezone(UTC)) for start in starts
    )


def fill(series: Series, window: Window) -> Buckets:
    """The mean of a series' values in each bucket of a window; nothing is put where none is."""
    start, step = window.start.timestamp(), window.step.total_seconds()
    found: dict[int, list[float]] = defaultdict(list)
    for moment, value in series.points:
        if value is not None:
            found[int((moment - start) // step)].append(value)
    return tuple(fmean(found[i]) if i in found else None for i in range(window.count))

"""The picture of one line of a graph: the push's hours, and what is usual at these hours."""

from io import BytesIO
from typing import Any

from runbook_lib.policy.monitoring.baseline import OUT, Usual
from runbook_lib.policy.monitoring.comparison import Comparison
from runbook_lib.policy.plural import plural

Axes = Any
"""matplotlib's; its types know nothing of times, which it takes."""

SIZE, DOTS = (6.4, 1.9), 90
"""Inches, and dots to the inch: a record holds many of these."""
NOW, USUAL, PUSH = "#1d4ed8", "#6b7280", "#b91c1c"
NOTHING = float("nan")
"""Where a value is not there, a line is interrupted."""
COLOURS = 64
"""A plot has few: what it takes in a record is halved."""


def draw(comparison: Comparison, *, tag: str) -> bytes:
    """A PNG: this week, the median of the earlier weeks in a band of `OUT` deviations, the push.

    Where a bucket has no data, the line is interrupted.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, dpi=DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    axes: Axes = figure.add_subplot()
    draw_usual(axes, comparison)
    times = [comparison.window.time(i) for i in range(comparison.window.count)]
    now = [NOTHING if value is None else value for value in comparison.now]
    axes.plot(times, now, color=NOW, lw=1.2, marker=".", ms=3, label="now")
    axes.axvline(comparison.push, color=PUSH, lw=1)
    label(axes, comparison, tag)
    file = BytesIO()
    figure.savefig(file, format="png", metadata={"Software": None})
    return fewer_colours(file)


def draw_usual(axes: Axes, comparison: Comparison) -> None:
    """The weeks' median, and how far from it is still usual."""
    times = [comparison.window.time(i) for i in range(comparison.window.count)]
    low, median, high = zip(*map(band, comparison.usual), strict=True)
    axes.fill_between(times, low, high, color=USUAL, alpha=0.2, lw=0)
    name = f"median of {plural(len(comparison.weeks), 'week')}"
    axes.plot(times, median, color=USUAL, lw=1, ls="--", label=name)


def band(usual: Usual | None) -> tuple[float, float, float]:
    """The lowest usual value, the median and the highest; what was never below 0 stays there."""
    if usual is None:
        return NOTHING, NOTHING, NOTHING
    low, high = (usual.median + side * OUT * usual.deviation for side in (-1, 1))
    return (max(0.0, low) if usual.low >= 0 else low), usual.median, high


def label(axes: Axes, comparison: Comparison, tag: str) -> None:
    """Times by the clocks of the zone, the push's name, and what the lines are."""
    from matplotlib import dates

    times: Any = dates
    axes.xaxis.set_major_locator(times.AutoDateLocator(tz=comparison.zone, maxticks=8))
    axes.xaxis.set_major_formatter(times.DateFormatter("%H:%M", tz=comparison.zone))
    axes.set_xlim(comparison.window.start, comparison.window.end)
    axes.set_ylabel(comparison.unit.strip(), fontsize=7)
    axes.tick_params(labelsize=7)
    axes.grid(alpha=0.25, lw=0.5)
    axes.spines[["top", "right"]].set_visible(False)
    name = axes.annotate(
        tag or "push",
        (comparison.push, 1),
        xycoords=("data", "axes fraction"),
        xytext=(2, -8),
        textcoords="offset points",
        color=PUSH,
        fontsize=7,
    )
    name.set_parse_math(False)
    axes.legend(fontsize=7, frameon=False, loc="upper left", ncols=2, bbox_to_anchor=(0, 1.18))


def fewer_colours(file: BytesIO) -> bytes:
    """The same picture with a palette."""
    from PIL import Image

    with Image.open(file) as picture:
        # The default method mixes rare colours, such as the push's, with others.
        small = picture.convert("RGB").quantize(
            COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        )
    found = BytesIO()
    small.save(found, format="png", optimize=True)
    return found.getvalue()

"""The chart: how much of its goal each line uses, the goal itself at 1."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.row import Line

MET, MISSED = "#2e7d4f", "#b3372b"


def draw(lines: Sequence[Line], path: Path) -> None:
    """Draw the measured lines from the top, as SVG that is the same for the same figures."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    shown = [line for line in reversed(lines) if line.share is not None]
    names = [line.what.replace("`", "") for line in shown]
    places = range(len(shown))
    shares = [line.share or 0 for line in shown]
    with mpl.rc_context({"svg.hashsalt": "benchmarks", "svg.fonttype": "none"}):
        figure, axes = pyplot.subplots(figsize=(10, 1 + 0.34 * len(shown)), layout="constrained")
        bars = axes.barh(places, shares, color=[MISSED if line.missed else MET for line in shown])
        axes.set_yticks(places, names)
        axes.bar_label(bars, [f" {line.measured}" for line in shown], fontsize=8)
        axes.axvline(1, color="black", linewidth=1)
        axes.set_xlabel("how much of the goal is used; 1 is the goal")
        axes.margins(x=0.35)
        axes.tick_params(axis="y", labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(path, metadata={"Date": None})
        pyplot.close(figure)

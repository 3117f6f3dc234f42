"""Plots that show themselves: a picture, and what it says in words."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.policy.colours import LEAF, MAUVE, ORANGE, SEA, SKY, VERMILION
from runbook_lib.policy.visible import one_line

Place = float | datetime
"""Where a value stands on the lower axis."""
SIZE, DOTS = (6.4, 2.4), 90
"""Inches, and dots to the inch: a record holds many of these."""
MARK = "#6b7280"
COLOURS = (SEA, VERMILION, LEAF, MAUVE, SKY, ORANGE, MARK)


@frozen
class Plot:
    """Lines over time, or over a number: each has (place, value) pairs; a value may be missing.

    `unit` is that of the values; `mark` is a place to be pointed out, with its name.
    """

    title: str
    lines: Mapping[str, Sequence[tuple[Place, float | None]]]
    unit: str = ""
    mark: tuple[Place, str] | None = None

    def __str__(self) -> str:
        marked = [f"  {one_line(self.mark[1])} at {self.mark[0]}"] if self.mark else []
        return "\n".join([one_line(self.title), *map(self.words, self.lines), *marked])

    def words(self, name: str) -> str:
        """A line in words: its lowest, highest and last value."""
        values = [value for _, value in self.lines[name] if value is not None]
        if not values:
            return f"  {one_line(name)}: no data"
        numbers = (f"{value:g}" for value in (min(values), max(values), values[-1]))
        low, high, last = (f"{number} {self.unit}".strip() for number in numbers)
        return f"  {one_line(name)}: {low} to {high}, last {last}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": str(self), "image/png": b64encode(self.picture()).decode()}

    def picture(self) -> bytes:
        """The plot as a PNG."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure(figsize=SIZE, dpi=DOTS, layout="constrained")
        FigureCanvasAgg(figure)
        self.draw(figure.add_subplot())
        file = BytesIO()
        figure.savefig(file, format="png", metadata={"Software": None})
        return file.getvalue()

    def draw(self, axes: Any) -> None:
        """Draw the lines, what is pointed out, and what all of it is called."""
        axes.set_prop_cycle(color=COLOURS)
        for name, points in self.lines.items():
            values = [float("nan") if value is None else value for _, value in points]
            axes.plot(
                [place for place, _ in points],
                values,
                lw=1.2,
                marker=".",
                ms=3,
                label=one_line(name),
            )
        if self.mark:
            axes.axvline(self.mark[0], color=MARK, lw=1, ls="--", label=one_line(self.mark[1]))
        axes.set_title(one_line(self.title), fontsize=9).set_parse_math(False)
        axes.set_ylabel(self.unit, fontsize=8)
        axes.tick_params(labelsize=7)
        axes.grid(alpha=0.25, lw=0.5)
        axes.spines[["top", "right"]].set_visible(False)
        for text in axes.legend(fontsize=7, frameon=False).get_texts():
            text.set_parse_math(False)

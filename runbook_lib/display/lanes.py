"""Bars over time, in lanes below each other: as text, and as HTML without script or picture."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import ClassVar

from runbook_lib.frozen import frozen
from runbook_lib.policy.scale import Scale
from runbook_lib.policy.visible import as_html, one_line

SEEN = 0.004
"""Whatever is shorter is shown so long, as a share of the whole: it would not be seen."""
WIDTH = 40
"""Characters of a bar in text."""
LANE = "display:flex;flex-wrap:wrap;gap:0 .8em;align-items:center;margin:.15em 0"


@frozen
class Bar:
    """What took its time: of which kind, from when to when, in seconds since 1970, and in words."""

    kind: str
    began: float
    ended: float
    said: str

    least: ClassVar[float] = SEEN
    looks: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """The colour and the character of each kind."""

    @property
    def colour(self) -> str:
        """The colour of its kind."""
        return self.looks[self.kind][0]

    @property
    def sign(self) -> str:
        """The character of its kind."""
        return self.looks[self.kind][1]

    @property
    def seconds(self) -> float:
        """How long it took."""
        return max(self.ended - self.began, 0.0)


@frozen
class Lane:
    """Bars beside each other, under one title."""

    title: str
    bars: tuple[Bar, ...]

    @property
    def said(self) -> str:
        """What its bars come to, in words."""
        return "; ".join(bar.said for bar in self.bars)


def lane_text(lane: Lane, scale: Scale) -> str:
    """A part as a line of text."""
    line = [" "] * WIDTH
    for bar in lane.bars:
        first = min(int(scale.place(bar.began) * WIDTH), WIDTH - 1)
        last = min(int(scale.place(bar.ended) * WIDTH), WIDTH - 1)
        line[first : last + 1] = bar.sign * (last + 1 - first)
    called = one_line(lane.title)
    return f"{called[:40]:<40} |{''.join(line)}| {one_line(lane.said)}".rstrip()


def lane_html(lane: Lane, scale: Scale) -> str:
    """A part as a line, which is broken where there is no room: its bars, and what they come to.

    Each has the same room for its words: so the bars of all stand below each other.
    """
    return (
        f'<div style="{LANE}"><span style="flex:0 0 15em">{as_html(lane.title)}</span>'
        f'<div style="flex:1 1 16em;min-width:12em">{bars_html(lane.bars, scale)}</div>'
        f'<span style="flex:0 0 13em;overflow-wrap:anywhere">{as_html(lane.said)}</span></div>'
    )


def bars_html(bars: Iterable[Bar], scale: Scale) -> str:
    """Bars beside each other, each at its place."""
    return f'<div style="display:flex;height:1em">{"".join(chain(*placed(bars, scale)))}</div>'


def placed(bars: Iterable[Bar], scale: Scale) -> Iterator[tuple[str, str]]:
    """The space before each bar, and the bar; one that is hidden by others is seen behind them."""
    end = 0.0
    for bar in bars:
        left = min(max(scale.place(bar.began), end), 1.0 - bar.least)
        right = max(scale.place(bar.ended), left + bar.least)
        yield space(left - end), piece(bar, right - left)
        end = right


def space(share: float) -> str:
    """Nothing, so wide."""
    return f'<div style="width:{share:.2%}"></div>'


def piece(bar: Bar, share: float) -> str:
    """A bar; what it is of is said where the pointer rests on it."""
    style = f"width:{share:.2%};background-color:{bar.colour};height:1em"
    return f'<div style="{style}" title="{as_html(bar.said)}"></div>'

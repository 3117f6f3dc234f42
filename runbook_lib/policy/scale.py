"""A scale of time for a picture: where nothing was done for long, it is shortened."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from runbook_lib.frozen import frozen

MOST = 0.12
"""What share of the time in which something was done a span is shown as in which nothing was."""
LEAST = 1.0
"""Shorter spans than so many seconds are never shortened."""

Span = tuple[float, float]
"""From when to when, in seconds."""


@frozen
class Piece:
    """A piece of the scale: from when to when, and where it begins and ends, between 0 and 1."""

    began: float
    ended: float
    left: float
    right: float
    idle: bool

    @property
    def seconds(self) -> float:
        """How long it was."""
        return self.ended - self.began


@frozen
class Scale:
    """The pieces of a scale, in their order; without any, all is at its beginning."""

    pieces: Sequence[Piece] = ()

    def place(self, moment: float) -> float:
        """Where a moment is: 0 at the beginning, 1 at the end."""
        for piece in self.pieces:
            if moment <= piece.ended:
                share = max(moment - piece.began, 0.0) / piece.seconds
                return piece.left + share * (piece.right - piece.left)
        return 1.0 if self.pieces else 0.0


def make_scale(busy: Iterable[Span], whole: Span) -> Scale:
    """The scale of the `whole`, in which the spans `busy` are true to length among each other."""
    spans = merged(busy)
    longest = max(LEAST, MOST * sum(end - start for start, end in spans))
    edges = [whole[0], *(moment for span in spans for moment in span), whole[1]]
    parts = [
        (start, end, number % 2 == 0)
        for number, (start, end) in enumerate(pairwise(edges))
        if end > start
    ]
    lengths = [min(end - start, longest) if idle else end - start for start, end, idle in parts]
    total, left, pieces = sum(lengths), 0.0, []
    for (start, end, idle), length in zip(parts, lengths, strict=True):
        right = left + length / total
        pieces.append(Piece(start, end, left, right, idle and end - start > longest))
        left = right
    return Scale(tuple(pieces))


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans without those that overlap: they are one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found

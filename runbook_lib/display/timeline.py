"""The timeline of a run: which part took how long, who was waited for, and who decided what."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, ClassVar

from runbook_lib.display.lanes import Bar, Lane, lane_html, lane_text
from runbook_lib.frozen import frozen
from runbook_lib.journal.course import Carried, Wait, carried_out, waits_for_people
from runbook_lib.journal.events import Event
from runbook_lib.policy.colours import GREY, MAUVE, ORANGE, SEA
from runbook_lib.policy.durations import duration
from runbook_lib.policy.questions import decided_in_words, words_of
from runbook_lib.policy.scale import Scale, make_scale
from runbook_lib.policy.visible import Drawn, as_html

WORK, WORLD, PEOPLE = "at work", "waits for the world", "waits for people"
COLOURS = {WORK: SEA, WORLD: ORANGE, PEOPLE: MAUVE}
CHARACTERS = {WORK: "█", WORLD: "▒", PEOPLE: "◆"}


@frozen
class Span(Bar):
    """What took its time, of one of the kinds above."""

    looks: ClassVar = {kind: (COLOURS[kind], CHARACTERS[kind]) for kind in COLOURS}


@frozen
class PartLane(Lane):
    """One part of the procedure: its bars, the earliest first."""

    def took(self, *kinds: str) -> str:
        """How long it took in all, of some kinds; empty for nothing."""
        bars = [bar for bar in self.bars if bar.kind in kinds]
        return duration(sum(bar.seconds for bar in bars)) if bars else ""

    @property
    def said(self) -> str:
        """What its bars come to, in words."""
        took, waited = self.took(WORK), self.took(WORLD, PEOPLE)
        return "; ".join(filter(None, [took, waited and f"waited {waited}", self.who]))

    @property
    def who(self) -> str:
        """Who decided what."""
        return "; ".join(bar.said for bar in self.bars if bar.kind == PEOPLE)


@frozen
class Timeline(Drawn):
    """The parts of a run over time; long spans in which nothing was done are shortened."""

    lanes: tuple[PartLane, ...]
    began: float
    ended: float

    @property
    def scale(self) -> Scale:
        """Its scale: work is true to length."""
        bars = [bar for lane in self.lanes for bar in lane.bars if bar.kind != PEOPLE]
        return make_scale([(bar.began, bar.ended) for bar in bars], (self.began, self.ended))

    @property
    def title(self) -> str:
        """From when to when, and how long that was."""
        began, ended = (
            datetime.fromtimestamp(one).astimezone() for one in (self.began, self.ended)
        )
        until = (
            f"{ended:%H:%M:%S}" if began.date() == ended.date() else f"{ended:%Y-%m-%d %H:%M:%S}"
        )
        return f"Timeline: {began:%Y-%m-%d %H:%M:%S} to {until} {ended:%Z}, {self.length}"

    @property
    def length(self) -> str:
        """How long all of it took."""
        return duration(self.ended - self.began)

    def __str__(self) -> str:
        scale = self.scale
        legend = ", ".join(f"{sign} {kind}" for kind, sign in CHARACTERS.items())
        lines = [lane_text(lane, scale) for lane in self.lanes]
        cuts = [f"shortened: {', '.join(shortened(scale))}"] if shortened(scale) else []
        return "\n".join([self.title, legend, *lines, *cuts])

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it; times in seconds since 1970."""
        return asdict(self)

    def html(self) -> str:
        """The timeline as lines with bars, which need neither a script nor a picture."""
        scale = self.scale
        legend = " ".join(f"{square(kind)} {kind}" for kind in COLOURS)
        cuts = f"; shortened: {', '.join(shortened(scale))}" if shortened(scale) else ""
        lanes = "".join(lane_html(lane, scale) for lane in self.lanes)
        return (
            f'<div style="margin:.6em 0"><b>{as_html(self.title)}</b><div>{legend}'
            f'<span style="color:{GREY}">{as_html(cuts)}</span></div>{lanes}</div>'
        )


def make_timeline(events: Sequence[Event], until: float = 0.0) -> Timeline | None:
    """The timeline of a run's events, up to now where it is not over; None where none is of a step.

    What people were asked stands beside the step that asks for it.
    """
    steps = carried_out(events)
    waits = waits_for_people(events, until)
    if not steps:
        return None
    lanes: dict[str, list[Span]] = {}
    for step in steps:
        lanes.setdefault(lane_of(step), []).append(bar_of(step))
    asking = {step.gate: lane_of(step) for step in reversed(steps) if step.gate}
    for wait in waits:
        lanes.setdefault(asking.get(wait.gate, wait.gate), []).append(people_bar(wait))
    made = [PartLane(title, tuple(sorted(bars, key=by_time))) for title, bars in lanes.items()]
    bars = [bar for lane in made for bar in lane.bars]
    return Timeline(tuple(made), min(bar.began for bar in bars), max(bar.ended for bar in bars))


def by_time(bar: Bar) -> float:
    """When something began."""
    return bar.began


def lane_of(step: Carried) -> str:
    """Where a step stands: below its heading; one of an older journal, by itself."""
    return step.under or step.step.title


def bar_of(step: Carried) -> Span:
    """A carrying-out of a step."""
    outcome = step.step.outcome if step.over else "under way"
    said = f"{step.step.title}: {outcome}, {duration(step.step.seconds)}"
    return Span(WORLD if step.waited else WORK, step.began, step.ended, said)


def people_bar(wait: Wait) -> Span:
    """What people were asked, and who has decided what."""
    asked = f"{words_of(wait.kind).noun} {wait.gate}"
    decided = (
        f"{decided_in_words(wait.kind, wait.verdict)} by {wait.by}" if wait.verdict else "open"
    )
    return Span(PEOPLE, wait.asked, wait.decided, f"{asked} {decided}")


def shortened(scale: Scale) -> list[str]:
    """The lengths of the spans that are shown shorter than they were."""
    return [duration(piece.seconds) for piece in scale.pieces if piece.idle]


def square(kind: str) -> str:
    """A colour of the legend."""
    return f'<span style="color:{COLOURS[kind]}">{CHARACTERS[WORK]}</span>'

"""A run's timeline says which part took how long, who was waited for, and who decided what."""

import re
from typing import Any

import pytest

from runbook_lib.display.lanes import LANE
from runbook_lib.display.timeline import Timeline, make_timeline
from runbook_lib.journal.course import seconds_of
from runbook_lib.journal.events import Event, seal


def event(kind: str, second: int, session: str = "s1", **said: Any) -> Event:
    time = f"2026-11-27T12:{second // 60:02}:{second % 60:02}+00:00"
    return seal({"event": kind, "time": time, "session": session, "operator": "olive", **said}, "")


def step(
    number: int, name: str, began: int, seconds: float, under: str, **more: Any
) -> list[Event]:
    numbered = {"step": name, "number": number}
    arguments = {"gate": "flour"} if name == "approve" else {}
    return [
        event("started", began, arguments=arguments, under=under, **numbered),
        event("outcome", began, outcome="done", seconds=seconds, **numbered, **more),
    ]


EVENTS = [
    *step(1, "grind", 0, 30, "1 · Grind <it>"),
    *step(2, "await_flour", 30, 60, "1 · Grind <it>", waited="the sieve is slow"),
    event("asked", 95, gate="flour", digest="d", title="The flour", text="fine"),
    *step(3, "approve", 95, 0.1, "2 · Taste"),
    event("approved", 2995, gate="flour", digest="d", by="mia", host="", how="card", reason=""),
    *step(4, "bake", 3000, 30, "3 · Bake"),
]


@pytest.fixture
def timeline() -> Timeline:
    found = make_timeline(EVENTS)
    assert found is not None
    return found


def test_each_part_says_how_long_it_took_and_who_was_waited_for(timeline: Timeline) -> None:
    assert [(lane.title, lane.said) for lane in timeline.lanes] == [
        ("1 · Grind <it>", "30.0 s; waited 1 min 00 s"),
        ("2 · Taste", "0.1 s; waited 48 min 20 s; gate flour approved by mia"),
        ("3 · Bake", "30.0 s"),
    ]
    assert timeline.length == "50 min 30 s"


def test_as_text_each_kind_has_its_own_sign_at_its_place(timeline: Timeline) -> None:
    _, legend, grind, taste, bake, cut = str(timeline).split("\n")
    assert legend == "█ at work, ▒ waits for the world, ◆ waits for people"
    bars = [line.partition("|")[2].partition("|")[0] for line in (grind, taste, bake)]
    assert {len(bar) for bar in bars} == {40}
    assert bars[0].startswith("█") and "▒" in bars[0] and bars[2].endswith("█")
    assert "◆◆" in bars[1]
    assert cut == "shortened: 48 min 25 s"


def test_as_html_it_needs_no_script_and_escapes_what_it_is_told(timeline: Timeline) -> None:
    shown = timeline.html()
    assert "1 · Grind &lt;it&gt;" in shown and "<script" not in shown and "<svg" not in shown
    assert 'title="gate flour approved by mia"' in shown


def test_the_bars_of_all_parts_have_the_same_room(timeline: Timeline) -> None:
    lanes = timeline.html().split(LANE)[1:]
    rooms = [re.findall(r"flex:[^;\"]+", lane) for lane in lanes]
    assert len(rooms) == 3 and all(room == rooms[0] for room in rooms)
    assert "auto" not in "".join(rooms[0])


def test_what_is_open_goes_on_until_now_and_what_died_has_no_length() -> None:
    begun = event("started", 0, step="grind", number=1, arguments={})
    asked = event("asked", 10, gate="flour", digest="d", title="The flour", text="fine")
    found = make_timeline([begun, asked], until=seconds_of("2026-11-27T12:01:40+00:00"))
    assert found is not None
    assert [lane.said for lane in found.lanes] == ["0.0 s", "waited 1 min 30 s; gate flour open"]


def test_without_steps_there_is_none() -> None:
    assert make_timeline([event("opened", 0)]) is None

"""The team's calendar in the sandbox: as RFC 5545 has it, and with one swap."""

from collections.abc import Iterator
from datetime import date

import icalendar
import pytest
import requests

from runbook_lib.sandbox.samples.team.week import PUSH, hero
from runbook_lib.sandbox.server import process
from runbook_lib.sandbox.services.calendar import CHANGED, PATH, folded


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    """The calendar as a running sandbox answers it, to anybody who knows its address."""
    folder = tmp_path_factory.mktemp("calendar") / "world"
    running = process.start(folder)
    lease = process.hold(folder)
    answer = requests.get(running.url + PATH, timeout=30)
    lease.close()
    process.stop(folder)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    yield answer.content


def test_lines_end_and_are_folded_as_the_standard_says(answered: bytes) -> None:
    lines = answered.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert b"\n" not in answered.replace(b"\r\n", b"")
    assert folded("x" * 200).replace("\r\n ", "") == "x" * 200


def test_a_parser_finds_every_event_whole(answered: bytes) -> None:
    calendar = icalendar.Calendar.from_ical(answered)
    events = calendar.walk("VEVENT")
    assert not [event.errors for event in events if event.errors]
    assert all(event[name] for event in events for name in ("UID", "DTSTAMP", "DTSTART", "SUMMARY"))
    changed = [event for event in events if "RECURRENCE-ID" in event]
    assert len(changed) == len(CHANGED)


def test_this_weeks_hero_is_not_one_of_those_who_changed_places() -> None:
    assert hero(PUSH) == "operator"
    assert date(2026, 3, 12) == PUSH
    assert "operator" not in {hero(push) for push in CHANGED}

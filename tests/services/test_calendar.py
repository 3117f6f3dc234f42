"""The team's calendar, read from files and over HTTP as calendars really are written."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from runbook_lib.errors import AccessDenied, Refused, RunbookError, Unavailable, UsageError
from runbook_lib.policy.duty import Duty
from runbook_lib.sandbox.samples.team.week import PUSH
from runbook_lib.sandbox.services.calendar import calendar as sandbox_calendar
from runbook_lib.services.calendar import Duties, TeamCalendar
from runbook_lib.services.calendar.source import LARGEST
from tests.conftest import MakeRunner
from tests.serving import serving

ZONE = ZoneInfo("America/Los_Angeles")
START, END = date(2026, 3, 1), date(2026, 4, 1)
SECRET = "private-0123456789abcdef"


def event(*lines: str, uid: str = "1", summary: str = "Push duty: willow") -> str:
    named = (f"UID:{uid}", "DTSTAMP:20260101T000000Z", f"SUMMARY:{summary}")
    return "\r\n".join(["BEGIN:VEVENT", *named, *lines, "END:VEVENT"])


def calendar(*parts: str) -> str:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN")
    return "\r\n".join([*head, *parts, "END:VCALENDAR", ""])


ON_PUSH = "DTSTART;VALUE=DATE:20260312"


@dataclass(frozen=True)
class Team:
    """Reads texts as a team's calendar."""

    folder: Path
    make_runner: MakeRunner

    def read(self, text: str | bytes, *, pattern: str = "") -> tuple[Duty, ...]:
        path = self.folder / "push.ics"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.duties(str(path), pattern=pattern).duties

    def duties(self, source: str, *, pattern: str = "") -> Duties:
        made = TeamCalendar(source, runner=self.make_runner(), zone=ZONE, pattern=pattern)
        return made.duties(START, END)


@pytest.fixture
def team(tmp_path: Path, make_runner: MakeRunner) -> Team:
    return Team(tmp_path, make_runner)


def test_an_all_day_event_ends_before_its_end(team: Team) -> None:
    text = calendar(event("DTSTART;VALUE=DATE:20260309", "DTEND;VALUE=DATE:20260314"))
    assert team.read(text) == (Duty("willow", date(2026, 3, 9), date(2026, 3, 14)),)


def test_an_all_day_event_without_an_end_is_one_day(team: Team) -> None:
    assert team.read(calendar(event(ON_PUSH))) == (Duty("willow", PUSH, date(2026, 3, 13)),)


@pytest.mark.parametrize(
    ("lines", "first", "end"),
    [
        (("DTSTART:20260312T050000Z", "DTEND:20260312T060000Z"), 11, 12),
        (("DTSTART:20260312T163000Z", "DTEND:20260312T173000Z"), 12, 13),
        (("DTSTART;TZID=Europe/Berlin:20260313T020000", "DURATION:PT1H"), 12, 13),
        (("DTSTART:20260312T000000", "DTEND:20260313T000000"), 12, 13),
        (("DTSTART:20260311T090000", "DTEND:20260313T090000"), 11, 14),
        (("DTSTART:20260312T093000",), 12, 13),
    ],
    ids=["utc, the evening before", "utc", "Berlin", "to midnight", "several days", "no end"],
)
def test_a_timed_event_counts_by_its_days_in_the_teams_zone(
    team: Team, lines: tuple[str, ...], first: int, end: int
) -> None:
    found = team.read(calendar(event(*lines)))
    assert found == (Duty("willow", date(2026, 3, first), date(2026, 3, end)),)


def test_repeated_events_are_written_out_without_what_was_taken_out(team: Team) -> None:
    lines = ("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=WEEKLY", "EXDATE;VALUE=DATE:20260312")
    assert [duty.start.day for duty in team.read(calendar(event(*lines)))] == [5, 19, 26]


def test_a_moved_occurrence_is_where_it_was_moved_to(team: Team) -> None:
    series = event("DTSTART;VALUE=DATE:20260305", "RRULE:FREQ=WEEKLY;COUNT=2")
    moved = event("RECURRENCE-ID;VALUE=DATE:20260312", "DTSTART;VALUE=DATE:20260313")
    assert [duty.start.day for duty in team.read(calendar(series, moved))] == [5, 13]


def test_an_occurrence_that_was_given_to_somebody_else_is_theirs(team: Team) -> None:
    series = event("DTSTART;VALUE=DATE:20260305", "RRULE:FREQ=WEEKLY;COUNT=2")
    given = event("RECURRENCE-ID;VALUE=DATE:20260312", ON_PUSH, summary="Push duty: edith")
    assert [duty.person for duty in team.read(calendar(series, given))] == ["willow", "edith"]


def test_a_cancelled_event_does_not_count(team: Team) -> None:
    assert team.read(calendar(event(ON_PUSH, "STATUS:CANCELLED"))) == ()


def test_only_events_of_push_duty_count(team: Team) -> None:
    others = ("Team lunch", "Push to the limit", "Push duty", "")
    events = [event(ON_PUSH, uid=str(at), summary=text) for at, text in enumerate(others)]
    assert team.read(calendar(*events, event(ON_PUSH, uid="x", summary="Push hero – Edith"))) == (
        Duty("Edith", PUSH, date(2026, 3, 13)),
    )


def test_a_pattern_of_the_teams_own_finds_the_person(team: Team) -> None:
    text = calendar(event(ON_PUSH, summary="[matteo] server"))
    assert team.read(text, pattern=r"^\[(?P<person>\w+)\]")[0].person == "matteo"


@pytest.mark.parametrize("pattern", ["(", "no group", r"(?P<who>\w+)"])
def test_a_pattern_that_cannot_find_a_person_is_refused(team: Team, pattern: str) -> None:
    with pytest.raises(UsageError, match=r"correct push\.calendar_pattern"):
        team.read(calendar(), pattern=pattern)


@pytest.mark.parametrize(("offset", "day"), [("+1300", 12), ("-0800", 13)])
def test_the_zone_that_a_calendar_brings_along_is_known(team: Team, offset: str, day: int) -> None:
    """The second calendar's zone has the name of the first one's, and is another."""
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Here\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        f"TZOFFSETFROM:{offset}\r\nTZOFFSETTO:{offset}\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    )
    found = team.read(calendar(zone, event("DTSTART;TZID=Here:20260313T010000")))
    assert found[0].start == date(2026, 3, day)


def test_several_calendars_in_a_file_are_all_read(team: Team) -> None:
    other = event("DTSTART;VALUE=DATE:20260319", uid="2", summary="push duty: edith")
    found = team.read("\ufeff" + calendar(event(ON_PUSH)) + calendar(other))
    assert [duty.person for duty in found] == ["willow", "edith"]


def test_a_calendar_without_duties_is_no_error(team: Team) -> None:
    assert team.read(calendar()) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "found something else"),
        ("<!doctype html><title>Sign in</title>", r"found a web page \(a login\?\)"),
        ('{"error": "login"}', "found something else"),
        (calendar(event(ON_PUSH))[:-20], "found only the beginning of one"),
        (calendar(event("DTSTART:soon")), "found one that can't be read"),
        (calendar(event()), "found one that can't be read"),
        (calendar(event(ON_PUSH, "RRULE:FREQ=NEVER")), "found one that can't be read"),
        (calendar(event(ON_PUSH, "RRULE:FREQ=SECONDLY")), "found one that can't be read"),
        (calendar(event(f"DTSTART;TZID={'0' * 300}:20260312T090000")), "found one that can't be"),
    ],
    ids=["empty", "html", "json", "cut", "no date", "no start", "bad rule", "endless", "zone"],
)
def test_what_is_no_calendar_is_a_clear_error(team: Team, text: str, found: str) -> None:
    with pytest.raises(UsageError, match=found):
        team.read(text)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("FREQ=WEEKLY;INTERVAL=0", "without an interval"),
        ("FREQ=HOURLY", "within a day"),
        ("FREQ=DAILY;BYHOUR=1,2;BYMINUTE=0,1,2", "within a day"),
    ],
)
def test_a_rule_that_would_not_end_is_refused(team: Team, rule: str, why: str) -> None:
    with pytest.raises(UsageError, match=rf"can't be read \(an event of push duty is .*{why}"):
        team.read(calendar(event(ON_PUSH, f"RRULE:{rule}")))


def test_rules_that_would_not_end_soon_are_refused(team: Team) -> None:
    with pytest.raises(UsageError, match="repeated for a century"):
        team.read(calendar(event("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=DAILY")))
    many = [event(ON_PUSH, "RRULE:FREQ=WEEKLY", uid=str(number)) for number in range(201)]
    with pytest.raises(UsageError, match="too many events of push duty are repeated"):
        team.read(calendar(*many))


def test_an_address_that_could_be_read_on_the_way_is_refused(team: Team) -> None:
    with pytest.raises(UsageError, match=r"calendar of calendar\.example at an https") as raised:
        team.duties(f"http://calendar.example/{SECRET}")
    assert SECRET not in str(raised.value)


def test_trouble_in_events_that_are_not_push_dutys_is_nobodys_business(team: Team) -> None:
    lunch = event(ON_PUSH, "RRULE:FREQ=SECONDLY", uid="2", summary="Lunch")
    assert len(team.read(calendar(lunch, event(ON_PUSH)))) == 1


def test_a_file_that_is_not_there_is_named_by_its_last_part(team: Team) -> None:
    with pytest.raises(UsageError, match=r"the calendar file none\.ics can't be read \(No such"):
        team.duties("/nowhere/none.ics")


def test_a_file_that_is_too_large_is_refused(team: Team) -> None:
    with pytest.raises(Refused, match="expected a calendar of 5 MB at most"):
        team.read(b"BEGIN:VCALENDAR\r\n" + b"x" * LARGEST)


@dataclass
class Served:
    """A server that answers whatever it is told to."""

    port: int = 0
    status: int = 200
    body: bytes = calendar(event(ON_PUSH)).encode()
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/{SECRET}/push.ics?key={SECRET}"


@pytest.fixture
def served() -> Iterator[Served]:
    state = Served()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            state.asked.append(self.path)
            self.send_response(state.status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(state.body)

    with serving(Handler) as state.port:
        yield state


def test_a_calendar_is_read_from_its_address_and_named_by_its_host(
    team: Team, served: Served
) -> None:
    found = team.duties(served.url)
    assert found.duties == (Duty("willow", PUSH, date(2026, 3, 13)),)
    assert str(found) == (
        f"1 duty in the calendar at 127.0.0.1:{served.port}, from 2026-03-01 to 2026-04-01"
    )
    assert served.asked == [f"/{SECRET}/push.ics?key={SECRET}"]


@pytest.mark.parametrize(
    ("status", "headers", "error", "said"),
    [
        (401, {}, AccessDenied, "found 401"),
        (403, {}, AccessDenied, "secret address in iCal format"),
        (404, {}, Refused, "found 404"),
        (302, {"Location": f"/login?next={SECRET}"}, Refused, r"leads elsewhere \(a login\?\)"),
        (503, {}, Unavailable, "gave no answer"),
        (200, {"Content-Length": "99999"}, Unavailable, "only a part of one"),
    ],
)
def test_an_address_that_gives_no_calendar_is_told_without_the_secret(
    team: Team,
    served: Served,
    status: int,
    headers: dict[str, str],
    error: type[RunbookError],
    said: str,
) -> None:
    served.status, served.headers = status, headers
    with pytest.raises(error, match=said) as raised:
        team.duties(served.url)
    assert SECRET not in str(raised.value)
    assert f"127.0.0.1:{served.port}" in str(raised.value)


def test_an_answer_that_is_too_large_is_not_read_to_its_end(team: Team, served: Served) -> None:
    served.body = b"x" * (LARGEST + 1)
    with pytest.raises(Refused, match="is larger"):
        team.duties(served.url)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.parametrize(
    "address",
    [
        f"http://127.0.0.1:{free_port()}/{SECRET}",
        f"http://name:{SECRET}@127.0.0.1/x.ics",
        f"ftp://example.org/{SECRET}",
        f"http:///{SECRET}",
        f"http://[{SECRET}",
        f"http://127.0.0.1:99999/{SECRET}",
        f"https://example.org/{SECRET} x",
    ],
    ids=["closed", "named", "ftp", "no host", "bracket", "port", "space"],
)
def test_no_address_is_ever_told_in_full(team: Team, address: str, make_runner: MakeRunner) -> None:
    with pytest.raises(RunbookError) as raised:
        team.duties(address)
    assert SECRET not in str(raised.value)
    made = TeamCalendar(address, runner=make_runner(), zone=ZONE)
    assert SECRET not in repr(made)


def test_the_sandboxs_calendar_follows_the_rotation_but_for_one_swap(
    team: Team, served: Served
) -> None:
    served.body = sandbox_calendar().encode()
    people = [duty.person for duty in team.duties(served.url).duties]
    assert people == ["matteo", "operator", "willow", "matteo", "edith"]

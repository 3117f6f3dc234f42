"""The team's calendar as an address in iCal format (RFC 5545), as anybody has it who knows it.

Each person has one event that is repeated with the rotation. Two have changed places once, as
people do it in a calendar: each of the two occurrences was given the other's name.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from runbook_lib.sandbox.samples.team.week import FIRST_TURN, PUSH, ROTATION, hero
from runbook_lib.sandbox.world.world import World

PATH = "/calendar/push-duty.ics"
CHANGED = (PUSH + timedelta(weeks=2), PUSH + timedelta(weeks=3))
"""The two pushes whose heroes have changed places."""
FROM, TO = timedelta(days=-2), timedelta(days=1)
"""A duty is from the Tuesday before a push to its end: the end of an all-day event is not in it."""
LINE = 75
"""How many octets a line has at most (RFC 5545, 3.1)."""


def routes(_: World) -> list[BaseRoute]:
    """`/calendar/push-duty.ics`."""
    return [Route(PATH, answer)]


def answer(_: Request) -> Response:
    """The calendar."""
    return Response(calendar().encode(), media_type="text/calendar; charset=utf-8")


def calendar() -> str:
    """The calendar's text."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//runbook//sandbox//EN",
        "X-WR-CALNAME:Push duty of the pelican team",
        *(line for number in range(len(ROTATION)) for line in turns(number)),
        *(line for push in CHANGED for line in changed(push)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def turns(number: int) -> Iterator[str]:
    """One person's turns, without end."""
    push = FIRST_TURN + timedelta(weeks=number)
    yield from event(ROTATION[number], ROTATION[number], push)
    yield f"RRULE:FREQ=WEEKLY;INTERVAL={len(ROTATION)}"
    yield "END:VEVENT"


def on_duty(push: date) -> str:
    """Who has the duty for a push, by the calendar."""
    if push not in CHANGED:
        return hero(push)
    return hero(next(each for each in CHANGED if each != push))


def changed(push: date) -> Iterator[str]:
    """One occurrence that was given to the person who has the other of the two."""
    instead = on_duty(push)
    yield from event(hero(push), instead, push)
    yield f"RECURRENCE-ID;VALUE=DATE:{push + FROM:%Y%m%d}"
    yield f"DESCRIPTION:{hero(push)} and {instead} have changed places: {hero(push)} is away."
    yield "END:VEVENT"


def event(whose: str, person: str, push: date) -> Iterator[str]:
    """An event's first lines: `whose` series it is of, and who has the duty."""
    yield "BEGIN:VEVENT"
    yield f"UID:push-duty-{whose}@sandbox.example"
    yield "DTSTAMP:20260105T170000Z"
    yield f"DTSTART;VALUE=DATE:{push + FROM:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{push + TO:%Y%m%d}"
    yield f"SUMMARY:Push duty: {person}"
    yield "TRANSP:TRANSPARENT"


def folded(line: str) -> str:
    """A line of ASCII in pieces that are not too long; each but the first begins with a space."""
    pieces = [line[:LINE]]
    rest = line[LINE:]
    while rest:
        pieces.append(f" {rest[: LINE - 1]}")
        rest = rest[LINE - 1 :]
    return "\r\n".join(pieces)

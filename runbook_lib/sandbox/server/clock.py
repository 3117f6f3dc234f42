"""The control of a world's clock: `/sandbox/clock`."""

from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import BaseRoute

from runbook_lib.errors import Conflict
from runbook_lib.sandbox.samples.team.week import next_tagging
from runbook_lib.sandbox.server.control import Body, control, text_of
from runbook_lib.sandbox.world.clock import FASTEST
from runbook_lib.sandbox.world.world import Account, World

NEXT_WEEK = "next week"
"""What is said to set the clock to where the next week begins."""


def routes(world: World) -> list[BaseRoute]:
    """What tells and sets the time."""
    return [
        control(world, "GET", "/clock", clock),
        control(world, "PUT", "/clock", change_clock, "admin", "ops"),
    ]


def clock(world: World, _account: Account, _request: Request, _body: Body) -> Any:
    """The world's time, and whether it stands still; else its pace, in seconds a second."""
    found = world.clock
    pace = found.pace if found else 1.0
    return {"now": world.now().isoformat(), "stands_still": pace == 0, "pace": pace}


def change_clock(world: World, account: Account, request: Request, body: Body) -> Any:
    """Set the world's own clock forward, never back, or let it run at a `pace`; 0 stops it.

    `to` is a moment, or `next week`: when the next tags are due. Colleagues do what is due then.
    """
    # A team's work knows much that a world without one has no use for.
    from runbook_lib.sandbox.people.colleague_work import begin_week

    if world.clock is None:
        raise Conflict("this world's time is the machine's: only a clock of its own is set")
    if "to" in body or "pace" not in body:
        set_forward(world, body)
    if "pace" in body:
        world.run_clock(pace_of(body))
    begin_week(world, base_of(request))
    return clock(world, account, request, body)


def set_forward(world: World, body: Body) -> None:
    """Set the clock forward to where a body says; a moment that is past is refused."""
    moment = next_tagging(world.now()) if body.get("to") == NEXT_WEEK else moment_of(body, "to")
    if moment < world.now():
        raise Conflict(
            f"in this world it is {world.now().isoformat()} already, and time only moves forward; "
            f"found {moment.isoformat()}: choose a later moment"
        )
    world.move_clock(moment)


def pace_of(body: Body) -> float:
    """The pace of a body; else 422."""
    pace = body["pace"]
    if isinstance(pace, bool) or not isinstance(pace, int | float) or not 0 <= pace <= FASTEST:
        raise HTTPException(
            422,
            f"'pace' is how many seconds pass in one, 0 to {FASTEST:.0f}; found {pace!r}.",
        )
    return float(pace)


def moment_of(body: Body, name: str) -> datetime:
    """One moment of a body, with its time zone; else 422."""
    try:
        moment = datetime.fromisoformat(text_of(body, name))
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None:
        raise HTTPException(
            422, f"{name!r} is a moment such as 2026-03-12T09:30-07:00; found {body[name]!r}."
        )
    return moment


def base_of(request: Request) -> str:
    """Where the world is served."""
    return str(request.base_url).rstrip("/")

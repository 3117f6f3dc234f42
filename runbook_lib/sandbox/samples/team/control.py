"""The controls of a team and its clock: `/sandbox/team` and `/sandbox/clock`."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import BaseRoute

from runbook_lib.errors import Conflict
from runbook_lib.sandbox.server.control import Body, choice_of, control, text_of
from runbook_lib.sandbox.world.world import Account, World


def routes(world: World) -> list[BaseRoute]:
    """What plants the team, and what tells and moves the time."""
    return [
        control(world, "PUT", "/team", team, "admin"),
        control(world, "GET", "/clock", clock),
        control(world, "PUT", "/clock", move_clock, "admin", "ops"),
    ]


def clock(world: World, _account: Account, _request: Request, _body: Body) -> Any:
    """The world's time, and whether it stands still."""
    return {"now": world.now().isoformat(), "stands_still": world.setting("clock") is not None}


def move_clock(world: World, account: Account, request: Request, body: Body) -> Any:
    """Move the time on to a moment; never back, and only where it stands still."""
    moment = moment_of(body, "to")
    if world.setting("clock") is None:
        raise Conflict("time passes by itself in this world: only one that stands still is moved")
    if moment < world.now():
        raise Conflict(
            f"in this world it is {world.now().isoformat()} already, and time only moves forward; "
            f"found {moment.isoformat()}: choose a later moment"
        )
    world.move_clock(moment)
    return clock(world, account, request, body)


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


def team(world: World, _account: Account, request: Request, body: Body) -> Any:
    """The team, put into the world where it is not there yet, with its week as far as asked for."""
    from runbook_lib.sandbox.people.colleague import WEEK, carry_on
    from runbook_lib.sandbox.samples.team.team import plant_team

    until = choice_of(body, "until", WEEK, default="")
    planted = plant_team(world)
    carry_on(world, str(request.base_url).rstrip("/"), until)
    return [asdict(repository) for repository in planted]

"""The control of a team: `/sandbox/team`."""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute

from runbook_lib.sandbox.people.colleague import WEEK, carry_on
from runbook_lib.sandbox.samples.team.team import plant_team
from runbook_lib.sandbox.server.clock import base_of
from runbook_lib.sandbox.server.control import Body, choice_of, control, text_of
from runbook_lib.sandbox.world.world import Account, World


def routes(world: World) -> list[BaseRoute]:
    """What plants the team."""
    return [control(world, "PUT", "/team", team, "admin")]


def team(world: World, _account: Account, request: Request, body: Body) -> Any:
    """The team, put into the world where it is not there yet, with its week as far as asked for.

    Where a `push` is named, by its date, that is asked for of no other.
    """
    until, push = choice_of(body, "until", WEEK, default=""), text_of(body, "push", default="")
    planted = plant_team(world)
    carry_on(world, base_of(request), until, push=push)
    return [asdict(repository) for repository in planted]

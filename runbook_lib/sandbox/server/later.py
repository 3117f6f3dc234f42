"""Rooms that most worlds have no use for: imported when one of their paths is first asked for."""

from functools import cached_property
from importlib import import_module

from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from runbook_lib.sandbox.world.world import World


class Later(BaseRoute):
    """The routes of some rooms, all of them below `places`; what one of them needs, all make."""

    def __init__(self, world: World, *rooms: str, places: tuple[str, ...]) -> None:
        self.world = world
        self.rooms = rooms
        self.places = places

    @cached_property
    def routes(self) -> list[BaseRoute]:
        """The routes, whose rooms and tables are there from now on."""
        rooms = [import_module(f"runbook_lib.sandbox.{room}") for room in self.rooms]
        return [route for room in rooms for route in room.routes(self.world)]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """How well a request fits, by the first of the routes that it fits best."""
        if not str(scope["path"]).startswith(self.places):
            return Match.NONE, {}
        found = [(route, *route.matches(scope)) for route in self.routes]
        route, match, told = max(found, key=lambda one: one[1].value)
        return match, {**told, "later": route}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the route that fits answer."""
        route: BaseRoute = scope["later"]
        await route.handle(scope, receive, send)

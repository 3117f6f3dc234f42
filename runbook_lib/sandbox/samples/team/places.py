"""Where the team meets besides git and GitHub: chat rooms, pads, dashboards, translations."""

from runbook_lib.sandbox.samples.team.locales import FRONTEND_LOCALES, SERVER_LOCALES
from runbook_lib.sandbox.world.world import World

SERVER_FILES: dict[str, str] = SERVER_LOCALES
FRONTEND_FILES: dict[str, str] = FRONTEND_LOCALES


def plant_places(world: World) -> None:
    """Plant the chat rooms."""

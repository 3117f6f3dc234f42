"""Where the team meets besides git and GitHub: chat rooms, pads, dashboards, translations."""

from runbook_lib.sandbox.world import World

SERVER_FILES: dict[str, str] = {}
FRONTEND_FILES: dict[str, str] = {}


def plant_places(world: World) -> None:
    """Plant the chat rooms."""

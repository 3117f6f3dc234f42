"""What is told of a world: each request and each command, and what has struck it."""

import json
from pathlib import Path
from typing import Any

TOLD = "requests.jsonl"
UNDER_WAY = "session"
"""The file with the number and the process of the session that is under way."""


def tell(told: Path, **seen: Any) -> None:
    """Keep what was seen."""
    with (told / TOLD).open("a") as file:
        file.write(json.dumps(seen) + "\n")


def read_told(told: Path) -> list[dict[str, Any]]:
    """All that was seen, in order."""
    path = told / TOLD
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def requests(told: Path) -> list[dict[str, Any]]:
    """What sessions have asked, and run, in order."""
    return [one for one in read_told(told) if one.get("session")]


def read_elsewhere(told: Path) -> list[str]:
    """What was sent to the other host that a redirect names."""
    return [one["elsewhere"] for one in read_told(told) if "elsewhere" in one]

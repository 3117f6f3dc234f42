"""What a world has been asked, by its access log."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path


def read_accesses(
    folder: Path, *, wanted: Callable[[dict[str, object]], bool] = bool
) -> list[dict[str, object]]:
    """The lines of a world's access log that are wanted, oldest first."""
    lines = (folder / "access.jsonl").read_text().splitlines()
    return [line for line in map(json.loads, lines) if wanted(line)]


def is_write(line: Mapping[str, object]) -> bool:
    """Whether a request may have changed something in a service (git's fetches POST, and don't)."""
    path = str(line["path"])
    reads = path.endswith("/git-upload-pack") or path.startswith("/sandbox/")
    return line["method"] not in ("GET", "HEAD", "OPTIONS") and not reads

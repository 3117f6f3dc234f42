"""Working copies: what a person steps through, so that a runbook's own file stays as it is.

working/release-1a2b3c4d/        a runbook, by its path and the runbook.toml that counts there
  001-5e6f7a8b9/                 its first copy, by the notebook that it is of
    release.ipynb
    runbook.toml                 a link to the one that counts
  002-0c1d2e3f4/                 …of a newer notebook, or one that was asked for anew
"""

import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from runbook_lib.frozen import frozen
from runbook_lib.journal.session import data_folder
from runbook_lib.notebook.reference import Origin, find_committed, origin_of, sha256
from runbook_lib.policy.json_text import read_json
from runbook_lib.profile import find_configuration

PLACE, STATE = 8, 9
"""How many characters of a digest tell runbooks, and states of one, from each other."""


@frozen
class WorkingCopy:
    """A runbook's working copy; `before` is the one that stood in its place, if any."""

    path: Path
    before: Path | None = None


def open_copy(runbook: Path, base: Path | None = None) -> WorkingCopy:
    """The newest working copy of a runbook as it is now; a new one where there is none.

    A working copy is its own. `base` is where copies are, by default in the data folder.
    """
    if origin_of(runbook.read_bytes()):
        return WorkingCopy(runbook.absolute())
    newest = max(copies(runbook, base), default=None)
    if newest and newest.parent.name.endswith(f"-{state_of(runbook)}"):
        return WorkingCopy(newest)
    return make_copy(runbook, base)


def make_copy(runbook: Path, base: Path | None = None) -> WorkingCopy:
    """A new working copy of a runbook; those that there are stay as they are."""
    newest = max(copies(runbook, base), default=None)
    number = int(newest.parent.name.partition("-")[0]) + 1 if newest else 1
    folder = place_of(runbook, base) / f"{number:03d}-{state_of(runbook)}"
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if base is not None and not (base / ".gitignore").exists():
        (base / ".gitignore").write_text("*\n")  # the operator's own clone stays clean
    unnamed = Path(tempfile.mkdtemp(dir=folder.parent, prefix="new-"))
    write_copy(runbook, unnamed)
    with suppress(OSError):  # another process has just made the same one
        unnamed.rename(folder)
    shutil.rmtree(unnamed, ignore_errors=True)
    return WorkingCopy(folder / runbook.name, newest)


def write_copy(runbook: Path, folder: Path) -> None:
    """Write a runbook's copy into a new folder, with a link to what configures it."""
    source = runbook.resolve()
    notebook = read_json(source.read_bytes())
    origin = Origin(str(source), find_committed(source)[0])
    notebook["metadata"].setdefault("runbook", {})["copied_from"] = asdict(origin)
    (folder / runbook.name).write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
    if configuration := find_configuration():
        (folder / "runbook.toml").symlink_to(configuration.resolve())


def copies(runbook: Path, base: Path | None = None) -> list[Path]:
    """The working copies of a runbook, in no order; their names tell the newest."""
    return list(place_of(runbook, base).glob(f"[0-9]*-*/{runbook.name}"))


def place_of(runbook: Path, base: Path | None = None) -> Path:
    """Where the working copies of a runbook are."""
    counts = os.fsencode(f"{runbook.resolve()}\n{find_configuration() or ''}")
    return (base or data_folder() / "working") / f"{runbook.stem}-{sha256(counts):.{PLACE}}"


def state_of(runbook: Path) -> str:
    """What tells a state of a runbook from another."""
    return sha256(runbook.read_bytes())[:STATE]

"""Writes a runbook of one's own that works at once: a notebook, a step, its test, and a profile."""

import keyword
import re
import sys
from collections.abc import Iterable
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from string import Template

from runbook_lib.errors import UsageError
from runbook_lib.notebook.catalog import notebooks
from runbook_lib.profile import find_configuration, runbook_folders

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
PROFILES = "runbook.toml"
RESERVED = frozenset({"conftest"})
"""What pytest would take for a file of its own."""


def write_skeleton(name: str, folder: Path) -> tuple[Path, ...]:
    """Write a runbook of that name into a folder, and profiles here where none count yet.

    Returns what was written. Raises `UsageError`, and writes nothing, for a name that is none or is
    taken, and where any of its files is there already.
    """
    check_free(name)
    wanted = {
        folder / f"{name}.ipynb": "notebook",
        folder / f"{name}.py": "module",
        folder / f"test_{name}.py": "test",
    }
    if find_configuration() is None:
        wanted[Path(PROFILES)] = "profile"
    refuse_existing(wanted)
    folder.mkdir(parents=True, exist_ok=True)
    write_all({path: filled(kind, name) for path, kind in wanted.items()})
    return tuple(wanted)


def check_free(name: str) -> None:
    """Raise `UsageError` for what can't be both a runbook's name and a module's."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise UsageError(
            f"expected a name that Python can import (letters, digits, _), found {name!r}: "
            f"{suggestion(name)}"
        )
    taken = taken_by(name)
    if taken:
        raise UsageError(f"expected a name that is free, found {name!r}, {taken}: take another")


def suggestion(name: str) -> str:
    """A name of that kind that Python can import."""
    near = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_0123456789").lower()
    fits = NAME.fullmatch(near) and not keyword.iskeyword(near) and not keyword.issoftkeyword(near)
    return f"try {near}" if fits else "take another, such as restart_service"


def taken_by(name: str) -> str:
    """What has a name already; empty where it is free."""
    if name in sys.stdlib_module_names or name in RESERVED:
        return "which is a module of Python's or pytest's"
    if there := notebooks(runbook_folders()).get(name):
        return f"which is the runbook {there[0]}"
    spec = find_spec(name)
    return f"which is installed ({spec.origin or name})" if spec else ""


def refuse_existing(paths: Iterable[Path]) -> None:
    """Raise `UsageError` where something would be written over."""
    there = [str(path) for path in paths if path.exists() or path.is_symlink()]
    if there:
        raise UsageError(
            f"expected to write new files, found {', '.join(there)}: take another name, or another "
            "--folder; nothing was written"
        )


def write_all(texts: dict[Path, str]) -> None:
    """Write new files: all of them, or none."""
    written: list[Path] = []
    try:
        for path, text in texts.items():
            with path.open("x", encoding="utf-8") as file:
                written.append(path)
                file.write(text)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def filled(kind: str, name: str) -> str:
    """A file of the skeleton, for a runbook of that name."""
    text = files("runbook_lib.skeleton").joinpath("files", f"{kind}.txt").read_text("utf-8")
    return Template(text).substitute(name=name, title=name.replace("_", " ").capitalize())

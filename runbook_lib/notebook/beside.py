"""Modules of one's own beside a notebook: which it imports, and from where they come."""

import ast
import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from runbook_lib.errors import UsageError
from runbook_lib.notebook.reference import find_notebook, origin_of, read_file

OURS = "runbook_lib"


def add_to_path(namespace: Mapping[str, Any]) -> None:
    """Let a kernel import what is beside its notebook, behind all that is installed."""
    folder = own_folder(namespace)
    if folder and str(folder) not in sys.path:
        sys.path.append(str(folder))


def own_folder(namespace: Mapping[str, Any]) -> Path | None:
    """The folder of the notebook that is executed; of a working copy, that of its runbook.

    Where nobody says which notebook that is, the folder that the kernel works in, if it has any.
    """
    notebook = find_notebook("", namespace)
    if notebook is None:
        here = Path.cwd()
        return here if any(here.glob("*.ipynb")) else None
    origin = origin_of(read_file(notebook))
    return Path(origin.path).parent if origin else notebook.resolve().parent


def modules_beside(sources: Iterable[str], folder: Path) -> dict[str, Path]:
    """What the code of some cells imports from a folder, by its name."""
    names = {name for source in sources for name in imported(source)}
    places = [(name, folder / f"{name}.py") for name in sorted(names)]
    packages = [(name, folder / name / "__init__.py") for name in sorted(names)]
    return {name: place for name, place in (*places, *packages) if place.is_file()}


def imported(source: str) -> set[str]:
    """The first names of what a source imports; none where it is no Python."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError):
        return set()
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    given = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in (*plain, *given) if name}


def uses_library(sources: Iterable[str], folder: Path | None) -> bool:
    """Whether some cells import the library, or a module beside them that does."""
    sources = list(sources)
    if any(OURS in imported(source) for source in sources):
        return True
    beside = modules_beside(sources, folder) if folder else {}
    return any(
        OURS in imported(read_file(path).decode(errors="replace")) for path in beside.values()
    )


def refuse_hidden(sources: Iterable[str], folder: Path | None) -> None:
    """Raise `UsageError` for a module beside a notebook that is hidden by one that is installed.

    The installed one would be imported in its place, without a word.
    """
    beside = modules_beside(sources, folder) if folder else {}
    for name, path in beside.items():
        loaded = getattr(sys.modules.get(name), "__file__", None)
        spec = None if loaded else find_spec(name)
        origin = loaded or (spec.origin if spec else None)
        if origin and not (Path(origin).exists() and path.samefile(origin)):
            raise UsageError(
                f"expected {name} to be the module {path}, beside the notebook; found that "
                f"{origin} is imported in its place: give yours another name"
            )

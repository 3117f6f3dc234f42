"""What a notebook imports, and which modules beside it that means; nothing is imported for it."""

import ast
import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder
from pathlib import Path

from runbook_lib.errors import UsageError
from runbook_lib.notebook.gate_places import nodes
from runbook_lib.notebook.reference import ReferenceCell, origin_of, read_cells, read_file

LIBRARY = "runbook_lib"


def folder_of(notebook: Path) -> Path:
    """The folder of a runbook: of a working copy, that of the runbook which it is of."""
    origin = origin_of(read_file(notebook))
    return (Path(origin.path) if origin else notebook.resolve()).parent


def modules_of(notebook: Path) -> dict[str, Path]:
    """The modules beside a notebook that it imports, by name."""
    return modules_beside(folder_of(notebook), read_cells(read_file(notebook)))


def modules_beside(folder: Path, cells: Iterable[ReferenceCell]) -> dict[str, Path]:
    """The modules in a folder that cells import, and those that these import in turn."""
    found: dict[str, Path] = {}
    wanted = imported_by(cells)
    while wanted:
        name = wanted.pop().partition(".")[0]
        if name not in found and (path := module_file(folder, name)):
            found[name] = path
            wanted |= imported_by([as_cell(path)])
    return found


def module_file(folder: Path, name: str) -> Path | None:
    """The file of a module in a folder, or of a package; None where there is none."""
    places = (folder / f"{name}.py", folder / name / "__init__.py")
    return next((path for path in places if path.is_file()), None)


def as_cell(path: Path) -> ReferenceCell:
    """A module's source, to be looked at as a cell's is."""
    return ReferenceCell("code", read_file(path).decode(errors="replace"))


def imported_by(cells: Iterable[ReferenceCell]) -> set[str]:
    """The dotted names of the modules that cells import."""
    return {name for cell in cells for node in nodes(cell) for name in imported_names(node)}


def imported_names(node: ast.AST) -> Iterator[str]:
    """The modules that a statement names, where it imports any."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module


def uses_library(cells: Iterable[ReferenceCell], folder: Path | None) -> bool:
    """Whether cells import this library, or a module (beside them, or installed) that does."""
    cells = list(cells)
    names = imported_by(cells)
    beside = modules_beside(folder, cells).values() if folder else ()
    files = [*beside, *filter(None, map(installed_file, names))]
    return is_library(names) or any(is_library(imported_by([as_cell(path)])) for path in files)


def is_library(names: Iterable[str]) -> bool:
    """Whether a module of this library is among these."""
    return any(name.partition(".")[0] == LIBRARY for name in names)


def installed_file(name: str) -> Path | None:
    """The source of an installed module; None where it is Python's own, or has none."""
    if name.partition(".")[0] in sys.stdlib_module_names:
        return None
    places: Iterable[str] = sys.path
    spec = None
    for part in parts_of(name):
        spec = PathFinder.find_spec(part, list(places))
        if spec is None:
            return None
        places = spec.submodule_search_locations or ()
    origin = (spec and spec.origin) or ""
    return Path(origin) if origin.endswith(".py") else None


def parts_of(name: str) -> Iterator[str]:
    """A dotted name's packages, then itself: `a`, `a.b`."""
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts) + 1))


def refuse_hidden(modules: dict[str, Path]) -> None:
    """Raise `UsageError` for a module beside a notebook that another would be imported for."""
    for name, path in modules.items():
        if other := elsewhere(name, path):
            raise UsageError(
                f"expected a module beside the runbook whose name nothing else has, found {path} "
                f"and {other}: Python would import the second in silence; rename the first"
            )


def elsewhere(name: str, path: Path) -> str:
    """Where another module of a name is that is imported first; empty where there is none."""
    if name in sys.stdlib_module_names:
        return f"Python's own {name}"
    folder = path.parent.parent if path.name == "__init__.py" else path.parent
    spec = None
    for finder in sys.meta_path:
        # Not where this process happens to work: no kernel imports anything from there.
        places = None if finder is not PathFinder else installed_places(folder)
        spec = spec or finder.find_spec(name, places)
    if spec is None or (spec.origin and Path(spec.origin).resolve() == path.resolve()):
        return ""
    return str(spec.origin or next(iter(spec.submodule_search_locations or ()), name))


def installed_places(folder: Path) -> list[str]:
    """Where Python looks for modules, but for this folder and the one that it works in."""
    left_out = (folder.resolve(), Path.cwd())
    return [place for place in sys.path if place and Path(place).resolve() not in left_out]

"""The checks and waits that can be waived by name, read from their sources without running them."""

import ast
import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from runbook_lib.notebook.gate_places import called_name, literal, nodes
from runbook_lib.notebook.imports import imported_by
from runbook_lib.notebook.reference import (
    Reference,
    ReferenceCell,
    read_cells,
    read_file,
    shipped_runbook,
)

KIT = Path(__file__).resolve().parent.parent
LOOKS = {"check", "wait"}
"""What makes a function a check, or a wait."""
DECORATED = re.compile(rf"^\s*@.*\b(?:{'|'.join(sorted(LOOKS))})\b", re.MULTILINE)
"""A source without such a line has none of them, and is not parsed: a package has hundreds."""
NAMED = "waivable_as"


def known_checks(reference: Reference) -> Iterator[set[str]]:
    """The names of checks: of the kit, beside the notebook, and in what notebooks there import."""
    yield named_in(KIT.rglob("*.py"))
    folders = {shipped_runbook("").parent, *([reference.path.parent] if reference.path else [])}
    yield named_in(path for folder in folders for path in folder.glob("*.py"))
    books = [read_cells(read_file(path)) for folder in folders for path in folder.glob("*.ipynb")]
    cells = [cell for book in [reference.cells, *books] for cell in book if cell.type == "code"]
    yield set().union(*(names_of(cell.source) for cell in cells))
    yield named_in(path for name in imported(cells) for path in sources_of(name))


def named_in(paths: Iterable[Path]) -> set[str]:
    """The names of the checks that some files have."""
    return {name for path in paths for name in names_of(path.read_text(errors="replace")) if name}


def names_of(source: str) -> set[str]:
    """The names of the checks that a source has: their own, or those that they are given."""
    if not DECORATED.search(source):
        return set()
    return {
        name_of(node)
        for node in nodes(ReferenceCell("code", source))
        if isinstance(node, ast.FunctionDef) and LOOKS & {*map(decorator, node.decorator_list)}
    }


def name_of(function: ast.FunctionDef) -> str:
    """The name by which a check is waived; empty for one that never is."""
    given = [one for one in function.decorator_list if decorator(one) == NAMED]
    named = [literal(one.args, one.keywords, "name") for one in given if isinstance(one, ast.Call)]
    return next(iter(named), function.name)


def decorator(node: ast.expr) -> str:
    """What a decorator is called."""
    return called_name(node if isinstance(node, ast.Call) else ast.Call(node, [], []))


def imported(cells: Iterable[ReferenceCell]) -> set[str]:
    """The packages that cells import, but this one."""
    return {name.partition(".")[0] for name in imported_by(cells)} - {KIT.name}


def sources_of(package: str) -> Iterator[Path]:
    """The Python files of a package that is installed; none where it is not, or is no Python."""
    found = find_spec(package)
    for folder in (found and found.submodule_search_locations) or ():
        yield from Path(folder).rglob("*.py")
    if found and found.has_location and str(found.origin).endswith(".py"):
        yield Path(str(found.origin))

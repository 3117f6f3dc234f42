"""A runbook's parameters: what its notebook declares, and what it was given.

The notebook's `parameters` cell declares one `name: type = default  # help` to a line.
"""

import ast
import difflib
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from runbook_lib.errors import Refused, UsageError
from runbook_lib.notebook.catalog import INJECTED
from runbook_lib.notebook.types import fitted, resolved


def read_parameters(namespace: dict[str, Any]) -> dict[str, Any]:
    """The declared parameters of a notebook's namespace with their values, as they are now.

    A value that is read as its type (a date that was given as text) stands in the namespace from
    then on. Raises `UsageError` for one that was given and is not declared (papermill only warns),
    and for one of the wrong type (papermill reads `2.10` as the number 2.1).
    """
    declared = declared_in(namespace)
    refuse_unknown(injected_names(namespace.get("In", ())), declared)
    kinds = {name: resolved(kind, namespace) for name, kind in declared.items()}
    values = {name: fitted(name, kind, namespace[name]) for name, kind in kinds.items()}
    namespace.update(values)
    return deepcopy(values)


def refuse_changed(what: str, opened: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise `Refused` where a value is not the one that the run was opened with any more."""
    names = dict.fromkeys((*opened, *now))
    pairs = {name: (now.get(name), opened.get(name)) for name in names}
    changed = [
        f"{name} is {here!r} and was {was!r}"
        for name, (here, was) in pairs.items()
        if (type(here), here) != (type(was), was)
    ]
    if changed:
        raise Refused(
            f"expected {what} with which the run was opened, found that {'; '.join(changed)}: "
            "run the runbook again from the cell that opens the run on; or set it back"
        )


def declared_in(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """The annotated names of a notebook's namespace, with their types.

    Python 3.14 keeps a function that makes them in place of the names (PEP 649).
    """
    make = namespace.get("__annotate__")
    return dict(make(1) if callable(make) else namespace.get("__annotations__", {}))


def injected_names(cells: Iterable[str]) -> list[str]:
    """The names that papermill's injected cell sets, among the cells executed so far."""
    sources = [cell for cell in cells if cell.startswith(INJECTED)]
    return [
        target.id
        for source in sources
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]


def refuse_unknown(given: Iterable[str], declared: Mapping[str, Any]) -> None:
    """Raise `UsageError` for a parameter that the runbook does not have."""
    for name in given:
        if name not in declared:
            near = difflib.get_close_matches(name, declared, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it has: {', '.join(declared)}"
            raise UsageError(f"expected a parameter that this runbook has, found {name!r}; {hint}")

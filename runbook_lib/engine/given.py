"""The parameters that papermill was given, against those that the runbook declares."""

from typing import Any

from runbook_lib.notebook.catalog import TAG, Parameter, read_parameters_cell
from runbook_lib.notebook.parameters import refuse_unknown
from runbook_lib.notebook.types import fitted, type_of


def check_given(nb: Any) -> None:
    """Raise `UsageError` for a given parameter that is unknown, or of the wrong type.

    A type that the notebook makes itself is left to its kernel.
    """
    given = nb.metadata.papermill.get("parameters") or {}
    declared = {parameter.name: parameter for parameter in declared_in(nb)}
    refuse_unknown(given, declared)
    for name, value in given.items():
        kind = type_of(declared[name].type)
        if kind is not None:
            fitted(name, kind, value)


def declared_in(nb: Any) -> list[Parameter]:
    """What the notebook's `parameters` cell declares."""
    cells = [cell for cell in nb.cells if TAG in cell.metadata.get("tags", [])]
    return [parameter for cell in cells for parameter in read_parameters_cell(cell.source)]

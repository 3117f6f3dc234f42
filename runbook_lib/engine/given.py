"""The parameters that papermill was given, against those that the runbook declares."""

from typing import Any

from runbook_lib.notebook.catalog import Parameter, read_parameters_cell
from runbook_lib.notebook.parameters import refuse_mistyped, refuse_unknown

TYPES = {"str": str, "bool": bool, "int": int, "float": float}


def check_given(nb: Any) -> None:
    """Raise `UsageError` for a given parameter that is unknown, or of the wrong type."""
    given = nb.metadata.papermill.get("parameters") or {}
    declared = {parameter.name: parameter for parameter in declared_in(nb)}
    refuse_unknown(given, declared)
    for name, value in given.items():
        refuse_mistyped(name, TYPES.get(declared[name].type), value)


def declared_in(nb: Any) -> list[Parameter]:
    """What the notebook's `parameters` cell declares."""
    cells = [cell for cell in nb.cells if "parameters" in cell.metadata.get("tags", [])]
    return [parameter for cell in cells for parameter in read_parameters_cell(cell.source)]

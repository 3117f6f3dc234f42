"""What the output file of a private notebook does not say: it is in the private record."""

from typing import Any

from runbook_lib.engine.progress import find_session
from runbook_lib.notebook.catalog import INJECTED_TAG


def withhold(nb: Any, session: str) -> None:
    """Take out of a notebook the parameters it was given, and what its session saw.

    Where a cell raised stays, and what kind of error, for papermill fails by it. Before a session
    has begun there is nothing private to see, nor a record of why it did not begin.
    """
    withhold_parameters(nb)
    if find_session(session) is not None:
        withhold_outputs(nb, f"kept in the private record: runbook show {session}")


def withhold_parameters(nb: Any) -> None:
    """Take the given parameters out of a notebook."""
    for cell in nb.cells:
        if INJECTED_TAG in cell.metadata.get("tags", []):
            cell.source = "# kept in the private record"
    nb.metadata.papermill["parameters"] = {}


def withhold_outputs(nb: Any, kept: str) -> None:
    """Take the outputs out of a notebook; errors stay, by their kind alone."""
    for cell in nb.cells:
        if cell.cell_type == "code":
            errors = [output for output in cell.outputs if output.output_type == "error"]
            cell.outputs = [wordless(error, kept) for error in errors]


def wordless(error: Any, kept: str) -> Any:
    """An error that says its kind, and where its words are."""
    error.evalue, error.traceback = kept, [f"{error.ename}: {kept}"]
    return error

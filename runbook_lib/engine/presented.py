"""What the output file shows of a notebook: secrets masked, and notes where it did not go on."""

from collections.abc import Iterator
from typing import Any

from nbformat import from_dict
from nbformat.v4 import new_markdown_cell
from papermill.execute import ERROR_MARKER_TAG

from runbook_lib.engine.ending import DONE, NOT_RUN, UNKNOWN, Ending
from runbook_lib.engine.progress import find_session
from runbook_lib.notebook.catalog import INJECTED_TAG
from runbook_lib.policy.sentence import sentence
from runbook_lib.policy.visible import coloured
from runbook_lib.record.heading import PRIVATE as TOLD_PRIVATE
from runbook_lib.secrets.masking import Masking, StreamMasking

PRIVATE = "private"
"""The key under `runbook` in a notebook's metadata by which it calls itself private."""
RUNNING, FAILED = "running", "failed"
UNDER_WAY = (
    "**… running.** Where papermill is not at work any more it was killed here: what this cell "
    "has done is *unknown*, and what stands below it was *not run*."
)
NEVER_RUN = "**✘ not run:** the execution had ended before this cell, and all that follows."
GO_ON = "Run the runbook again to go on: each step looks first at what is done already."


def present(nb: Any, ending: Ending | None, masking: Masking) -> Any:
    """A copy of the notebook as it may be kept, with notes for whoever opens it.

    Papermill takes the notes away when it executes the file again.
    """
    shown = from_dict(masking.tree(nb))  # type: ignore[no-untyped-call]
    for cell in shown.cells:
        if cell.cell_type == "code":
            mask_streams(cell.outputs, masking)
            show_errors(cell.outputs)
    private = [note(TOLD_PRIVATE)] if is_private(nb) else []
    shown.cells = [*private, *top_note(ending), *annotated(shown.cells, ending)]
    return shown


def is_private(nb: Any) -> bool:
    """Whether a notebook calls itself private."""
    said = nb.metadata.get("runbook")
    return isinstance(said, dict) and said.get(PRIVATE) is True


def mask_streams(outputs: list[Any], masking: Masking) -> None:
    """Mask what was printed once more, as the one text that it is: a secret may come in pieces."""
    streams: dict[str, StreamMasking] = {}
    last: dict[str, Any] = {}
    for output in outputs:
        if output["output_type"] == "stream":
            name = output["name"]
            output["text"] = streams.setdefault(name, StreamMasking(masking)).feed(output["text"])
            last[name] = output
    for name, output in last.items():
        output["text"] += streams[name].flush()


def show_errors(outputs: list[Any]) -> None:
    """Make visible what would steer the terminal on which papermill shows an error."""
    for output in outputs:
        if output["output_type"] == "error":
            output["traceback"] = [*map(coloured, output["traceback"])]


def top_note(ending: Ending | None) -> list[Any]:
    """What the file says before all else, where it was not executed to its end."""
    if ending is None or ending == DONE or ending.raised:
        return []
    told = f"**✘ Not executed to its end:** {sentence(ending.because)}"
    return [note(told if ending.outcome == "refused" else f"{told}\n\n{GO_ON}")]


def annotated(cells: list[Any], ending: Ending | None) -> Iterator[Any]:
    """The cells, with a note before the one under way and before the first that never ran."""
    said = ending is None
    for cell in cells:
        status = cell.metadata.get("papermill", {}).get("status")
        code = cell.cell_type == "code"
        if code and status == RUNNING:
            yield note(UNDER_WAY)
        if code and status == UNKNOWN and ending is not None:
            yield note(f"**? unknown:** {ending.because} while this cell was running.")
        if code and status == FAILED and ending is not None and not ending.raised:
            yield note(f"**✘ failed:** {sentence(ending.because)}")
        if code and status == NOT_RUN and not said:
            said = True
            yield note(NEVER_RUN)
        yield cell


def note(text: str) -> Any:
    """A cell that papermill takes away again when it executes the file."""
    return new_markdown_cell(text, metadata={"tags": [ERROR_MARKER_TAG]})  # type: ignore[no-untyped-call]


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

"""Carries out a runbook: by papermill with a real kernel, or cell by cell right here."""

import ast
import atexit
import io
import json
import os
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runbook_lib.errors import Waiting
from runbook_lib.journal.journal import Event, read_journal
from runbook_lib.journal.session import JOURNAL, SESSION_VARIABLE, Home, data_folder
from runbook_lib.run.approval import decide
from runbook_lib.run.opening import current
from runbook_lib.run.run import Run

RUNBOOKS = Path(__file__).resolve().parent.parent.parent / "runbooks"
RELEASE = "release"
NOTEBOOK = RUNBOOKS / f"{RELEASE}.ipynb"

Change = Callable[[dict[str, Any]], object]


@dataclass(frozen=True)
class Executed:
    """One carrying-out: how it ended, what it showed, and its session's journal.

    `ename` and `evalue` are the error's name and text, empty where there was none. `namespace` is
    what the cells have left, where they were stepped through in this process.
    """

    session: str
    ename: str = ""
    evalue: str = ""
    text: str = ""
    notebook: dict[str, Any] = field(default_factory=dict)
    namespace: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The session's folder."""
        places = ("sandbox/*/", "profiles/*/", "sandbox/*/private/", "profiles/*/private/")
        ends = (f"sessions/{self.session}", f"runs/*/*/*/sessions/{self.session}")
        found = [path for a in places for b in ends for path in data_folder().glob(a + b)]
        assert len(found) == 1, f"one folder of session {self.session}: {found}\n{self.evalue}"
        return found[0]

    @property
    def events(self) -> list[Event]:
        """What the session's journal says."""
        return read_journal(self.folder / JOURNAL)

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        """Each step with its outcome, in order."""
        return [
            (event.said["step"], event.said["outcome"])
            for event in self.events
            if event.kind == "outcome"
        ]

    def said(self, step: str) -> dict[str, Any]:
        """The outcome of a step as the journal has it; the newest one."""
        found = [event.said for event in self.events if event.matches("outcome", step=step)]
        assert found, f"{step} is not among {self.outcomes}\n{self.ename}: {self.evalue}"
        return found[-1]

    def went_well(self) -> "Executed":
        """Itself; fails with what the runbook said where it did not come to its end."""
        assert not self.ename, f"{self.ename}: {self.evalue}\n{self.text[-2000:]}"
        return self

    def ended_with(self, ename: str) -> str:
        """The error's text; fails where it ended otherwise."""
        assert self.ename == ename, f"{self.ename or 'no error'}: {self.evalue}\n{self.text[-900:]}"
        return self.evalue


def execute(
    output: Path, parameters: Mapping[str, Any] | None = None, *, runbook: str = RELEASE
) -> Executed:
    """Run a runbook by papermill, with a real kernel; the executed notebook goes to `output`."""
    from papermill import execute_notebook
    from papermill.exceptions import PapermillExecutionError

    session = Home(data_folder()).new_session()
    os.environ[SESSION_VARIABLE] = session
    ename = evalue = ""
    try:
        source = RUNBOOKS / f"{runbook}.ipynb"
        execute_notebook(str(source), str(output), dict(parameters or {}), progress_bar=False)
    except PapermillExecutionError as error:
        ename, evalue = error.ename, error.evalue
    finally:
        os.environ.pop(SESSION_VARIABLE, None)
    notebook = json.loads(output.read_text())
    return Executed(session, ename, evalue, text_of(notebook), notebook)


def text_of(notebook: dict[str, Any]) -> str:
    """All that an executed notebook shows, as text."""
    outputs = [out for cell in notebook["cells"] for out in cell.get("outputs", [])]
    return "\n".join(
        "".join(out.get("text") or out.get("data", {}).get("text/plain") or out.get("evalue", ""))
        for out in outputs
    )


def code_cells(runbook: str = RELEASE) -> dict[str, str]:
    """A runbook's code cells by their ids, the parameters' first among them."""
    cells = json.loads((RUNBOOKS / f"{runbook}.ipynb").read_text())["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"}


def cell_of(text: str, runbook: str) -> str:
    """The id of the one code cell in which a text stands."""
    found = [cell for cell, source in code_cells(runbook).items() if text in source]
    assert len(found) == 1, f"expected one cell with {text!r}, found {found}"
    return found[0]


def step_through(
    parameters: Mapping[str, Any] | None = None,
    *,
    runbook: str = RELEASE,
    until: str = "",
    before: Mapping[str, Change] | None = None,
    abandon: bool = False,
    go_on: bool = False,
    approve: str = "",
) -> Executed:
    """Run a runbook's cells in this process, as a session of its own, and end the session.

    `until` is a text of the last cell to run. `before` has what to do before the cell in which a
    text stands, with the namespace. With `abandon` the session ends as a killed kernel's does, with
    `go_on` the cells below an error run too, as in a front end that goes on: all errors are told.
    Somebody approves at the gate `approve`, from a terminal, if it waits for that.
    """
    stop = cell_of(until, runbook) if until else ""
    changes = {cell_of(text, runbook): change for text, change in (before or {}).items()}
    session = Home(data_folder()).new_session()
    os.environ[SESSION_VARIABLE] = session
    namespace: dict[str, Any] = {"__name__": "__main__"}
    shown = io.StringIO()
    ename = evalue = ""
    leave()
    try:
        with redirect_stdout(shown):
            for number, (cell, source) in enumerate(code_cells(runbook).items()):
                changes.get(cell, bool)(namespace)
                try:
                    run_approved(source, namespace, approve)
                except Exception as error:
                    if not go_on:
                        raise
                    ename, evalue = type(error).__name__, f"{evalue}{error}\n"
                if number == 0:
                    namespace.update(parameters or {})
                if cell == stop:
                    break
    except BaseException as error:
        ename, evalue = type(error).__name__, str(error)
    finally:
        os.environ.pop(SESSION_VARIABLE, None)
        leave(abandon=abandon)
    return Executed(session, ename, evalue, shown.getvalue(), namespace=namespace)


def run_approved(source: str, namespace: dict[str, Any], gate: str) -> None:
    """Run one cell; where it waits at that gate, somebody approves, and it is run again."""
    try:
        run_cell(source, namespace)
    except Waiting:
        if not gate or f'run.approve("{gate}"' not in source:
            raise
        decide(current["run"].name, gate, verdict="approved", reason="as meant", short="")
        run_cell(source, namespace)


def run_cell(source: str, namespace: dict[str, Any]) -> None:
    """Run one cell and show the value of its last line."""
    note_cell(source)
    tree = ast.parse(source)
    last = tree.body[-1]
    if isinstance(last, ast.Expr):
        tree.body.pop()
    exec(compile(tree, "<cell>", "exec"), namespace)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)
        print("" if value is None else value)


def note_cell(source: str) -> None:
    """Tell the session, if there is one, which cell begins, as a kernel's recorder does."""
    if "run" in current:
        current["run"].walk.begin(source, "")


def leave(*, abandon: bool = False) -> None:
    """End this process's session, if there is one; with `abandon`, without a word on it."""
    run: Run | None = current.pop("run", None)
    if run is None or run.ended:
        return
    if abandon:
        run.ended = True
        atexit.unregister(run.end)
        run.journal.close()
        if run.setting.rehearsal is not None:
            run.setting.rehearsal.lease.close()
    else:
        run.end()

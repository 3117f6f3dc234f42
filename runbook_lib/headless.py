"""Runs a runbook by papermill, with its steps shown as they come."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import runbook_lib
from runbook_lib.display import StepLine
from runbook_lib.errors import Failed, Refused, RunbookError, UsageError, Waiting
from runbook_lib.journal import Event, read_journal
from runbook_lib.session import JOURNAL, SESSION_VARIABLE, Home, check_data_folder, data_folder
from runbook_lib.step import Report

EXECUTED = "executed.ipynb"


def carry_out(runbook: str, given: list[str], *, say: Callable[[str], None]) -> Path:
    """Run a runbook to its end; return the executed notebook, which its session's folder keeps.

    Raises what the runbook raised: `Waiting`, `UsageError`, `Refused`, `Failed`.
    """
    spare_slow_import()
    from nbclient.exceptions import DeadKernelError
    from papermill import execute_notebook
    from papermill.exceptions import PapermillExecutionError

    notebook = find_runbook(runbook)
    parameters = parse_parameters(notebook, given)
    check_data_folder()
    session = Home(data_folder()).new_session()
    output = data_folder() / "executed" / f"{session}.ipynb"
    output.parent.mkdir(parents=True, exist_ok=True)
    os.environ[SESSION_VARIABLE] = session
    try:
        with following(session, say):
            execute_notebook(str(notebook), str(output), parameters, progress_bar=False)
    except PapermillExecutionError as error:
        raise raised_in(error, keep(output, session)) from None
    except DeadKernelError:
        raise stopped("its kernel died", keep(output, session)) from None
    except KeyboardInterrupt:
        raise stopped("it was interrupted", keep(output, session)) from None
    finally:
        os.environ.pop(SESSION_VARIABLE, None)
    return keep(output, session)


def spare_slow_import() -> None:
    """Keep jsonschema from loading its grammar of internationalised addresses.

    JupyterLab brings it along, and it takes most of a second at each start; a notebook's schema
    has no such addresses in it. jsonschema does without it where it cannot be imported.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def find_runbook(name: str) -> Path:
    """The notebook of that name: a path, else in `runbooks/` here, else the one that we bring.

    Raises `UsageError` with the runbooks there are.
    """
    if name.endswith(".ipynb"):
        if not Path(name).is_file():
            raise UsageError(f"expected a notebook at {name}, found none")
        return Path(name)
    package = Path(runbook_lib.__file__).parent
    folders = [Path("runbooks"), package / "runbooks", package.parent / "runbooks"]
    found = [folder / f"{name}.ipynb" for folder in folders]
    known = sorted({path.stem for folder in folders for path in folder.glob("*.ipynb")})
    for path in found:
        if path.is_file():
            return path
    raise UsageError(f"expected a runbook ({', '.join(known)}), found {name!r}")


def parse_parameters(notebook: Path, given: list[str]) -> dict[str, Any]:
    """The given `name=value` texts as values of the types that the notebook declares.

    Raises `UsageError` for one that it does not declare, or that is not of its type.
    """
    from nbformat import ValidationError
    from nbformat.reader import NotJSONError
    from papermill import inspect_notebook

    try:
        declared = inspect_notebook(str(notebook))
    except (NotJSONError, ValidationError):
        raise UsageError(f"expected a notebook in {notebook}, found something else") from None
    values = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"expected a parameter as name=value, found {text!r}")
        if name not in declared:
            raise UsageError(
                f"expected a parameter of {notebook.stem} ({', '.join(declared)}), found {name!r}"
            )
        values[name] = typed(name, str(declared[name]["inferred_type_name"]), value)
    return values


def typed(name: str, kind: str, value: str) -> Any:
    """A text as a value of a declared type."""
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    try:
        if kind == "bool":
            return words[value.lower()]
        return {"int": int, "float": float}.get(kind, str)(value)
    except (KeyError, ValueError):
        raise UsageError(
            f"parameter {name}: expected a value of type {kind}, found {value!r}"
        ) from None


def session_folder(session: str) -> Path | None:
    """Where a session keeps its journal, once it has begun."""
    places = ("sessions", "runs/*/*/*/sessions")
    patterns = [
        f"{home}/*/{place}/{session}" for home in ("sandbox", "profiles") for place in places
    ]
    return next((path for pattern in patterns for path in data_folder().glob(pattern)), None)


def keep(output: Path, session: str) -> Path:
    """Move the executed notebook to its session's journal; it stays where it is without one."""
    folder = session_folder(session)
    if folder is None or not output.exists():
        return output
    return output.rename(folder / EXECUTED)


def raised_in(error: Any, executed: Path) -> RunbookError:
    """What a runbook raised in its kernel, as it would have been raised here."""
    kinds: dict[str, type[RunbookError]] = {
        "Waiting": Waiting,
        "Held": Waiting,
        "UsageError": UsageError,
    }
    kinds |= dict.fromkeys(("Refused", "Conflict", "AccessDenied"), Refused)
    return kinds.get(error.ename, Failed)(f"{error.evalue}\nThe executed notebook is {executed}")


def stopped(how: str, executed: Path) -> Failed:
    """What a run ends with that did not come to its end, for no reason of the runbook's own."""
    kept = f"\nThe executed notebook is {executed}" if executed.exists() else ""
    return Failed(
        f"expected the runbook to run to its end, found that {how}; what is done is kept, and "
        f"what is not known is looked for: run it again to go on{kept}"
    )


@contextmanager
def following(session: str, say: Callable[[str], None]) -> Iterator[None]:
    """Show the steps of a session as their outcomes come into its journal."""
    over = threading.Event()
    thread = threading.Thread(target=follow, args=(session, say, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def follow(session: str, say: Callable[[str], None], over: threading.Event) -> None:
    """Show each outcome of a session's journal once, until it is over and all are shown."""
    shown = 0
    while True:
        last = over.is_set()
        outcomes = [event for event in events_of(session) if event.kind == "outcome"]
        for event in outcomes[shown:]:
            say(str(StepLine(report_of(event))))
        shown = len(outcomes)
        if last:
            return
        time.sleep(0.1)


def events_of(session: str) -> list[Event]:
    """What a session's journal says so far."""
    folder = session_folder(session)
    try:
        return read_journal(folder / JOURNAL) if folder else []
    except FileNotFoundError:  # it moves when the session joins its run
        return []


def report_of(event: Event) -> Report:
    """A step's outcome as its journal tells it."""
    said = event.said
    names = ("step", "outcome", "announced", "detail", "link", "seconds")
    return Report(**{name: said[name] for name in names})

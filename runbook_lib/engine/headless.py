"""Runs a runbook without anybody at it, by papermill and our engine for it."""

import logging
import shlex
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from runbook_lib.engine.ending import place_in
from runbook_lib.engine.finished import Finished, finish, read_session
from runbook_lib.engine.loading import load_papermill
from runbook_lib.engine.progress import Follower, Watch, following
from runbook_lib.errors import Failed, Refused, RunbookError, UsageError, Waiting, find_error
from runbook_lib.journal.session import check_data_folder, name_session
from runbook_lib.notebook.catalog import describe, find_runbook
from runbook_lib.notebook.parameters import refuse_unknown
from runbook_lib.run.given import hide, typed

ENGINE = "runbook"
QUIET = {"extra_arguments": ["--log-level=ERROR"]}
"""What keeps the kernel from warning that it is reached by TCP, on this machine only."""
TERMINATED = 128 + signal.SIGTERM


def carry_out(runbook: str, given: list[str], *, watch: Watch) -> Finished:
    """Run a runbook to its end, or to what ends it: an error in it, a dead kernel, a signal.

    Raises `UsageError` before a kernel is started where there is no such runbook, a parameter is
    wrong, or nothing can be kept on this machine.
    """
    notebook = find_runbook(runbook)
    parameters = parse_parameters(notebook, given)
    check_data_folder()
    session = name_session()
    with following(session, watch) as follower:
        error = execute(notebook, parameters, follower)
    command = go_on_with(runbook, with_named(given, session), parameters.get("profile"))
    finished = finish(session, runbook, error, command, follower.place)
    return replace(finished, cut_short=follower.cut_short)


def with_named(given: list[str], session: str) -> list[str]:
    """The given parameters, with those that name the run which a session has joined."""
    _, summary = read_session(session)
    named = summary.named if summary else {}
    others = [one for one in given if one.partition("=")[0] not in named]
    return [*others, *(f"{name}={value}" for name, value in named.items())]


def go_on_with(runbook: str, given: list[str], profile: str | None) -> str:
    """The command that goes on with a run; a secret in it has to be put in again."""
    from runbook_lib.engine.known import secrets_named_by

    options = [part for text in given for part in ("-p", text)]
    command = shlex.join(["runbook", "run", runbook, *options])
    with suppress(RunbookError):  # a profile that is not as expected names none
        return hide(command, *secrets_named_by(profile or ""))
    return hide(command)


def execute(notebook: Path, parameters: dict[str, Any], follower: Follower) -> RunbookError | None:
    """Execute a notebook by papermill; what ended it before its end, if anything did."""
    try:
        with terminating():
            execute_by_papermill(notebook, parameters, follower)
    except RunbookError as error:
        return error
    except (KeyboardInterrupt, SystemExit) as signal_:
        follower.cut_short = True
        how = "interrupted" if isinstance(signal_, KeyboardInterrupt) else "terminated"
        return cut_short(follower.session, f"it was {how}")
    return None


def execute_by_papermill(notebook: Path, parameters: dict[str, Any], follower: Follower) -> None:
    """Execute a notebook; what papermill raises becomes what the runbook raised."""
    load_papermill()
    from nbclient.exceptions import DeadKernelError
    from nbformat import ValidationError
    from papermill import execute_notebook
    from papermill.exceptions import PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    own = {"session": follower.session, "follower": follower}
    options = {"engine_name": ENGINE, "progress_bar": False} | own | QUIET
    try:
        execute_notebook(str(notebook), None, parameters, **options)
    except PapermillExecutionError as error:
        raise raised_here(error) from None
    except DeadKernelError:
        raise stopped("its kernel died") from None
    except ValidationError as error:
        raise UsageError(f"expected a notebook in {notebook}, found: {error.message}") from None
    except (RuntimeError, ValueError) as error:
        raise stopped(f"papermill says: {error}") from None


@contextmanager
def terminating() -> Iterator[None]:
    """Have SIGTERM raise `SystemExit` here, so that what is open is closed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def parse_parameters(notebook: Path, given: list[str]) -> dict[str, Any]:
    """The given `name=value` texts as values of the types that the notebook declares.

    Raises `UsageError` for one that it does not declare, or that is not of its type.
    """
    declared = {parameter.name: parameter for parameter in describe(notebook).parameters}
    values = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"expected a parameter as name=value, found {hide(text)!r}")
        if name not in declared:
            refuse_unknown([hide(name)], declared)
        values[name] = typed(declared[name], value)
    return values


def raised_here(error: Any) -> RunbookError:
    """What a runbook raised in its kernel, as it would have been raised here."""
    if error.ename == "SystemExit":
        return stopped("a cell ended its kernel")
    found = find_error(error.ename)
    if found is None:
        return Failed(f"a cell raised {error.ename}: {error.evalue}{place_in(error.traceback)}")
    kinds = (UsageError, Waiting, Refused)
    return next((kind for kind in kinds if issubclass(found, kind)), Failed)(error.evalue)


def stopped(how: str) -> Failed:
    """What a run ends with that did not come to its end, for no reason of the runbook's own."""
    return Failed(
        f"expected the runbook to run to its end, found that {how}; what is done is kept, and "
        "what is not known is looked for: run it again to go on"
    )


def cut_short(session: str, how: str) -> RunbookError:
    """What a signal ends a run with: as its record has it, where that says that it waits."""
    folder, summary = read_session(session)
    if folder is None or summary is None or summary.outcome != "waiting":
        return stopped(how)
    last = summary.steps[-1] if summary.steps else None
    waits = last.detail if last and last.outcome == "waiting" else ""
    return Waiting(waits or f"{how}, between two steps; run this again to go on")

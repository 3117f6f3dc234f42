"""One session of somebody's, in a process that was forked for it."""

import io
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import Any

import runbook_lib.run.run
from runbook_lib.journal.session import SESSION_VARIABLE, Home, data_folder
from runbook_lib.run.approval import PassedOn, decide
from runbook_lib.run.services import RunServices
from runbook_lib.steps.gate import Unanswered
from runbook_lib.steps.patience import Patience
from tests.proof.faults.sessions import ROOMS
from tests.proof.people.sharings import Task
from tests.release.carried_out import code_cells, leave, run_cell

Clock = Callable[[], datetime]
PATIENCE = Patience(settling=(0.02, 0.1, 0.3), first_pause=0.05, waiting=300.0, longest_poll=0.2)
ANSWERS = "https://answers.example/"
"""Where a colleague answers what a gate asks, for at some the operator does not count."""


def carry_out(task: Task, now: Clock | None, begins: Path, ended: Path) -> None:
    """Carry a task out as soon as `begins` is there, and write how it ended to `ended`."""
    prepare(now)
    while not begins.exists():
        time.sleep(0.005)
    said = {"ename": "", "evalue": ""}
    try:
        with redirect_stdout(io.StringIO()):
            run_cells(task)
    except BaseException as error:
        said = {"ename": type(error).__name__, "evalue": str(error)}
    finally:
        leave()
    known = [name for name in sys.modules if name.partition(".")[0] in ROOMS]
    ended.write_text(json.dumps({"said": said, "modules": known}))


def prepare(now: Clock | None) -> None:
    """Wait for nothing longer than it must, by the world's own time where it has one."""
    runbook_lib.run.run.patience = lambda profile: PATIENCE
    if now:
        RunServices.now = lambda _: now()  # type: ignore[method-assign]
    os.environ[SESSION_VARIABLE] = Home(data_folder()).new_session()


def run_cells(task: Task) -> None:
    """Run the cells; at a gate that waits, a colleague approves."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for number, source in enumerate(code_cells(task.runbook).values()):
        run_approving(source, namespace)
        if number == 0:
            namespace.update(task.parameters, profile=task.profile)
        if task.until and task.until in source:
            return


def run_approving(source: str, namespace: dict[str, Any]) -> None:
    """Run one cell; where it waits for an approval, have that given, and run it again."""
    try:
        run_cell(source, namespace)
    except Unanswered as waiting:
        asked, says = waiting.question, PassedOn("quality", ANSWERS)
        decide(
            asked.run,
            asked.gate,
            verdict="approved",
            reason="as meant",
            short="",
            passed_on=says,
            profile=namespace["profile"],
        )
        run_cell(source, namespace)

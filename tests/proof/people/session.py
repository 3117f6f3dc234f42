"""One session of somebody's, as a process: `python -m tests.proof.people.session`."""

import json
import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import runbook_lib.run.run
from runbook_lib.journal.session import SESSION_VARIABLE, Home, data_folder
from runbook_lib.run.approval import decide
from runbook_lib.run.services import RunServices
from runbook_lib.steps.gate import Unanswered
from runbook_lib.steps.patience import Patience
from tests.release.carried_out import code_cells, leave, run_cell

PATIENCE = Patience(settling=(0.02, 0.1, 0.3), first_pause=0.05, waiting=60.0, longest_poll=0.2)


def main() -> None:
    """Carry a runbook out as standard input says, and write how it ended where it says."""
    asked = json.load(sys.stdin)
    prepare(asked["now"])
    while not Path(asked["begins"]).exists():
        time.sleep(0.005)
    ended = {"ename": "", "evalue": ""}
    try:
        carry_out(asked["runbook"], asked["parameters"])
    except BaseException as error:
        ended = {"ename": type(error).__name__, "evalue": str(error)}
    finally:
        leave()
    Path(asked["ended"]).write_text(json.dumps(ended))


def prepare(now: str) -> None:
    """Wait for nothing longer than it must; at `now`, where the world has a time of its own."""
    runbook_lib.run.run.patience = lambda profile: PATIENCE
    if now:
        RunServices.now = lambda _: datetime.fromisoformat(now)  # type: ignore[method-assign]
    os.environ[SESSION_VARIABLE] = Home(data_folder()).new_session()


def carry_out(runbook: str, parameters: dict[str, Any]) -> None:
    """Run the cells; at a gate that waits, who runs them approves."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for number, source in enumerate(code_cells(runbook).values()):
        run_approving(source, namespace)
        if number == 0:
            namespace.update(parameters)


def run_approving(source: str, namespace: dict[str, Any]) -> None:
    """Run one cell; where it waits for an approval, give that, and run it again."""
    try:
        run_cell(source, namespace)
    except Unanswered as waiting:
        asked = waiting.question
        decide(asked.run, asked.gate, verdict="approved", reason="as meant", short="")
        run_cell(source, namespace)


if __name__ == "__main__":
    main()

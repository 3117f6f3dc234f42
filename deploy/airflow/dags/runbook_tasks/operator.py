"""A runbook as a task: each session has a worker, and no worker waits between two sessions."""

import os
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.sdk.exceptions import AirflowFailException, ErrorType
from airflow.sdk.execution_time.comms import ErrorResponse, GetDagRunState, TriggerDagRun
from runbook_trigger import Moved

from runbook_tasks.questions import Question, pause, question_of

GATE = "gate"
"""The DAG that asks people."""
POOL = "runbooks"
"""How many sessions may be at work at once, on however many workers: what spares API limits."""
SAFE = {"retries": 3, "retry_delay": timedelta(seconds=10)}
"""For all tasks of a DAG: whatever dies may be tried again."""


class RunbookOperator(PapermillOperator):
    """Runs a runbook by papermill, again and again until it is done.

    A session that ends as waiting defers the task: nothing is at work until its question is
    answered, or the pause is over. One that was refused fails for good; any other failure may be
    tried again, for running a runbook again is how it is gone on with.
    """

    template_fields = ("runbook", "parameters")

    def __init__(
        self, *, runbook: str, parameters: Mapping[str, Any] | None = None, **options: Any
    ):
        super().__init__(parameters=dict(parameters or {}), **options)
        self.runbook = runbook

    def execute(self, context: Any, turn: int = 0) -> str:
        """Run a session; the name of it that was the last."""
        from papermill.exceptions import PapermillExecutionError

        from runbook_lib.engine.finished import read_session, unfinished
        from runbook_lib.engine.headless import raised_here
        from runbook_lib.errors import RunbookError, Waiting
        from runbook_lib.journal.session import SESSION_VARIABLE, name_session

        session = os.environ[SESSION_VARIABLE] = name_session()
        try:
            self.carry_out(context)
        except PapermillExecutionError as error:
            ended: RunbookError | None = raised_here(error)
        except RunbookError as error:
            ended = error
        else:
            ended = unfinished(read_session(session)[1])
        if ended is None:
            return session
        if isinstance(ended, Waiting):
            self.rest(session, turn)
        raise as_airflow_has_it(ended)

    def carry_out(self, context: Any) -> None:
        """Execute the notebook; what papermill writes is thrown away, for the archive has it."""
        from runbook_lib.notebook.catalog import find_runbook

        given = {name: value for name, value in self.parameters.items() if value not in ("", None)}
        with tempfile.TemporaryDirectory(prefix="runbook-") as folder:
            self.input_nb = str(find_runbook(self.runbook))
            self.output_nb = str(Path(folder) / "executed.ipynb")
            self.parameters = given
            super().execute(context)

    def rest(self, session: str, turn: int) -> None:
        """Ask who is to be asked, and leave the worker."""
        question = question_of(session)
        run_id = self.ask(question) if question else ""
        until = datetime.now(UTC) + timedelta(seconds=pause(turn))
        trigger = Moved(until.timestamp(), dag_id=GATE if run_id else "", run_id=run_id)
        self.defer(trigger=trigger, method_name="go_on", kwargs={"turn": turn + 1})

    def ask(self, question: Question) -> str:
        """Have a question asked, unless it is being asked; the run of `gate` that asks it.

        One that has ended, and is not answered enough, is asked anew: in the same run.
        """
        for again in (False, True):
            asked = TriggerDagRun(
                dag_id=GATE, run_id=question.name, conf=question.told, reset_dag_run=again
            )
            answer = comms().send(asked)
            if not is_there(answer) or is_under_way(question.name):
                return question.name
        raise RuntimeError(f"expected that {question.name} is asked, found {answer}")

    def go_on(self, context: Any, event: str, turn: int) -> str:
        """Run the next session; after an answer, the pauses begin anew."""
        return self.execute(context, 0 if event == "answered" else turn)


def comms() -> Any:
    """How a task speaks with Airflow: there is one as soon as it runs."""
    from airflow.sdk.execution_time.task_runner import SUPERVISOR_COMMS

    return SUPERVISOR_COMMS


def is_there(answer: Any) -> bool:
    """Whether a run was not begun because there is one of that name."""
    return isinstance(answer, ErrorResponse) and answer.error == ErrorType.DAGRUN_ALREADY_EXISTS


def is_under_way(run_id: str) -> bool:
    """Whether a run of `gate` has not ended yet."""
    found = comms().send(GetDagRunState(dag_id=GATE, run_id=run_id))
    return found.state in ("queued", "running")


def as_airflow_has_it(error: Exception) -> Exception:
    """An error as Airflow takes it: what somebody has to look at is not tried again."""
    from runbook_lib.errors import Refused, UsageError

    return AirflowFailException(str(error)) if isinstance(error, Refused | UsageError) else error

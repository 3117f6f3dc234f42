"""Asks one question of a run, and passes the answer on: in the name of who gives it, with why."""

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import DAG, Param, conf, get_current_context, task
from runbook_tasks.operator import GATE, SAFE, as_airflow_has_it
from runbook_tasks.questions import APPROVE, REJECT, pass_on

from runbook_lib.errors import RunbookError

with DAG(GATE, schedule=None, default_args=SAFE, max_active_runs=1000, tags=["runbooks"]):
    asked = HITLOperator(
        task_id="ask",
        subject="{{ dag_run.conf.title }}",
        body="{{ dag_run.conf.text }}",
        options=[APPROVE, REJECT],
        params={
            "reason": Param("", type="string", description="Why; it is kept in the record."),
            "evidence": Param(
                None, type=["null", "string"], description="For a step by hand: what shows it."
            ),
        },
    )

    @task
    def keep(answer: dict) -> str:
        """Keep the answer in the run's journal; what can't be kept is not tried again."""
        run = get_current_context()["dag_run"]
        base = conf.get("api", "base_url", fallback="http://localhost:8080").rstrip("/")
        try:
            return pass_on(run.conf, answer, f"{base}/dags/{GATE}/runs/{run.run_id}")
        except RunbookError as error:
            raise as_airflow_has_it(error) from error

    keep(asked.output)

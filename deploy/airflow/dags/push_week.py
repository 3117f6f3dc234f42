"""The week of a push: tags, a look between, production; on the team's days, in its time zone."""

import os

from airflow.sdk import DAG, CronTriggerTimetable, Param, get_current_context, task
from runbook_tasks.operator import POOL, SAFE, RunbookOperator
from runbook_tasks.week import LINES, begins, cron, read_push

PROFILE = os.environ.get("RUNBOOK_PUSH_PROFILE", "team")
PUSH = read_push(PROFILE)

with DAG(
    "push_week",
    schedule=CronTriggerTimetable(cron(PUSH), timezone=PUSH.time_zone),
    catchup=False,
    default_args=SAFE,
    max_active_runs=20,
    tags=["runbooks"],
    params={"profile": Param(PROFILE, type="string")},
):
    for line in LINES:
        first = line[0]

        @task.short_circuit(task_id=f"is_{first}_due")
        def is_due(runbook: str) -> str:
            """The day of the push, where its runbook begins on this day."""
            context = get_current_context()
            return begins(context["params"]["profile"], runbook, context["dag_run"].run_after)

        before = day = is_due(first)
        for runbook in line:
            step = RunbookOperator(
                task_id=runbook,
                runbook=runbook,
                pool=POOL,
                parameters={"profile": "{{ params.profile }}", "push_date": day},
            )
            before >> step
            before = step

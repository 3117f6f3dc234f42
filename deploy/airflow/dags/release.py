"""Releases: of one repository, and of a fleet; each repository is a profile of `runbook.toml`."""

from airflow.sdk import DAG, Param, get_current_context, task
from runbook_tasks.operator import POOL, SAFE, RunbookOperator

RELEASE = "release"
LANES = "{{ task.parameters.profile }}"

with DAG(
    RELEASE,
    schedule=None,
    default_args=SAFE,
    max_active_runs=100,
    tags=["runbooks"],
    params={
        "profile": Param(type="string", description="A profile of runbook.toml"),
        "version": Param("", type="string", description="The version; empty: the next one"),
    },
):
    RunbookOperator(
        task_id=RELEASE,
        runbook=RELEASE,
        pool=POOL,
        parameters={"profile": "{{ params.profile }}", "version": "{{ params.version }}"},
    )

with DAG(
    "fleet",
    schedule=None,
    default_args=SAFE,
    tags=["runbooks"],
    params={"profiles": Param(type="array", items={"type": "string"})},
):

    @task
    def repositories() -> list[dict[str, str]]:
        """One release a profile."""
        return [{"profile": name} for name in get_current_context()["params"]["profiles"]]

    RunbookOperator.partial(
        task_id=RELEASE, runbook=RELEASE, pool=POOL, map_index_template=LANES
    ).expand(parameters=repositories())

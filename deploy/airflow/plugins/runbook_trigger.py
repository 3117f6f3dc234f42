"""What a run that waits is woken by: an answer to its question, or the end of its pause."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from airflow.providers.standard.triggers.external_task import DagStateTrigger
from airflow.triggers.base import BaseTrigger, TriggerEvent
from airflow.utils.state import DagRunState

LOOKS = 5.0
"""How often an answer is looked for, in seconds; and how long a task rests at least: one that is
woken before the scheduler has noted that it rests counts as failed."""


class Moved(BaseTrigger):
    """Fires at a time, in seconds since 1970; earlier where the run of a DAG has ended before."""

    def __init__(self, until: float, *, dag_id: str = "", run_id: str = "") -> None:
        super().__init__()
        self.until = until
        self.dag_id = dag_id
        self.run_id = run_id

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """How it is made again, in whatever triggerer."""
        said = {"until": self.until, "dag_id": self.dag_id, "run_id": self.run_id}
        return "runbook_trigger.Moved", said

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait, and say what has come: `answered`, or `rested`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.until - time.time()):
                await self.moved()
                yield TriggerEvent("answered")
                return
        yield TriggerEvent("rested")

    async def moved(self) -> None:
        """Wait until the other run has ended; for ever where there is none."""
        if not self.run_id:
            await asyncio.Event().wait()
        await asyncio.sleep(LOOKS)
        ends = [DagRunState.SUCCESS, DagRunState.FAILED]
        other = DagStateTrigger(self.dag_id, ends, run_ids=[self.run_id], poll_interval=LOOKS)
        await anext(other.run())

"""Check suites: what an app has begun, or is still to begin, on a commit.

At each push GitHub makes a suite for every app that may check, before there is a run in it. A suite
of an app that never checks stays queued without a run for ever. Others leave every such suite out
(https://github.com/getsentry/craft/pull/117, https://github.com/OCA/oca-github-bot/pull/141), and
so call green what is about to begin; here only one that is old is named, and not waited for.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from github.CheckRun import CheckRun
from github.CheckSuite import CheckSuite

from runbook_lib.frozen import frozen

BEGINS_WITHIN = timedelta(minutes=15)
"""How long after its suite was made an app may take to make the first run in it."""

HARMLESS = ("success", "neutral", "skipped", "stale")
"""What a suite without runs may have come to: nobody checked, and nobody failed to."""


@frozen
class Suite:
    """A suite that counts beside its runs: open, never begun, or red before there was a run."""

    app: str
    standing: Literal["open", "idle", "red"]
    said: str


def telling_suites(suites: Iterable[CheckSuite], runs: Sequence[CheckRun]) -> list[Suite]:
    """The suites that say more than their runs do: one with an open run says what that says."""
    busy = {suite_of(run) for run in runs if run.status != "completed"}
    found = [read_suite(one, datetime.now(UTC)) for one in suites if one.id not in busy]
    return [one for one in found if one is not None]


def suite_of(run: CheckRun) -> int:
    """The number of a run's suite; 0 where it is in none."""
    return run.check_suite.id if run.check_suite else 0


def read_suite(suite: CheckSuite, now: datetime) -> Suite | None:
    """A suite, if it says more than its runs do."""
    app = suite.app.name if suite.app else "an app that is gone"
    began = suite.latest_check_runs_count > 0
    if suite.status == "completed":
        conclusion = suite.conclusion or "neutral"
        telling = not began and conclusion not in HARMLESS
        return Suite(app, "red", conclusion.replace("_", " ")) if telling else None
    said = (suite.status or "no status").replace("_", " ")
    if began or suite.status != "queued" or suite.created_at is None:
        return Suite(app, "open", said)
    idle = now - suite.created_at > BEGINS_WITHIN
    since = f"queued since {suite.created_at:%Y-%m-%d %H:%M} UTC without a run"
    return Suite(app, "idle" if idle else "open", since)

"""What the parameters of a push duty's runbook come to: which push it is, and what is tagged."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from runbook_lib.errors import RunbookError
from runbook_lib.policy.choices import Choices, Looked
from runbook_lib.push.run import DONE, PushRun
from runbook_lib.push.setting import open_setting
from runbook_lib.run.services import RunServices
from runbook_lib.services.git.history import SHORT
from runbook_lib.services.git.side_by_side import side_by_side
from runbook_lib.steps.runner import Runner

OFFERED = 4
"""So many coming pushes are offered."""


class Preview(PushRun):
    """What a session would work with, without being one."""

    def __init__(self, runbook: str, given: dict[str, Any], runner: Runner) -> None:
        RunServices.__init__(self, open_setting(given, done=DONE.get(runbook, "")))
        self.runbook, self.parameters = runbook, given
        self.runner, self.journal = runner, runner.journal


def look(runbook: str, given: dict[str, Any], runner: Runner) -> Looked:
    """Which push it would be; raises `UsageError` for a profile or a secret that is wrong."""
    run = Preview(runbook, given, runner)
    days = tuple(day.isoformat() for day in coming(run))
    choices = {"push_date": Choices(days, closed=False)}
    try:
        return Looked(choices, tuple(told(run, str(given.get("push_date") or ""))))
    except RunbookError as error:
        return Looked(choices, problem=str(error))


def coming(run: Preview) -> Iterator[date]:
    """The pushes that come next."""
    day = run.push_calendar.next_from(run.today())
    for _ in range(OFFERED):
        yield day
        day = run.push_calendar.after(day)


def told(run: Preview, push_date: str) -> Iterator[str]:
    """The push with whose turn it is, and each repository as it is now."""
    yield str(run.week_of(run.coming(push_date)))
    names = [one.name for one in run.repositories]
    for name, said in zip(names, side_by_side(partial(state_of, run), names), strict=True):
        yield f"{name}: {said}"


def state_of(run: Preview, name: str) -> str:
    """The branch of a repository, its newest commit, and its newest tag."""
    repository = run.repository(name)
    repository.mirror.bring_up_to_date()
    head, tags = repository.mirror.head(repository.branch), repository.mirror.tags()
    tag = f"; newest tag {tags[-1].name}" if tags else "; no tag"
    return f"{repository.branch} at {head.id:.{SHORT}}: {head.subject}{tag}"

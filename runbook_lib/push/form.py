"""What the parameters of a push duty's runbook come to: which push it is, and what is tagged."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from runbook_lib.policy.choices import Choices, Looked
from runbook_lib.push.run import DONE, PushRun
from runbook_lib.push.setting import open_setting
from runbook_lib.run.preview import Preview, looked
from runbook_lib.services.git.history import SHORT
from runbook_lib.services.git.side_by_side import side_by_side
from runbook_lib.steps.runner import Runner

OFFERED = 4
"""So many coming pushes are offered."""


class PushPreview(Preview, PushRun):
    """What a session of a push duty would work with."""


def look(runbook: str, given: dict[str, Any], runner: Runner) -> Looked:
    """Which push it would be; raises `UsageError` for a profile or a secret that is wrong."""
    setting = open_setting(given, done=DONE.get(runbook, ""))
    run = PushPreview(runbook, given, setting, runner)
    days = tuple(day.isoformat() for day in coming(run))
    choices = {"push_date": Choices(days, closed=False)}
    return looked(choices, told(run, str(given.get("push_date") or "")))


def coming(run: PushPreview) -> Iterator[date]:
    """The pushes that come next."""
    day = run.push_calendar.next_from(run.today())
    for _ in range(OFFERED):
        yield day
        day = run.push_calendar.after(day)


def told(run: PushPreview, push_date: str) -> Iterator[str]:
    """The push with whose turn it is, and each repository as it is now."""
    yield str(run.week_of(run.coming(push_date)))
    names = [one.name for one in run.repositories]
    for name, said in zip(names, side_by_side(partial(state_of, run), names), strict=True):
        yield f"{name}: {said}"


def state_of(run: PushPreview, name: str) -> str:
    """The branch of a repository, its newest commit, and its newest tag."""
    repository = run.repository(name)
    repository.mirror.bring_up_to_date()
    head, tags = repository.mirror.head(repository.branch), repository.mirror.tags()
    tag = f"; newest tag {tags[-1].name}" if tags else "; no tag"
    return f"{repository.branch} at {head.id:.{SHORT}}: {head.subject}{tag}"

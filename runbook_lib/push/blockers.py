"""Bugs that block a push: GitHub's issues by label and milestone, Bugzilla's bugs by a query."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from typing import Any

from runbook_lib.display.table import Table
from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural
from runbook_lib.policy.templates import fill
from runbook_lib.push.session import PushSession
from runbook_lib.push.week import Week
from runbook_lib.services.bugzilla.service import Bugzilla
from runbook_lib.services.bugzilla.values import Bug
from runbook_lib.services.github import Issue
from runbook_lib.steps.step import check


@frozen
class BlockingBug:
    """A bug that blocks a push, and who works on it; nobody where `people` is empty.

    `place` is the repository of an issue; empty for a bug of Bugzilla's.
    """

    name: str
    title: str
    people: tuple[str, ...]
    link: str
    number: int
    place: str = ""

    @property
    def who(self) -> str:
        """Who works on it, in words."""
        return ", ".join(self.people) or "nobody"

    def __str__(self) -> str:
        return f"{self.name} {self.title} ({self.who})"


@frozen
class Blockers:
    """All bugs that block a push, found at one look."""

    bugs: tuple[BlockingBug, ...]

    def __iter__(self) -> Iterator[BlockingBug]:
        return iter(self.bugs)

    def __str__(self) -> str:
        if not self.bugs:
            return "no blocking bugs"
        bugs = plural(len(self.bugs), "blocking bug")
        return f"{bugs}, {len(self.orphans)} of them with nobody"

    @property
    def text(self) -> str:
        """A line for each; empty where there is none."""
        return "\n".join(map(str, self.bugs))

    @property
    def orphans(self) -> tuple[BlockingBug, ...]:
        """Those on which nobody works."""
        return tuple(bug for bug in self.bugs if not bug.people)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        rows = tuple((bug.name, bug.title, bug.who, bug.link) for bug in self.bugs)
        foot = ("Find somebody to work on those of nobody.",) if self.orphans else ()
        title = "Blocking bugs" if self.bugs else "No blocking bugs"
        return Table(title, ("bug", "title", "who", "link"), rows, foot)._repr_mimebundle_()


class Blocking(PushSession):
    """The looks at what blocks a push."""

    @cached_property
    def bugzilla(self) -> Bugzilla:
        """Where bugs are; asked for where the profile names it alone."""
        settings = self.push.blockers
        return Bugzilla(settings.bugzilla, key=self.secret("bugzilla"), runner=self.runner)

    @check
    def find_blockers(self, week: Week) -> Blockers:
        """Find the open bugs that block a push, wherever the profile looks for them."""
        found = (*self.blocking_issues(week), *self.blocking_bugs())
        return Blockers(tuple(map(self.with_names, found)))

    def blocking_issues(self, week: Week) -> tuple[BlockingBug, ...]:
        """The issues on GitHub that block a push."""
        settings = self.push.blockers
        places = settings.github or tuple(one.github for one in self.push.repositories)
        milestone = fill(settings.milestone, {"tag": week.tag, "date": week.date.isoformat()})

        def issues(place: str) -> tuple[Issue, ...]:
            return self.github(place).find_issues(label=settings.label, milestone=milestone)

        with ThreadPoolExecutor(max_workers=8) as pool:
            return tuple(blocking_issue(one) for each in pool.map(issues, places) for one in each)

    def blocking_bugs(self) -> tuple[BlockingBug, ...]:
        """The bugs of a Bugzilla that block a push; none where the profile names none."""
        settings = self.push.blockers
        found = self.bugzilla.find_open(settings.query) if settings.bugzilla else ()
        return tuple(map(blocking_bug, found))

    def with_names(self, bug: BlockingBug) -> BlockingBug:
        """A bug with those who work on it by the names that everything shows."""
        return replace(bug, people=tuple(map(self.team.who.name, bug.people)))


def blocking_issue(issue: Issue) -> BlockingBug:
    """An issue of GitHub's that blocks a push."""
    name = f"{issue.repository}#{issue.number}"
    people = tuple(f"@{login}" for login in issue.assignees)
    return BlockingBug(name, issue.title, people, issue.link, issue.number, place=issue.repository)


def blocking_bug(bug: Bug) -> BlockingBug:
    """A bug of Bugzilla's that blocks a push."""
    people = (bug.assignee,) if bug.assignee else ()
    return BlockingBug(f"bug {bug.id}", bug.title, people, bug.link, bug.id)

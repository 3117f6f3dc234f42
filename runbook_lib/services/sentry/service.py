"""The issues of a push: what Sentry has seen for the first time, or again, since then."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.monitoring.new_issues import Issue, judge_issues
from runbook_lib.policy.visible import Shown
from runbook_lib.services.http import TIMEOUT, Timeout
from runbook_lib.services.sentry.asked import Asked, check_asked, written
from runbook_lib.services.sentry.client import Client, Listed
from runbook_lib.services.sentry.reading import came_back, daily, first_seen, read_issue, reading
from runbook_lib.services.sentry.releases import Naming, Release, check_name
from runbook_lib.services.sentry.report import SentryReport
from runbook_lib.steps.step import Runner, check

ISSUE_PAGES = 30
"""So many pages of issues are read; of more than that is said how many there are at least."""


@frozen
class Access(Shown):
    """The organization that a token lets one see."""

    name: str
    link: str

    def __str__(self) -> str:
        return f"Sentry lets this token read {self.name}"


@frozen
class Seen:
    """Issues that were found, and whether there are more of them."""

    issues: tuple[Issue, ...]
    more: bool


class Sentry:
    """One organization of one Sentry; nothing here changes anything."""

    def __init__(
        self,
        url: str,
        organization: str,
        token: str,
        runner: Runner,
        *,
        release: str = "",
        timeout: Timeout = TIMEOUT,
    ) -> None:
        check_name(release)
        self.client = Client(url, organization, token, timeout=timeout)
        self.naming = Naming(self.client, release)
        self.runner = runner

    def __repr__(self) -> str:
        return f"Sentry({self.client.url!r}, {self.client.organization!r})"

    @property
    def link(self) -> str:
        """Where the organization's issues are."""
        return f"{self.client.url}/organizations/{self.client.organization}/issues/"

    @check
    def check_access(self) -> Access:
        """Sentry answers, and lets the token see the organization."""
        return Access(str(self.client.one().get("name", "")), self.link)

    @check
    def watch(
        self,
        since: datetime,
        until: datetime,
        releases: Mapping[str, str],
        *,
        commits: Mapping[str, str] = MappingProxyType({}),
        ended_at: datetime | None = None,
        environment: str = "production",
        days: int = 7,
    ) -> SentryReport:
        """What is new or has come back since a push, against so many days before it.

        A few errors until some minutes after the push are told apart; it ended at once unless
        `ended_at`.
        `releases` names the projects (their slugs), and the tag that was pushed of each; `commits`
        the tags' commits. An issue first seen in what Sentry calls so (the tag, `name@version`, a
        commit, or as the profile says) is new, whenever that was; where it knows no such release,
        that is said. Raises `Refused` for an unknown project or environment, `AccessDenied` for a
        token that may not ask.
        """
        pushed = tuple(Release(*each, commits.get(each[0], "")) for each in releases.items())
        check_asked(pushed, since, until, days)
        with reading("what it has seen"):
            numbers = self.find_projects(tuple(releases))
            self.check_environment(environment)
            pushed = tuple(map(self.naming.named, pushed, numbers))
            asked = Asked(numbers, environment, since, until)
            new, back = self.new(asked, pushed), self.regressed(asked, days)
            before, days_more = self.earlier(asked, days)
        every = {issue.name: issue for issue in (*back.issues, *new.issues)}
        issues = tuple(sorted(every.values(), key=lambda issue: -issue.events))
        ended, more = ended_at or since, new.more or back.more
        return SentryReport(
            pushed,
            environment,
            judge_issues(issues, before, ended=ended, until=until, more=more, days_more=days_more),
            issues,
            before,
            self.link,
            since,
            ended,
            more,
            tuple(filter(None, map(self.naming.missing, pushed))),
        )

    def check_environment(self, name: str) -> None:
        """Raise `Refused` with the names of all where an environment is unknown."""
        if not name:
            return
        every = self.client.every("environments", visibility="all")
        known = sorted(str(each["name"]) for each in every)
        if name not in known:
            raise Refused(
                f"expected an environment {name} in Sentry, found "
                f"{', '.join(filter(None, known)) or 'none'}; correct sentry.environment in the "
                "profile (empty: all)"
            )

    def find_projects(self, slugs: Sequence[str]) -> tuple[str, ...]:
        """The numbers of projects; raises `Refused` with the names of all where one is unknown."""
        known = {str(each["slug"]): str(each["id"]) for each in self.client.every("projects")}
        unknown = [slug for slug in slugs if slug not in known]
        if unknown:
            raise Refused(
                f"expected the projects {', '.join(slugs)} in Sentry, found no "
                f"{', '.join(unknown)}; those of {self.client.organization} are "
                f"{', '.join(sorted(known)) or 'none'}"
            )
        return tuple(known[slug] for slug in slugs)

    def search(self, asked: Asked, query: str, start: datetime, end: datetime) -> Listed:
        """The issues that a query finds, of those with events in some time, the newest first.

        Where there are more than are read, those with most events are among them all the same.
        https://docs.sentry.io/concepts/search/searchable-properties/issues/
        """
        where = asked.within(start, end)
        found = self.client.some(ISSUE_PAGES, "issues", query=query, sort="new", **where)
        if not found.more:
            return found
        worst = self.client.some(1, "issues", query=query, sort="freq", **where)
        every = {str(each["id"]): each for each in (*found.items, *worst.items)}
        return Listed(tuple(every.values()), more=True)

    def new(self, asked: Asked, pushed: Sequence[Release]) -> Seen:
        """The issues first seen since the push, or in what was pushed of their project."""
        listed = self.search(asked, f"firstSeen:>={written(asked.since)}", asked.since, asked.until)
        found = {each.name: each for said in listed.items for each in [read_issue(said, "new")]}
        more = listed.more
        owners = {(one.project, name) for one in pushed for name in one.names}
        for name in sorted({name for _, name in owners}):
            listed = self.search(asked, f'firstRelease:"{name}"', asked.since, asked.until)
            issues = [read_issue(said, "new", release=name) for said in listed.items]
            found |= {each.name: each for each in issues if (each.project, name) in owners}
            more = more or listed.more
        return Seen(tuple(found.values()), more)

    def regressed(self, asked: Asked, days: int) -> Seen:
        """The issues that were resolved, and came back since the push; each is asked for itself."""
        where = asked.within(asked.since, asked.until)
        listed = self.client.some(1, "issues", query="is:regressed", sort="freq", **where)
        issues = (self.come_back(said, asked, days) for said in listed.items)
        return Seen(tuple(issue for issue in issues if issue), listed.more)

    def come_back(self, said: dict[str, Any], asked: Asked, days: int) -> Issue | None:
        """An issue that came back since the push; None where that was before."""
        where = {"environment": asked.environment} if asked.environment else {}
        whole = self.client.one("issues", str(said["id"]), **where)
        if not came_back(whole, since=asked.since):
            return None
        return read_issue(said, "regressed", before=daily(whole, asked.since, days))

    def earlier(self, asked: Asked, days: int) -> tuple[tuple[int, ...], bool]:
        """How many issues were new in the same hours of each day before, the newest day first.

        And whether there may have been more: not all were read.
        """
        start = asked.since - timedelta(days=days)
        query = f"firstSeen:>={written(start)} firstSeen:<{written(asked.since)}"
        listed = self.search(asked, query, start, asked.since)
        seen = [first_seen(said) for said in listed.items]
        backs = (timedelta(days=back) for back in range(1, days + 1))
        counted = (
            sum(asked.since - back <= each < asked.until - back for each in seen) for back in backs
        )
        return tuple(counted), listed.more

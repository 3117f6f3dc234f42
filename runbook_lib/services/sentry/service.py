"""The issues of a push: what Sentry has seen for the first time, or again, since then."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from runbook_lib.errors import Refused, UsageError
from runbook_lib.policy.monitoring.new_issues import Issue, judge_issues
from runbook_lib.policy.visible import Shown
from runbook_lib.services.http import TIMEOUT, Timeout
from runbook_lib.services.sentry.client import PAGE, Client
from runbook_lib.services.sentry.reading import came_back, daily, first_seen, read_issue, reading
from runbook_lib.services.sentry.report import Release, SentryReport
from runbook_lib.steps.step import Runner, check

RELEASE = re.compile(r"[\w.@+-]+(?:/[\w.@+-]+)*")
"""What can stand in a query as it is: no quotes, no patterns."""
MOST_DAYS = 30


@dataclass(frozen=True)
class Access(Shown):
    """The organization that a token lets one see."""

    name: str
    link: str

    def __str__(self) -> str:
        return f"Sentry lets this token read {self.name}"


@dataclass(frozen=True)
class Asked:
    """What is asked of Sentry: where, and from when to when."""

    projects: tuple[str, ...]
    environment: str
    since: datetime
    until: datetime

    def within(self, start: datetime, end: datetime) -> dict[str, str | list[str]]:
        """The parameters for some time; Sentry counts events and users within it."""
        where: dict[str, str | list[str]] = {
            "project": list(self.projects),
            "limit": str(PAGE),
            "start": written(start),
            "end": written(end),
        }
        return {**where, "environment": self.environment} if self.environment else where


class Sentry:
    """One organization of one Sentry; nothing here changes anything."""

    def __init__(
        self,
        url: str,
        organization: str,
        token: str,
        runner: Runner,
        *,
        timeout: Timeout = TIMEOUT,
    ) -> None:
        self.client = Client(url, organization, token, timeout=timeout)
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
        ended_at: datetime | None = None,
        environment: str = "production",
        days: int = 7,
    ) -> SentryReport:
        """What is new or has come back since a push, against so many days before it.

        A few errors until some minutes after the push are told apart; it ended at once unless
        `ended_at`.
        `releases` names the projects (their slugs), and what was pushed of each, as Sentry knows
        it: an issue first seen in it is new, whenever that was. Raises `Refused` for an unknown
        project, `AccessDenied` for a token that may not ask.
        """
        pushed = tuple(Release(*each) for each in releases.items())
        check_asked(pushed, since, until, days)
        with reading("what it has seen"):
            asked = Asked(self.find_projects(tuple(releases)), environment, since, until)
            new = tuple(self.new(asked, pushed))
            names = {issue.name for issue in new}
            back = [each for each in self.regressed(asked, days) if each.name not in names]
            before = self.earlier(asked, days)
        issues = tuple(sorted((*new, *back), key=lambda issue: -issue.events))
        ended = ended_at or since
        verdict = judge_issues(issues, before, ended=ended, until=until)
        return SentryReport(pushed, environment, verdict, issues, before, self.link, since, ended)

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

    def search(
        self, asked: Asked, query: str, start: datetime, end: datetime
    ) -> Iterator[dict[str, Any]]:
        """The issues that a query finds, of those with events in some time.

        https://docs.sentry.io/concepts/search/searchable-properties/issues/
        """
        return self.client.every("issues", query=query, sort="new", **asked.within(start, end))

    def new(self, asked: Asked, pushed: Sequence[Release]) -> Iterator[Issue]:
        """The issues first seen since the push, or in what was pushed of their project."""
        versions = {each.project: each.version for each in pushed}
        queries = {"": f"firstSeen:>={written(asked.since)}"}
        queries |= {
            version: f'firstRelease:"{version}"' for version in versions.values() if version
        }
        found = {}
        for version, query in queries.items():
            for said in self.search(asked, query, asked.since, asked.until):
                issue = read_issue(said, "new", release=version)
                if version in ("", versions.get(issue.project)):
                    found[issue.name] = issue
        yield from found.values()

    def regressed(self, asked: Asked, days: int) -> Iterator[Issue]:
        """The issues that were resolved, and came back since the push."""
        for said in self.search(asked, "is:regressed", asked.since, asked.until):
            where = {"environment": asked.environment} if asked.environment else {}
            whole = self.client.one("issues", str(said["id"]), **where)
            if came_back(whole, since=asked.since):
                yield read_issue(said, "regressed", before=daily(whole, asked.since, days))

    def earlier(self, asked: Asked, days: int) -> tuple[int, ...]:
        """How many issues were new in the same hours of each day before, the newest day first."""
        start = asked.since - timedelta(days=days)
        query = f"firstSeen:>={written(start)} firstSeen:<{written(asked.since)}"
        seen = [first_seen(said) for said in self.search(asked, query, start, asked.since)]
        backs = (timedelta(days=back) for back in range(1, days + 1))
        return tuple(
            sum(asked.since - back <= each < asked.until - back for each in seen) for back in backs
        )


def check_asked(pushed: Sequence[Release], since: datetime, until: datetime, days: int) -> None:
    """Raise `UsageError` for what can't be asked."""
    if not pushed:
        raise UsageError("expected the projects to look at in Sentry, found none; name them")
    if since.tzinfo is None or until.tzinfo is None or not since < until:
        raise UsageError(
            f"expected a push and a time after it, with their time zones, found {since} to {until};"
            " correct them"
        )
    if not 1 <= days <= MOST_DAYS:
        raise UsageError(f"expected 1 to {MOST_DAYS} days before the push, found {days}")
    strange = [
        each.version for each in pushed if each.version and not RELEASE.fullmatch(each.version)
    ]
    if strange:
        raise UsageError(
            f"expected the name of a release, such as 2026.11.19, found {strange[0]!r}; correct it"
        )


def written(when: datetime) -> str:
    """A time as Sentry reads it: in UTC, without saying so."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")

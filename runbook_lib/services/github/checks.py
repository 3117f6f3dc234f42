"""What CI says of a commit: commit statuses, check runs and their suites, taken together."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from github.CheckRun import CheckRun
from github.CheckSuite import CheckSuite
from github.CommitStatus import CommitStatus
from github.PaginatedList import PaginatedList

from runbook_lib.errors import AccessDenied, Conflict, Refused
from runbook_lib.policy.visible import Shown
from runbook_lib.services.github.answers import Missing, Rejected
from runbook_lib.services.github.client import Client, checked_commit
from runbook_lib.services.github.suites import Suite, suite_of, telling_suites
from runbook_lib.steps.step import look, waivable_as
from runbook_lib.steps.wait import NotYet, wait

WORD = re.compile(r"\w(?:[\w.-]*\w)?")
CLOCKS = timedelta(minutes=1)
"""How far GitHub's clock and this machine's may be apart."""

State = Literal["green", "pending", "red"]
T = TypeVar("T", CheckSuite, CommitStatus, CheckRun)

PASSING = ("success", "neutral", "skipped")
"""What a completed check run or a status may say without holding up a merge; only the first says
that something was tested.

https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks
"""


@dataclass(frozen=True)
class Check:
    """One status or check run: its name, how it stands, and GitHub's word for that.

    `began` is when it did; what else it says of itself, a tag's name perhaps, is in `about`.
    """

    name: str
    state: State
    said: str
    link: str
    began: datetime | None = None
    about: str = ""

    def is_of(self, tag: str, made: datetime | None) -> bool:
        """Whether it is a check of a tag: it names it, or began after the tag was made.

        Where nobody knows when that was, every check of the commit is.
        """
        if tag in WORD.findall(f"{self.name} {self.about}"):
            return True
        return made is None or self.began is None or self.began >= made - CLOCKS

    def __str__(self) -> str:
        return f"{self.name} ({self.said}{', ' if self.link else ''}{self.link})"


@dataclass(frozen=True)
class Checks(Shown):
    """All statuses and check runs of one commit, and the suites that say more than these.

    `idle` are the suites of apps that have not begun, and are not waited for any more.
    """

    commit: str
    checks: tuple[Check, ...]
    link: str
    idle: tuple[str, ...] = ()

    @property
    def state(self) -> State | Literal["absent"]:
        """Red where one is red, else pending where one is pending; absent where none succeeded."""
        states = {check.state for check in self.checks}
        if "red" in states or "pending" in states:
            return "red" if "red" in states else "pending"
        return "green" if any(check.said == "success" for check in self.checks) else "absent"

    def among(self, state: State) -> tuple[Check, ...]:
        """The checks that stand so."""
        return tuple(check for check in self.checks if check.state == state)

    def __str__(self) -> str:
        if self.state == "green":
            names = ", ".join(check.name for check in self.checks)
            return f"green on {self.commit:.9}: {names}{self.left_out}"
        if not self.checks:
            return f"no checks on {self.commit:.9}{self.left_out}"
        if self.state == "absent":
            told = ", ".join(map(str, self.checks))
            return f"nothing succeeded on {self.commit:.9}: {told}{self.left_out}"
        return f"{self.state} on {self.commit:.9}: {', '.join(map(str, self.among(self.state)))}"

    @property
    def left_out(self) -> str:
        """What does not count, in words; empty where everything does."""
        return f" (not waited for: {', '.join(self.idle)})" if self.idle else ""


class CheckSteps(Client):
    """The looks at what CI says."""

    @look
    def find_checks(self, commit: str) -> Checks:
        """What CI says of that very commit; three calls.

        Raises `Refused` for a commit that is not on GitHub.
        """
        path = f"/repos/{self.repository}/commits/{checked_commit(commit)}"
        try:
            # Suites first: all runs of a completed one are among those that are asked for then.
            suites = list(self.listed(CheckSuite, f"{path}/check-suites", "check_suites"))
            statuses = list(self.listed(CommitStatus, f"{path}/status", "statuses"))
            runs = list(self.listed(CheckRun, f"{path}/check-runs", "check_runs"))
        except (Missing, Rejected, Conflict) as rejected:
            raise Refused(
                f"expected commit {commit:.9} in {self.repository} on GitHub, found: {rejected}; "
                "push it first"
            ) from rejected
        except AccessDenied as denied:
            raise self.unreadable(denied) from denied
        telling, link = telling_suites(suites, runs), self.commit_link(commit)
        refs = {suite.id: suite.head_branch or "" for suite in suites}
        found = (
            *map(check_of_status, statuses),
            *(check_of_run(run, refs.get(suite_of(run), "")) for run in runs),
            *filter(None, (check_of_suite(one, f"{link}/checks") for one in telling)),
        )
        idle = tuple(f"{one.app}, {one.said}" for one in telling if one.standing == "idle")
        return Checks(commit, found, link, idle)

    def listed(self, kind: type[T], path: str, key: str) -> PaginatedList[T]:
        """A list of GitHub's that has its items under a key."""
        return PaginatedList(kind, self.asker, path, None, list_item=key)

    def unreadable(self, denied: AccessDenied) -> AccessDenied:
        """What to do where a token may not read checks; a fine-grained one can't be made to.

        https://docs.github.com/en/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens
        """
        if "personal access token" not in str(denied):
            return denied
        return AccessDenied(
            f"expected to read the checks of {self.repository}, found: {denied}. A fine-grained "
            "token can't be given that for a private repository: use a classic token with the "
            "scope repo, or an app's token with checks: read"
        )

    @wait
    @waivable_as("ci")
    def wait_for_checks(self, commit: str) -> Checks:
        """Wait until CI is green on that very commit; three calls a poll.

        Raises `Refused` where it is red, naming what is, and where no check has succeeded: one
        that was skipped has tested nothing.
        """
        checks = self.find_checks(commit)
        if checks.state == "pending":
            raise NotYet(f"waiting for CI: {checks}")
        if checks.state == "absent":
            found = str(checks) if checks.checks else "no status and no check run"
            left_out = "" if checks.checks else checks.left_out
            raise Refused(
                f"expected green checks on {commit:.9}, found {found}{left_out} "
                f"({checks.link}); let CI run on that commit, then run this again",
                value=checks,
            )
        if checks.state == "red":
            raise Refused(
                f"expected green checks on {commit:.9}, found {checks}; mend what is red, and "
                "release a commit that is green",
                value=checks,
            )
        return checks


def check_of_status(status: CommitStatus) -> Check:
    """A commit status as a check."""
    pending, passing = status.state == "pending", status.state in PASSING
    state: State = "pending" if pending else "green" if passing else "red"
    return Check(
        status.context,
        state,
        status.state,
        status.target_url or "",
        status.created_at,
        status.description or "",
    )


def check_of_suite(suite: Suite, link: str) -> Check | None:
    """A suite as a check, unless it is one that is not waited for."""
    if suite.standing == "idle":
        return None
    state: State = "red" if suite.standing == "red" else "pending"
    return Check(f"check suite of {suite.app}", state, suite.said, link)


def check_of_run(run: CheckRun, ref: str = "") -> Check:
    """A check run as a check, of a suite for that ref: only a completed one has a conclusion."""
    state: State = "pending"
    said, link = run.status, run.html_url or run.details_url or ""
    if run.status == "completed":
        said = run.conclusion or "no conclusion"
        state = "green" if said in PASSING else "red"
    about = f"{run.external_id or ''} {ref}"
    return Check(run.name, state, said.replace("_", " "), link, run.started_at, about)

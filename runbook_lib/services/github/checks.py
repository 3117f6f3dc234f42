"""What CI says of a commit: commit statuses, check runs and their suites, taken together."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeVar

from github.CheckRun import CheckRun
from github.CheckSuite import CheckSuite
from github.CommitStatus import CommitStatus
from github.PaginatedList import PaginatedList
from github.WorkflowRun import WorkflowRun

from runbook_lib.errors import AccessDenied, Conflict, Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown
from runbook_lib.services.github.answers import Missing, Rejected
from runbook_lib.services.github.client import Client, checked_commit
from runbook_lib.services.github.suites import BEGINS_WITHIN, Suite, suite_of, telling_suites
from runbook_lib.steps.step import look, waivable_as
from runbook_lib.steps.wait import NotYet, wait

WORD = re.compile(r"\w(?:[\w.-]*\w)?")
CLOCKS = timedelta(minutes=1)
"""How far GitHub's clock and this machine's may be apart."""

State = Literal["green", "pending", "red"]
T = TypeVar("T", CheckSuite, CommitStatus, CheckRun, WorkflowRun)

PASSING = ("success", "neutral", "skipped")
"""What a completed check run or a status may say without holding up a merge; only the first says
that something was tested.

https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks
"""


@frozen
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

    @property
    def words(self) -> list[str]:
        """The words of what it says of itself: names of tags may be among them."""
        return WORD.findall(f"{self.name} {self.about}")

    def is_of(self, tag: str, made: datetime | None) -> bool:
        """Whether it is a check of a tag: it names it, or began after the tag was made.

        Where nobody knows when that was, every check of the commit is.
        """
        if tag in self.words:
            return True
        return made is None or self.began is None or self.began >= made - CLOCKS

    def __str__(self) -> str:
        return f"{self.name} ({self.said}{', ' if self.link else ''}{self.link})"


@frozen
class Checks(Shown):
    """All statuses and check runs of one commit, and the suites that say more than these.

    `idle` are the suites of apps that have not begun, and are not waited for any more. Where a
    token may read no check run, those of Actions' workflows stand in their place.
    """

    commit: str
    checks: tuple[Check, ...]
    link: str
    idle: tuple[str, ...] = ()
    unseen: str = ""
    """What this token can't see, in words."""

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
        waited = f" (not waited for: {', '.join(self.idle)})" if self.idle else ""
        return f"{waited} ({self.unseen})" if self.unseen else waited


class CheckSteps(Client):
    """The looks at what CI says."""

    @look
    def find_checks(self, commit: str) -> Checks:
        """What CI says of that very commit; three calls.

        Raises `Refused` for a commit that is not on GitHub, `AccessDenied` with what the token
        lacks.
        """
        path = f"/repos/{self.repository}/commits/{checked_commit(commit)}"
        try:
            return self.read_checks(commit, path)
        except (Missing, Rejected, Conflict) as rejected:
            raise Refused(
                f"expected commit {commit:.9} in {self.repository} on GitHub, found: {rejected}; "
                "push it first"
            ) from rejected

    def read_checks(self, commit: str, path: str) -> Checks:
        """Suites, statuses and runs; of a token that may see no suite, Actions' workflows."""
        try:
            # Suites first: all runs of a completed one are among those that are asked for then.
            suites = list(self.listed(CheckSuite, f"{path}/check-suites", "check_suites"))
        except AccessDenied as denied:
            return self.workflow_checks(commit, self.read_statuses(path), denied)
        statuses = self.read_statuses(path)
        runs = list(self.listed(CheckRun, f"{path}/check-runs", "check_runs"))
        telling, link = telling_suites(suites, runs), self.commit_link(commit)
        refs = {suite.id: suite.head_branch or "" for suite in suites}
        found = (
            *map(check_of_status, statuses),
            *(check_of_run(run, refs.get(suite_of(run), "")) for run in runs),
            *filter(None, (check_of_suite(one, f"{link}/checks") for one in telling)),
        )
        idle = tuple(f"{one.app}, {one.said}" for one in telling if one.standing == "idle")
        return Checks(commit, found, link, idle)

    def listed(
        self, kind: type[T], path: str, key: str, given: dict[str, str] | None = None
    ) -> PaginatedList[T]:
        """A list of GitHub's that has its items under a key."""
        return PaginatedList(kind, self.asker, path, given, list_item=key)

    def read_statuses(self, path: str) -> list[CommitStatus]:
        """The commit statuses; raises `AccessDenied` with the permission that is wanted."""
        try:
            return list(self.listed(CommitStatus, f"{path}/status", "statuses"))
        except AccessDenied as denied:
            raise AccessDenied(
                f"expected to read the commit statuses of {self.repository}, found: {denied}. Give "
                "the token the permission Commit statuses (statuses: read)"
            ) from denied

    def workflow_checks(
        self, commit: str, statuses: list[CommitStatus], denied: AccessDenied
    ) -> Checks:
        """What Actions' workflows say, for a fine-grained token: it can't be let see check runs.

        It is offered no such permission, though GitHub's documentation names one.
        """
        if "personal access token" not in str(denied):
            raise AccessDenied(
                f"expected to read the checks of {self.repository}, found: {denied}. Give the app, "
                "or the job in its workflow's `permissions`, checks: read"
            ) from denied
        path, given = f"/repos/{self.repository}/actions/runs", {"head_sha": commit}
        try:
            runs = list(self.listed(WorkflowRun, path, "workflow_runs", given))
        except AccessDenied as also:
            raise AccessDenied(
                f"expected to read the checks of {self.repository}, or the runs of its workflows, "
                f"found: {also}. A fine-grained token can't be given the first for a private "
                "repository: give it Actions (actions: read), or use a classic token with the "
                "scope repo, or an app's token with checks: read"
            ) from also
        found = (*map(check_of_status, statuses), *map(check_of_workflow, runs))
        unseen = "statuses and workflows alone: this token may not see the checks of other apps"
        return Checks(commit, found, self.commit_link(commit), unseen=unseen)

    @wait
    @waivable_as("ci")
    def wait_for_checks(self, commit: str, *, required: tuple[str, ...] = ()) -> Checks:
        """Wait until CI is green on that very commit; three calls a poll.

        What is `required` and has not begun is waited for by its name, as long as others have begun
        a short while ago: after that it may be one of pull requests alone, and is said. Raises
        `Refused` where it is red, naming what is, and where no check has succeeded: one that was
        skipped has tested nothing.
        """
        checks = with_required(self.find_checks(commit), required, datetime.now(UTC))
        if checks.state == "pending":
            raise NotYet(f"waiting for CI: {checks}", link=checks.link)
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


def with_required(checks: Checks, required: tuple[str, ...], now: datetime) -> Checks:
    """The checks, with those that are required and have not begun: pending, or not waited for."""
    there = {check.name for check in checks.checks}
    missing = [name for name in required if name not in there]
    began = [check.began for check in checks.checks if check.began]
    if began and now - max(began) <= BEGINS_WITHIN:
        awaited = tuple(Check(name, "pending", "required, and not begun", "") for name in missing)
        return replace(checks, checks=(*checks.checks, *awaited))
    left = tuple(f"{name}, required and never begun here" for name in missing)
    return replace(checks, idle=(*checks.idle, *left))


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
    """A check run as a check, of a suite for that ref."""
    link, about = run.html_url or run.details_url or "", f"{run.external_id or ''} {ref}"
    return Check(run.name, *standing_of(run), link, run.started_at, about)


def check_of_workflow(run: WorkflowRun) -> Check:
    """A run of a workflow of Actions' as a check."""
    name, branch = run.name or "a workflow", run.head_branch or ""
    return Check(name, *standing_of(run), run.html_url, run.run_started_at, branch)


def standing_of(run: CheckRun | WorkflowRun) -> tuple[State, str]:
    """How a run stands, and GitHub's word for that: only a completed one has a conclusion."""
    if run.status != "completed":
        return "pending", (run.status or "no status").replace("_", " ")
    said = run.conclusion or "no conclusion"
    return "green" if said in PASSING else "red", said.replace("_", " ")

"""What the library asks of each service, by the steps that a runbook has."""

from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from runbook_lib.services.bugzilla.service import Bugzilla
from runbook_lib.services.bugzilla.settings import BugzillaSettings
from runbook_lib.services.calendar.service import TeamCalendar
from runbook_lib.services.dockerflow import Dockerflow
from runbook_lib.services.etherpad.client import Client
from runbook_lib.services.etherpad.pad import Pad
from runbook_lib.services.github import GitHub
from runbook_lib.services.github.desk import IssueDesk
from runbook_lib.services.github.documents import FileInRepository
from runbook_lib.services.github.settings import IssuesSettings
from runbook_lib.services.github.tickets import Ticket
from runbook_lib.services.grafana.service import Grafana
from runbook_lib.services.jira.service import Jira
from runbook_lib.services.jira.settings import JiraSettings
from runbook_lib.services.matrix.service import Matrix
from runbook_lib.services.notes import PushNotes
from runbook_lib.services.sentry.service import Sentry
from runbook_lib.services.slack.service import Slack
from runbook_lib.services.web import Web
from runbook_lib.steps.step import Runner
from tests.proof.fuzz.answers import Ask, fed_by
from tests.proof.fuzz.feeding import Fed
from tests.sandbox.team_world import TAG, TeamSandbox, run_team

ZONE = ZoneInfo("America/Los_Angeles")
PUSHED = datetime(2026, 3, 12, 9, 40, tzinfo=ZONE)
LATER = PUSHED + timedelta(minutes=45)
RELEASES = {"server": TAG, "frontend": TAG}
TITLE, ALIAS, TEXT = "Please deploy 1.9", "deploy-1.9", "## 1.9\n\n* a <b>fix</b>"


ending = ExitStack()
"""What ends the sandbox."""
team_in = contextmanager(run_team)


@cache
def team() -> TeamSandbox:
    """One sandbox for all services, on the day of a push, until it is ended."""
    ending.callback(team.cache_clear)
    made = ending.enter_context(team_in(Path(ending.enter_context(TemporaryDirectory()))))
    made.until("tagged")
    made.people_off()
    return made


def asked(*steps: Callable[[Runner], object]) -> list[Ask]:
    return [Ask(f"step {number}", step) for number, step in enumerate(steps, start=1)]


def github(_: Path) -> Fed:
    api, token, head = f"{team().url}/api/v3", team().token(), team().head("server")

    def hub(runner: Runner) -> GitHub:
        return GitHub(api, "pelican/server", token=token, runner=runner)

    def desk(runner: Runner) -> IssueDesk:
        return IssueDesk(hub(runner), IssuesSettings(qa="qa", labels=("blocker",)))

    def filed(runner: Runner) -> object:
        ticket = desk(runner).open_issue(TITLE, TEXT, alias=ALIAS)
        assert isinstance(ticket, Ticket)
        return [ticket, desk(runner).ask_on_issue(ticket, comment="Please test.")]

    return fed_by(
        asked(
            lambda runner: hub(runner).check_access(),
            lambda runner: hub(runner).check_merging("main"),
            lambda runner: hub(runner).find_checks(head),
            lambda runner: hub(runner).wait_for_checks(head),
            lambda runner: hub(runner).find_pull("x", "main"),
            lambda runner: hub(runner).find_reviewed(into="main"),
            lambda runner: hub(runner).find_issues(label="blocker"),
            lambda runner: hub(runner).find_tag(TAG),
            lambda runner: hub(runner).check_tag_unreleased(TAG, commit=head),
            lambda runner: hub(runner).find_newest_release(),
            lambda runner: hub(runner).newest_deployment("production"),
            lambda runner: hub(runner).await_deployment("stage", TAG, commit=head),
            lambda runner: hub(runner).find_pulls_of([head]),
            lambda runner: hub(runner).find_comments(1),
            lambda runner: FileInRepository(hub(runner), "README.md").read(),
            lambda runner: desk(runner).check_access(),
            filed,
        ),
    )


def bugzilla(_: Path) -> Fed:
    url, key = f"{team().url}/bugzilla", team().token()
    wanted = BugzillaSettings.in_sandbox(team().url).wanted()

    def filed(runner: Runner) -> object:
        desk = Bugzilla(url, key=key, runner=runner)
        bug = desk.file_bug(
            product=wanted.product,
            component=wanted.component,
            title=TITLE,
            description=TEXT,
            alias=ALIAS,
        )
        asks = desk.request_information(bug, of="qa@sandbox.example", comment="Please test.")
        return [bug, asks, desk.await_answer(bug, of="qa@sandbox.example")]

    return fed_by(
        asked(
            lambda runner: Bugzilla(url, key=key, runner=runner).check_access(wanted),
            lambda runner: Bugzilla(url, key=key, runner=runner).find_bug_by_title(
                TITLE, wanted.product
            ),
            lambda runner: Bugzilla(url, key=key, runner=runner).find_open(
                {"product": wanted.product}
            ),
            filed,
        ),
    )


def jira(_: Path) -> Fed:
    token = team().token()

    def filed(runner: Runner, *, cloud: bool) -> object:
        settings = JiraSettings.in_sandbox(team().url, cloud=cloud)
        desk = Jira(settings, token=token, runner=runner)
        ticket = desk.file_issue(TITLE, TEXT, alias=ALIAS)
        question = desk.ask_on_issue(ticket, comment="Please test.")
        return [desk.check_access(), ticket, question, desk.await_answer(ticket)]

    return fed_by(asked(partial(filed, cloud=True), partial(filed, cloud=False)))


def chat(_: Path) -> Fed:
    """Slack and Matrix."""
    url, token = team().url, team().token()

    def slack(runner: Runner) -> Slack:
        return Slack("#remora", token, runner, api_url=f"{url}/slack/api")

    def matrix(runner: Runner) -> Matrix:
        return Matrix(f"{url}/matrix", "#pelican:sandbox.example", token, runner)

    return fed_by(
        asked(
            lambda runner: slack(runner).check_access(),
            lambda runner: slack(runner).set_topic("A & <b>"),
            lambda runner: slack(runner).announce("push/x hand-over", "Done."),
            lambda runner: slack(runner).find_deployments(PUSHED),
            lambda runner: matrix(runner).check_access(),
            lambda runner: matrix(runner).set_topic("A & <b>"),
            lambda runner: matrix(runner).announce("push/x hand-over", "Done."),
            lambda runner: matrix(runner).find_person("operator"),
        ),
    )


def watches(_: Path) -> Fed:
    """Grafana and Sentry."""
    url, token = team().url, team().token()

    def grafana(runner: Runner) -> Grafana:
        return Grafana(f"{url}/grafana", token, runner)

    def sentry(runner: Runner) -> Sentry:
        return Sentry(f"{url}/sentry", "pelican", token, runner)

    return fed_by(
        asked(
            lambda runner: grafana(runner).check_access(),
            lambda runner: grafana(runner).watch(PUSHED, LATER, dashboards=("ops",), weeks=3),
            lambda runner: sentry(runner).check_access(),
            lambda runner: sentry(runner).watch(PUSHED, LATER, RELEASES),
        ),
    )


def pages(_: Path) -> Fed:
    """Etherpad, the pages that tell versions, calendars that are downloaded, any web page."""
    url, token = team().url, team().token()

    def pad(runner: Runner) -> PushNotes:
        return PushNotes(Pad(Client(f"{url}/etherpad", token), "push-2026-03-12"), runner)

    def calendar(runner: Runner) -> object:
        source = f"{url}/calendar/push-duty.ics"
        duty = r"(?P<person>\w+)"
        found = TeamCalendar(source, runner, ZONE, pattern=duty)
        return found.duties(date(2026, 3, 1), date(2026, 4, 1))

    return fed_by(
        asked(
            lambda runner: [pad(runner).create(TEXT), pad(runner).read()],
            calendar,
            lambda runner: Dockerflow(f"{url}/stage/server", runner).await_version(
                TAG, commit="a" * 40
            ),
            lambda runner: Web(runner).get(f"{url}/stage/server/__version__"),
        ),
    )

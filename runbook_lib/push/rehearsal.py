"""The sandbox's team with a weekly push, as a profile."""

from pathlib import Path

from runbook_lib.profile import GateSettings, GitHubPlace, WaitSettings
from runbook_lib.push.notes_settings import BlockerSettings, NotesSettings
from runbook_lib.push.repository_settings import (
    DependencySettings,
    LocaleSettings,
    RepositorySettings,
    SecuritySettings,
)
from runbook_lib.push.settings import PushProfile, PushSettings
from runbook_lib.run.rehearsal import Rehearsal, alone, world_time
from runbook_lib.sandbox.samples.team.week import CLOCK, FIRST_TURN, GROUP, ROTATION
from runbook_lib.sandbox.server.process import Running, hold, start
from runbook_lib.sandbox.world.operator import ORIGIN
from runbook_lib.services.calendar.settings import CalendarSettings
from runbook_lib.services.grafana.settings import GrafanaSettings
from runbook_lib.services.matrix.settings import MatrixSettings
from runbook_lib.services.sentry.settings import SentrySettings
from runbook_lib.services.slack.settings import SlackSettings

LOCALES = {
    "server": LocaleSettings(command=("./scripts/extract-l10n.sh",), paths=("locale",)),
    "frontend": LocaleSettings(command=("./bin/run-l10n-extraction",), paths=("locale",)),
}
PAGES = {"frontend": "__frontend_version__"}


def open_team(worlds: Path, *, done: str, push: str = "") -> Rehearsal[PushProfile]:
    """The world of a team with a weekly push; its colleagues have `done` so much of this one.

    That is nothing, `tagged`, or `pushed`; of the push that is under way, if that is the one that
    is named. Time stands still in it, and moves on as they work, or runs as it was told to.
    """
    with alone(worlds.parent):
        running = start(worlds / "team", clock=CLOCK)
        lease = hold(worlds / "team")
        running.client.expect("PUT", "/sandbox/team", {"until": done, "push": push})
    return Rehearsal(running, lease, team_profile(running), lambda: world_time(running))


def team_profile(running: Running) -> PushProfile:
    """The profile of the team in a world."""
    url = running.url
    return PushProfile(
        gates={"qa": GateSettings(people=("qa@sandbox",))},
        project=GROUP,
        push=PushSettings(
            github=GitHubPlace.in_sandbox(url),
            first=FIRST_TURN,
            people=ROTATION,
            calendar=CalendarSettings.in_sandbox(url).source,
            repositories=tuple(
                tagged(url, name) for name in ("server", "frontend", "code-manager")
            ),
            security=SecuritySettings(
                repository="server",
                github=f"{GROUP}/server-security",
                url=f"{ORIGIN}{GROUP}/server-security.git",
            ),
            dependencies=(
                DependencySettings(
                    name="pelican-linter", github=f"{GROUP}/linter", used_by="frontend"
                ),
            ),
            notes=NotesSettings(github=f"{GROUP}/notes"),
            slack=SlackSettings.in_sandbox(url, channel="#remora", bot="ops"),
            matrix=MatrixSettings.in_sandbox(url, room="#pelican:sandbox.example"),
            blockers=BlockerSettings(
                bugzilla=f"{url}/bugzilla",
                query={"product": "Pelican", "whiteboard": "[push-blocker]"},
            ),
            sentry=SentrySettings.in_sandbox(
                url, organization=GROUP, projects=("server", "frontend")
            ),
            grafana=GrafanaSettings.in_sandbox(url, dashboards=("ops", "prod-health")),
            qa="qa",
            ops="ops",
        ),
        wait=WaitSettings(limit=90, pause=0.3, longest_pause=1.0),
    )


def tagged(url: str, name: str) -> RepositorySettings:
    """One of the team's repositories."""
    return RepositorySettings(
        name=name,
        github=f"{GROUP}/{name}",
        url=f"{ORIGIN}{GROUP}/{name}.git",
        stage=f"{url}/stage/{name}",
        production=f"{url}/production/{name}",
        version_page=PAGES.get(name, "__version__"),
        image="image",
        locales=LOCALES.get(name),
    )

"""A run of a runbook of one's own: any subject, and the services that it asks for."""

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, overload

from runbook_lib.profile import Section
from runbook_lib.run.opening import open_session
from runbook_lib.run.own_setting import open_setting
from runbook_lib.run.run import Run
from runbook_lib.run.services import command_environment, sandbox_git
from runbook_lib.services.bugzilla.settings import BugzillaSettings
from runbook_lib.services.command import Made, Maker, Passed
from runbook_lib.services.git import Mirror, Repository, configured
from runbook_lib.services.git.access import git_access
from runbook_lib.services.github.settings import GitHubSettings
from runbook_lib.services.grafana.settings import GrafanaSettings
from runbook_lib.services.matrix.settings import MatrixSettings
from runbook_lib.services.sentry.settings import SentrySettings
from runbook_lib.services.slack.settings import SlackSettings
from runbook_lib.steps.attempt import Planned
from runbook_lib.steps.question import digest_of

if TYPE_CHECKING:
    from runbook_lib.services.bugzilla.service import Bugzilla
    from runbook_lib.services.github import GitHub
    from runbook_lib.services.grafana.service import Grafana
    from runbook_lib.services.matrix.service import Matrix
    from runbook_lib.services.sentry.service import Sentry
    from runbook_lib.services.slack.service import Slack
    from runbook_lib.services.web import Web


TABLES: dict[str, type[Section]] = {
    "github": GitHubSettings,
    "bugzilla": BugzillaSettings,
    "slack": SlackSettings,
    "matrix": MatrixSettings,
    "sentry": SentrySettings,
    "grafana": GrafanaSettings,
}
"""How the tables are read of the services that come along."""


class OwnRun(Run):
    """One session of a run of one's own; each service is read from the profile's table so called.

    A service raises `UsageError` where its table or its secret is missing.
    """

    @cached_property
    def github(self) -> "GitHub":
        """The repository of the profile's `github`."""
        return self.open(self.read("github", GitHubSettings))

    @cached_property
    def bugzilla(self) -> "Bugzilla":
        """The Bugzilla of the profile's `bugzilla`."""
        return self.open(self.read("bugzilla", BugzillaSettings))

    @cached_property
    def slack(self) -> "Slack":
        """The channel of the profile's `slack`."""
        return self.open(self.read("slack", SlackSettings))

    @cached_property
    def matrix(self) -> "Matrix":
        """The room of the profile's `matrix`."""
        return self.open(self.read("matrix", MatrixSettings))

    @cached_property
    def sentry(self) -> "Sentry":
        """The projects of the profile's `sentry`."""
        return self.open(self.read("sentry", SentrySettings))

    @cached_property
    def grafana(self) -> "Grafana":
        """The dashboards of the profile's `grafana`."""
        return self.open(self.read("grafana", GrafanaSettings))

    @cached_property
    def http(self) -> "Web":
        """Pages to look at, and to wait for."""
        from runbook_lib.services.web import Web

        return Web(self.runner)

    @overload
    def command(
        self,
        arguments: str | Sequence[str],
        *,
        folder: str | Path = ".",
        subject: object = "",
        limit: float = 3600,
    ) -> Passed: ...

    @overload
    def command(
        self,
        arguments: str | Sequence[str],
        *,
        makes: str,
        folder: str | Path = ".",
        subject: object = "",
        limit: float = 3600,
    ) -> Made: ...

    def command(
        self,
        arguments: str | Sequence[str],
        *,
        makes: str = "",
        folder: str | Path = ".",
        subject: object = "",
        limit: float = 3600,
    ) -> Passed | Made:
        """Run a command in a folder, without a shell, for at most `limit` seconds: once a run.

        It is not run again where it has passed in this run; with `makes`, a pattern of files
        (`dist/*`), where they still are what it has made. `subject` is what it is about (the files
        of an earlier command, a commit): another one has it run again. A command that dies half way
        is begun anew, so it has to bear that. Raises `Failed` where it does not end with 0.
        """
        maker = Maker(self.runner, Path(folder).expanduser().absolute(), command_environment())
        about = as_subject(subject)
        if makes:
            return maker.make(arguments, makes=makes, subject=about, limit=limit)
        return maker.run(arguments, subject=about, limit=limit)

    def git(self, url: str) -> Repository:
        """The run's own checkout of a repository: clone it, branch, commit, tag, push."""
        place = self.folder / "checkouts" / name_of(url)
        return Repository(place, self.runner, environment=self.git_environment(url))

    def mirror(self, url: str) -> Mirror:
        """A copy of a repository's branches and tags, to look at; a profile's runs share it."""
        path, name = self.setting.home.mirror(name_of(url)), name_of(url)
        return Mirror(path, url, self.runner, self.git_environment(url), of=name)

    def git_environment(self, url: str) -> dict[str, str]:
        """How git is let into a repository; who commits is what this machine's git says."""
        rehearsal = self.setting.rehearsal
        if rehearsal is not None:
            return sandbox_git(rehearsal, rehearsal.running.token)
        return configured({}, git_access(self.hub, (url,), lambda: self.secret_for(self.hub)))


def as_subject(subject: object) -> str:
    """What a command's subject is remembered by: a text as it is, another value by its digest.

    One that is only planned has none yet: the step that is given it is planned, too.
    """
    known = isinstance(subject, str | Planned)
    return cast(str, subject) if known else digest_of(subject)


def name_of(url: str) -> str:
    """What a repository's folder is called: its address without what a path can't have."""
    return re.sub(r"[^\w.-]+", "-", re.sub(r"^\w+://|\.git$", "", url), flags=re.ASCII).strip("-.")


def open_run(runbook: str, *, parameters: dict[str, Any], subject: object = None) -> OwnRun:
    """Open a session of a runbook of one's own, in the run that is about `subject`.

    `parameters` is the notebook's namespace, `globals()`: what its parameters cell declares is
    read. The run is called `runbook/project/subject`; whoever opens that again goes on with it.
    A subject is a version, a date, a host: letters, digits and `. _ + @ -`. Without one, join the
    run later (`run.join(subject)`), before anything is approved or pinned.
    Raises `UsageError`, before anything is done, for what is unknown, missing or of the wrong type.
    """
    return open_session(OwnRun, runbook, parameters, open_setting, about=subject)

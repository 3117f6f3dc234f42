"""The services of a run, each made from its profile when it is first used."""

import base64
import os
import sys
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from runbook_lib.policy.templates import fill
from runbook_lib.profile import Profile
from runbook_lib.redaction import Masking, environment_secrets
from runbook_lib.rehearsal import OPERATOR, ORIGIN, Rehearsal
from runbook_lib.runner import Planned, Runner
from runbook_lib.services.bugzilla import Bugzilla
from runbook_lib.services.changelog import Changelog
from runbook_lib.services.command import Command, Passed
from runbook_lib.services.dockerflow import Dockerflow
from runbook_lib.services.github import GitHub
from runbook_lib.services.repository import (
    Mirror,
    OperatorClone,
    Repository,
    Signing,
    Worktree,
    configured,
)
from runbook_lib.services.repository.operator_clone import CleanClone
from runbook_lib.services.repository.signing import Signature
from runbook_lib.services.repository.worktree import WorkingCopy
from runbook_lib.setting import Setting


class Workbench:
    """What a run works with: its profile's repositories and services, and the secrets for them."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.profile = setting.profile
        self.masking = Masking([*setting.secrets.values(), *environment_secrets(os.environ)])

    runner: Runner
    folder: Path
    parameters: dict[str, Any]

    def now(self) -> datetime:
        """The time: the sandbox's, where it stands still there."""
        rehearsal = self.setting.rehearsal
        fixed = rehearsal.now if rehearsal else None
        return fixed or datetime.now(UTC)

    @cached_property
    def github(self) -> GitHub:
        """The repository on GitHub."""
        settings = self.profile.github
        token = self.setting.secrets["github"].value
        return GitHub(
            settings.api_url,
            settings.repository,
            token=token,
            runner=self.runner,
            web_url=settings.web_url,
            throttle=settings.throttle,
        )

    @cached_property
    def bugzilla(self) -> Bugzilla:
        """Where deployments are asked for."""
        settings = self.profile.bugzilla
        key = self.setting.secrets["bugzilla"].value
        return Bugzilla(settings.url, key=key, runner=self.runner)

    @cached_property
    def stage(self) -> Dockerflow:
        """The deployed service on stage."""
        return Dockerflow(self.profile.stage.url, self.runner)

    @cached_property
    def git_environment(self) -> dict[str, str]:
        """Who commits and signs in the run's checkout, and how git is let in."""
        rehearsal = self.setting.rehearsal
        if rehearsal is not None:
            return sandbox_git(rehearsal, self.setting.secrets["github"].value)
        clone = self.operator_clone
        return configured({}, {**(clone.identity() if clone else {}), **self.git_access()})

    def git_access(self) -> dict[str, str]:
        """git's settings that let it in by the GitHub token, where the repository is there."""
        web = f"{self.profile.github.web_url.rstrip('/')}/"
        if not self.profile.repository.url.startswith(web):
            return {}
        return {f"http.{web}.extraHeader": basic_header(self.setting.secrets["github"].value)}

    @cached_property
    def operator_clone(self) -> OperatorClone | None:
        """The operator's own clone, where the profile or the rehearsal knows it."""
        clone = self.profile.repository.clone
        return OperatorClone(clone.expanduser(), self.runner) if clone else None

    @cached_property
    def mirror(self) -> Mirror:
        """A copy of what is released, to look at."""
        path = self.setting.home.mirror(self.profile.project)
        return Mirror(path, self.profile.repository.url, self.runner, self.git_environment)

    @cached_property
    def checkout(self) -> Repository:
        """The run's own checkout of what is released."""
        return Repository(
            self.folder / "checkout",
            self.runner,
            environment=self.git_environment,
            signing=signing(self.profile),
        )

    def check_signing(self) -> Signature:
        """Check that a tag can be signed, and with the expected key."""
        here = Repository(
            self.setting.home.folder,
            self.runner,
            environment=self.git_environment,
            signing=signing(self.profile),
        )
        return here.check_signing()

    def check_clone(self, source: str) -> CleanClone | str:
        """Check that the operator's own clone has nothing that they may believe to be released."""
        if self.operator_clone is None:
            return "No clone of the operator's own is named: origin alone is looked at."
        return self.operator_clone.check_clone(source)

    def changelog(self, tree: Worktree) -> Changelog:
        """The changelog in a checkout."""
        if isinstance(tree, Planned):
            return cast(Changelog, tree)
        settings = self.profile.changelog
        return Changelog(
            tree.path,
            self.runner,
            file=settings.file,
            command=settings.command,
            environment={**os.environ, **self.git_environment},
        )

    @property
    def untested(self) -> str:
        """What has to be approved where no test command is known; empty where one is."""
        if self.profile.test.command:
            return ""
        return "No test command is known (parameter test_command, or the profile's): none is run."

    def test(self, tree: WorkingCopy) -> Passed | str:
        """Run the project's own tests on the files of a checkout."""
        settings = self.profile.test
        if not settings.command:
            return self.untested
        command = Command(self.runner, cwd=tree.path, environment=command_environment())
        return command.run(settings.command, subject=tree.tree(tree.head()), limit=settings.limit)

    def load_test(self, tree: WorkingCopy, *, subject: str) -> Passed | str:
        """Run the profile's load test against stage, where the parameters ask for it."""
        if not self.parameters.get("load_test"):
            return "The load test is QA's alone (parameter load_test)."
        settings = self.profile.load_test
        names = {"stage": self.profile.stage.url}
        parts = [fill(part, names) for part in settings.command]
        command = Command(self.runner, cwd=tree.path, environment=command_environment())
        return command.run(parts, subject=subject, title="load test", limit=settings.limit)

    @property
    def link(self) -> str:
        """The repository's address in a browser, as the changelog names it."""
        settings = self.profile.github
        return self.profile.changelog.link or f"{settings.web_url}/{settings.repository}"


def signing(profile: Profile) -> Signing:
    """Whose signature a tag must carry, as the profile says."""
    settings = profile.signing
    return Signing(
        settings.format or None, settings.key, settings.expected, settings.allowed_signers
    )


def basic_header(token: str) -> str:
    """The HTTP header that lets git in by a token (any user name does, on GitHub too)."""
    code = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return f"Authorization: Basic {code}"


def sandbox_git(rehearsal: Rehearsal, token: str) -> dict[str, str]:
    """git as the sandbox's operator uses it, whatever this machine's own is set up for."""
    plain = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": OPERATOR.name,
        "GIT_AUTHOR_EMAIL": OPERATOR.email,
        "GIT_COMMITTER_NAME": OPERATOR.name,
        "GIT_COMMITTER_EMAIL": OPERATOR.email,
    }
    if rehearsal.now is not None:
        plain |= dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), rehearsal.now.isoformat())
    url = rehearsal.running.url
    return configured(
        plain,
        {f"http.{url}/.extraHeader": basic_header(token), f"url.{url}/.insteadOf": ORIGIN},
    )


def command_environment() -> dict[str, str]:
    """What a project's own command is given: this environment's python comes first."""
    here = str(Path(sys.executable).parent)
    return {"PATH": os.pathsep.join([here, os.environ.get("PATH", "")])}

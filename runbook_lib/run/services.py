"""What every run works with: its setting, the time, its secrets, and how git is let in."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from runbook_lib.profile import Team
from runbook_lib.run.rehearsal import Rehearsal
from runbook_lib.run.setting import Setting
from runbook_lib.sandbox.world.operator import OPERATOR, ORIGIN
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.secrets.masking import Masking, environment_secrets
from runbook_lib.services.git import configured
from runbook_lib.services.git.access import basic_header, plain_git
from runbook_lib.steps.runner import Runner

Service = TypeVar("Service")
Service_co = TypeVar("Service_co", covariant=True)


class Opens(Protocol[Service_co]):
    """A table of a profile that is about a service."""

    def secret_place(self) -> SecretPlace | None:
        """Where the service's secret is; None where it wants none."""

    def open(self, secret: str, runner: Runner) -> Service_co:
        """The service."""


class RunServices:
    """The setting of a run; a procedure's own bench adds its repositories and services."""

    runner: Runner
    folder: Path
    parameters: dict[str, Any]

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.masking = Masking([*setting.secrets.values(), *environment_secrets(os.environ)])

    @property
    def team(self) -> Team:
        """What the profile says, whatever the procedure."""
        return self.setting.profile

    def now(self) -> datetime:
        """The time: the sandbox's, where it stands still there."""
        rehearsal = self.setting.rehearsal
        fixed = rehearsal.now() if rehearsal else None
        return fixed or datetime.now(UTC)

    def secret(self, service: str) -> str:
        """The secret for a service; raises `UsageError` where it is found nowhere."""
        return self.setting.secret(service).value

    def open(self, settings: Opens[Service]) -> Service:
        """The service that a table of the profile is about, let in by its secret."""
        place = settings.secret_place()
        return settings.open(self.secret(place.service) if place else "", self.runner)

    def calls(self) -> int:
        """How many requests this session has sent to GitHub."""
        return 0

    def rows(self) -> tuple[tuple[str, str], ...]:
        """What is worked on, for the session's table: a name and a value each."""
        return ()


def sandbox_git(rehearsal: Rehearsal[Team], token: str) -> dict[str, str]:
    """git as the sandbox's operator uses it, whatever this machine's own is set up for."""
    plain = plain_git(OPERATOR.name, OPERATOR.email)
    now = rehearsal.now()
    if now is not None:
        plain |= dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), now.isoformat())
    url = rehearsal.running.url
    return configured(
        plain,
        {f"http.{url}/.extraHeader": basic_header(token), f"url.{url}/.insteadOf": ORIGIN},
    )


def command_environment() -> dict[str, str]:
    """What a project's own command is given: this environment's python comes first."""
    here = str(Path(sys.executable).parent)
    return {"PATH": os.pathsep.join([here, os.environ.get("PATH", "")])}

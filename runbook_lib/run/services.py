"""What every run works with: its setting, the time, its secrets, and how git is let in."""

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from runbook_lib.profile import (
    GitHubPlace,
    Section,
    Team,
    own_secrets,
    read_own,
    secret_places,
)
from runbook_lib.run.rehearsal import Rehearsal
from runbook_lib.run.service import Service, settings_of
from runbook_lib.run.setting import Setting
from runbook_lib.sandbox.world.operator import OPERATOR, ORIGIN
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.secrets.masking import Masking, Secret, environment_secrets
from runbook_lib.services.command import run_program
from runbook_lib.services.git import configured
from runbook_lib.services.git.access import basic_header, plain_git
from runbook_lib.services.traffic import calls_since, sent, unmodified
from runbook_lib.steps.runner import Runner

if TYPE_CHECKING:
    from runbook_lib.run.own_run import OwnRun

Opened = TypeVar("Opened")
Opened_co = TypeVar("Opened_co", covariant=True)
Table = TypeVar("Table", bound=Section)
Own = TypeVar("Own", bound=Service)


class Keeps(Protocol):
    """A table of a profile that is about a service."""

    def secret_place(self) -> SecretPlace | None:
        """Where the service's secret is; None where it wants none."""


class Opens(Keeps, Protocol[Opened_co]):
    """One that opens the service, too."""

    def open(self, secret: str, runner: Runner) -> Opened_co:
        """The service."""


class RunServices:
    """The setting of a run; a procedure's own bench adds its repositories and services."""

    runner: Runner
    folder: Path
    parameters: dict[str, Any]

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.sent_before, self.unmodified_before = sent.copy(), unmodified.copy()
        known = (*setting.secrets.values(), *own_secrets(self.team.tables))
        self.masking = Masking([*known, *environment_secrets(os.environ)])
        self.used: dict[tuple[type[Service], str], Service] = {}

    @property
    def team(self) -> Team:
        """What the profile says, whatever the procedure."""
        return self.setting.profile

    @property
    def hub(self) -> GitHubPlace:
        """The GitHub where the team's repositories are; of a run in the sandbox, the sandbox's."""
        world = self.setting.rehearsal
        return GitHubPlace.in_sandbox(world.running.url) if world else self.team.hub

    def now(self) -> datetime:
        """The time: the sandbox's, where it stands still there."""
        rehearsal = self.setting.rehearsal
        fixed = rehearsal.now() if rehearsal else None
        return fixed or datetime.now(UTC)

    def secret(self, service: str) -> str:
        """The secret for a service; raises `UsageError` where it is found nowhere."""
        return self.setting.secret(service).value

    def open(self, settings: Opens[Opened]) -> Opened:
        """The service that a table of the profile is about, let in by its secret."""
        return settings.open(self.secret_for(settings), self.runner)

    def use(self, kind: type[Own], table: str = "") -> Own:
        """A service of one's own, as the profile's table that is called as its class says.

        `table` names another table, where a run uses several services of a kind. Raises
        `UsageError` for a table that is missing or not as the service's settings have it, and where
        the secret is found nowhere.
        """
        name = table or kind.__name__.lower()
        if (kind, name) not in self.used:
            settings = self.read(name, settings_of(kind))
            run, secret = cast("OwnRun", self), self.secret_for(settings)
            self.used[kind, name] = kind(run, settings, secret, of=table)
        found = self.used[kind, name]
        assert isinstance(found, kind), "it is kept by its kind"
        return found

    def read(self, table: str, model: type[Table]) -> Table:
        """A table of the profile that no procedure knows, as its model reads it.

        In the sandbox, a model's own `in_sandbox(url, **said)` says where the service is there.
        """
        said, world = self.team.tables.get(table), self.setting.rehearsal
        there = getattr(model, "in_sandbox", None) if world else None
        if world and there:
            found: Table = there(world.running.url, **(said or {}))
            return found
        return read_own(self.setting.name, table, model, said)

    def secret_for(self, settings: Keeps) -> str:
        """The secret that a table asks for, masked from now on; empty where it wants none.

        The sandbox's token opens what is in the sandbox. What is kept for a service is that of its
        place in the profile: another of its kind, at another address, has a secret of its own.
        """
        place, world = settings.secret_place(), self.setting.rehearsal
        if place is None:
            return ""
        if world and hasattr(settings, "in_sandbox"):
            found = Secret(world.running.token)
        else:
            kept = secret_places(self.team).get(place.service) == place
            found = self.setting.secret(place.service) if kept else place.find()
        self.masking.add(found)
        return found.value

    def program(
        self,
        arguments: str | Sequence[str],
        *,
        may_act: bool = False,
        environment: Mapping[str, str] = MappingProxyType({}),
        folder: str | Path = ".",
        limit: float = 60.0,
    ) -> str:
        """What a program writes: for the looks of a step of one's own, and with `may_act` its act.

        It is no step itself, and nothing of it is remembered. It is given no shell, and secrets in
        its `environment` alone. Raises what `run_program` raises.
        """
        return run_program(
            arguments,
            may_act=may_act,
            environment={**command_environment(), **environment},
            folder=folder,
            limit=limit,
            mask=self.masking,
        )

    def calls(self) -> dict[str, int]:
        """How many requests this session has sent, by service."""
        return calls_since(self.sent_before)

    def unmodified(self) -> dict[str, int]:
        """How many of them were answered by a 304, by service."""
        return calls_since(self.unmodified_before, of=unmodified)

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

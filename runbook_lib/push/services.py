"""What a push works with: the team's repositories, notes, chat rooms and dashboards."""

import os
from functools import cached_property

from runbook_lib.errors import UsageError
from runbook_lib.push.repositories import PushedRepository
from runbook_lib.push.repository_settings import RepositorySettings
from runbook_lib.push.settings import PushProfile, PushSettings
from runbook_lib.run.services import RunServices, sandbox_git
from runbook_lib.services.dockerflow import Dockerflow
from runbook_lib.services.git import Mirror, OperatorClone, configured
from runbook_lib.services.git.access import git_access
from runbook_lib.services.git.tags.signing import identity_of
from runbook_lib.services.github import GitHub
from runbook_lib.services.github.settings import OneOfSeveral


class PushServices(RunServices):
    """The services of a team's push duty, each made when it is first used."""

    @property
    def push(self) -> PushSettings:
        """What the profile says of the push duty."""
        profile = self.team
        assert isinstance(profile, PushProfile), "the setting was opened for a push"
        return profile.push

    @cached_property
    def hubs(self) -> dict[str, GitHub]:
        """GitHub, by repository, as far as it was asked for."""
        return {}

    def github(self, repository: str) -> GitHub:
        """A repository `owner/name` on the team's GitHub."""
        if repository not in self.hubs:
            self.hubs[repository] = self.open(OneOfSeveral.on(self.push.github, repository))
        return self.hubs[repository]

    def rows(self) -> tuple[tuple[str, str], ...]:
        """The repositories that are pushed, and where the notes are."""
        names = ", ".join(one.github for one in self.push.repositories)
        notes = self.push.notes
        return (("repositories", names), ("notes", notes.github or notes.url))

    @cached_property
    def repositories(self) -> tuple[PushedRepository, ...]:
        """The repositories that are tagged, in the profile's order."""
        return tuple(map(self.open_repository, self.push.repositories))

    def repository(self, name: str) -> PushedRepository:
        """One of the repositories; raises `UsageError` where none has that name."""
        found = {one.name: one for one in self.repositories}
        if name not in found:
            raise UsageError(
                f"expected one of the repositories {', '.join(found)}, found {name!r}; "
                "correct the name, or add it to the profile's push.repositories"
            )
        return found[name]

    def open_repository(self, settings: RepositorySettings) -> PushedRepository:
        """The services that know of a repository."""
        clone = settings.clone
        return PushedRepository(
            settings,
            self.mirror(settings.github, settings.url),
            self.github(settings.github),
            Dockerflow(settings.stage, self.runner, page=settings.version_page),
            Dockerflow(settings.production, self.runner, page=settings.version_page),
            OperatorClone(clone.expanduser(), self.runner) if clone else None,
        )

    def page(self, repository: PushedRepository) -> str:
        """The web address of a repository."""
        return f"{self.push.github.web_url.rstrip('/')}/{repository.settings.github}"

    def mirror(self, repository: str, url: str = "") -> Mirror:
        """A copy of a repository `owner/name`, to look at; a colon would be git's own sign."""
        path = self.setting.home.mirror(repository.replace("/", "-"))
        address = self.address(repository, url)
        return Mirror(path, address, self.runner, self.git_environment, of=repository)

    def address(self, repository: str, url: str = "") -> str:
        """Where git finds a repository `owner/name`."""
        return url or f"{self.push.github.web_url.rstrip('/')}/{repository}.git"

    @cached_property
    def git_environment(self) -> dict[str, str]:
        """Who commits in the run's checkouts, and how git is let in."""
        rehearsal = self.setting.rehearsal
        if rehearsal is not None:
            return sandbox_git(rehearsal, self.secret("github"))
        urls = [self.address(one.github, one.url) for one in self.push.repositories]
        if self.push.security:
            urls.append(self.address(self.push.security.github, self.push.security.url))
        access = git_access(self.push.github, tuple(urls), lambda: self.secret("github"))
        return configured({}, {**identity_of(self.team.clones), **access})

    @property
    def variables(self) -> dict[str, str]:
        """The environment of the repositories' own commands."""
        return {**os.environ, **self.git_environment}

"""One of the repositories of a push: where git, GitHub and its deployments are."""

from typing import Literal

from runbook_lib.frozen import frozen
from runbook_lib.push.repository_settings import RepositorySettings
from runbook_lib.services.dockerflow import Dockerflow
from runbook_lib.services.git import Mirror, OperatorClone
from runbook_lib.services.github import GitHub

Environment = Literal["stage", "production"]


@frozen
class PushedRepository:
    """A repository with the services that know of it."""

    settings: RepositorySettings
    mirror: Mirror
    github: GitHub
    stage: Dockerflow
    production: Dockerflow
    clone: OperatorClone | None

    @property
    def name(self) -> str:
        """What versions pages, messages and people call it."""
        return self.settings.name

    @property
    def branch(self) -> str:
        """The branch that is tagged."""
        return self.settings.branch or self.mirror.default_branch()

    def deployed(self, environment: Environment) -> Dockerflow:
        """The service as it runs in an environment."""
        return self.stage if environment == "stage" else self.production

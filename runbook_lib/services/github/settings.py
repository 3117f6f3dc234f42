"""What a profile says of a repository on GitHub, and of its issues as a desk; how it is opened."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import Field

from runbook_lib.profile.github import REPOSITORY, GitHubPlace
from runbook_lib.profile.section import Section
from runbook_lib.steps.runner import Runner

if TYPE_CHECKING:
    from runbook_lib.services.github import GitHub, IssueDesk


class GitHubSettings(GitHubPlace):
    """The repository's place on GitHub."""

    repository: str = Field(pattern=REPOSITORY)
    """Its name there, as `owner/name`."""

    @classmethod
    def on(cls, place: GitHubPlace, repository: str) -> Self:
        """A repository `owner/name` on the GitHub that a profile names."""
        said = {name: getattr(place, name) for name in GitHubPlace.model_fields}
        return cls(**said, repository=repository)

    @property
    def of(self) -> str:
        """What its steps name it by; nothing where it is the run's only one."""
        return ""

    def open(self, secret: str, runner: Runner) -> "GitHub":
        """The repository."""
        from runbook_lib.services.github import GitHub

        return GitHub(
            self.api_url,
            self.repository,
            token=secret,
            runner=runner,
            web_url=self.web_url,
            throttle=self.throttle,
            of=self.of,
        )


class OneOfSeveral(GitHubSettings):
    """One of a run's repositories: its steps name it."""

    @property
    def of(self) -> str:
        """Its name."""
        return self.repository


class IssuesSettings(Section):
    """Issues on the profile's GitHub, on which deployments are asked for, and who is told."""

    asks: ClassVar[str] = "ask_on_issue"

    repository: str = Field(default="", pattern=rf"{REPOSITORY}|^$")
    """Where they are opened, as `owner/name`; by default in the repository that is released."""
    labels: tuple[str, ...] = Field(default=("deployment",), min_length=1)
    """Their labels; by the first one they are found again."""
    assignees: tuple[str, ...] = ()
    """Who they are assigned to: operations, say, each by login."""
    qa: str = ""
    """The login of the account that is asked for the load test; without one nobody is."""

    def desk(
        self, hub: GitHubSettings, open_service: Callable[[GitHubSettings], "GitHub"]
    ) -> "IssueDesk":
        """The desk that they are; `hub` is the repository that is released."""
        from runbook_lib.services.github import IssueDesk

        return IssueDesk(
            open_service(GitHubSettings.on(hub, self.repository or hub.repository)), self
        )

    def filed_at(self, repository: str) -> str:
        """Where tickets are filed, by default in the repository that is released."""
        return f"issues of {self.repository or repository}"

    def rehearsed(self, _url: str) -> Self:
        """Such a desk in the sandbox: the issues of what is rehearsed."""
        return type(self)(labels=self.labels, qa="qa")

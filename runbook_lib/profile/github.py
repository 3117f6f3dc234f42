"""Which GitHub, and which repository on it."""

from typing import Self

from pydantic import Field

from runbook_lib.profile.section import Address, Section
from runbook_lib.secrets.credentials import SecretPlace

REPOSITORY = r"^[\w.-]+/[\w.-]+$"
"""A repository's name on GitHub: `owner/name`."""


class GitHubPlace(Section):
    """One GitHub, and where the token for it is."""

    api_url: Address = "https://api.github.com"
    web_url: Address = "https://github.com"
    token_variable: str = "GITHUB_TOKEN"
    throttle: bool = True
    """Whether to keep the pauses between requests that GitHub asks its clients for."""

    def secret_place(self) -> SecretPlace:
        """Where the token is."""
        return SecretPlace(self.token_variable, "github", self.api_url)


class GitHubSettings(GitHubPlace):
    """The repository's place on GitHub."""

    repository: str = Field(pattern=REPOSITORY)

    @classmethod
    def in_sandbox(cls, url: str, *, repository: str) -> Self:
        """A repository of the sandbox's."""
        return cls(repository=repository, api_url=f"{url}/api/v3", web_url=url, throttle=False)

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
    """Where its API is; GitHub Enterprise has it at `https://HOST/api/v3`."""
    web_url: Address = "https://github.com"
    """Where people see it, and where git finds its repositories."""
    token_variable: str = "GITHUB_TOKEN"
    """The environment variable with the token."""
    throttle: bool = True
    """Whether to keep the pauses between requests that GitHub asks its clients for."""

    def secret_place(self) -> SecretPlace:
        """Where the token is."""
        return SecretPlace(self.token_variable, "github", self.api_url)


class GitHubSettings(GitHubPlace):
    """The repository's place on GitHub."""

    repository: str = Field(pattern=REPOSITORY)
    """Its name there, as `owner/name`."""

    @classmethod
    def in_sandbox(cls, url: str, *, repository: str) -> Self:
        """A repository of the sandbox's."""
        return cls(repository=repository, api_url=f"{url}/api/v3", web_url=url, throttle=False)

"""Which GitHub: git, the archive and gates know it, whatever is done there."""

from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from runbook_lib.profile.section import Address, Section
from runbook_lib.secrets.credentials import SecretPlace, same_github, web_host

REPOSITORY = r"^[\w.-]+/[\w.-]+$"
"""A repository's name on GitHub: `owner/name`."""


def web_address(api_url: str) -> str:
    """Where people find the GitHub whose API this is: below no path, and no `api.` of its own."""
    parts = urlsplit(api_url)
    at, host = parts.netloc.lower(), parts.hostname or ""
    return f"{parts.scheme}://{at.replace(host, web_host(host), 1)}"


class GitHubPlace(Section):
    """One GitHub, and where the token for it is."""

    examined_by: ClassVar[str] = "runbook_lib.services.github.diagnosis"

    api_url: Address = "https://api.github.com"
    """Where its API is: an Enterprise Server's at `https://HOST/api/v3`, `https://api.NAME.ghe.com`."""
    web_url: Address = Field(default_factory=lambda said: web_address(said.get("api_url", "")))
    """Where people see it, and git finds its repositories; by default what `api_url` says."""
    token_variable: str = "GITHUB_TOKEN"
    """The environment variable with the token; for another GitHub than github.com, by default
    `GH_ENTERPRISE_TOKEN`, for a token of github.com is sent nowhere else."""
    throttle: bool = True
    """Whether to keep the pauses between requests that GitHub asks its clients for."""

    @model_validator(mode="after")
    def one_github(self) -> Self:
        """Raise `ValueError` where a token would go to github.com and to another host as well."""
        if not same_github(self.api_url, self.web_url):
            raise ValueError(
                f"web_url: expected the same GitHub as {self.api_url}, found {self.web_url}: its "
                "token is not sent there; leave web_url out, or correct it"
            )
        return self

    def secret_place(self) -> SecretPlace:
        """Where the token is."""
        return SecretPlace(self.token_variable, "github", self.api_url)

    @classmethod
    def in_sandbox(cls, url: str, **said: Any) -> Self:
        """The sandbox's GitHub, whatever else is said."""
        return cls(**{**said, "api_url": f"{url}/api/v3", "web_url": url, "throttle": False})

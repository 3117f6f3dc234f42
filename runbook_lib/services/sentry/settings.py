"""What a profile says of Sentry, and how it is opened."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from pydantic import Field

from runbook_lib.policy.diagnosis import Diagnosis
from runbook_lib.profile.section import Address, Means, Section
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.steps.runner import Runner

if TYPE_CHECKING:
    from runbook_lib.services.sentry.service import Sentry


class SentrySettings(Section):
    """Where errors are collected."""

    url: Address = "https://sentry.io"
    """The Sentry's address."""
    organization: str
    """The organization's slug."""
    projects: tuple[str, ...] = ()
    """The projects' slugs; by default the names of the tagged repositories."""
    environment: str = "production"
    """The environment whose errors count; empty: all."""
    release: str = ""
    """What Sentry calls a release, such as `{project}@{version}` or `{commit}`; `{tag}` is known,
    too, and `{version}` is the tag without a `v` or `release-`. By default it is looked up."""
    days: int = Field(default=7, ge=1, le=30)
    """How many days before the push it is compared with."""
    token_variable: str = "SENTRY_AUTH_TOKEN"
    """The environment variable with the token."""

    def secret_place(self) -> SecretPlace:
        """Where the token is."""
        return SecretPlace(self.token_variable, "sentry", self.url)

    def open(self, secret: str, runner: Runner) -> "Sentry":
        """The organization."""
        from runbook_lib.services.sentry.service import Sentry

        return Sentry(self.url, self.organization, secret, runner, release=self.release)

    def examine(self, means: Means) -> Iterable[Diagnosis]:
        """Whether it answers, and whom it takes us for."""
        from runbook_lib.services.diagnosis import examine_service

        return examine_service("Sentry", f"{self.url}/api/0/", self, means)

    @classmethod
    def in_sandbox(cls, url: str, *, organization: str, projects: tuple[str, ...]) -> Self:
        """An organization of the sandbox's."""
        return cls(url=f"{url}/sentry", organization=organization, projects=projects)

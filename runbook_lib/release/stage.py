"""How a release is seen on stage: by a page that tells the version, by GitHub, or by nobody."""

import re
from typing import Self

from pydantic import field_validator, model_validator

from runbook_lib.policy.version_page import Place
from runbook_lib.profile.section import Address, Section
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.services.api import Key
from runbook_lib.services.dockerflow import Dockerflow, VersionPage
from runbook_lib.steps.runner import Runner

PAGE = "__version__"
AUTHORIZATION = "Authorization"


class StageSettings(Section):
    """Where a release is seen on stage: on a page of the service, or among GitHub's deployments.

    Without `version` and the like, the page is as Dockerflow has it: JSON with `version`, `commit`,
    `source` and `build`.
    """

    url: Address = ""
    """The service's address."""
    page: str = PAGE
    """The page that tells the version, below this address."""
    version: str = ""
    """Where the page's JSON says the version: a JSON pointer (RFC 6901), such as `/app/version`."""
    commit: str = ""
    """Where it says the commit, likewise; without, the version alone is compared."""
    version_pattern: str = ""
    """In place of `version`, for any text: a regular expression with one group, the version."""
    commit_pattern: str = ""
    """In place of `commit`, likewise."""
    token_variable: str = ""
    """The environment variable with the token that the page asks for; by default it asks for none.
    """
    header: str = AUTHORIZATION
    """The header that the token is sent in; in `Authorization` it stands behind `Bearer`."""
    deployments: str = ""
    """In place of a page: an environment, such as `staging`, whose deployments GitHub knows."""

    @field_validator("version", "commit")
    @classmethod
    def pointer(cls, text: str) -> str:
        """Raise `ValueError` for what is no JSON pointer."""
        if (text and not text.startswith("/")) or re.search(r"~(?![01])", text):
            raise ValueError(f"expected a JSON pointer, such as /app/version; found {text!r}")
        return text

    @field_validator("version_pattern", "commit_pattern")
    @classmethod
    def one_group(cls, text: str) -> str:
        """Raise `ValueError` for what is no regular expression with one group."""
        try:
            groups = re.compile(text).groups
        except re.error as error:
            raise ValueError(f"expected a regular expression, found {text!r}: {error}") from None
        if text and groups != 1:
            raise ValueError(f"expected a regular expression with one group, found {text!r}")
        return text

    @model_validator(mode="after")
    def whole(self) -> Self:
        """Raise `ValueError` where it names no place, or two for the same."""
        if not self.url and not self.deployments:
            raise ValueError("expected url or deployments, found neither; leave out the table")
        if self.deployments and self.told:
            raise ValueError("expected a page or deployments, found both; leave one of them out")
        for name in ("version", "commit"):
            if getattr(self, name) and getattr(self, f"{name}_pattern"):
                raise ValueError(f"expected {name} or {name}_pattern, found both")
        if self.told and not self.version_place:
            raise ValueError("expected version or version_pattern beside commit, found neither")
        return self

    @property
    def version_place(self) -> Place:
        """Where the page says the version."""
        return Place(self.version, self.version_pattern)

    @property
    def commit_place(self) -> Place:
        """Where the page says the commit."""
        return Place(self.commit, self.commit_pattern)

    @property
    def told(self) -> bool:
        """Whether it says where on the page things stand."""
        return bool(self.version_place or self.commit_place)

    def secret_place(self) -> SecretPlace | None:
        """Where the page's token is; None where it asks for none."""
        variable = self.token_variable
        return SecretPlace(variable, "stage", self.url) if variable else None

    def open(self, secret: str, runner: Runner) -> VersionPage:
        """The page."""
        key = self.key(secret) if secret else None
        if not self.told:
            return Dockerflow(self.url, runner, page=self.page, key=key)
        return VersionPage(
            self.url,
            runner,
            page=self.page.lstrip("/"),
            version=self.version_place,
            commit=self.commit_place,
            key=key,
        )

    def key(self, secret: str) -> Key:
        """The token as it is sent."""
        scheme = "Bearer " if self.header.title() == AUTHORIZATION else ""
        what, advice = "a token for the version page", f"set {self.token_variable} to it"
        return Key(secret, what, advice, header=self.header, scheme=scheme)

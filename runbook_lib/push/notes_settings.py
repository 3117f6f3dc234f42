"""What a profile says of a push's notes, and of the bugs that they list as blocking it."""

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from runbook_lib.errors import UsageError
from runbook_lib.policy.push.notes import Kind, Wording
from runbook_lib.profile.section import Address, Section
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.services.etherpad.settings import EtherpadSettings


class NotesSettings(Section):
    """The document of each push: a file in a repository, a draft release, or an Etherpad."""

    kind: Literal["file", "draft", "etherpad"] = "file"
    """Where the notes are kept: a file in a repository, a draft release, or an Etherpad."""
    github: str = ""
    """The repository, `owner/name`, of a file or a draft."""
    branch: str = ""
    """The branch with the files; by default the repository's default branch."""
    path: str = "releases/{year}/{month}/{day}.md"
    """A push's file; `{year}`, `{month}`, `{day}`, `{date}` and `{tag}` are known."""
    pad: str = "push-{date}"
    """A push's pad; the same are known."""
    url: Address = ""
    """The Etherpad's address."""
    client_id: str = ""
    """Of an Etherpad 2.x, the client of its OAuth2 provider that lets us in: one of `sso.clients`
    in its settings.json, with the grant `client_credentials`; by default the API key does."""
    key_variable: str = "ETHERPAD_API_KEY"
    """The environment variable with the Etherpad's API key, or with the client's secret."""
    template: Path | None = None
    """What a new document begins as; by default the built-in one."""
    headings: dict[Kind, str] = Field(default_factory=dict)
    """What the team calls the sections of its notes, as `{ blockers = "Showstoppers" }`; the usual
    headings are read, too."""

    @field_validator("headings")
    @classmethod
    def told_apart(cls, headings: dict[Kind, str]) -> dict[Kind, str]:
        """The headings; raises `ValueError` where they can't be told apart."""
        try:
            Wording(headings)
        except UsageError as error:
            raise ValueError(str(error).partition("; found")[0]) from None
        return headings

    @property
    def etherpad(self) -> EtherpadSettings:
        """The Etherpad with the pads."""
        return EtherpadSettings(
            url=self.url, client_id=self.client_id, key_variable=self.key_variable
        )

    def secret_place(self) -> SecretPlace | None:
        """Where the key of an Etherpad is; a file or a draft is reached by GitHub's token."""
        return self.etherpad.secret_place() if self.kind == "etherpad" else None


class BlockerSettings(Section):
    """How blocking bugs are found."""

    label: str = "blocker"
    """The label of issues on GitHub that block a push."""
    milestone: str = "{tag}"
    """The milestone of a push, `{tag}` and `{date}` known; empty: any."""
    github: tuple[str, ...] = ()
    """Where issues are looked for, as `owner/name`; by default in the tagged repositories."""
    bugzilla: Address = ""
    """The address of a Bugzilla whose bugs block a push, too; by default none is asked."""
    query: dict[str, str] = Field(default_factory=dict)
    """What is searched for there: names and values of Bugzilla's own search."""
    key_variable: str = "BUGZILLA_API_KEY"
    """The environment variable with Bugzilla's API key."""

    def secret_place(self) -> SecretPlace | None:
        """Where the API key is, if bugs are looked for in a Bugzilla."""
        return SecretPlace(self.key_variable, "bugzilla", self.bugzilla) if self.bugzilla else None

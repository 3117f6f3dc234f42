"""How a project is released, as the tables of a profile say it: what is left empty is found."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    model_validator,
)

from runbook_lib.policy.convention import KNOWN, Convention, Level
from runbook_lib.policy.diagnosis import Diagnosis
from runbook_lib.policy.release.names import Templates
from runbook_lib.profile.section import Address, Means, Section

if TYPE_CHECKING:
    from runbook_lib.services.git import Signing


def type_name(text: str) -> str:
    """A type in lower case; raises `ValueError` for what no subject can begin with."""
    if not re.fullmatch(r"[A-Za-z][\w-]*", text):
        raise ValueError("a type is one word, such as security")
    return text.lower()


TypeName = Annotated[str, AfterValidator(type_name)]
"""A type, as a subject begins with it."""


class RepositoryHabits(Section):
    """What is read of a repository. What is left empty is found in the repository itself."""

    source: str = ""
    """The release source branch; by default the one that origin's HEAD names."""
    last_release: str = ""
    """The tag of the last release; by default the newest version that the source branch reaches."""
    package: str = ""
    """The package of a monorepo that is released, by its name or folder; by default all of it."""
    version_file: str = ""
    """The files that say the version, with commas between; `none` where the tag alone makes the
    release. By default those are found that have followed the last releases, and their lock files.
    """
    version_pattern: str = ""
    """A regular expression with one group: the version in `version_file`."""


class VersionSettings(Section):
    """How the next version is computed."""

    zero_breaks: Literal["major", "minor", "patch"] = "minor"
    """What a release before 1.0 is that breaks something: by default 0.3 after 0.2."""


class NameTemplates(Section):
    """How things are called; `{version}` is major.minor, with the patch where it isn't 0.

    Also known: `{project}`, `{major}`, `{minor}`, `{patch}`, `{full}` (always three numbers). What
    is left empty is called as the last two releases of the repository were, where they agree, else
    as the procedure has it; a tag as the repository's own tags are.
    """

    tag: str = ""
    """The tag."""
    branch: str = ""
    """The release branch; by default `release/{version}`."""
    message: str = ""
    """The message of the commit, and of the tag where that has none of its own; by default
    `chore: tag {version}`.
    """
    tag_message: str = ""
    """The message of the tag; by default that of the commit."""
    pull_request: str = ""
    """The pull request's title; by default `Release {version}`."""
    release: str = ""
    """The title of the release on GitHub; by default `{version}`."""
    bug: str = ""
    """The bug for stage; by default `Please deploy {project} {version} to STAGE`."""
    production_bug: str = ""
    """QA's ticket; by default `Please deploy {project} {version} to PRODUCTION`."""

    def templates(self, tag: str, found: Mapping[str, str] | None = None) -> Templates:
        """The templates: `tag` where the profile names none, and what was `found` likewise."""
        given = {name: value for name, value in self.model_dump().items() if value}
        past = dict(found or {})
        if self.message:
            past.pop("tag_message", None)
        return Templates(**{"tag": tag, **past, **given})


class ChangelogSettings(Section):
    """The changelog; its next entry is written from the commits, in the form of its newest ones.

    Where the project gathers fragments with towncrier, scriv or changie, that tool writes it. Such
    a tool, or a command, runs in a clone that is thrown away: of what it leaves, the changelog
    counts, and which fragments it has taken away.
    """

    file: str = ""
    """The changelog, in the repository; by default the one that is there, else `CHANGELOG.md`."""
    command: tuple[str, ...] = ()
    """What writes the entry instead: an argument each; `{version}`, `{full}`, `{date}`, `{since}`
    and `{file}` are known."""
    link: Address = ""
    """What its links to commits and issues begin with; by default the repository on GitHub."""


class CommitSettings(Section):
    """What commits say, for the version and the changelog, and who says it for them."""

    source: Literal["messages", "pull requests"] = "messages"
    """What says what changed: commits' messages, or titles and labels of merged pull requests."""
    types: dict[TypeName, Level] = Field(default_factory=dict)
    """Types besides those that are known, each with what it calls for: `security = "patch"`."""
    labels: dict[str, TypeName] = Field(default_factory=dict)
    """What a pull request's label stands for, besides those that are known: `ui = "feat"`."""

    @model_validator(mode="after")
    def know_types(self) -> Self:
        """Raise `ValueError` for a label that stands for no known type."""
        unknown = sorted(set(self.labels.values()) - set(self.convention.kinds))
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no type that is known; add it to types")
        return self

    @cached_property
    def convention(self) -> Convention:
        """The types and labels that are known here."""
        return KNOWN.adding(self.types, self.labels)


class CommandSettings(Section):
    """A command of the project's own, run without a shell, and its limit in seconds."""

    command: tuple[str, ...] = ()
    """The command and its arguments, a text each; the load test's may say `{stage}`."""
    limit: float = 3600.0
    """After how many seconds it is ended."""


class SigningSettings(Section):
    """The signature that a tag must carry; by default the one that git is set up for."""

    format: Literal["", "openpgp", "ssh"] = ""
    """What signs; by default as git's `gpg.format` says."""
    key: str = ""
    """The key to sign with; by default git's `user.signingkey`."""
    expected: tuple[str, ...] = ()
    """Fingerprints of the keys that may sign; by default the one of `key`."""
    allowed_signers: Path | None = None
    """An OpenSSH `allowed_signers` file: whose signatures are accepted."""

    def signing(self) -> "Signing":
        """The same, as git is told of it."""
        from runbook_lib.services.git import Signing

        return Signing(self.format or None, self.key, self.expected, self.allowed_signers)

    def examine(self, means: Means) -> Iterable[Diagnosis]:
        """Whether a tag can be signed here, as the profile wants it."""
        from runbook_lib.services.git.diagnosis import examine_signing

        return examine_signing(self.signing(), means.profile.clones)

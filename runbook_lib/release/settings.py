"""What a profile says for the release procedure."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, Literal, Self, get_args

from pydantic import (
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from runbook_lib.policy.diagnosis import Diagnosis
from runbook_lib.profile.github import GitHubPlace
from runbook_lib.profile.section import Address, Means
from runbook_lib.profile.team import Team
from runbook_lib.release.desk import DeskSettings
from runbook_lib.release.habit_tables import (
    ChangelogSettings,
    CommandSettings,
    CommitSettings,
    NameTemplates,
    RepositoryHabits,
    SigningSettings,
    VersionSettings,
)
from runbook_lib.release.stage import StageSettings
from runbook_lib.services.bugzilla.settings import BugzillaSettings
from runbook_lib.services.github.settings import GitHubSettings, IssuesSettings
from runbook_lib.services.jira.settings import JiraSettings


class RepositorySettings(RepositoryHabits):
    """The git repository that is released. What is left empty is found in the repository itself."""

    url: Address = ""
    """Where git finds it; by default where `github` has it."""
    clone: Path | None = None
    """The operator's own clone: only ever looked at, and its identity and signing key are used."""

    def examine(self, means: Means) -> Iterable[Diagnosis]:
        """Whether git reads it, and the operator's own clone is where it should be."""
        from runbook_lib.services.git.diagnosis import examine_repository

        return examine_repository("repository", self.url, self.clone, means)


class HubSettings(GitHubSettings):
    """The repository's place on GitHub, and what GitHub does of a release there."""

    notes: Literal["changelog", "generated"] = "changelog"
    """What the release says: the changelog's entry, or the notes that GitHub generates, which are
    approved at the gate `notes`."""
    merge: Literal["people", "auto"] = "people"
    """Who merges the pull request: whoever reviews it, or GitHub, as soon as all is there that the
    source branch requires (auto-merge; it has to require a review)."""


LOAD_TEST = "load-test"
"""The gate at which a person judges what QA have answered."""


class Hosted(Team):
    """A team whose project is on GitHub."""

    github: HubSettings

    @property
    def hub(self) -> GitHubPlace:
        """The GitHub where the repository is."""
        return self.github

    @property
    def hub_repository(self) -> str:
        """The repository that is released."""
        return self.github.repository


class Habits(Team):
    """How a project is released, wherever: what counts in a rehearsal, too."""

    repository: RepositoryHabits = RepositoryHabits()
    names: NameTemplates = NameTemplates()
    versions: VersionSettings = VersionSettings()
    commits: CommitSettings = CommitSettings()
    changelog: ChangelogSettings = ChangelogSettings()
    test: CommandSettings = CommandSettings()
    """The project's own tests; without a command somebody has to agree to release untested."""
    load_test: CommandSettings = CommandSettings()
    """A load test against stage, for `load_test = True` among the parameters."""
    signing: SigningSettings = SigningSettings()
    watched_paths: tuple[str, ...] = ("**/migrations/**", "**/settings*")
    """Changes under these are pointed out to operations."""


class Profile(Habits, Hosted):
    """A team whose project is released."""

    purpose: ClassVar[str] = "a release"
    told_by: ClassVar[str] = "repository"
    least: ClassVar[str] = "github"

    repository: RepositorySettings = Field(default=RepositorySettings(), validate_default=True)
    bugzilla: BugzillaSettings | None = None
    """Where deployments are asked for; without a desk, nobody is asked (steps 18 and 19)."""
    jira: JiraSettings | None = None
    """The same, where the desk is a Jira."""
    issues: IssuesSettings | None = None
    """The same, where it is the issues of a repository."""
    stage: StageSettings | None = None
    """Where a release is seen on stage; without it, nobody looks whether it runs there."""

    @field_validator("repository")
    @classmethod
    def found_on_github(
        cls, repository: RepositorySettings, info: ValidationInfo
    ) -> RepositorySettings:
        """The repository, at its place on GitHub where the profile names no other."""
        place = info.data.get("github")
        if repository.url or place is None:
            return repository
        return repository.model_copy(update={"url": f"{place.web_url}/{place.repository}.git"})

    @model_validator(mode="after")
    def check_asked(self) -> Self:
        """Raise `ValueError` for a rule about the load test where nobody is asked for one."""
        asked = any(desk.qa for desk in self.desks.values())
        if LOAD_TEST in self.gates and not asked:
            name = next(iter(self.desks), "bugzilla")
            raise ValueError(
                f"gates.{LOAD_TEST}: expected QA, who are asked for what is judged there, found "
                f"none: name them ({name}.qa), or leave the gate out"
            )
        return self

    @model_validator(mode="after")
    def check_desk(self) -> Self:
        """Raise `ValueError` for several desks."""
        if len(self.desks) > 1:
            raise ValueError(
                f"expected one desk, found {' and '.join(self.desks)}: leave out all but the one "
                "where deployments are asked for"
            )
        return self

    @classmethod
    def asking(cls) -> set[str]:
        """The steps by which QA are asked, of each kind of desk."""
        kinds = (kind for one in cls.model_fields.values() for kind in get_args(one.annotation))
        return {kind.asks for kind in kinds if hasattr(kind, "asks")}

    @property
    def desks(self) -> dict[str, DeskSettings]:
        """The tables that name a desk, by their names: one at most."""
        tables = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: table for name, table in tables.items() if isinstance(table, DeskSettings)}

    @property
    def clones(self) -> tuple[Path, ...]:
        """The operator's own clone, where it is named."""
        own = self.repository.clone
        return (own.expanduser(),) if own else ()

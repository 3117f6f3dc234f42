"""What a profile says for the push duty of the repositories: those tagged, and those about them."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from runbook_lib.policy.diagnosis import Diagnosis
from runbook_lib.profile.github import REPOSITORY
from runbook_lib.profile.section import Address, Means, Section


class LocaleSettings(Section):
    """How a repository's texts are extracted for translation."""

    command: tuple[str, ...] = Field(min_length=1)
    """What extracts the texts, an argument each."""
    via: tuple[str, ...] = ()
    """What reaches the place to run it in: `docker compose exec -T web`; by default it is here."""
    branch: str = "locales-{date}"
    """The branch with the new texts; `{date}` and `{tag}` are known."""
    paths: tuple[str, ...] = (".",)
    """What of the changed files is committed."""
    limit: float = 1800.0
    """After how many seconds it is ended."""


class RepositorySettings(Section):
    """A repository that is tagged for each push; `name` is what versions pages and people say."""

    name: str = Field(pattern=r"^[\w.][\w.-]*$")
    """What the repository is called here: in parameters, notes and deployment messages."""
    github: str = Field(pattern=REPOSITORY)
    """Its name on GitHub, as `owner/name`."""
    url: Address = ""
    """Where git finds it; by default on the GitHub above."""
    branch: str = ""
    """What is tagged; by default the branch that origin's HEAD names."""
    clone: Path | None = None
    """The operator's own clone: looked at; an extraction with `via` runs in it, and leaves it as it
    was."""
    stage: Address
    """The service's address on stage."""
    production: Address
    """The service's address in production."""
    version_page: str = "__version__"
    """The page below these addresses that says which tag and commit are running."""
    image: str = ""
    """The check that builds the tag's image; by default all of the tagged commit's checks."""
    locales: LocaleSettings | None = None
    """How its texts are extracted for translation; by default they are not, and where no repository
    has it `extract_locales` is none of the week's runbooks."""
    migrations: tuple[str, ...] = ("**/migrations/**",)
    """Files that are database migrations: cherry-picks point out those left out."""

    def examine(self, means: Means) -> Iterator[Diagnosis]:
        """Whether the token may push there, git reads it, and its services answer."""
        from runbook_lib.services.diagnosis import reach
        from runbook_lib.services.git.diagnosis import examine_repository
        from runbook_lib.services.github import may_push

        hub = means.profile.hub
        yield may_push(hub, self.github, means)
        url = self.url or f"{hub.web_url}/{self.github}.git"
        yield from examine_repository(self.name, url, self.clone, means)
        for place in ("stage", "production"):
            yield from reach(f"{self.name} {place}", f"{getattr(self, place)}/{self.version_page}")


class SecuritySettings(Section):
    """The private mirror of one of the repositories, where security fixes are reviewed."""

    repository: str
    """The name of the public one."""
    github: str = Field(pattern=REPOSITORY)
    """The private one's name on GitHub, as `owner/name`."""
    url: Address = ""
    """Where git finds the private one; by default on the GitHub above."""


class DependencySettings(Section):
    """A project that one of the repositories uses, and that makes its own releases."""

    name: str
    """What the project is called in `file`."""
    github: str = Field(pattern=REPOSITORY)
    """Where its releases are, as `owner/name`."""
    used_by: str
    """The name of the repository that uses it."""
    file: str = "package.json"
    """The file of that repository that names the version it uses."""
    pattern: str = ""
    """A regular expression with one group: the used version; by default as package.json has it."""

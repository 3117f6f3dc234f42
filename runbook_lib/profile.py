"""Profiles: the repositories and services of a team, from `runbook.toml`, as typed settings.

The file is the one that `RUNBOOK_CONFIG` names, else the nearest `runbook.toml` in the working
directory or above it, else the one in the user's configuration folder. No secret stands in it
(see `credentials`).
"""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from runbook_lib.credentials import Masking, holds_secret
from runbook_lib.errors import UsageError
from runbook_lib.gate import Rule
from runbook_lib.policy.names import Templates

SANDBOX = "sandbox"
"""The profile that is built in, and the default."""


def without_secret(address: str) -> str:
    """The address; raises `ValueError` where a password or a token stands in it."""
    if holds_secret(address):
        raise ValueError("no user or password may stand in an address here: keep it as a secret")
    return address


Address = Annotated[str, AfterValidator(without_secret)]


class Section(BaseModel):
    """A table of the file: nothing unknown in it, nothing changed after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RepositorySettings(Section):
    """The git repository that is released. What is left empty is found in the repository itself."""

    url: Address
    source: str = ""
    """The release source branch; by default the one that origin's HEAD names."""
    clone: Path | None = None
    """The operator's own clone: only ever looked at, and its identity and signing key are used."""
    last_release: str = ""
    version_file: str = ""
    version_pattern: str = ""
    """A regular expression with one group: the version in `version_file`."""


class NameTemplates(Section):
    """How things are called; `{version}` is major.minor, with the patch where it isn't 0.

    Also known: `{project}`, `{major}`, `{minor}`, `{patch}`, `{full}` (always three numbers). What
    is left empty is called as the procedure has it; a tag as the repository's own tags are.
    """

    tag: str = ""
    branch: str = ""
    message: str = ""
    pull_request: str = ""
    release: str = ""
    bug: str = ""
    production_bug: str = ""

    def templates(self, tag: str) -> Templates:
        """The templates, with `tag` where the profile names none."""
        given = {name: value for name, value in self.model_dump().items() if value}
        return Templates(**{"tag": tag, **given})


class ChangelogSettings(Section):
    """The changelog, and the command that writes its entry where it isn't git-cliff."""

    file: str = "CHANGELOG.md"
    command: tuple[str, ...] = ()
    link: Address = ""
    """What its links to commits and issues begin with; by default the repository on GitHub."""


class GitHubSettings(Section):
    """The repository's place on GitHub."""

    repository: str = Field(pattern=r"^[\w.-]+/[\w.-]+$")
    api_url: Address = "https://api.github.com"
    web_url: Address = "https://github.com"
    token_variable: str = "GITHUB_TOKEN"
    throttle: bool = True
    """Whether to keep the pauses between requests that GitHub asks its clients for."""


class BugzillaSettings(Section):
    """Where deployments are asked for, and who is told."""

    url: Address
    product: str = "Cloud Services"
    component: str = "Operations: Deployment Requests"
    version: str = "unspecified"
    cc: tuple[str, ...] = ()
    qa: str
    """The account that is asked for the load test."""
    key_variable: str = "BUGZILLA_API_KEY"


class StageSettings(Section):
    """A deployed service: `/__version__` is asked for below this address."""

    url: Address


class CommandSettings(Section):
    """A command of the project's own, run without a shell, and its limit in seconds."""

    command: tuple[str, ...] = ()
    limit: float = 3600.0


class SigningSettings(Section):
    """The signature that a tag must carry; by default the one that git is set up for."""

    format: Literal["", "openpgp", "ssh"] = ""
    key: str = ""
    expected: tuple[str, ...] = ()
    """Fingerprints of the keys that may sign; by default the one of `key`."""
    allowed_signers: Path | None = None


class GateSettings(Section):
    """Who must approve at a gate."""

    people: int = Field(default=1, ge=1)
    operator_counts: bool = True

    def rule(self) -> Rule:
        """The gate's rule."""
        return Rule(self.people, self.operator_counts)


class WaitSettings(Section):
    """How long a wait lasts before the session ends as waiting, and its longest pause; seconds."""

    limit: float = Field(default=1800.0, gt=0)
    pause: float = Field(default=0.5, gt=0)
    longest_pause: float = Field(default=20.0, gt=0)


class ArchiveSettings(Section):
    """The git repository that keeps records and journals for good."""

    folder: Path | None = None
    """A bare repository on this machine; by default `archive.git` beside the profile's runs."""
    remote: Address = ""
    """Where it is pushed to, and runs are handed over; by default nowhere."""
    signers: Path | None = None
    """Whose signatures count: an OpenSSH `allowed_signers` file, or OpenPGP fingerprints."""
    silent: float = Field(default=900.0, gt=0)
    """After how many seconds without a sign of life a session's lock may be taken over."""


class Profile(Section):
    """All that a run knows about a team."""

    project: str = Field(pattern=r"^[\w.][\w.-]*$")
    repository: RepositorySettings
    names: NameTemplates = NameTemplates()
    changelog: ChangelogSettings = ChangelogSettings()
    github: GitHubSettings
    bugzilla: BugzillaSettings
    stage: StageSettings
    test: CommandSettings = CommandSettings()
    load_test: CommandSettings = CommandSettings()
    signing: SigningSettings = SigningSettings()
    gates: dict[str, GateSettings] = {}
    wait: WaitSettings = WaitSettings()
    archive: ArchiveSettings = ArchiveSettings()
    watched_paths: tuple[str, ...] = ("**/migrations/**", "**/settings*")
    """Changes under these are pointed out to operations."""
    operator: str = ""


class Configuration(BaseSettings):
    """The whole of a `runbook.toml`."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, env_prefix="RUNBOOK_SETTING_")

    profiles: dict[str, Profile] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the file that was found, and let environment variables win over it."""
        path = find_configuration()
        file = (TomlConfigSettingsSource(settings_cls, path),) if path else ()
        return (init_settings, env_settings, *file)


def find_configuration() -> Path | None:
    """The `runbook.toml` that counts here, or None where there is none.

    Raises `UsageError` where `RUNBOOK_CONFIG` names a file that is not there.
    """
    named = os.environ.get("RUNBOOK_CONFIG")
    if named:
        if not Path(named).is_file():
            raise UsageError(
                f"expected a file where RUNBOOK_CONFIG says, found none at {named}; "
                "correct or unset it"
            )
        return Path(named)
    here = Path.cwd()
    candidates = [folder / "runbook.toml" for folder in (here, *here.parents)]
    candidates.append(platformdirs.user_config_path("runbook") / "runbook.toml")
    return next((path for path in candidates if path.is_file()), None)


def load_profile(name: str) -> Profile:
    """The profile of that name.

    Raises `UsageError` with every unknown or missing key, or the names of the profiles there are.
    """
    profiles = read_configuration().profiles
    if name not in profiles:
        known = ", ".join([SANDBOX, *sorted(profiles)])
        raise UsageError(
            f"expected one of the profiles {known}; found {name!r}; "
            f"name another, or add [profiles.{name}] to {find_configuration() or 'a runbook.toml'}"
        )
    return profiles[name]


def read_configuration() -> Configuration:
    """The configuration that counts here, checked as a whole."""
    path = find_configuration()
    try:
        return Configuration()
    except ValidationError as error:
        problems = "\n".join(f"  {explain(problem)}" for problem in error.errors())
        raise UsageError(f"{path} is not what was expected:\n{problems}") from None
    except ValueError as error:
        raise UsageError(f"expected TOML in {path}, found: {error}") from None


def explain(problem: ErrorDetails) -> str:
    """One problem of the file: where it is, what was found there, what was expected."""
    place = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        known = ", ".join(known_keys(problem["loc"])) or "none"
        return f"{place}: an unknown key; known here: {known}"
    if problem["type"] == "missing":
        return f"{place}: expected a value, found none"
    return f"{place}: {problem['msg']}; found {Masking()(repr(problem['input']))}"


def known_keys(place: tuple[int | str, ...]) -> list[str]:
    """The keys that the table at a place of the file may have."""
    model: Any = Configuration
    for part in place[:-1]:
        field = getattr(model, "model_fields", {}).get(part)
        annotation = field.annotation if field else model
        model = annotation.__args__[-1] if getattr(annotation, "__args__", None) else annotation
    return sorted(getattr(model, "model_fields", {}))

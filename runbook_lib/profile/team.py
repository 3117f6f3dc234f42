"""What a team's profile says, whatever the procedure."""

from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from runbook_lib.policy.contrast import FORM
from runbook_lib.policy.people import People
from runbook_lib.policy.quorum import Rule
from runbook_lib.profile.github import GitHubPlace
from runbook_lib.profile.notify import NotifySettings
from runbook_lib.profile.people import PersonSettings, as_people
from runbook_lib.profile.section import Address, Section

PULL_REQUEST = "pull request"
COMMENTS = rf"^({PULL_REQUEST}|([\w.-]+/[\w.-]+)?#[1-9]\d*)?$"
"""Where a gate is answered by comments: on the run's pull request, or on an issue."""


class GateSettings(Section):
    """Who must approve at a gate."""

    approvals: int = Field(default=1, ge=1)
    """How many people."""
    operator_counts: bool | None = None
    """Whether the operator is one of them; by default, where the gate asks for nobody else."""
    people: tuple[str, ...] = ()
    """Who may, each by name or address; by default everybody."""
    hours: float | None = Field(default=None, gt=0)
    """For how long an approval counts; by default as long as what was approved stays the same."""
    comments: str = Field(default="", pattern=COMMENTS)
    """Where it can be answered by a comment, too: on the run's `pull request`, on the issue `#12`
    of the profile's repository, or on `owner/name#12`. It needs `people`, and their
    logins in the profile's table of that name."""

    @field_validator("people", mode="before")
    @classmethod
    def names(cls, value: object) -> object:
        """Raise `ValueError` for a number of people."""
        if isinstance(value, int):
            raise ValueError("expected the names of those who may approve; how many is `approvals`")
        return value

    def rule(self) -> Rule:
        """The gate's rule."""
        return Rule(self.approvals, self.operator_counts, self.people, self.hours)


class WaitSettings(Section):
    """How long a wait lasts before the session ends as waiting, and its longest pause; seconds."""

    limit: float = Field(default=1800.0, gt=0)
    """How long at most; a run that has waited that long is run again later."""
    pause: float = Field(default=0.5, gt=0)
    """The first pause between two looks; each is longer than the one before."""
    longest_pause: float = Field(default=20.0, gt=0)
    """The longest pause between two looks."""


class ArchiveSettings(Section):
    """The git repository that keeps records and journals for good."""

    folder: Path | None = None
    """A bare repository on this machine; by default `archive.git` beside the profile's runs."""
    remote: Address = ""
    """Where it is pushed to, and runs are handed over; by default nowhere."""
    remote_branch: str = Field(default="main", pattern=r"^\w[\w./-]*$")
    """The branch there that has the records and nothing else; a project's own repository may have
    one, such as `records`."""
    private_remote: Address = ""
    """The same for the records of private runbooks; by default they stay on this machine."""
    signers: Path | None = None
    """Whose signatures count: an OpenSSH `allowed_signers` file, or OpenPGP fingerprints."""
    silent: float = Field(default=900.0, gt=0)
    """After how many seconds without a sign of life a session's lock may be taken over."""


class Team(Section):
    """What a profile says whatever is carried out; a procedure's own kind has its tables besides.

    Which kinds there are is in `kinds`.
    """

    purpose: ClassVar[str] = ""
    """What a profile of this kind is for, in words."""
    told_by: ClassVar[str] = ""
    """The table by which a profile says that it is of this kind, too."""
    least: ClassVar[str] = ""
    """The table without which it can't be; it may be there for a runbook of one's own."""

    project: str = Field(pattern=r"^[\w.][\w.-]*$")
    """What the project is called: the middle of a run's name, `release/{project}/1.9`."""
    colour: str = Field(default="", pattern=FORM)
    """The colour of its banner on the board and on each card, such as `#1d4ed8`; by default a dark
    red. The sandbox has a look of its own."""
    gates: dict[str, GateSettings] = Field(default_factory=dict)
    """Who must approve at which gate, by the gate's name."""
    wait: WaitSettings = WaitSettings()
    archive: ArchiveSettings = ArchiveSettings()
    notify: NotifySettings = NotifySettings()
    operator: str = ""
    """Who runs the runbooks; by default the account on this machine."""
    tables: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """The tables that this kind does not read, as they stand in the file: one's own services'."""
    answers_from: tuple[Address, ...] = ()
    """The addresses of programs that know who their people are, such as an Airflow: what somebody
    has answered there may be passed on to a run (`runbook approve --by NAME --link ADDRESS`). By
    default none is trusted so."""
    waivable: tuple[str, ...] = ()
    """The checks and waits that a person may let pass where they refuse; by default none."""
    waivers: dict[str, GateSettings] = Field(default_factory=dict)
    """Who may, by check; by default anybody but the operator."""

    @model_validator(mode="after")
    def check_waivers(self) -> Self:
        """Raise `ValueError` for a rule about a check that can't be waived."""
        for name in self.waivers.keys() - {*self.waivable}:
            raise ValueError(
                f"waivers.{name}: expected the name of a check that is waivable, and it is not: "
                f"waivable = {[*self.waivable]}"
            )
        return self

    @model_validator(mode="after")
    def check_answers_from(self) -> Self:
        """Raise `ValueError` where no answer that is passed on would count."""
        if self.answers_from and self.archive.signers:
            raise ValueError(
                "answers_from: expected no archive.signers beside it, found some: what is passed "
                "on carries no signature and would not count; leave one of them out"
            )
        return self

    @property
    def waiver_rules(self) -> dict[str, Rule]:
        """Who may let each check pass that may be: somebody else, unless it says otherwise."""
        rules = {name: self.waivers.get(name, GateSettings()).rule() for name in self.waivable}
        return {name: self.named(rule.asked(of="somebody else")) for name, rule in rules.items()}

    people: dict[str, PersonSettings] = Field(default_factory=dict)
    """Who is who, by the name that everything shows: `mia = { github = "mia-on-github" }`. The
    rotation, the calendar, approvals, the chat and the notes know them by all of their names."""

    @field_validator("people")
    @classmethod
    def told_apart(cls, table: dict[str, PersonSettings]) -> dict[str, PersonSettings]:
        """The table; raises `ValueError` for a name that two people have."""
        shared = as_people(table).shared
        if shared:
            raise ValueError(f"expected each name to be one person's, found {shared!r} twice")
        return table

    @property
    def who(self) -> People:
        """Who is who."""
        return as_people(self.people)

    def at_work(self, account: str) -> str:
        """Who runs the runbooks: as the profile says, or whose account it is on this machine."""
        return self.who.name(self.operator or account)

    @property
    def rules(self) -> dict[str, Rule]:
        """Who must approve at each gate."""
        return {name: self.named(gate.rule()) for name, gate in self.gates.items()}

    def named(self, rule: Rule) -> Rule:
        """A rule with people as decisions name them."""
        return replace(rule, people=tuple(map(self.listed, rule.people)))

    def listed(self, person: str) -> str:
        """Who is on a list; an address is whose it is, or who has its first part as a name."""
        found = self.who.find(person) or self.who.find(person.partition("@")[0])
        return found.name if found else person

    @model_validator(mode="after")
    def answerable(self) -> Self:
        """Raise `ValueError` for a gate that nobody could answer by a comment."""
        for name, gate in self.gates.items():
            if gate.comments and (trouble := self.unanswerable(name, gate)):
                raise ValueError(f"gates.{name}.comments: {trouble}")
        return self

    def unanswerable(self, name: str, gate: GateSettings) -> str:
        """Why a gate could not be answered by comments; empty where it could."""
        unknown = [one for one in gate.people if not self.who.at("github", self.listed(one))]
        if not gate.people:
            return f"expected the people who may answer it, found none: name gates.{name}.people"
        if unknown:
            who = ", ".join(unknown)
            return f"expected the GitHub login of {who}, found none: name it in the table people"
        if self.archive.signers:
            return (
                "expected no archive.signers beside it, found some: a comment carries no signature "
                "and would not count; leave one of them out"
            )
        if gate.comments.startswith("#") and not self.hub_repository:
            return "expected the issue's repository, found none in this profile: name owner/name#12"
        return ""

    def logins_for(self, gate: str) -> dict[str, str]:
        """Who may answer a gate by a comment: the name of each by their login on GitHub."""
        people = {self.listed(person) for person in self.gates[gate].people}
        return {
            one.at("github"): one.name
            for one in self.who.known
            if one.name in people and one.at("github")
        }

    @property
    def hub_repository(self) -> str:
        """The repository `owner/name` that the team's GitHub is about; empty for several."""
        return str(self.tables.get("github", {}).get("repository", ""))

    @property
    def hub(self) -> GitHubPlace:
        """The GitHub where the team's repositories are."""
        said = self.tables.get("github", {})
        return GitHubPlace(**{key: said[key] for key in GitHubPlace.model_fields.keys() & said})

    @property
    def target(self) -> str:
        """What is changed: the repository and the host of its GitHub, or the project."""
        host = urlsplit(self.hub.web_url).hostname or ""
        return f"{self.hub_repository} on {host}" if self.hub_repository else self.project

    @property
    def clones(self) -> tuple[Path, ...]:
        """The operator's own clones, as far as they are named."""
        return ()

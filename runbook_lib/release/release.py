"""A release that is decided: what it is called, where it starts, and what is in it."""

from dataclasses import field
from datetime import date
from functools import cached_property
from urllib.parse import quote

from runbook_lib.display.table import ROWS, Detail, DetailedTable, Table
from runbook_lib.display.tag_history import TagHistory
from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog import Entry
from runbook_lib.policy.commit_table import compare_table
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.plural import plural
from runbook_lib.policy.release.deployment import deployment_request, load_test_request
from runbook_lib.policy.release.finding import HEADS, Finding
from runbook_lib.policy.release.names import Names
from runbook_lib.policy.release.tag_reading import package_name
from runbook_lib.policy.version import Version
from runbook_lib.policy.version_files.written import Written
from runbook_lib.policy.visible import Shown
from runbook_lib.release.settings import Profile
from runbook_lib.services.bugzilla.mark import make_alias


@frozen
class Decided:
    """What is pinned: the version, the source branch and the commit of it that is released.

    `last` is the last release's tag (empty for the first), `leap` what has to be approved about
    the version, if anything; `package` is what of a monorepo is released, empty for all of it.
    `version_files` are the fields of a `Written` each, None where the run is from before several
    were known; `names` are templates as past releases have them; `following` is the message of the
    commit with the next development version, if there is one.
    """

    version: str
    source: str
    start: str
    last: str
    date: str
    tag_template: str
    reason: str
    leap: str
    package: str = ""
    version_files: list[dict[str, str]] | None = None
    names: dict[str, str] = field(default_factory=dict)
    following: str = ""
    found: list[dict[str, str]] = field(default_factory=list)
    """The fields of a `Finding` each, what was read off the repository."""


def subject_of(version: Version, package: str = "") -> str:
    """What the run of a version is about, as the last part of its name."""
    name = package_name(package)
    return f"{name}-{version.short}" if name else version.short


@frozen
class Release(Shown):
    """A release that is decided: what it is called, where it starts, and what is in it."""

    decision: Decided
    profile: Profile
    commits: tuple[Commit, ...]
    watched: tuple[str, ...]
    """Changed files that operations should know of."""
    note: str = ""
    """What whoever goes on with it should know of the run."""
    history: TagHistory | None = field(default=None, repr=False)
    """The repository's tags over time; None where there are no others."""

    def __str__(self) -> str:
        decision = self.decision
        since = f"{plural(len(self.commits), 'commit')} since {decision.last or 'the beginning'}"
        lines = [
            f"{self.profile.project} {decision.version} from {decision.source} at "
            f"{decision.start:.9}, {since}",
            decision.reason,
        ]
        if decision.leap:
            lines.append(f"? to be approved: {decision.leap.splitlines()[0]}")
        if self.watched:
            lines.append(f"! operations should know of: {', '.join(self.watched)}")
        if self.note:
            lines.append(f"! {self.note}")
        return "\n".join(lines)

    @cached_property
    def version(self) -> Version:
        """The version."""
        return Version.parse(self.decision.version)

    @property
    def found(self) -> DetailedTable:
        """What was read off the repository, where it was seen, and what says otherwise.

        Below it are the commits that it releases, and the tags that there were before.
        """
        rows = tuple(Finding(**one).cells for one in self.decision.found)
        details = [self.contents()]
        if self.history:
            details.append(Detail("Tags over time", self.history.html(), str(self.history)))
        return DetailedTable(Table("What I found", HEADS, rows), tuple(details))

    def contents(self) -> Detail:
        """The commits that it releases, as a table with authors, pull requests and links."""
        place, since = self.profile.github, self.decision.last or "the beginning"
        page = f"{place.web_url}/{place.repository}"
        link = f"{page}/compare/{quote(self.decision.last)}...{self.start}" if self.last else ""
        said = f"{plural(len(self.commits), 'commit')} since {since}"
        more = len(self.commits) - ROWS
        foot = [f"… and {more} more"] if more > 0 else []
        table = compare_table(said, self.commits[:ROWS], page=page, compare=link, foot=foot)
        return Detail(f"What it contains: {said}", table if self.commits else "")

    @cached_property
    def names(self) -> Names:
        """What its tag, branch, commit and titles are called."""
        return names_of(self.profile, self.decision)

    @property
    def version_files(self) -> tuple[Written, ...]:
        """The files that say the version, and what the release writes into each."""
        return tuple(Written(**one) for one in self.decision.version_files or ())

    @property
    def following(self) -> str:
        """The message of the commit with the next development version, if there is one."""
        return self.decision.following

    @property
    def source(self) -> str:
        """The release source branch."""
        return self.decision.source

    @property
    def start(self) -> str:
        """The commit that the release starts from."""
        return self.decision.start

    @property
    def last(self) -> str | None:
        """The last release's tag, or None for the first release."""
        return self.decision.last or None

    @property
    def date(self) -> date:
        """The date of the release."""
        return date.fromisoformat(self.decision.date)

    @property
    def leap(self) -> str:
        """What a person has to approve about the version; empty where there is nothing."""
        return self.decision.leap

    @property
    def alias(self) -> str:
        """What tells the deployment bug of this release from all others."""
        return make_alias(f"deploy {self.profile.project} {self.names.tag}")

    def whole(self, entry: Entry) -> str:
        """Where the changelog's entry can be read where it has been cut."""
        place, path = self.profile.github, quote(f"{self.names.tag}/{entry.file}")
        return f"{place.web_url}/{place.repository}/blob/{path}"

    def deployment_request(self, changes: str, *, link: str, operations: str) -> str:
        """What the bug for the stage deployment says."""
        return deployment_request(
            self.names, changes=changes, link=link, operations=operations, watched=self.watched
        )

    def load_test_request(self) -> str:
        """What QA is asked on that bug."""
        return load_test_request(self.names)


def names_of(profile: Profile, decision: Decided) -> Names:
    """What a decided release's tag, branch, commit and titles are called."""
    templates = profile.names.templates(decision.tag_template, decision.names)
    return Names(profile.project, Version.parse(decision.version), templates)

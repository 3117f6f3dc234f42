"""What a run of the release runbook releases: decided once, and the same in each later session."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from runbook_lib.errors import Refused
from runbook_lib.policy.choice import choose_version
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.deployment import deployment_request, load_test_request
from runbook_lib.policy.names import Names
from runbook_lib.policy.version import (
    ReleaseTag,
    Version,
    find_last_release,
    infer_tag_template,
)
from runbook_lib.profile import Profile
from runbook_lib.run import Run
from runbook_lib.services.bugzilla import make_alias
from runbook_lib.services.repository import Mirror
from runbook_lib.session import PastRun
from runbook_lib.step import check


@dataclass(frozen=True)
class Decided:
    """What is pinned: the version, the source branch and the commit of it that is released.

    `last` is the last release's tag (empty for the first), `leap` what has to be approved about
    the version, if anything.
    """

    version: str
    source: str
    start: str
    last: str
    date: str
    tag_template: str
    reason: str
    leap: str


@dataclass(frozen=True)
class Release:
    """A release that is decided: what it is called, where it starts, and what is in it."""

    decision: Decided
    profile: Profile
    commits: tuple[Commit, ...]
    watched: tuple[str, ...]
    """Changed files that operations should know of."""

    def __str__(self) -> str:
        decision = self.decision
        since = f"{len(self.commits)} commits since {decision.last or 'the beginning'}"
        lines = [
            f"{self.profile.project} {decision.version} from {decision.source} at "
            f"{decision.start:.9}, {since}",
            decision.reason,
        ]
        if self.watched:
            lines.append(f"operations should know of: {', '.join(self.watched)}")
        return "\n".join(lines)

    @cached_property
    def version(self) -> Version:
        """The version."""
        return Version.parse(self.decision.version)

    @cached_property
    def names(self) -> Names:
        """What its tag, branch, commit and titles are called."""
        templates = self.profile.names.templates(self.decision.tag_template)
        return Names(self.profile.project, self.version, templates)

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
        """Why the version is larger than the commits call for; empty where it is not."""
        return self.decision.leap

    @property
    def alias(self) -> str:
        """What tells the deployment bug of this release from all others."""
        return make_alias(f"deploy {self.profile.project} {self.names.tag}")

    def deployment_request(self, changes: str, *, link: str, operations: str) -> str:
        """What the bug for the stage deployment says."""
        return deployment_request(
            self.names, changes=changes, link=link, operations=operations, watched=self.watched
        )

    def load_test_request(self) -> str:
        """What QA is asked on that bug."""
        return load_test_request(self.names)


@check
def decide_release(run: Run, *, version: str = "", last_release: str = "") -> Release:
    """Decide what is released, or find again what an earlier session of the run has decided.

    Without a version it is the one that the commits since the last release call for; a run of
    this project that is not finished goes on, and where nothing new was committed the finished one
    is shown again. Raises what `choose_version` raises.
    """
    decision = resume(run, version) or decide(run, version, last_release)
    mirror = run.mirror
    return Release(
        decision,
        run.profile,
        tuple(mirror.commits(decision.last or None, decision.start)),
        mirror.changed_paths(decision.last or None, decision.start, run.profile.watched_paths),
    )


def resume(run: Run, version: str) -> Decided | None:
    """Join the run that is under way, or the one of that version; None where there is none."""
    runs = run.past_runs()
    if version:
        short = Version.parse(version).short
        named = [past for past in runs if past.subject == short and read_decision(past)]
        return join(run, named[0]) if named else None
    under_way = [past for past in runs if not past.closed and read_decision(past)]
    return join(run, under_way[0]) if under_way else None


def join(run: Run, past: PastRun) -> Decided:
    """Go on in a run of which the decision is known."""
    decision = read_decision(past)
    assert decision is not None, "the caller has looked"
    return run.join(past.subject, decision)


def read_decision(past: PastRun) -> Decided | None:
    """What a run's journal says was decided, if it came that far."""
    pinned = [event for event in past.events if event.kind == "pinned"]
    return Decided(**pinned[0].said["decided"]) if pinned else None


def decide(run: Run, version: str, last_release: str) -> Decided:
    """Decide what is released, and join the run of that."""
    mirror, profile = run.mirror, run.profile
    source = profile.repository.source or mirror.default_branch()
    start = mirror.head(source)
    tags = [tag.name for tag in mirror.tags()]
    template = profile.names.tag or infer_tag_template(tags)
    last = find_last(mirror, tags, template, last_release or profile.repository.last_release)
    commits = mirror.commits(last.tag if last else None, start.id)
    try:
        choice = choose_version(version or None, last, commits, tags)
    except Refused:
        finished = find_finished(run, last) if not version else None
        if finished is None:
            raise
        return join(run, finished)
    return run.join(
        choice.version.short,
        Decided(
            version=str(choice.version),
            source=source,
            start=start.id,
            last=last.tag if last else "",
            date=run.now().date().isoformat(),
            tag_template=template,
            reason=str(choice),
            leap=choice.leap,
        ),
    )


def find_last(mirror: Mirror, tags: list[str], template: str, named: str) -> ReleaseTag | None:
    """The last release: the one that is named, else the newest version among the tags."""
    if not named:
        return find_last_release(tags, template)
    if named not in tags:
        raise Refused(f"expected a tag {named} in {mirror.url} as the last release, found none")
    text = named.lstrip("v")
    return ReleaseTag(Version.parse(text), named)


def find_finished(run: Run, last: ReleaseTag | None) -> PastRun | None:
    """The finished run that made the last release, if it was one of ours."""
    if last is None:
        return None
    runs = [past for past in run.past_runs() if past.subject == last.version.short]
    return runs[0] if runs and read_decision(runs[0]) else None

"""How a repository stands before a push: what would be tagged, as what, and what that brings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from runbook_lib.errors import Refused, UsageError
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.plural import plural
from runbook_lib.policy.push.tags import PushTag, find_base, newest, next_free, tags_of
from runbook_lib.policy.visible import Shown
from runbook_lib.push.tag_warnings import lacking, moved_on, unknown_in_production, unlike
from runbook_lib.push.tagged_repository import TaggedRepository, Wanted, compare_url
from runbook_lib.services.git.clones.clone_status import CloneStatus, look_at_clone
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import read_commits

SHOWN = 50
"""So many of the commits that a tag brings are kept; they are all counted."""


@dataclass(frozen=True)
class PlannedTag:
    """A repository before a push: `head` is its branch now, `wanted` what it would be tagged as.

    `tagged`: the upstream has that tag already. `tags` are all of this push, here and there.
    `commits` are the newest that it brings, `count` how many. `refusal` says why it can't be
    tagged; empty where it can.
    """

    wanted: Wanted
    branch: str
    head: Commit
    tagged: bool
    tags: tuple[str, ...]
    commits: tuple[Commit, ...]
    count: int
    notes: tuple[str, ...]
    refusal: str
    page: str

    @property
    def name(self) -> str:
        """The repository's name."""
        return self.wanted.name

    @property
    def tag(self) -> str:
        """The tag to take."""
        return self.wanted.tag

    @property
    def commit(self) -> str:
        """The commit that the tag stands for, or will."""
        return self.wanted.commit

    @property
    def base(self) -> str:
        """The tag that was last in production; empty where none was."""
        return self.wanted.base

    @property
    def state(self) -> str:
        """Whether it can be tagged, in a word."""
        if self.tagged:
            return "tagged"
        return "refused" if self.refusal else "to be tagged"

    @property
    def compare(self) -> str:
        """The address of what the tag brings, which works once it is pushed; may be empty."""
        return compare_url(self.page, self.base, self.tag)

    @property
    def going_out(self) -> str:
        """The tag, its commit, and the commits that it brings, a line each."""
        since = f"since {self.base}" if self.base else "since the beginning"
        head = f"{self.name} {self.tag} at {self.commit}: {plural(self.count, 'commit')} {since}"
        more = self.count - len(self.commits)
        rest = [f"… and {more} more: {self.compare}"] if more > 0 else []
        return "\n".join([head, *(f"  {line}" for line in [*map(str, self.commits), *rest])])

    @property
    def row(self) -> tuple[str, ...]:
        """Its row of the table."""
        brings = f"{plural(self.count, 'commit')} since {self.base or 'the beginning'}"
        return (self.name, self.tag, self.state, f"{self.branch}: {self.head}", brings)


@dataclass(frozen=True)
class TagPlan(Shown):
    """How all repositories stand before the push of a day."""

    date: date
    planned: tuple[PlannedTag, ...]

    heads = ("repository", "tag", "state", "newest commit", "brings")

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The table's rows."""
        return tuple(one.row for one in self.planned)

    @property
    def foot(self) -> tuple[str, ...]:
        """What is worth knowing of each, the refusals first."""
        refusals = [f"{one.name}: {one.refusal}" for one in self.planned if one.refusal]
        notes = [f"{one.name}: {note}" for one in self.planned for note in one.notes]
        return (*refusals, *notes)

    def __iter__(self) -> Iterator[PlannedTag]:
        return iter(self.planned)

    def __str__(self) -> str:
        looked = ", ".join(f"{one.name} {one.tag} {one.state}" for one in self.planned)
        return "\n".join([looked, *(f"! {line}" for line in self.foot)])

    def wanted(self) -> tuple[Wanted, ...]:
        """What is to be tagged; raises `Refused` where that can't be, for every such reason."""
        refusals = [f"{one.name}: {one.refusal}" for one in self.planned if one.refusal]
        if refusals:
            raise Refused("\n".join(["nothing is tagged yet:", *refusals]))
        return tuple(one.wanted for one in self.planned)


def look_at(repository: TaggedRepository, *, day: date, decided: Wanted | None) -> PlannedTag:
    """Look at one repository; what was `decided` before stays, unless the tag is taken by now."""
    repository.mirror.bring_up_to_date()
    head, there = repository.mirror.head(repository.branch), repository.tags()
    kept = decided if decided and is_open(repository, decided, there, head.id) else None
    commit = kept.commit if kept else commit_of(repository.mirror.git, day, there, head.id)
    clone, refusal = ask_clone(repository, day, head.id, commit)
    wanted = kept or decide(repository, day, there, mine(clone.tags, there, commit), commit)
    tagged = there.get(wanted.tag) == commit
    notes = (
        *moved_on(repository, decided, kept, head, commit),
        *unlike(clone, there),
        *unknown_in_production(repository, there),
        *lacking(repository.mirror.git, wanted),
        *clone.notes,
        *([refusal] if refusal and tagged else []),
    )
    since = [f"^{repository.mirror.find(wanted.base)}"] if wanted.base else []
    return PlannedTag(
        wanted=wanted,
        branch=repository.branch,
        head=head,
        tagged=tagged,
        tags=tags_of(day, [*there, *clone.tags]),
        commits=tuple(read_commits(repository.mirror.git, f"--max-count={SHOWN}", commit, *since)),
        count=int(repository.mirror.git.run("rev-list", "--count", commit, *since, "--").text),
        notes=notes,
        refusal="" if tagged else refusal,
        page=repository.page.rstrip("/"),
    )


def is_open(
    repository: TaggedRepository, decided: Wanted, there: dict[str, str], head: str
) -> bool:
    """Whether a decision can still be kept.

    That is where it is tagged already, or nobody has taken the tag for something else, and the
    branch still has the commit: what was taken back from it is not to go out.
    """
    if decided.tag in there:
        return there[decided.tag] == decided.commit
    return repository.mirror.git.is_ancestor(decided.commit, head)


def commit_of(git: Git, day: date, there: dict[str, str], head: str) -> str:
    """What this push's tag stands for: the branch's head, or a tag of the push that has all of it.

    A tag that was picked together on top of the head has it too.
    """
    last = newest(day, there)
    return there[last] if last and git.is_ancestor(head, there[last]) else head


def decide(
    repository: TaggedRepository,
    day: date,
    there: dict[str, str],
    mine: dict[str, str],
    commit: str,
) -> Wanted:
    """The tag for a commit: the push's newest if it stands there already, else the next free."""
    last = newest(day, there)
    tag = last if last and there[last] == commit else next_free(day, [*there, *mine])
    return Wanted(
        repository.name, tag, commit, find_base(tag, there, production=repository.production)
    )


def mine(tags: dict[str, str], there: dict[str, str], commit: str) -> dict[str, str]:
    """The clone's own tags that are in the way: never pushed, and at another commit."""
    return {name: at for name, at in tags.items() if name not in there and at != commit}


def ask_clone(
    repository: TaggedRepository, day: date, head: str, commit: str
) -> tuple[CloneStatus, str]:
    """What the operator's clone says, or why nothing can be tagged as long as it is so."""
    nothing = CloneStatus({}, ())
    if repository.clone is None:
        return nothing, ""
    name = str(PushTag(day))
    try:
        git, branch = repository.mirror.git, repository.branch
        return look_at_clone(repository.clone, git, branch, head=head, commit=commit, day=name), ""
    except (Refused, UsageError) as error:
        return nothing, str(error)

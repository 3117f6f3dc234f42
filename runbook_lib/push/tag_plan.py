"""How repositories stand before a push, as a table: what would be tagged, and what that brings."""

from collections.abc import Iterator
from datetime import date

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.visible import Shown
from runbook_lib.push.brought import Brought
from runbook_lib.push.tagged_repository import Wanted


@frozen
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
    def brought(self) -> Brought:
        """What the tag brings, for people to read."""
        return Brought(self.wanted, self.commits, self.count, self.page)

    @property
    def row(self) -> tuple[str, ...]:
        """Its row of the table."""
        newest = f"{self.branch}: {self.head}"
        return (self.name, self.tag, self.state, newest, self.brought.counted)


@frozen
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

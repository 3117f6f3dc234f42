"""The repositories of a push: each with its branch, its tag, and where people look at it."""

from collections.abc import Iterator, Sequence

from runbook_lib.frozen import frozen
from runbook_lib.policy.push.notes.links import CompareLink
from runbook_lib.policy.push.tag_form import USUAL, TagForm
from runbook_lib.policy.visible import Shown
from runbook_lib.services.git.clones.mirror import Mirror
from runbook_lib.services.git.clones.operator_clone import OperatorClone
from runbook_lib.services.git.history import SHORT
from runbook_lib.services.git.remote import Remote


@frozen
class TaggedRepository:
    """One repository of a push; `page` is its web address, as https://github.com/owner/name.

    `production` is the tag that its version page in production names, if it names one. The
    operator's `clone` is only ever looked at. `base` is the tag or commit that is tagged this week
    instead of the branch's newest commit; empty where it is that. `form` is how the team calls its
    tags.
    """

    name: str
    mirror: Mirror
    branch: str
    page: str
    production: str = ""
    clone: OperatorClone | None = None
    base: str = ""
    form: TagForm = USUAL

    @property
    def upstream(self) -> Remote:
        """The repository itself; raises what making its mirror raises, where there is none yet."""
        if not (self.mirror.path / "HEAD").exists():
            self.mirror.bring_up_to_date()
        return self.mirror.upstream

    def tags(self) -> dict[str, str]:
        """The commit of each tag that the mirror has."""
        return {tag.name: tag.commit for tag in self.mirror.tags()}

    def tagged(self, tag: str, commit: str, base: str) -> "Tagged":
        """A tag of it that is pushed."""
        return Tagged(self.name, tag, commit, base, self.page.rstrip("/"))


@frozen
class Wanted:
    """What is decided for a repository: its tag, the tag's commit, and what it is compared with.

    `base` is the tag that was last in production; empty where nothing ever was.
    """

    name: str
    tag: str
    commit: str
    base: str

    def __str__(self) -> str:
        since = f", since {self.base}" if self.base else ""
        return f"{self.name} {self.tag} at {self.commit:.{SHORT}}{since}"

    __repr__ = __str__


@frozen
class Tagged(Shown):
    """A tag that a repository has at a commit; `page` is the repository's web address."""

    name: str
    tag: str
    commit: str
    base: str
    page: str

    def __str__(self) -> str:
        return f"{self.name} has {self.tag} at {self.commit:.{SHORT}}"

    @property
    def link(self) -> str:
        """The tag's page."""
        return f"{self.page}/releases/tag/{self.tag}"

    @property
    def compare(self) -> str:
        """The address of what it brings; empty where it is compared with nothing."""
        return compare_url(self.page, self.base, self.tag)


@frozen
class Tags(Shown):
    """The tags of a push, one of each repository."""

    tagged: tuple[Tagged, ...]

    heads = ("repository", "tag", "commit", "since", "link")

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The table's rows."""
        return tuple(
            (
                one.name,
                one.tag,
                f"{one.commit:.{SHORT}}",
                one.base or "the beginning",
                one.compare or one.link,
            )
            for one in self.tagged
        )

    def __iter__(self) -> Iterator[Tagged]:
        return iter(self.tagged)

    def __str__(self) -> str:
        return aligned((self.heads, *self.rows))


def compare_url(page: str, base: str, tag: str) -> str:
    """Where a repository's page compares two tags; empty without a tag to begin with."""
    return CompareLink.between(page, base, tag).url if base else ""


def aligned(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows as plain text, in columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )

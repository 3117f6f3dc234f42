"""What a tag brings of a repository: the commits since the one that it is compared with."""

from runbook_lib.frozen import frozen
from runbook_lib.policy.commit_table import compare_table
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.plural import plural
from runbook_lib.push.tagged_repository import Tagged, Wanted, compare_url
from runbook_lib.services.git.clones.mirror import Mirror
from runbook_lib.services.git.history import read_commits

SHOWN = 50
"""So many of the commits that a tag brings are kept; they are all counted."""


@frozen
class Brought:
    """What a tag brings: `commits` are the newest, `count` how many; `page` is the repository's."""

    tag: Wanted | Tagged
    commits: tuple[Commit, ...]
    count: int
    page: str

    @property
    def headline(self) -> str:
        """The tag, its commit, and how many commits it brings."""
        tag = self.tag
        return f"{tag.name} {tag.tag} at {tag.commit}: {self.counted}"

    @property
    def counted(self) -> str:
        """How many commits it brings, since which tag."""
        return f"{plural(self.count, 'commit')} since {self.tag.base or 'the beginning'}"

    @property
    def compare(self) -> str:
        """The address of what it brings, which works once it is pushed; may be empty."""
        return compare_url(self.page, self.tag.base, self.tag.tag)

    @property
    def more(self) -> list[str]:
        """How many commits are not among those that are shown."""
        more = self.count - len(self.commits)
        return [f"… and {more} more: {self.compare}"] if more > 0 else []

    def __str__(self) -> str:
        lines = [*map(str, self.commits), *self.more]
        return "\n".join([self.headline, *(f"  {line}" for line in lines)])

    def html(self) -> str:
        """The same as a table, with links and authors."""
        return compare_table(
            self.headline, self.commits, page=self.page, compare=self.compare, foot=self.more
        )


def read_brought(mirror: Mirror, commit: str, base: str) -> tuple[tuple[Commit, ...], int]:
    """The newest commits that a tag at `commit` brings since a tag or commit, and how many."""
    if base == commit:
        return (), 0
    since = [f"^{mirror.find(base)}"] if base else []
    commits = tuple(read_commits(mirror.git, f"--max-count={SHOWN}", commit, *since))
    if len(commits) < SHOWN:
        return commits, len(commits)
    return commits, int(mirror.git.run("rev-list", "--count", commit, *since, "--").text)

"""What is to be picked into a new tag, what is left out of it, and what came of it."""

import hashlib

from runbook_lib.frozen import frozen
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.plural import plural
from runbook_lib.policy.push.notes.picks import Pick
from runbook_lib.policy.visible import Shown
from runbook_lib.services.git.history import SHORT, listed


@frozen
class Picks(Shown):
    """Commits to pick, in the order in which they are, on top of the tag `base` into a new `tag`.

    `warnings` is a text for a gate, empty where there are none. Where a tag has them all already,
    it is `tag`, and `made` its commit; else that is empty.
    """

    name: str
    base: str
    begin: str
    """The commit of `base`."""
    tag: str
    picks: tuple[Commit, ...]
    left_out: tuple[str, ...]
    warnings: str
    made: str
    wishes: tuple[Pick, ...]
    """What was asked for, as it was asked: to be struck in the notes once the tag is pushed."""
    commits: tuple[str, ...]
    """All commits that were asked for, also those that the tag has already."""
    compared: str
    """The tag in production, which the new one is compared with; may be empty."""

    def __str__(self) -> str:
        rows = [f"  {commit}" for commit in self.picks]
        said = [f"left out: {one}" for one in self.left_out]
        return "\n".join([self.headline, *rows, *said, *self.warnings.splitlines()])

    @property
    def headline(self) -> str:
        """All of it in one line."""
        if self.made:
            return f"{self.name} {self.tag} at {self.made:.{SHORT}} has all of it already"
        return f"{self.name} {self.tag} is {self.base} and {plural(len(self.picks), 'commit')}:"

    @property
    def digest(self) -> str:
        """What stands for just these picks on just that commit."""
        ids = [self.begin, *(commit.id for commit in self.picks)]
        return hashlib.sha256("\n".join(ids).encode()).hexdigest()


@frozen
class Picked(Shown):
    """The commit of a new tag: `picks` on top of the tag `base`; the rest as in `Picks`."""

    name: str
    base: str
    tag: str
    commit: str
    picks: tuple[str, ...]
    left_out: tuple[str, ...]
    wishes: tuple[Pick, ...]
    commits: tuple[str, ...]
    compared: str

    def __str__(self) -> str:
        picks = listed(f"{commit:.{SHORT}}" for commit in self.picks)
        had = f"{self.base} and {picks}" if self.picks else "nothing is to be picked"
        left = f"; left out: {'; '.join(self.left_out)}" if self.left_out else ""
        return f"{self.name} {self.tag} at {self.commit:.{SHORT}}: {had}{left}"

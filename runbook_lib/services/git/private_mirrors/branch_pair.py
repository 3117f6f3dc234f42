"""Where a branch is in a public repository and in its private mirror, told by ids alone."""

from typing import Protocol

from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown
from runbook_lib.services.git.history import SHORT
from runbook_lib.services.git.private_mirrors.merging import Merged
from runbook_lib.services.git.private_mirrors.side import CATCH_UP

UPSTREAM, SECURITY = "upstream", "security"


class OnMain(Protocol):
    """What has come to the public main, or is to come there."""

    @property
    def commit(self) -> str:
        """Its newest commit."""


@frozen
class Equal(Shown):
    """Both repositories have a branch at the same commit."""

    branch: str
    commit: str

    def __str__(self) -> str:
        return f"{UPSTREAM} and {SECURITY} have {self.branch} at {self.commit:.{SHORT}}"


@frozen
class Published(Shown):
    """A merge that the public repository has."""

    branch: str
    commit: str
    note: str = ""

    def __str__(self) -> str:
        return f"{UPSTREAM}/{self.branch} has {self.commit:.{SHORT}}{self.note}"


@frozen
class Followed(Shown):
    """The private mirror's branch: a part of the public one, up to `commit`."""

    branch: str
    commit: str
    note: str = ""

    def __str__(self) -> str:
        return f"{SECURITY}/{self.branch} is at {self.commit:.{SHORT}}{self.note}"


@frozen
class Heads:
    """Where a branch is in both repositories."""

    public: str
    private: str

    @property
    def note(self) -> str:
        """That the public one has moved on, where it has."""
        if self.public == self.private:
            return ""
        return f"; {UPSTREAM} has moved on to {self.public:.{SHORT}}. {CATCH_UP}"


def moved_on(branch: str, merged: Merged, public: str) -> str:
    """What to do where the public branch is not where the merge was made."""
    return (
        f"expected {branch} of {UPSTREAM} at {merged.base:.{SHORT}}, where the merge was made, "
        f"found it at {public:.{SHORT}}: run this again from the merge on. It is made anew on top, "
        "and its diff has to be approved as it is then"
    )


def not_public(branch: str, commit: str, public: str) -> str:
    """What to do where the public branch has not got what the private one is to get."""
    return (
        f"expected {commit:.{SHORT}} in {branch} of {UPSTREAM}, found it at {public:.{SHORT}} "
        f"without: {SECURITY} only gets what is public. Push to {UPSTREAM} first (step "
        "push_upstream), then run this again"
    )

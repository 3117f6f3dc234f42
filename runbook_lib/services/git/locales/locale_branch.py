"""A branch with extracted texts on the upstream: found as it is there, or in what it was merged to.

Two operators who extract the same texts make two commits of them; it is the texts that count.
"""

from runbook_lib.errors import Conflict, Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural
from runbook_lib.policy.visible import Shown
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import SHORT, listed
from runbook_lib.services.git.locales.messages import same_text
from runbook_lib.services.git.remote import Remote


@frozen
class Extracted(Shown):
    """What an extraction changes of `base`; `left_out` are files outside of the profile's paths."""

    branch: str
    base: str
    commit: str
    files: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether there is anything new."""
        return self.commit != self.base

    def __str__(self) -> str:
        found = f"{self.branch} has {listed(self.files)}" if self.changed else "no new texts"
        besides = f"; left out, not in locales.paths: {listed(self.left_out)}"
        return found + (besides if self.left_out else "")


@frozen
class PushedLocales(Shown):
    """New texts as the upstream has them; `needs_pull` where a pull request is to bring them in."""

    branch: str
    commit: str
    needs_pull: bool
    note: str = ""

    def __str__(self) -> str:
        if not self.needs_pull:
            return self.note
        return f"origin has {self.branch} at {self.commit:.{SHORT}}{self.note}"


def find_pushed(upstream: Remote, extracted: Extracted) -> PushedLocales | None:
    """The branch as the upstream has it, or None; raises `Conflict` where it has other texts."""
    there = find_head(upstream, extracted.branch)
    if there is None:
        return None
    note = compared(upstream.git, extracted, there)
    if note is None:
        raise Conflict(
            f"expected {extracted.branch} on {upstream} with the texts of "
            f"{extracted.commit:.{SHORT}}, found others at {there:.{SHORT}}: a pushed branch is "
            "never forced. See who pushed it; merge it or delete it, then run this again"
        )
    return PushedLocales(extracted.branch, there, True, note)


def compared(git: Git, extracted: Extracted, there: str) -> str | None:
    """How a pushed branch compares with what was extracted; None where the texts differ."""
    if there == extracted.commit:
        return ""
    if git.is_ancestor(extracted.commit, there):
        return f" ({plural(git.count(extracted.commit, there), 'commit')} added since)"
    return " (somebody else pushed the same texts)" if has_texts(git, there, extracted) else None


def find_merged(upstream: Remote, extracted: Extracted, into: str) -> PushedLocales | None:
    """The branch that has the texts already, however they came there; or None."""
    head = find_head(upstream, into)
    if head is None:
        raise Refused(f"expected a branch {into} of {upstream}, found none; correct its name")
    if not has_texts(upstream.git, head, extracted):
        return None
    note = f"{into} has the new texts already, at {head:.{SHORT}}"
    return PushedLocales(extracted.branch, head, False, note)


def find_head(upstream: Remote, branch: str) -> str | None:
    """The commit that a branch is at, which is then here too; None where there is no such one."""
    full = f"refs/heads/{branch}"
    there = upstream.refs(full).get(full)
    if there and not upstream.git.commit_at(there):
        plain = ("--quiet", "--no-tags", "--no-write-fetch-head")
        upstream.git.run("fetch", *plain, "--", upstream.name, full)
    return there


def has_texts(git: Git, commit: str, extracted: Extracted) -> bool:
    """Whether a commit has all of the texts that were extracted."""
    return all(same_text(git, commit, extracted.commit, path) for path in extracted.files)

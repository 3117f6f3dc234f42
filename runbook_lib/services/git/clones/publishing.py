"""Branch and tag on the upstream: pushed together, and merged."""

from runbook_lib.errors import Conflict, Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural
from runbook_lib.policy.visible import Shown
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import SHORT
from runbook_lib.services.git.remote import Remote


@frozen
class Pushed(Shown):
    """A branch and a tag that the upstream has at one commit; `head` is the branch's newest."""

    upstream: str
    branch: str
    tag: str
    commit: str
    head: str
    note: str = ""

    def __str__(self) -> str:
        return (
            f"{self.upstream} has {self.branch} and {self.tag} at {self.commit:.{SHORT}}{self.note}"
        )


@frozen
class Merged(Shown):
    """A commit that is part of a branch of the upstream."""

    upstream: str
    into: str
    commit: str

    def __str__(self) -> str:
        return f"{self.upstream}/{self.into} has {self.commit:.{SHORT}}"


def find_pushed(remote: Remote, branch: str, tag: str, following: str = "") -> Pushed | None:
    """Branch and tag as the upstream has them, or None where either is not there yet.

    With a commit `following` the branch's, that is its newest one there. Raises `Conflict` where
    one of them is something else there. The two are pushed as one: where the tag is there without
    the branch, and the commit is in another branch, ours was merged and deleted since.
    """
    head, full_tag = f"refs/heads/{branch}", f"refs/tags/{tag}"
    commit, tag_id = local(remote.git, head), local(remote.git, full_tag)
    there = remote.refs(head, full_tag)
    check_tag(remote, tag, tag_id, there)
    tip = following or commit
    note = check_branch(remote, branch, tip, there.get(head))
    if full_tag not in there:
        return None
    if head not in there:
        remote.fetch()
        if not remote.branches_with(tip):
            return None
        note = f" ({branch} was merged and deleted since)"
    elif there[head] != tip and not note:
        return None
    note = f", and {following:.{SHORT}} on top of it{note}" if following else note
    return Pushed(remote.name, branch, tag, commit, tip, note)


def local(git: Git, name: str) -> str:
    """The id of what is to be pushed."""
    found = git.object_at(name)
    if found is None:
        raise Refused(f"expected {name} in {git.folder}, and it is not there; make it first")
    return found


def check_tag(remote: Remote, tag: str, tag_id: str, there: dict[str, str]) -> None:
    """Refuse to push a tag that the upstream has already as something else."""
    found = there.get(f"refs/tags/{tag}", tag_id)
    if found != tag_id:
        at = there.get(f"refs/tags/{tag}^{{}}", found)
        here = remote.git.object_at(f"refs/tags/{tag}^{{}}") or tag_id
        raise Conflict(
            f"tag {tag} on {remote} is {found:.{SHORT}} at {at:.{SHORT}}, here it is "
            f"{tag_id:.{SHORT}} at {here:.{SHORT}}; a pushed tag is never moved: run this again "
            "from the top, which goes on with theirs where it is this release; or choose another "
            "version"
        )


def check_branch(remote: Remote, branch: str, commit: str, there: str | None) -> str:
    """Refuse to push a branch that would have to be forced; say so where others went on from it."""
    git = remote.git
    if there in (None, commit):
        return ""
    assert there is not None, "None is in the pair above"
    if git.commit_at(there) is None:
        remote.fetch_branch(branch)
    if git.is_ancestor(there, commit):
        return ""
    if git.is_ancestor(commit, there):
        return f" ({plural(git.count(commit, there), 'commit')} added to {branch} since)"
    raise Conflict(
        f"{branch} on {remote} is at {there:.{SHORT}}, which does not go with {commit:.{SHORT}} "
        "here; a pushed branch is never forced: look at who pushed it, or choose another version"
    )


def find_merged(remote: Remote, commit: str, into: str) -> Merged:
    """The commit as part of a branch of the upstream; raises `Refused` where it is not."""
    head = remote.fetch_branch(into)
    if remote.git.is_ancestor(commit, head):
        return Merged(remote.name, into, commit)
    same = find_same_change(remote.git, commit, head)
    if same:
        raise Refused(
            f"{commit:.{SHORT}} is not reachable from {remote}/{into}: its change is there as "
            f"{same:.{SHORT}}, so the pull request was squashed or rebased, and the tag stands "
            f"outside {into}. Merge {commit:.{SHORT}} into {into} once more with a merge commit, "
            "then run this again; or release under another version"
        )
    raise Refused(
        f"expected {commit:.{SHORT}} in {remote}/{into} ({head:.{SHORT}}), and it is not reachable "
        "from there. If the pull request is merged, it was squashed together with other commits: "
        "merge the release branch once more with a merge commit; else merge it, then run this again"
    )


def find_same_change(git: Git, commit: str, head: str) -> str | None:
    """A commit reachable from `head` that makes the same change as `commit`, or None."""
    ids = git.run(
        "rev-list", "--cherry-mark", "--right-only", "--no-merges", f"{commit}...{head}", "--"
    ).lines
    return next((line[1:] for line in ids if line.startswith("=")), None)

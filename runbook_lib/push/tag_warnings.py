"""What is worth knowing of a repository before it is tagged, and does not stop it."""

from runbook_lib.policy.commits import Commit
from runbook_lib.policy.plural import plural
from runbook_lib.push.tagged_repository import TaggedRepository, Wanted
from runbook_lib.services.git.clones.clone_status import CloneStatus
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import SHORT, find_commit, listed


def moved_on(
    repository: TaggedRepository,
    decided: Wanted | None,
    kept: Wanted | None,
    head: Commit,
    commit: str,
) -> list[str]:
    """What is decided, and not as it would be now."""
    if decided and not kept:
        taken = decided.tag in repository.tags()
        why = "somebody has pushed it at another" if taken else f"{repository.branch} has lost that"
        return [
            f"{decided.tag} was decided for {decided.commit:.{SHORT}}, and {why} commit: "
            "decided anew"
        ]
    beyond = repository.mirror.git.count(commit, head.id)
    told = (
        f"{repository.branch} has moved on by {plural(beyond, 'commit')} to {head} (not followed)"
    )
    return [told] if kept and beyond else []


def unlike(clone: CloneStatus, there: dict[str, str]) -> list[str]:
    """Tags of this push that the clone has and upstream has not, or not at that commit."""
    return [
        f"{name} is at {commit:.{SHORT}} in the operator's clone, "
        + (f"and at {there[name]:.{SHORT}} upstream" if name in there else "and was never pushed")
        for name, commit in clone.tags.items()
        if there.get(name) != commit
    ]


def unknown_in_production(repository: TaggedRepository, there: dict[str, str]) -> list[str]:
    """A word where production names something that is no tag of the repository."""
    runs, name = repository.production, repository.name
    told = f"production says that it runs {runs!r}, which is no tag of {name}"
    return [told] if runs and runs not in there else []


def lacking(git: Git, wanted: Wanted) -> list[str]:
    """What production has and the tag would not: picked into an older tag, and nowhere else."""
    if not wanted.base:
        return []
    both = f"{wanted.commit}...refs/tags/{wanted.base}"
    only = ("--right-only", "--cherry-pick", "--no-merges")
    lost = [find_commit(git, commit) for commit in git.run("rev-list", *only, both, "--").lines]
    told = f"{wanted.base} has what {wanted.tag} would not: {listed(map(str, lost), 5)}"
    return [told] if lost else []

"""What is worth knowing of a repository before it is tagged, and does not stop it."""

from datetime import date

from runbook_lib.policy.commits import Commit
from runbook_lib.policy.plural import plural
from runbook_lib.push.tagged_repository import TaggedRepository, Wanted
from runbook_lib.services.git.clones.clone_status import CloneStatus
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import SHORT, find_commit, listed


def decided_anew(
    repository: TaggedRepository, decided: Wanted | None, wanted: Wanted, there: dict[str, str]
) -> list[str]:
    """What was decided, and is not as it would be now."""
    if decided is None or (decided.tag, decided.commit) == (wanted.tag, wanted.commit):
        return []
    was = f"{decided.tag} was decided for {decided.commit:.{SHORT}}"
    if there.get(decided.tag) == decided.commit:
        return [f"{decided.tag} is there, and {wanted.tag} after it"]
    if decided.tag in there:
        return [f"{was}, and somebody has pushed it at another commit: that one is taken"]
    if wanted.tag in there:
        return [f"{was}, and somebody has made {wanted.tag} meanwhile: that one is taken"]
    if repository.base:
        return [f"{was}, and the week has it from {repository.base}: decided anew"]
    lost = f"{repository.branch} has lost that commit"
    why = lost if wanted.tag == decided.tag else f"{wanted.tag} is asked for"
    return [f"{was}, and {why}: decided anew"]


def moved_on(repository: TaggedRepository, wanted: Wanted, head: Commit, asked: str) -> list[str]:
    """What the branch has beyond what is tagged, and how that is `asked` for, where it can be."""
    beyond = repository.mirror.git.count(wanted.commit, head.id)
    more = f"; {asked} tags that" if asked else ""
    told = (
        f"{repository.branch} has moved on by {plural(beyond, 'commit')} to {head} "
        f"(not followed{more})"
    )
    return [told] if beyond else []


def ask_for(day: date, *named: str) -> str:
    """How more tags of the push of a day are asked for, each as `server 2026.03.12-1`.

    It may be another push than the next one.
    """
    return f"-p push_date={day} -p 'follow_up={', '.join(named)}'"


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


def lacking(git: Git, wanted: Wanted, there: dict[str, str]) -> list[str]:
    """What production has and the tag would not: picked into an older tag, and nowhere else."""
    if not wanted.base or there.get(wanted.base) == wanted.commit:
        return []
    both = f"{wanted.commit}...refs/tags/{wanted.base}"
    only = ("--right-only", "--cherry-pick", "--no-merges")
    lost = [find_commit(git, commit) for commit in git.run("rev-list", *only, both, "--").lines]
    told = f"{wanted.base} has what {wanted.tag} would not: {listed(map(str, lost), 5)}"
    return [told] if lost else []

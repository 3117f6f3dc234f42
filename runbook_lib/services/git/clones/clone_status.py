"""How the operator's own clone stands to what is tagged: ahead, behind, changed; only looked at."""

from collections.abc import Sequence

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural
from runbook_lib.services.git.clones.operator_clone import OperatorClone
from runbook_lib.services.git.git import Git, one_a_line
from runbook_lib.services.git.history import SHORT, listed
from runbook_lib.services.git.status import read_status

FAR = 500
"""How many commits of the clone's branch are looked at for ones that the upstream lacks."""


@frozen
class CloneStatus:
    """The tags of a push that the clone has, and what of it is worth knowing."""

    tags: dict[str, str]
    notes: tuple[str, ...]


def look_at_clone(
    clone: OperatorClone, mirror: Git, branch: str, *, head: str, commit: str, tags: Sequence[str]
) -> CloneStatus:
    """Look at a clone; `head` is the upstream's branch, `commit` what is to be tagged.

    `tags` are the patterns of the tags that it may have been tagged by.

    Raises `Refused` where the clone's branch has commits that the upstream lacks, for they would
    not go out, and where it lacks the commit itself, for then nobody has seen here what goes out.
    """
    clone.check_whole()
    tip = clone.look.commit_at(f"refs/heads/{branch}")
    if tip:
        check_ahead(clone, branch, unpushed(clone.look, mirror, tip, head))
        check_behind(clone, mirror, branch, tip, commit)
    changes = read_status(clone.look).changes
    notes = [f"{clone.path} has changes that are not committed ({listed(changes, 3)}): not tagged"]
    return CloneStatus(read_tags_of(clone.look, tags), tuple(notes if changes else ()))


def unpushed(clone: Git, mirror: Git, tip: str, head: str) -> list[str]:
    """The clone's newest commits that are not reachable from the upstream's branch."""
    mine = clone.run("rev-list", f"--max-count={FAR}", tip, "--").lines
    there = {*filter(None, mirror.objects_at(mine))}
    asked = one_a_line([*there, f"^{head}"])
    beside = set(mirror.run("rev-list", "--stdin", stdin=asked).lines) if there else set()
    return [commit for commit in mine if commit not in there or commit in beside]


def check_ahead(clone: OperatorClone, branch: str, commits: list[str]) -> None:
    """Refuse a clone with commits that the upstream's branch does not have."""
    if commits:
        ids = listed((f"{commit:.{SHORT}}" for commit in commits), 5)
        raise Refused(
            f"expected {branch} in {clone.path} as upstream has it, found it ahead by "
            f"{plural(len(commits), 'commit')} ({ids}), which would not be in the tag; push them, "
            "or move them to a branch of their own, then run this again"
        )


def check_behind(clone: OperatorClone, mirror: Git, branch: str, tip: str, commit: str) -> None:
    """Refuse a clone that lacks the commit that is to be tagged."""
    if not mirror.is_ancestor(commit, tip):
        raise Refused(
            f"expected {branch} in {clone.path} to have {commit:.{SHORT}}, which is to be tagged, "
            f"found it behind by {plural(mirror.count(tip, commit), 'commit')}; "
            f"git -C {clone.path} pull, then run this again"
        )


def read_tags_of(git: Git, patterns: Sequence[str]) -> dict[str, str]:
    """The commits of a clone's tags whose names are of one of the patterns."""
    form = "--format=%(refname:lstrip=2)%00%(objectname)%00%(*objectname)"
    lines = git.run("for-each-ref", form, *(f"refs/tags/{one}" for one in patterns)).lines
    return {name: peeled or this for name, this, peeled in (line.split("\0") for line in lines)}

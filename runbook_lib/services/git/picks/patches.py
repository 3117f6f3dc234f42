"""Which commits make the same change: by their patch ids, and by what `cherry-pick -x` wrote."""

import re
from collections.abc import Iterable

from runbook_lib.services.git.git import Git, one_a_line

TRAILER = re.compile(r"^\(cherry picked from commit ([0-9a-f]{40,64})\)$", re.MULTILINE)


def patch_ids(git: Git, commits: Iterable[str]) -> dict[str, str]:
    """The patch id of each commit; one that changes nothing, and a merge, has none.

    https://git-scm.com/docs/git-patch-id
    """
    asked = one_a_line(commits)
    plain = ("-p", "-r", "--root", "--full-index", "--no-renames", "--no-ext-diff", "--no-textconv")
    patches = git.run("diff-tree", "--stdin", *plain, stdin=asked).written if asked else b""
    lines = git.run("patch-id", "--stable", stdin=patches).lines
    return {commit: patch for patch, commit in (line.split() for line in lines)}


def origins(git: Git, commits: Iterable[str]) -> dict[str, str]:
    """The commit that each was picked from, as the last trailer of its message tells."""
    asked = one_a_line(commits)
    if not asked:
        return {}
    form = "--format=tformat:%H%x00%B%x00"
    fields = git.run(
        "log", "--no-show-signature", "--no-walk=unsorted", "--stdin", form, stdin=asked
    ).fields
    pairs = zip(fields[::2], fields[1::2], strict=True)
    told = {commit.strip(): TRAILER.findall(message) for commit, message in pairs}
    return {commit: found[-1] for commit, found in told.items() if found}


def find_same_changes(git: Git, side: Iterable[str], commits: Iterable[str]) -> dict[str, str]:
    """Those of the `commits` that are picked into a `side`, each with what it is called there."""
    there, wanted = list(side), list(commits)
    if not there or not wanted:
        return {}
    ids = patch_ids(git, [*there, *wanted])
    by_patch = {ids[commit]: commit for commit in there if commit in ids}
    by_trailer = {origin: commit for commit, origin in origins(git, there).items()}
    found = {
        commit: by_trailer.get(commit) or by_patch.get(ids.get(commit, "")) for commit in wanted
    }
    return {commit: same for commit, same in found.items() if same}


def is_series(git: Git, base: str, tip: str, commits: Iterable[str]) -> bool:
    """Whether what lies between two commits is just these picks, in their order."""
    made = git.run("rev-list", "--topo-order", "--reverse", f"{base}..{tip}", "--").lines
    wanted = list(commits)
    same = find_same_changes(git, made, wanted)
    return bool(made) and git.is_ancestor(base, tip) and [same.get(one) for one in wanted] == made

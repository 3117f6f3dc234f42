"""What is asked to be picked, in the branch's order, without what a tag has already."""

from collections.abc import Mapping
from datetime import date

from runbook_lib.policy.commits import Commit
from runbook_lib.policy.push.tag_form import TagForm
from runbook_lib.policy.push.tags import tags_of
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import SHORT, find_commit
from runbook_lib.services.git.picks.patches import find_same_changes, is_series


def sort_out(
    git: Git, begin: str, head: str, asked: list[str], base: str
) -> tuple[list[Commit], tuple[str, ...]]:
    """The commits in the order of the branch, and a word on each that the tag has already."""
    order = git.run("rev-list", "--topo-order", "--reverse", head, f"^{begin}", "--").lines
    side = git.run("rev-list", "--no-merges", begin, f"^{head}", "--").lines
    lacking = [commit for commit in order if commit in set(asked)]
    same = find_same_changes(git, side, lacking)
    within = [commit for commit in dict.fromkeys(asked) if commit not in lacking]
    words = [f"{find_commit(git, commit)} is in {base} already" for commit in within]
    words += [
        f"{find_commit(git, commit)} is in {base} already, as {same:.{SHORT}}"
        for commit, same in same.items()
    ]
    return [find_commit(git, one) for one in lacking if one not in same], tuple(words)


def find_made(
    git: Git, form: TagForm, day: date, tags: Mapping[str, str], base: str, picks: list[str]
) -> tuple[str, str]:
    """The push's tag that is just these picks on top of the base, with its commit; or nothing.

    Where nothing is left to pick, it is the base itself, if that is one of the push.
    """
    if not picks:
        return (base, tags[base]) if base in tags_of(form, day, tags) else ("", "")
    for tag in reversed(tags_of(form, day, tags)):
        if is_series(git, tags[base], tags[tag], picks):
            return tag, tags[tag]
    return "", ""

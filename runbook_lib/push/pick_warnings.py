"""What a person has to decide before picks are made."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from runbook_lib.policy.commits import Commit
from runbook_lib.push.picks import Picks
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import find_commit, listed
from runbook_lib.services.git.picks.patches import find_same_changes
from runbook_lib.services.git.picks.prerequisites import Span


def find_warnings(
    git: Git, picks: Picks, migrations: Collection[str], *, newest: tuple[str, str]
) -> tuple[str, ...]:
    """Missing prerequisites, migrations that are left out, and a newer tag that is passed over.

    `newest` is the push's last tag, with its commit.
    """
    span = Span(git, picks.begin, picks.picks)
    unpicked = span.unpicked()
    return (
        *missing(span, unpicked),
        *left_out_migrations(span, unpicked, migrations),
        *passed_over(git, picks, *newest),
    )


def missing(span: Span, unpicked: set[str]) -> Iterator[str]:
    """Earlier commits that are not picked, and on whose lines a pick stands."""
    for pick in span.picks:
        files = defaultdict(set)
        for commit, path in span.needed(pick):
            files[commit].add(path)
        needed = [commit for commit in files if commit in unpicked]
        for commit in span.not_there(needed):
            yield (
                f"{pick} may need {span.told(commit)}, which is not picked and touches the same "
                f"lines of {listed(sorted(files[commit]))}, or lines beside them"
            )


def left_out_migrations(span: Span, unpicked: set[str], patterns: Collection[str]) -> Iterator[str]:
    """Database migrations that come before the picks, and are not picked."""
    added = span.migrations(sorted(unpicked), patterns)
    for commit in span.not_there(list(added)):
        yield f"left out: the migration {listed(added[commit])} of {span.told(commit)}"


def passed_over(git: Git, picks: Picks, tag: str, commit: str) -> Iterator[str]:
    """What the push's newest tag has, and the new one would not."""
    if not commit or git.is_ancestor(commit, picks.begin):
        return
    wanted = [one.id for one in picks.picks]
    lost = git.run("rev-list", "--no-merges", commit, f"^{picks.begin}", "--").lines
    same = set(find_same_changes(git, wanted, lost)) | set(
        find_same_changes(git, lost, wanted).values()
    )
    told = [find_commit(git, one) for one in lost if one not in same]
    if told:
        yield f"{tag} has what {picks.tag} would not: {names(told)}"


def names(commits: list[Commit]) -> str:
    """Commits in one line."""
    return listed(map(str, commits), 5)

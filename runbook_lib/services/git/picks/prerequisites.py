"""What a pick may need and would not get: earlier commits on the same lines, and migrations."""

import re
from collections.abc import Collection, Iterable, Iterator

from runbook_lib.frozen import frozen
from runbook_lib.policy.commits import Commit
from runbook_lib.services.git.clones.mirror import names
from runbook_lib.services.git.git import COMMIT_ID, Git, literal, one_a_line
from runbook_lib.services.git.history import find_commit
from runbook_lib.services.git.picks.patches import find_same_changes

HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? ", re.MULTILINE)
OWNER = re.compile(r"^([0-9a-f]{40,64}) \d+ \d+", re.MULTILINE)
BESIDE = 3
"""So many lines on each side of a change count with it: what a patch shows as its context."""
SAME = ("-r", "--root", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color")


@frozen
class Span:
    """What lies between the commit that picking begins from, and the last of the picks."""

    git: Git
    begin: str
    picks: tuple[Commit, ...]

    def unpicked(self) -> set[str]:
        """The commits that lead to the picks, and are neither picked nor in what it begins from."""
        tips = [commit.id for commit in self.picks]
        lines = self.git.run("rev-list", "--no-merges", *tips, f"^{self.begin}", "--").lines
        return set(lines) - set(tips)

    def before(self, pick: Commit, path: str, *kinds: str) -> list[str]:
        """The commits before a pick that changed a file; `kinds` as in --diff-filter."""
        selection = [f"{self.begin}..{pick.parents[0]}"]
        kind = [f"--diff-filter={''.join(kinds)}"] if kinds else []
        told = ("--no-show-signature", "--no-renames", "--format=tformat:%H", "--full-history")
        return self.git.run("log", *told, *kind, *selection, "--", *literal([path])).lines

    def needed(self, pick: Commit) -> Iterator[tuple[str, str]]:
        """Each commit that a pick may need, with the file in which it does."""
        if not pick.parents or self.git.is_ancestor(pick.parents[0], self.begin):
            return
        fields = self.git.run("diff-tree", "-z", "--name-status", *SAME, *ends(pick), "--").fields
        for letter, path in zip(fields[::2], fields[1::2], strict=True):
            for commit in self.owners(pick, letter, path):
                yield commit, path

    def owners(self, pick: Commit, letter: str, path: str) -> set[str]:
        """The commits that made of a file what a pick changes of it."""
        begun = self.git.object_at(f"{self.begin}:{path}") is not None
        if letter == "A":
            return set(self.before(pick, path, "D")) if begun else set()
        made = set() if begun else set(self.before(pick, path, "A"))
        return made | self.line_owners(pick, path)

    def line_owners(self, pick: Commit, path: str) -> set[str]:
        """The commits that wrote the lines that a pick changes, or those beside them.

        Of a file without lines, as a picture, they are all that changed it.
        """
        args = ("-p", "-U0", *SAME, *ends(pick), "--", *literal([path]))
        hunks = HUNK.findall(self.git.run("diff-tree", *args).text)
        # Another repository's commit, as a submodule has it, is no file: git fails to show it.
        text = self.git.ask("cat-file", "blob", f"{pick.parents[0]}:{path}").text
        if not (hunks and text):
            return set(self.before(pick, path))
        length = text.count("\n") + 1
        ranges = [widened(start, count, length) for start, count in hunks]
        blame = (
            "blame",
            "--porcelain",
            "--ignore-revs-file=",
            *ranges,
            pick.parents[0],
            f"^{self.begin}",
            "--",
            path,
        )
        return set(OWNER.findall(self.git.run(*blame).text))

    def migrations(self, commits: Iterable[str], patterns: Collection[str]) -> dict[str, list[str]]:
        """The files that commits add and that a pattern names, by commit."""
        asked = one_a_line(commits)
        added = ("--stdin", "-z", "--name-only", "--diff-filter=A", *SAME)
        found: dict[str, list[str]] = {}
        commit = ""
        for field in self.git.run("diff-tree", *added, stdin=asked).fields if asked else ():
            if COMMIT_ID.fullmatch(field.strip()):
                commit = field.strip()
            elif any(names(pattern, field) for pattern in patterns):
                found.setdefault(commit, []).append(field)
        return found

    def not_there(self, commits: list[str]) -> list[str]:
        """Those of the commits that were not picked into what it begins from, oldest first."""
        tips = [commit.id for commit in self.picks]
        without = [f"^{commit}" for commit in tips]
        side = self.git.run("rev-list", "--no-merges", self.begin, *without, "--").lines
        left = set(commits) - set(find_same_changes(self.git, side, commits))
        order = ("--topo-order", "--reverse", "--no-merges")
        span = self.git.run("rev-list", *order, *tips, f"^{self.begin}", "--").lines
        return [commit for commit in span if commit in left]

    def told(self, commit: str) -> str:
        """A commit as a person is shown it."""
        return str(find_commit(self.git, commit))


def ends(pick: Commit) -> tuple[str, str]:
    """What a pick makes of its parent."""
    return pick.parents[0], pick.id


def widened(start: str, count: str, length: int) -> str:
    """The lines of a hunk's old side, and those beside it, of a file with so many lines."""
    first, number = int(start), int(count or 1)
    begin = first - BESIDE + (number == 0)
    end = first + max(number - 1, 0) + BESIDE
    return f"-L{max(min(begin, length), 1)},{max(min(end, length), 1)}"

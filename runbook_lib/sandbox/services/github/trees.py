"""Trees: entries listed, and a file put into one."""

import re
import tempfile
from pathlib import Path

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.services.github.objects import lines
from runbook_lib.sandbox.world.git_objects import ask_git, git

BAD_PART = re.compile(r"^(\.{0,2}|\.git)$", re.IGNORECASE)


@frozen
class Entry:
    """One entry of a tree: `kind` is blob, tree or commit, `size` is in bytes (-1: unknown)."""

    mode: str
    kind: str
    sha: str
    size: int
    path: str


def is_path(path: str) -> bool:
    """Whether git would keep a file under a path."""
    clean = "\0" not in path and "\n" not in path
    return clean and not any(BAD_PART.match(part) for part in path.split("/"))


def list_tree(folder: Path, tree: str, *, below: str = "") -> list[Entry]:
    """The entries of a tree, or of the folder `below` in it."""
    name = f"{tree}:{below}" if below else tree
    answer = ask_git(folder, "ls-tree", "-z", "-l", name)
    return [] if answer.status else [parse_entry(line) for line in answer.fields]


def find_entry(folder: Path, tree: str, path: str) -> Entry | None:
    """What a tree has under exactly that path, or None."""
    if not is_path(path):
        return None
    literal = {"GIT_LITERAL_PATHSPECS": "1"}
    output = git(folder, "ls-tree", "-z", "-l", tree, "--", path, environment=literal)
    entries = [parse_entry(line) for line in output.decode("utf-8", "replace").split("\0") if line]
    return next((entry for entry in entries if entry.path == path), None)


def parse_entry(line: str) -> Entry:
    """One line of `git ls-tree -l`."""
    head, _, path = line.partition("\t")
    mode, kind, sha, size = head.split()
    return Entry(mode, kind, sha, int(size) if size.isdecimal() else -1, path)


def put_file(folder: Path, tree: str | None, path: str, blob: str, mode: str) -> str:
    """The tree with a blob under a path; its id."""
    return change_index(folder, tree, f"{mode} {blob}\t{path}\0")


def change_index(folder: Path, tree: str | None, change: str) -> str:
    """Read a tree into an index of its own, change it and write it; the new tree's id."""
    with tempfile.TemporaryDirectory() as place:
        environment = {"GIT_INDEX_FILE": f"{place}/index"}
        if tree is not None:
            git(folder, "read-tree", tree, environment=environment)
        words = ("update-index", "-z", "--add", "--index-info")
        git(folder, *words, text=change.encode(), environment=environment)
        return lines(git(folder, "write-tree", environment=environment))[0]


def write_blob(folder: Path, data: bytes) -> str:
    """Keep some bytes as a blob; its id."""
    return lines(git(folder, "hash-object", "-w", "--stdin", text=data))[0]

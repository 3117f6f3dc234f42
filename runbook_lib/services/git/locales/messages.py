"""What an extraction has changed: compared, without the noise of it, and committed."""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from runbook_lib.frozen import frozen
from runbook_lib.services.git.clones.mirror import names
from runbook_lib.services.git.clones.snapshot import read_blob
from runbook_lib.services.git.git import Git, literal

NOISE = re.compile(rb'"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|X-Generator):')
"""The lines of a catalog's header that say when, and with what, it was made.

They differ each time, whatever the texts are:
https://www.gnu.org/software/gettext/manual/html_node/Header-Entry.html
"""
MAKER = "runbook <runbook@localhost> 0 +0000"


@frozen
class Kept:
    """What an extraction came to: a commit on top of its base; its base where nothing is new.

    `left_out` are the files that it changed and that are not committed.
    """

    commit: str
    left_out: tuple[str, ...]


def keep(git: Git, ref: str, kept: Kept) -> None:
    """Remember what an extraction came to under the name of a ref, whole or not at all."""
    said = json.dumps(kept.left_out)
    head = f"object {kept.commit}\ntype commit\ntag extracted\ntagger {MAKER}\n\n"
    tag = git.run("mktag", stdin=f"{head}{said}\n".encode()).text
    git.run("update-ref", ref, tag)


def find_kept(git: Git, ref: str) -> Kept | None:
    """What was remembered under the name of a ref, or None."""
    commit = git.commit_at(ref)
    if commit is None:
        return None
    said = git.run("cat-file", "tag", ref).text.partition("\n\n")[2]
    return Kept(commit, tuple(json.loads(said)))


def commit_texts(tree: Git, base: str, *, paths: Iterable[str], message: str) -> Kept:
    """Commit what a working copy has in `paths` that `base` has not, committed there or not.

    Neither its branch nor its index is touched.
    """
    wanted = tuple(paths)
    with index_of(tree, base) as everything:
        everything.run("add", "--all", "--", ".")
        whole = everything.run("write-tree").text
    changed = tree.run("diff", "--name-only", "-z", "--no-renames", base, whole, "--").fields
    inside = [path for path in changed if is_in(path, wanted)]
    texts = [path for path in inside if not same_text(tree, base, whole, path)]
    left_out = tuple(path for path in changed if path not in inside)
    if not texts:
        return Kept(base, left_out)
    with index_of(tree, base) as chosen:
        chosen.run("add", "--all", "--", *literal(texts))
        made = chosen.run("write-tree").text
    commit = tree.run("commit-tree", "-p", base, "-F", "-", made, stdin=message.encode()).text
    return Kept(commit, left_out)


def is_in(path: str, wanted: Iterable[str]) -> bool:
    """Whether a file is one of those, or in one of those folders; a dot is all."""
    return any(pattern.strip("/") in ("", ".") or names(pattern, path) for pattern in wanted)


@contextmanager
def index_of(git: Git, commit: str) -> Iterator[Git]:
    """git with an index of its own, which is as a commit."""
    with tempfile.TemporaryDirectory(prefix="runbook-") as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        aside = replace(git, environment={**git.environment, **index})
        aside.run("read-tree", commit)
        yield aside


def changed_files(git: Git, base: str, commit: str) -> tuple[str, ...]:
    """The files that differ between two commits."""
    return tuple(git.run("diff", "--name-only", "-z", "--no-renames", base, commit, "--").fields)


def same_text(git: Git, one: str, other: str, path: str) -> bool:
    """Whether a file is the same in two commits or trees, but for the noise."""
    return read_text(git, one, path) == read_text(git, other, path)


def read_text(git: Git, tree: str, path: str) -> tuple[bytes, ...] | None:
    """A file's lines without the noise; None where there is no such file."""
    content = read_blob(git, tree, path)
    if content is None:
        return None
    return tuple(line for line in content.splitlines(True) if not NOISE.match(line))

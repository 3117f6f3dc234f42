"""Our own records that nobody else has yet, made again on top of what others have brought."""

from collections.abc import Iterator

from runbook_lib.archive.layout import PATH
from runbook_lib.archive.message import link, relink
from runbook_lib.archive.store import Author, File, Store
from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.services.git.git import one_a_line


@frozen
class Record:
    """A record's commit: what it adds, what it says, whose it is."""

    commit: str
    files: tuple[File, ...]
    author: Author
    message: str


def replay(store: Store, ours: str | None, onto: str) -> str:
    """The commit that has all of `onto`, and on top what is only in `ours`.

    Records that `onto` has already, by another way, are left out. No ref is moved.
    """
    records = [record for record in own_records(store, ours, onto) if record.files]
    known = store.present([f"{onto}:{record.files[0].path}" for record in records])
    new = [record for record, found in zip(records, known, strict=True) if not found]
    trees = store.trees(onto, [record.files for record in new]) if new else []
    tip, message = onto, store.message(onto)
    for record, tree in zip(new, trees, strict=True):
        message = relink(record.message, link(message))
        tip = store.commit(tree, message, record.author, tip)
    return tip


def own_records(store: Store, ours: str | None, onto: str) -> list[Record]:
    """The records that are only in `ours`, oldest first."""
    if ours is None:
        return []
    commits = store.git.run("rev-list", "--reverse", "--topo-order", ours, f"^{onto}", "--").lines
    asked = one_a_line(commits)
    changes = dict(additions(store, asked)) if commits else {}
    return [describe(store, commit, changes.get(commit, ())) for commit in commits]


def describe(store: Store, commit: str, files: tuple[File, ...]) -> Record:
    """A commit with its author and message."""
    shown = store.git.run("log", "-1", "--format=%an%x00%ae%x00%at%x00%B", commit, "--").text
    name, email, time, message = shown.split("\0", 3)
    return Record(commit, files, Author(name, email, int(time)), message)


def additions(store: Store, commits: bytes) -> Iterator[tuple[str, tuple[File, ...]]]:
    """What each commit adds, the session's own files first; see `git diff-tree --stdin -z`."""
    shown = ("-r", "--root", "-z", "--no-renames", "--no-abbrev")
    fields = iter(store.git.run("diff-tree", "--stdin", *shown, stdin=commits).fields)
    commit, files = "", list[File]()
    for text in fields:
        if text.startswith(":"):
            files.append(addition(commit, text, next(fields)))
            continue
        if commit:
            yield commit, tuple(files)
        commit, files = text, []
    if commit:
        yield commit, tuple(files)


def addition(commit: str, change: str, path: str) -> File:
    """A file that a commit adds; raises `Refused` where it does anything else."""
    _, mode, _, blob, status = change.split(" ")
    if (status, mode) != ("A", "100644") or not PATH.fullmatch(path):
        raise Refused(
            f"expected that records are only ever added; found that commit {commit:.12} of this "
            f"machine's archive changes {path!r}: it is not sent; look at it with runbook verify"
        )
    return File(path, blob)

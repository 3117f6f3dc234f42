"""What was there before: records that were verified, seen at the remote, or archived from here."""

from collections.abc import Iterator
from pathlib import Path

from runbook_lib.archive import ARCHIVED, Archive
from runbook_lib.archive.layout import FILES, MAIN, SEEN_MAIN, SESSION, session_path
from runbook_lib.errors import RunbookError
from runbook_lib.journal.session import JOURNAL
from runbook_lib.proof.finding import Finding
from runbook_lib.proof.history import Commit, read_commit
from runbook_lib.proof.objects import in_parts, object_name, read_objects
from runbook_lib.services.git.git import Git

VERIFIED = "refs/verified/main"
"""The newest record that was found to stand here: what follows must contain it."""
NAMES = {VERIFIED: "was verified here before", SEEN_MAIN: "was seen at the archive's remote"}


def check_known(archive: Archive, git: Git) -> Iterator[Finding]:
    """Records that were there once, and are no more, or are others now."""
    known = {name: archive.store.ref(name) for name in NAMES}
    tip = archive.store.ref(MAIN) or ""  # read last: others may add to the archive meanwhile
    for name, why in NAMES.items():
        once = known[name]
        if once and once != tip:
            yield from check_contained(archive, git, (once, tip), why)


def check_contained(
    archive: Archive, git: Git, line: tuple[str, str], why: str
) -> Iterator[Finding]:
    """All records up to one commit are up to the other, too, with the same files."""
    known, tip = line
    if git.ask("cat-file", "-t", known).text != "commit":
        yield Finding("dropped", f"the record that {why}", "no record there", commit=known)
        return
    hidden = [f"^{tip}"] if tip else []
    gone = git.run("rev-list", "--reverse", "--topo-order", known, *hidden, "--").lines
    for part in in_parts(gone):
        for name, found in read_objects(git, part).items():
            commit = read_commit(found)
            if commit is None:
                yield Finding("dropped", f"the record that {why}", "a damaged one", commit=name)
            elif not is_replayed(archive, commit, tip):
                yield Finding(
                    "dropped",
                    f"the record that {why} still in the archive",
                    "that it was dropped, or is another now",
                    commit.session,
                    commit.run,
                    name,
                )


def is_replayed(archive: Archive, commit: Commit, tip: str) -> bool:
    """Whether the record is there with the same files, on top of what others had brought."""
    if not tip or not SESSION.fullmatch(commit.session):
        return False
    folder = session_path(commit.session)
    paths = [f"{at}:{folder}/{name}" for name in FILES for at in (commit.name, tip)]
    found = archive.store.present(paths)
    return found[0::2] == found[1::2] and None not in found


def check_folders(archive: Archive, folders: Iterator[Path], tip: str) -> Iterator[Finding]:
    """Sessions of this machine that are marked as archived are in the archive, byte by byte."""
    marked = sorted(path for path in folders if (path / ARCHIVED).exists())
    own = [path for path in marked if SESSION.fullmatch(path.name)]
    paths = [f"{tip}:{session_path(path.name)}/{name}" for path in own for name in FILES]
    known: list[str | None] = [None] * len(paths)
    known = archive.store.present(paths) if tip else known
    for number, path in enumerate(own):
        yield from check_folder(path, known[number * len(FILES) : (number + 1) * len(FILES)])


def check_folder(path: Path, known: list[str | None]) -> Iterator[Finding]:
    """One session's files here are those of the archive."""
    run = path.parents[1].relative_to(path.parents[4]).as_posix() if is_of_a_run(path) else ""
    if not any(known):
        expected = "the record that is marked as archived on this machine"
        yield Finding("dropped", expected, "that it is not in the archive", path.name, run)
        return
    for name, blob in zip(FILES, known, strict=True):
        file = path / name
        if file.is_file() and object_name("blob", file.read_bytes()) != blob:
            noun = "journal" if name == JOURNAL else "record"
            expected = f"this machine's own copy {file} to be the archive's"
            yield Finding(noun, expected, "another: one of the two was changed", path.name, run)


def is_of_a_run(path: Path) -> bool:
    """Whether a session's folder is that of a run: runs/{runbook}/{project}/{subject}/sessions."""
    return len(path.parents) > 5 and path.parents[4].name == "runs"


def keep_verified(archive: Archive, tip: str) -> bool:
    """Remember how far the archive was found to stand; False where it can't be written to.

    What a remote has not got yet may still be put on top of others' records: only what it has is
    remembered then.
    """
    store = archive.store
    before, wanted = store.ref(VERIFIED), store.ref(SEEN_MAIN) if archive.remote else tip
    try:
        proved = wanted and store.git.is_ancestor(wanted, tip)
        older = before and wanted and store.git.is_ancestor(wanted, before)
        return store.move(VERIFIED, before, wanted) if proved and not older else True
    except (RunbookError, OSError):
        return False

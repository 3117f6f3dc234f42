"""Brings a run's sessions from the archive into this machine's folder of the run."""

import os
from pathlib import Path

from runbook_lib.archive.entries import are_archived, places, sessions_of
from runbook_lib.archive.layout import ARCHIVED, BROUGHT, RECORD
from runbook_lib.archive.store import Store
from runbook_lib.errors import Conflict
from runbook_lib.journal.session import JOURNAL


def bring(store: Store, run: str, sessions: Path) -> None:
    """Have the journals and records of a run's sessions in a folder of sessions.

    What is here and longer stays as it is. Raises `Conflict` where a journal differs from the
    archived one other than by its length.
    """
    names = [name for name in sessions_of(store, run) if not (sessions / name / ARCHIVED).exists()]
    archived = are_archived(store, names)
    for name in names:
        bring_session(store, name, sessions / name, for_good=archived[name])


def bring_session(store: Store, session: str, folder: Path, *, for_good: bool) -> None:
    """Have one session here as the archive has it, unless it is longer here."""
    files = wanted(store, session)
    path = folder / JOURNAL
    here, there = path.read_bytes() if path.exists() else b"", files[JOURNAL]
    if not here.startswith(there):
        check_prefix(path, here, there)
        new = not folder.exists()
        for name in sorted(files, reverse=True):  # the journal last: it makes the session be here
            write(folder / name, files[name])
        if new and not for_good:
            (folder / BROUGHT).touch()
    if for_good and path.read_bytes() == there:
        (folder / ARCHIVED).touch()
        (folder / BROUGHT).unlink(missing_ok=True)


def wanted(store: Store, session: str) -> dict[str, bytes]:
    """A session's files, of one and the same place."""
    names = (JOURNAL, RECORD)
    for place in places(session):
        found = store.present([place + name for name in names])
        if found[0]:
            pairs = zip(names, found, strict=True)
            return {name: store.blob(blob) for name, blob in pairs if blob}
    return {JOURNAL: b""}


def check_prefix(path: Path, here: bytes, there: bytes) -> None:
    """Raise `Conflict` where what is here is not the beginning of what is there."""
    kept = here[: here.rfind(b"\n") + 1]
    if not there.startswith(kept):
        raise Conflict(
            f"expected {path} to be the beginning of what the archive has of this session, found "
            "another text: one of the two was changed; keep a copy of the folder, move it away, "
            "and run this again"
        )


def write(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)

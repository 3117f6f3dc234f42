"""Brings sessions that have died to their end: journal, record and archive say what is known."""

from dataclasses import asdict
from pathlib import Path

from runbook_lib.archive import ARCHIVED, BROUGHT, Archive
from runbook_lib.archive.places import all_homes, open_archive
from runbook_lib.errors import Refused, RunbookError, Unavailable
from runbook_lib.frozen import frozen
from runbook_lib.journal.journal import Journal, is_alive, unsettled
from runbook_lib.journal.session import JOURNAL, Home, folders_of
from runbook_lib.journal.summary import said_by
from runbook_lib.record.record import sources_under_way, write_record
from runbook_lib.run.notices import end_notice
from runbook_lib.run.notifying import Notifier
from runbook_lib.steps.gate import host, whoami


@frozen
class Recovered:
    """A session that was brought to its end, and what it leaves unknown; or why it could not be."""

    session: str
    run: str = ""
    unknown: tuple[str, ...] = ()
    died: bool = False
    problem: str = ""
    untold: tuple[str, ...] = ()
    """Whom the profile names, and who could not be told."""

    def __str__(self) -> str:
        name = f"session {self.session}" + (f" of {self.run}" if self.run else "")
        if self.problem:
            return f"✘ {name} is not in the archive yet: {self.problem}"
        how = "had died; its record is closed and archived" if self.died else "is archived now"
        unknown = (f"  ? unknown  {text}" for text in self.unknown)
        return "\n".join([f"{name} {how}", *unknown, *(f"  {text}" for text in self.untold)])

    def to_dict(self) -> dict[str, object]:
        """The same as JSON can hold it."""
        return asdict(self)


def recover_home(home: Home, archive: Archive) -> list[Recovered]:
    """Close and archive all sessions of a home that have ended without it; the others live."""
    return [
        found
        for folder in folders_of(home.folder)
        if (found := recover_folder(folder, archive, home)) is not None
    ]


def recover_machine() -> tuple[list[Recovered], list[str]]:
    """Recover all homes of this machine and push their archives; what was found, what is away."""
    found, away = [], []
    for home in all_homes():
        archive = open_archive(home)
        found += recover_home(home, archive)
        try:
            archive.push()
        except (Unavailable, Refused) as error:
            away.append(f"✘ {archive.folder} is not pushed: {error}")
    return found, away


def recover_folder(folder: Path, archive: Archive, home: Home) -> Recovered | None:
    """Close and archive one session; None where it lives, has begun nothing, or is archived.

    One that was brought here lives, or has died, on another machine, which archives it.
    """
    path = folder / JOURNAL
    if (folder / ARCHIVED).exists() or (folder / BROUGHT).exists() or not has_begun(path):
        return None
    if is_alive(path):
        return None
    try:
        found = close(path, home)
        keep(folder, archive)
    except (RunbookError, OSError) as error:
        return Recovered(folder.name, problem=str(error))
    return found


def has_begun(path: Path) -> bool:
    """Whether anything was written to a journal."""
    return path.exists() and path.stat().st_size > 0


def close(path: Path, home: Home) -> Recovered:
    """Bring a dead session's journal and record to their end, if nobody has, and tell of it."""
    journal = Journal.reopen(path)
    try:
        if journal.find("ended"):
            return Recovered(journal.session, journal.run or "")
        unknown = tuple(event.said["announced"] for event in unsettled(journal.own))
        unknown = unknown or died_in(path.parent)
        journal.append("recovered", by=whoami(), host=host(), unknown=unknown)
        untold = tell(journal, home)
        journal.append("ended", record=write_record(path.parent))
        return Recovered(journal.session, journal.run or "", unknown, died=True, untold=untold)
    finally:
        journal.close()


def tell(journal: Journal, home: Home) -> tuple[str, ...]:
    """Tell people of a session that has died; what could not be sent."""
    notice, untold = end_notice(journal.own), list[str]()
    if notice is not None and said_by(journal.own, "opened").get("runbook"):
        Notifier.of_dead(journal, home).tell(notice, untold.append)
    return tuple(untold)


def died_in(folder: Path) -> tuple[str, ...]:
    """The cell that a session has died in, by its first line; nothing where it died between two."""
    return tuple(
        f"how far the cell came that begins with: {source.strip().partition(chr(10))[0]}"
        for source in sources_under_way(folder)
    )


def keep(folder: Path, archive: Archive) -> None:
    """Put an ended session into the archive for good."""
    archive.add(folder)
    (folder / ARCHIVED).touch()

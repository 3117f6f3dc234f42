"""What a kernel leaves: a session, closed and archived by the kernel itself or else from here."""

from pathlib import Path

from papermill.log import logger

from runbook_lib.archive import ARCHIVED
from runbook_lib.engine.progress import find_session
from runbook_lib.errors import RunbookError
from runbook_lib.journal.journal import read_journal
from runbook_lib.journal.session import JOURNAL
from runbook_lib.journal.summary import summarise


def settle_session(session: str) -> str:
    """Close and archive a session whose kernel is gone; what it came to, empty if it never began.

    What keeps that from being done is logged: the next `open_run`, or `runbook recover`, does it.
    """
    folder = find_session(session)
    if folder is None:
        return ""
    try:
        close(folder)
        return summarise(read_journal(folder / JOURNAL)).outcome
    except (RunbookError, OSError) as error:
        logger.warning("The session can't be read: %s", error)
        return "unknown"


def close(folder: Path) -> None:
    """Close, archive and push a session, unless its kernel has done that, or lives."""
    if (folder / ARCHIVED).exists():
        return
    from runbook_lib.archive.places import home_of, open_archive
    from runbook_lib.run.recovery import recover_folder

    try:
        home = home_of(folder)
        archive = open_archive(home)
        found = recover_folder(folder, archive, home)
        if found is not None and (found.problem or found.untold):
            logger.warning("%s", found)
        archive.push()
    except (RunbookError, OSError) as error:
        logger.warning("The session is not in the archive everywhere (runbook recover): %s", error)

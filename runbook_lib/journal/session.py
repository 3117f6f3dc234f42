"""Where sessions and runs are kept on this machine, and how a session is told from another."""

import os
import secrets
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import platformdirs

from runbook_lib.errors import Failed, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.events import since_abandoned
from runbook_lib.journal.journal import Event, read_joined

JOURNAL = "journal.jsonl"
Decided = TypeVar("Decided")
KINDS = ("profiles", "sandbox")
"""What the homes of runs are below in the data folder: a profile's, or a world of the sandbox."""
PRIVATE = "private"
"""The folder in a home for the runs of private runbooks, and for their archive."""
STAMP = "%Y%m%dT%H%M%S.%fZ"
NEXT = timedelta(microseconds=1)
SESSION_VARIABLE = "RUNBOOK_SESSION"


def data_folder() -> Path:
    """Where this machine keeps runs and sandboxes: `RUNBOOK_HOME`, else the user's data folder."""
    named = os.environ.get("RUNBOOK_HOME")
    return Path(named).absolute() if named else platformdirs.user_data_path("runbook")


def check_data_folder() -> None:
    """Raise `UsageError` where nothing can be kept in the data folder.

    A new one is its owner's alone: it will have copies of what is released.
    """
    folder = data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise UsageError(
            f"expected a folder for runs that can be written, found {folder}: {error.strerror}; "
            "name another in RUNBOOK_HOME"
        ) from None


@frozen
class PastRun:
    """A run as its sessions' journals tell it."""

    name: str
    folder: Path
    events: tuple[Event, ...]
    problem: str = ""
    """Why its journals can't be read, where they can't."""

    @property
    def subject(self) -> str:
        """What the run is about: the last part of its name."""
        return self.folder.name

    @property
    def begun(self) -> str:
        """When and by whom it was begun, in words."""
        first = (self.standing or self.events)[0].said
        return f"begun {first['time'][:16].replace('T', ' ')} UTC by {first['operator']}"

    @property
    def standing(self) -> list[Event]:
        """What counts of its events: nothing before it was abandoned."""
        return since_abandoned(self.events)

    @property
    def abandoned(self) -> Event | None:
        """That it was abandoned, where nobody has begun it anew since; else None."""
        said = (event for event in reversed(self.events) if event.kind == "abandoned")
        return None if self.undertaken else next(said, None)

    @property
    def undertaken(self) -> bool:
        """Whether a session of it has decided on something, or begun a change."""
        return any(event.kind in ("pinned", "decided", "intent") for event in self.standing)

    def decision(self, kind: type[Decided]) -> Decided | None:
        """What a session of the run has pinned, if one came that far."""
        pinned = (event.said["decided"] for event in self.standing if event.kind == "pinned")
        return next((kind(**said) for said in pinned), None)

    @property
    def closed(self) -> bool:
        """Whether a session came to the end of the runbook, and none has begun a change since."""
        kinds = [event.kind for event in self.standing]
        return "closed" in kinds and "intent" not in kinds[::-1][: kinds[::-1].index("closed")]


@frozen
class Home:
    """The runs of one profile, or of one sandbox world.

    sessions/{session}/journal.jsonl        a session that has not joined a run yet
    runs/{runbook}/{project}/{subject}/     a run: its sessions, its checkout
    mirrors/{project}.git                   a look-only copy of what is released
    private/                                the same for private runs: a home of its own

    `part` is `PRIVATE` for that home within the home in the folder `base`, else empty.
    """

    base: Path
    part: str = ""

    @property
    def folder(self) -> Path:
        """Where the runs are kept."""
        return self.base / self.part

    @property
    def private(self) -> bool:
        """Whether it keeps the runs of private runbooks."""
        return self.part == PRIVATE

    def new_session(self) -> str:
        """A name for a new session; names sort by time. `runbook run` gives the first one's.

        What a process writes after it has begun a private session is readable by its user alone.
        """
        if self.private:
            self.close_to_others()
            os.umask(0o077)
        return os.environ.pop(SESSION_VARIABLE, "") or name_session()

    def said(self) -> dict[str, bool]:
        """What a session's first event says of where it is kept."""
        return {"private": True} if self.private else {}

    def close_to_others(self) -> None:
        """Have the folder here, and let nobody but its owner into it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)

    def session_folder(self, session: str) -> Path:
        """Where a session is kept until it joins a run."""
        return self.folder / "sessions" / session

    def run_folder(self, run: str) -> Path:
        """Where a run is kept."""
        return self.folder / "runs" / run

    def mirror(self, project: str) -> Path:
        """Where the look-only copy of a project's repository is."""
        return self.folder / "mirrors" / f"{project}.git"

    def past_runs(self, runbook: str, project: str) -> list[PastRun]:
        """All runs of a runbook for a project, the one with the newest session first."""
        folder = self.run_folder(f"{runbook}/{project}")
        runs = [read_run(f"{runbook}/{project}/{path.name}", path) for path in folder.glob("*")]
        return sorted(runs, key=lambda run: newest_session(run.folder), reverse=True)


def name_session() -> str:
    """A new session's name: the time, and later than any session's that this machine knows.

    So sessions stay in their order where a clock was set back.
    """
    newest = max((path.name for path in session_folders(data_folder())), default="")
    stamp = f"{datetime.now(UTC):{STAMP}}"
    if stamp <= newest[: len(stamp)]:
        stamp = f"{datetime.strptime(newest[: len(stamp)], STAMP) + NEXT:{STAMP}}"
    return f"{stamp}-{secrets.token_hex(3)}"


def session_folders(data: Path) -> list[Path]:
    """The folders of all sessions that a data folder has, in no order."""
    homes = [home for kind in KINDS for home in data.glob(f"{kind}/*")]
    parts = [home / part for home in homes for part in ("", PRIVATE)]
    return [path for part in parts for path in folders_of(part)]


def folders_of(home: Path) -> list[Path]:
    """The folders of all sessions of a home, in no order."""
    return [*home.glob("sessions/*"), *home.glob("runs/*/*/*/sessions/*")]


def read_run(name: str, folder: Path) -> PastRun:
    """A run with the events of all its sessions, oldest first; without any if one is damaged."""
    journals = sorted((folder / "sessions").glob(f"*/{JOURNAL}"))
    try:
        events = tuple(event for path in journals for event in read_joined(path, name))
    except Failed as error:
        return PastRun(name, folder, (), str(error))
    return PastRun(name, folder, events)


def newest_session(folder: Path) -> str:
    """The name of a run's newest session."""
    return max((path.name for path in (folder / "sessions").glob("*")), default="")

"""The archives of this machine, one a home of runs; sessions, wherever they are kept."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from runbook_lib.archive import ARCHIVED, BROUGHT, Archive, ArchivedSession
from runbook_lib.archive.batch import read_batch
from runbook_lib.archive.layout import MAIN, RECORD, SEEN_MAIN, session_path
from runbook_lib.archive.places import all_homes, open_archive, profile_name
from runbook_lib.archive.record import read_events
from runbook_lib.errors import Failed, RunbookError, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.events import Event
from runbook_lib.journal.journal import is_alive
from runbook_lib.journal.session import JOURNAL, Home, folders_of
from runbook_lib.journal.summary import SessionSummary, summarise
from runbook_lib.policy.json_text import read_json
from runbook_lib.profile import SANDBOX
from runbook_lib.services.git.git import one_a_line


@frozen
class Place:
    """A home of runs, and the archive of its records."""

    home: Home
    archive: Archive

    @property
    def profile(self) -> str:
        """The name of the profile whose runs are kept here."""
        return profile_name(self.home)

    @property
    def private(self) -> bool:
        """Whether it is the place of private runs."""
        return self.home.private

    def unarchived(self) -> Iterator["KeptSession"]:
        """The sessions here that the archive has not for good: open, dead, or not added yet."""
        for folder in folders_of(self.home.folder):
            if has_begun(folder) and not (folder / ARCHIVED).exists():
                yield KeptSession(folder.name, self, folder)

    def sessions_of(self, run: str) -> list["KeptSession"]:
        """All sessions of a run that are known here, oldest first."""
        folders = self.home.run_folder(run).glob("sessions/*")
        found = {name: KeptSession(name, self) for name in self.archive.sessions_of(run)}
        for folder in folders:
            if folder.name not in found or is_longer(folder, found[folder.name]):
                found |= {folder.name: KeptSession(folder.name, self, folder)}
        return [found[name] for name in sorted(found) if found[name].has_begun]

    def unpushed(self) -> int:
        """How many records the archive's remote has not got yet; none without a remote."""
        if not (self.archive.remote and self.archive.exists):
            return 0
        refs = self.archive.store.refs(MAIN, SEEN_MAIN)
        hidden = [f"^{refs[SEEN_MAIN]}"] if SEEN_MAIN in refs else []
        if MAIN not in refs:
            return 0
        return int(self.archive.git.run("rev-list", "--count", refs[MAIN], *hidden, "--").text)


@frozen
class KeptSession:
    """A session where it is read from: a folder of this machine, or else the archive."""

    name: str
    place: Place
    folder: Path | None = None

    @property
    def has_begun(self) -> bool:
        """Whether there is anything to read."""
        return self.folder is None or has_begun(self.folder)

    @property
    def run_here(self) -> str:
        """The run whose folder the session is in on this machine, whatever its journal says."""
        runs = self.place.home.folder / "runs"
        if self.folder is None or not self.folder.is_relative_to(runs):
            return ""
        return self.folder.parent.parent.relative_to(runs).as_posix()

    def read(self, name: str) -> bytes:
        """A file of the session; raises `UsageError` where there is none."""
        if self.folder is None:
            return self.place.archive.read(self.name, name)
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            raise UsageError(
                f"expected {name} of the session {self.name} in {self.folder}, found none"
            ) from None

    @cached_property
    def events(self) -> list[Event]:
        """What its journal says; raises `Failed` where that is damaged."""
        written = self.read(JOURNAL)
        # What a crash, or a writer who is at it now, left of a last line is no event.
        events = read_events(written[: written.rfind(b"\n") + 1], f"session {self.name}, {JOURNAL}")
        if not events:
            raise Failed(f"expected events in {JOURNAL} of the session {self.name}, found none")
        return events

    @cached_property
    def summary(self) -> SessionSummary:
        """What it came to; raises `Failed` where its journal is damaged."""
        return summarise(self.events)

    @cached_property
    def problem(self) -> str:
        """Why its journal can't be read; empty where it can."""
        try:
            assert self.summary
        except (RunbookError, OSError) as error:
            return str(error)
        return ""

    @cached_property
    def state(self) -> str:
        """`archived`; `alive`, `died` or `ended` on this machine; or open `elsewhere`."""
        if self.folder is None:
            return "archived" if self.place.archive.has(self.name) else "elsewhere"
        if (self.folder / ARCHIVED).exists():
            return "archived"
        if (self.folder / BROUGHT).exists():
            return "elsewhere"
        if is_alive(self.folder / JOURNAL):
            return "alive"
        return "ended" if self.summary.over else "died"

    @property
    def outcome(self) -> str:
        """What it came to, `alive` while it is at it; of one that died nobody knows."""
        return {"alive": "alive", "died": "unknown"}.get(self.state) or self.summary.outcome

    @cached_property
    def written_record(self) -> bytes | None:
        """The bytes of its record; None where it has none, or none yet."""
        try:
            return self.read(RECORD)
        except UsageError:
            return None

    def record(self) -> dict[str, Any] | None:
        """Its record, as a notebook; None where it has none, or none yet.

        Raises `Failed` where it is no notebook.
        """
        if self.written_record is None:
            return None
        try:
            notebook = read_json(self.written_record)
            cells = notebook["cells"]
            assert all(isinstance(cell["source"], str | list) for cell in cells)
        except (ValueError, LookupError, TypeError, AssertionError):
            raise Failed(
                f"expected a notebook in the record of the session {self.name}, found something "
                "else: it was changed or damaged; runbook verify says what else was"
            ) from None
        return dict(notebook)


def has_begun(folder: Path) -> bool:
    """Whether a session's folder has a journal with an event in it."""
    path = folder / JOURNAL
    if not path.is_file():
        return False
    with path.open("rb") as journal:
        return journal.readline().endswith(b"\n")


def is_longer(folder: Path, kept: KeptSession) -> bool:
    """Whether a session's journal goes on here where the archive has only its beginning."""
    if (folder / ARCHIVED).exists() or not has_begun(folder):
        return False
    return (folder / JOURNAL).stat().st_size > len(kept.read(JOURNAL))


def find_places(profile: str = "") -> list[Place]:
    """The places of this machine and of its configuration, or of one profile only.

    Raises `UsageError` where no place is that profile's.
    """
    places = [Place(home, open_archive(home)) for home in all_homes()]
    if not profile or profile == SANDBOX:
        return [place for place in places if profile in ("", place.profile)]
    found = [place for place in places if place.profile == profile]
    if not found:
        names = sorted({SANDBOX, *(place.profile for place in places)})
        raise UsageError(
            f"expected one of the profiles {', '.join(names)}; found {profile!r}; "
            "runbook.toml names them, and so do the runs of this machine"
        )
    return found


def fetch(places: Iterable[Place]) -> list[str]:
    """Have here what the archives' remotes have; what kept which of them from it, in words."""
    problems = []
    for place in places:
        try:
            place.archive.fetch()
        except RunbookError as error:
            problems.append(
                f"the {'private ' if place.private else ''}archive of the profile {place.profile} "
                f"is read as it was last seen: {error}"
            )
    return problems


def archived_of(place: Place, day: str) -> list[str]:
    """The names of the sessions that were archived for a day, written YYYYMMDD."""
    folder = f"{MAIN}:{day[:4]}/{day[4:6]}/{day[6:8]}"
    (listed,) = place.archive.store.present([folder])
    return place.archive.git.run("ls-tree", "--name-only", listed).lines if listed else []


def shared_of(place: Place) -> list[ArchivedSession]:
    """The sessions that others have shared in the place's archive, and not ended yet."""
    return place.archive.open_sessions() if place.archive.exists else []


def journals_of(place: Place, sessions: Sequence[str]) -> dict[str, bytes]:
    """The journals of those of some sessions that the place has archived, read in one go."""
    store = place.archive.store
    found = store.present([f"{MAIN}:{session_path(name)}/{JOURNAL}" for name in sessions])
    blobs = {name: blob for name, blob in zip(sessions, found, strict=True) if blob}
    if not blobs:
        return {}
    asked = one_a_line(blobs.values())
    read = read_batch(store.git.run("cat-file", "--batch", stdin=asked).written)
    return {name: data for name, (_, _, data) in zip(blobs, read, strict=True)}

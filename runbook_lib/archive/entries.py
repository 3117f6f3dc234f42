"""Reading the archive: its records newest first, a run's sessions, and their files."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from runbook_lib.archive.batch import log_in_parts
from runbook_lib.archive.layout import FILES, MAIN, SEEN_SESSIONS, SESSIONS, run_path, session_path
from runbook_lib.archive.message import read_session_trailers
from runbook_lib.archive.store import Store
from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.summary import DECIDING, ENDED, SessionFacts

FIRST_PAGE = 50
LARGEST_PAGE = 20_000
"""In commits that are looked through."""
ABREAST = 2
"""By how many processes a page is read, half as many commits by each."""
FEW = 500
"""How many commits one process reads as fast."""
SLACK = timedelta(days=1)
"""How far the clocks of the machines that write one archive may be apart."""


@frozen
class ArchivedSession(SessionFacts):
    """A session as its commit tells it.

    `journal` is the hash of its last event, `record` the digest of its record, `previous` the
    session before it in the archive and that one's `journal`. `open` says that it is only shared,
    and not archived yet.
    """

    commit: str
    journal: str
    record: str
    previous: str
    message: str
    open: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return asdict(self)


@frozen
class Wanted:
    """Which sessions are asked for; what is empty or None does not matter.

    `since` and `until` are about when a session started. `text` is found, in either case, in a
    step's line, a name, or anything else that is said of it.
    """

    runbook: str = ""
    run: str = ""
    operator: str = ""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""

    def matches(self, session: SessionFacts, text: str) -> bool:
        """Whether a session is one of those; `text` is all that it says."""
        exact = ("runbook", "run", "operator", "outcome")
        same = all(getattr(self, name) in ("", getattr(session, name)) for name in exact)
        return same and self.text.casefold() in text.casefold() and self.in_time(session.started)

    def in_time(self, started: str) -> bool:
        """Whether a session that started then is one of those."""
        if self.since is None and self.until is None:
            return True
        at = moment(started)
        return (self.since is None or at >= aware(self.since)) and (
            self.until is None or at < aware(self.until)
        )

    def greps(self) -> list[str]:
        """What spares git to hand out most of the others; `matches` decides."""
        trailers = {"Runbook": self.runbook, "Run": self.run, "Operator": self.operator}
        trailers["Outcome"] = self.outcome
        texts = [f"{name}: {value}" for name, value in trailers.items() if value]
        # Where it is told nothing of the language, git takes only ASCII letters in either case.
        texts += [self.text] if self.text else []
        greps = [f"--grep={text}" for text in texts if text.isascii() and text.isprintable()]
        return ["--regexp-ignore-case", "--all-match", *greps]

    def limits(self) -> list[str]:
        """What spares git to go further back than it need; `matches` decides."""
        return [f"--since={(aware(self.since) - SLACK).isoformat()}"] if self.since else []


def aware(time: datetime) -> datetime:
    """The time; one without a zone is UTC's."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def moment(text: str) -> datetime:
    """An ISO time; one that is damaged is long ago."""
    try:
        return aware(datetime.fromisoformat(text))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def read_entry(commit: str, message: str, *, still_open: bool = False) -> ArchivedSession:
    """A session, from its commit's id and message."""
    said = read_session_trailers(message)
    return ArchivedSession(commit=commit, message=message, open=still_open, **said)


def entries(store: Store, wanted: Wanted, limit: int | None) -> Iterator[ArchivedSession]:
    """The archived sessions that are wanted, newest first, read as far as they are taken."""
    found = walk(store, wanted.greps(), *wanted.limits())
    return islice((entry for entry in found if wanted.matches(entry, entry.message)), limit)


def walk(store: Store, greps: list[str], *limits: str) -> Iterator[ArchivedSession]:
    """The sessions that git finds, page by page, each page larger than the one before."""
    start, skip, size = store.ref(MAIN), 0, FIRST_PAGE
    while start:
        page = [f"--skip={skip}", f"--max-count={size}", *limits]
        commits = store.git.run("rev-list", *page, start, "--").lines
        yield from (entry for entry in read_page(store, commits, greps) if entry.session)
        # The next page begins with the last one of this, and skips it.
        start, skip = (commits[-1], 1) if len(commits) == size else (None, 0)
        size = min(size * 4, LARGEST_PAGE)


def read_page(store: Store, commits: list[str], greps: list[str]) -> Iterator[ArchivedSession]:
    """Those of some commits that git finds, in their order."""
    shown = ("-z", "--format=%H%n%B", "--fixed-strings", *greps)
    share = max(FEW, -(-len(commits) // ABREAST))
    for texts in log_in_parts(store.git, commits, share, *shown):
        for commit, _, message in (text.partition("\n") for text in texts if text):
            yield read_entry(commit, message)


def open_sessions(store: Store) -> list[ArchivedSession]:
    """The sessions that are shared and not archived yet, as far as they have come."""
    if not store.exists:
        return []
    shown = "--format=%(refname)%00%(objectname)%00%(contents)%00"
    # One's own are newer than what the remote has of them, and come last.
    fields = store.git.run("for-each-ref", shown, SEEN_SESSIONS, SESSIONS).text.split("\0")
    rows = zip(fields[0::3], fields[1::3], fields[2::3], strict=False)
    found = {
        name.strip().rpartition("/")[2]: read_entry(commit, message, still_open=True)
        for name, commit, message in rows
    }
    archived = are_archived(store, list(found))
    return [entry for name, entry in sorted(found.items()) if not archived[name]]


def are_archived(store: Store, sessions: list[str]) -> dict[str, bool]:
    """Which of some sessions the archive has."""
    known = store.present([f"{MAIN}:{session_path(session)}" for session in sessions])
    return {session: bool(found) for session, found in zip(sessions, known, strict=True)}


def sessions_of(store: Store, run: str) -> list[str]:
    """The names of a run's sessions, archived or shared, oldest first."""
    (listed,) = store.present([f"{MAIN}:{run_path(run)}"])
    archived = store.git.run("ls-tree", "--name-only", listed).lines if listed else []
    shared = [entry.session for entry in open_sessions(store) if entry.run == run]
    return sorted({*archived, *shared})


def places(session: str) -> list[str]:
    """Where a session's files may be, the best one first, each to be followed by a name."""
    archived = f"{MAIN}:{session_path(session)}/"
    return [archived, f"{SESSIONS}{session}:", f"{SEEN_SESSIONS}{session}:"]


def read(store: Store, session: str, name: str) -> bytes:
    """A file of a session; raises `UsageError` where the archive has no such file."""
    asked = [place + name for place in places(session)] if name in FILES else []
    found = next(filter(None, store.present(asked)), None)
    if found is None:
        raise UsageError(
            f"expected {name} of the session {session} in the archive at {store.folder}, found "
            "none; runbook log lists the sessions there are"
        )
    return store.blob(found)


def is_work(entry: ArchivedSession, prefix: str) -> bool:
    """Whether a session of a run below a prefix was more than a decision from a terminal."""
    return entry.run.startswith(prefix) and entry.runbook not in DECIDING


def open_runs(store: Store, prefix: str) -> list[str]:
    """The names of the runs below a prefix that somebody has begun and nobody has ended."""
    greps = [f"--grep=Run: {prefix}"] if prefix else []
    found = [*open_sessions(store), *walk(store, greps)]
    own = [entry for entry in found if is_work(entry, prefix)]
    newest: dict[str, ArchivedSession] = {}
    for entry in own:
        if entry.run and entry.outcome != "planned":
            known = newest.get(entry.run, entry)
            newest[entry.run] = max(known, entry, key=lambda one: one.session)
    return sorted(run for run, entry in newest.items() if entry.outcome not in ENDED)

"""The archive as others use it."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime
from pathlib import Path

from runbook_lib.archive import entries, handover, packing
from runbook_lib.archive.entries import ArchivedSession, Wanted
from runbook_lib.archive.layout import MAIN, SESSIONS
from runbook_lib.archive.message import link
from runbook_lib.archive.record import Kept, read_session
from runbook_lib.archive.remote import Remote
from runbook_lib.archive.store import Store
from runbook_lib.archive.waiting import tries
from runbook_lib.errors import Unavailable, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.services.git.git import Git


@frozen
class Archive:
    """The records and journals of sessions, in a bare git repository that only ever grows.

    It is made when it is first written to. `remote` is where it is shared, on which `branch`, empty
    where it is not; `environment` is git's: identity, signing, credentials.
    """

    folder: Path
    remote: str = field(default="", kw_only=True)
    branch: str = field(default="main", kw_only=True)
    environment: Mapping[str, str] = field(default_factory=dict, kw_only=True, repr=False)

    @property
    def store(self) -> Store:
        """The repository, to be looked at more closely."""
        return Store(self.folder, self.environment)

    @property
    def shared(self) -> Remote | None:
        """Where it is shared."""
        return Remote(self.store, self.remote, self.branch) if self.remote else None

    @property
    def git(self) -> Git:
        """git in the repository."""
        return self.store.git

    @property
    def exists(self) -> bool:
        """Whether anything has been written to it."""
        return self.store.exists

    def add(self, folder: Path) -> str:
        """Archive the finished session in a folder, here; return its commit's id.

        A session that is archived already is left as it is. The id changes where others were
        faster at the remote (see `push`). Raises `UsageError` where the session has not ended, and
        `Failed` where its journal is damaged or it can't be signed: nothing is half done then.
        """
        kept = read_session(folder)
        if not kept.summary.over:
            raise UsageError(
                f"expected a session that has ended, found {kept.session} without an end; "
                "if it has died: runbook recover"
            )
        self.store.make()
        for _ in tries():
            done = self.find(kept.session) if self.has(kept.session) else self.try_to_add(kept)
            if done:
                return done if isinstance(done, str) else done.commit
        raise Unavailable(
            f"expected to add to the archive at {self.folder}, found its branch main locked or "
            f"moving all the time; if nobody is at work, remove {self.folder}/{MAIN}.lock"
        )

    def try_to_add(self, kept: Kept) -> str | None:
        """Add a session on top of what is there; None where another process was faster."""
        store = self.store
        tip = store.ref(MAIN)
        message = kept.message(link(store.message(tip)) if tip else "")
        (tree,) = store.trees(tip, [kept.archived()])
        made = store.commit(tree, message, store.author(kept.author()), tip)
        return made if store.move(MAIN, tip, made, without=SESSIONS + kept.session) else None

    def push(self) -> None:
        """Bring what is only here to the remote, on top of what others have brought there.

        Without a remote nothing is sent. Raises `Unavailable` where the remote is away, and
        `Refused` where it refuses, or its history was rewritten; what is here stays whole, and a
        later push brings it all.
        """
        if not self.exists:
            return
        try:
            if remote := self.shared:
                remote.push()
        finally:
            packing.tidy(self.store)

    def fetch(self) -> None:
        """Have here what the remote has: records, open sessions, locks; raises as `push` does."""
        if remote := self.shared:
            self.store.make()
            remote.fetch()

    def share(self, folder: Path) -> None:
        """Let others go on with the open session in a folder: its journal and record as of now.

        Raises `Unavailable` or `Refused` where it stays on this machine; `push` sends it later.
        """
        kept = read_session(folder)
        if self.has(kept.session):
            return
        store = self.store
        store.make()
        (tree,) = store.trees(None, [kept.files("")])
        made = store.commit_tree(tree, kept.message(""), store.author(kept.author()))
        name = SESSIONS + kept.session
        for _ in tries():
            if store.move(name, store.ref(name), made):
                break
        if remote := self.shared:
            remote.send_sessions()

    def has(self, session: str) -> bool:
        """Whether a session is archived for good."""
        return entries.are_archived(self.store, [session])[session]

    def find(self, session: str) -> ArchivedSession | None:
        """A session by its name, archived or shared; None where the archive does not know it."""
        if not self.has(session):
            return next(
                (e for e in entries.open_sessions(self.store) if e.session == session), None
            )
        found = entries.walk(self.store, [f"--grep=Session: {session}"])
        return next((entry for entry in found if entry.session == session), None)

    def sessions_of(self, run: str) -> list[str]:
        """The names of a run's sessions, archived or shared, oldest first."""
        return entries.sessions_of(self.store, run)

    def read(self, session: str, name: str) -> bytes:
        """A file of a session: `journal.jsonl` or `record.ipynb`.

        Raises `UsageError` where the archive has none.
        """
        return entries.read(self.store, session, name)

    def bring(self, run: str, sessions: Path) -> None:
        """Have the run's sessions in a folder of sessions (see `handover.bring`)."""
        handover.bring(self.store, run, sessions)

    def entries(
        self,
        limit: int | None = None,
        *,
        runbook: str = "",
        run: str = "",
        operator: str = "",
        outcome: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        text: str = "",
    ) -> Iterator[ArchivedSession]:
        """The archived sessions, newest first, read as far as they are taken (see `Wanted`)."""
        wanted = Wanted(runbook, run, operator, outcome, since, until, text)
        return entries.entries(self.store, wanted, limit)

    def open_sessions(self) -> list[ArchivedSession]:
        """The sessions that are shared and not archived yet, as far as they had come."""
        return entries.open_sessions(self.store)

    def open_runs(self, prefix: str = "") -> list[str]:
        """The names of the runs below a prefix that somebody has begun and nobody has ended."""
        return entries.open_runs(self.store, prefix)

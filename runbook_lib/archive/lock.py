"""The lock of a run: one session at a time works on it, on whatever machine."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial

from runbook_lib.archive.archive import Archive
from runbook_lib.archive.layout import LOCKS, SEEN_LOCKS, lock_name
from runbook_lib.archive.lock_places import Here, Place, There
from runbook_lib.archive.message import clean, read_trailers, write_trailers
from runbook_lib.archive.record import named
from runbook_lib.archive.remote import UNUSABLE
from runbook_lib.archive.store import Author
from runbook_lib.archive.waiting import tries
from runbook_lib.errors import Held, RunbookError, Unavailable, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.services.git.git import EMPTY_TREE

SILENT = 900.0
"""After so many seconds without a sign of life a holder may be taken for dead."""


@frozen
class Holder:
    """Who is at work on a run: since when, and when they last gave a sign of life (ISO times)."""

    run: str
    session: str
    operator: str
    host: str
    process: int
    since: str
    renewed: str

    def __str__(self) -> str:
        return (
            f"session {self.session} of {self.operator} on {self.host} (process {self.process}), "
            f"since {self.since}, last seen {self.renewed}"
        )


@frozen
class Acquired:
    """A lock that is one's own, as it now names its holder.

    Where the remote can't be used, `problem` says why: only sessions on this machine see it then.
    """

    holder: Holder
    problem: RunbookError | None = None


Check = Callable[[Holder | None], None]
"""Looks at whom a lock names, and raises `Held` where that does not do."""


def is_silent(holder: Holder, *, after: float = SILENT, now: datetime | None = None) -> bool:
    """Whether a holder has given no sign of life for so many seconds."""
    seen = datetime.fromisoformat(holder.renewed)
    return ((now or datetime.now(UTC)) - seen).total_seconds() > after


@frozen
class Lock:
    """The lock of a run: a ref of the archive's remote, or of the archive where it has none.

    While the remote is away, or refuses, a ref of this archive stands for it.
    """

    archive: Archive
    run: str

    @property
    def here(self) -> Here:
        """The lock on this machine."""
        return Here(self.archive.store, LOCKS + lock_name(self.run))

    @property
    def seen(self) -> Here:
        """The remote's lock, as it was last seen."""
        return Here(self.archive.store, SEEN_LOCKS + lock_name(self.run))

    @property
    def there(self) -> There | None:
        """The lock of the remote, where there is one."""
        remote = self.archive.shared
        return There(remote, self.here.name, self.seen.name) if remote else None

    def holder(self) -> Holder | None:
        """Who is at work on the run now; as last seen, where the remote can't be used."""
        if not self.archive.exists and not self.archive.remote:
            return None
        self.archive.store.make()
        local = self.named_by(self.here)
        if local is not None or self.there is None:
            return local
        try:
            return self.named_by(self.there)
        except UNUSABLE:
            return self.named_by(self.seen)

    def seen_with(self, session: str) -> Holder | None:
        """Which other session has it, as it was last seen: no remote is asked."""
        if not self.archive.exists:
            return None
        found = self.named_by(self.here) or self.named_by(self.seen)
        if found is None or found.session == session or self.archive.has(found.session):
            return None
        return found

    def acquire(self, holder: Holder) -> Acquired:
        """Take the lock, where nobody has it but this very session, or one that is archived.

        Raises `Held` with who has it.
        """
        return self.wherever(holder, lambda found: self.check_free(found, holder))

    def renew(self, holder: Holder) -> Acquired:
        """Give a sign of life; claims the remote's lock where it was away before.

        Raises `Held` where the lock was taken over.
        """
        claims = self.named_by(self.here) if self.archive.exists else None
        return self.wherever(stamped(holder), lambda found: check_own(found or claims, holder))

    def take_over(self, holder: Holder, *, from_: Holder) -> Acquired:
        """Take the lock from another session, if it still is just as it was shown.

        Raises `Held` where it has changed since, and `Unavailable` where the remote, whose lock it
        is, is away.
        """

        def check(found: Holder | None) -> None:
            check_same(found, from_)

        self.archive.store.make()
        if self.there is None:
            return Acquired(self.put(self.here, holder, check))
        if self.named_by(self.here) == from_:
            self.put(self.here, holder, check)
            return self.acquire(holder)
        return Acquired(self.put(self.there, holder, check))

    def release(self, holder: Holder) -> None:
        """Give the lock up, where this session has it; raises `Unavailable` if the remote is away.

        What stays at the remote then counts for nothing once the session is archived there.
        """
        self.give_up(self.here, holder)
        if self.there is not None:
            self.give_up(self.there, holder)

    def wherever(self, holder: Holder, check: Check) -> Acquired:
        """Put the holder into the remote's lock; into this machine's if that can't be used."""
        if holder.run != self.run:
            raise UsageError(f"expected a session of {self.run}, found one of {holder.run}")
        self.archive.store.make()
        if self.there is None:
            return Acquired(self.put(self.here, holder, check))
        self.check_free(self.named_by(self.here), holder)
        try:
            acquired = Acquired(self.put(self.there, holder, check))
        except UNUSABLE as problem:
            # Whom the remote named last, still counts.
            self.check_free(self.named_by(self.seen), holder)
            free = partial(self.check_free, holder=holder)
            return Acquired(self.put(self.here, holder, free), problem)
        self.give_up(self.here, holder)
        return acquired

    def put(self, place: Place, holder: Holder, check: Check) -> Holder:
        """Have a place name the holder, if who is named there now passes the check."""
        made = self.write(holder)
        for _ in tries():
            old = place.look()
            check(self.read(old) if old else None)
            if place.move(old, made):
                return holder
        raise Unavailable(f"expected to take the lock of {self.run}, found it moving all the time")

    def give_up(self, place: Place, holder: Holder) -> None:
        """Take the lock away from a place, if this session has it there."""
        old = place.look()
        if old and self.read(old).session == holder.session:
            place.move(old, None)

    def check_free(self, found: Holder | None, holder: Holder) -> None:
        """Raise `Held` where another session has the lock, and is not archived yet."""
        if found is None or found.session == holder.session:
            return
        if not self.archive.has(found.session):
            raise held(found)

    def named_by(self, place: Place) -> Holder | None:
        """Who has the lock at a place."""
        found = place.look()
        return self.read(found) if found else None

    def write(self, holder: Holder) -> str:
        """A commit that names a holder: no files, no parent."""
        said = {name.capitalize(): str(value) for name, value in asdict(holder).items()}
        message = f"lock: {clean(self.run)}\n\n{write_trailers(said)}\n"
        operator, host = named(holder.operator), named(holder.host)
        time = int(datetime.fromisoformat(holder.renewed).timestamp())
        author = Author(operator, f"{operator}@{host}", time)
        return self.archive.store.commit_tree(EMPTY_TREE, message, author)

    def read(self, commit: str) -> Holder:
        """Whom a lock's commit names."""
        return replace(read_holder(self.archive.store.message(commit)), run=self.run)


TEXTS = ("run", "session", "operator", "host", "since", "renewed")


def read_holder(message: str) -> Holder:
    """Whom the message of a lock's commit names."""
    said = read_trailers(message)
    texts = {name: said.get(name.capitalize(), "") for name in TEXTS}
    return Holder(process=int(said.get("Process") or 0), **texts)


def stamped(holder: Holder) -> Holder:
    """The holder with a sign of life of just now."""
    return replace(holder, renewed=datetime.now(UTC).isoformat(timespec="milliseconds"))


def check_own(found: Holder | None, holder: Holder) -> None:
    """Raise `Held` where the lock is not this session's any more."""
    if found is None:
        raise lost(holder)
    if found.session != holder.session:
        raise held(found)


def check_same(found: Holder | None, shown: Holder) -> None:
    """Raise `Held` where the lock is not just as it was shown."""
    if found is None:
        raise lost(shown)
    if found != shown:
        raise held(found)


def held(holder: Holder) -> Held:
    """The error for a lock that another session has."""
    return Held(
        f"expected that nobody else is at work on {holder.run}, found {holder}: let it end, or "
        "take over from it if it is dead or silent",
        holder=holder,
    )


def lost(holder: Holder) -> Held:
    """The error for a lock that is gone."""
    return Held(
        f"expected the lock of {holder.run} to name {holder}; found that it was given up: another "
        "session may have worked on the run meanwhile; open the run again"
    )

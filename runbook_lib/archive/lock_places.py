"""Where a lock is: a ref here, or a ref of the remote, moved by compare-and-swap."""

from typing import Protocol

from runbook_lib.archive.remote import Remote
from runbook_lib.archive.store import Store
from runbook_lib.errors import RunbookError, Unavailable
from runbook_lib.frozen import frozen


class Place(Protocol):
    """A ref that several processes move."""

    def look(self) -> str | None:
        """The id that it names, whose commit is here then; None where there is none."""

    def move(self, old: str | None, new: str | None) -> bool:
        """Move it from one id to another, if it still names the first."""


@frozen
class Here:
    """A ref of the archive on this machine."""

    store: Store
    name: str

    def look(self) -> str | None:
        """The id that it names."""
        return self.store.ref(self.name)

    def move(self, old: str | None, new: str | None) -> bool:
        """Move it if it still names the first."""
        return self.store.move(self.name, old, new)


@frozen
class There:
    """A ref of the remote; `seen` is where it is kept in mind here."""

    remote: Remote
    name: str
    seen: str

    def look(self) -> str | None:
        """The id that it names now."""
        found = self.remote.listed(self.name).get(self.name)
        known = self.remote.store.ref(self.seen)
        if found == known:
            return found
        if found:
            self.remote.bring(*self.remote.to(f"+{self.name}:{self.seen}"))
            return self.remote.store.ref(self.seen)
        self.remote.store.move(self.seen, known, None)
        return None

    def move(self, old: str | None, new: str | None) -> bool:
        """Move it if it still names the first; where the answer is lost, a look tells."""
        try:
            moved = self.remote.send(self.name, old, new) or self.look() == new
        except Unavailable as lost:
            moved = self.moved_after_all(new, lost)
        if moved:
            store = self.remote.store
            store.move(self.seen, store.ref(self.seen), new)
        return moved

    def moved_after_all(self, new: str | None, lost: Unavailable) -> bool:
        """Whether a move whose answer was lost was made; raises `lost` where nobody can say."""
        if not lost.may_have_acted:
            raise lost
        try:
            return self.look() == new
        except RunbookError:
            raise lost from None

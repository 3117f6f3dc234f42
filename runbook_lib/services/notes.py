"""The notes of a push, wherever a team keeps them: read, made once, and edited by several."""

from collections.abc import Callable, Generator
from dataclasses import field
from typing import Protocol

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.document import Document
from runbook_lib.steps.step import Runner, check, look, step

Change = Callable[[str], str]
"""A pure edit of a text; applied to what it has made already, it changes nothing."""


class NotesStore(Protocol):
    """Where one document is kept."""

    @property
    def place(self) -> str:
        """What a person calls it, for messages and the journal."""

    def read(self) -> Document | None:
        """The document as it is now, or None where there is none."""

    def write(self, text: str, *, replacing: Document | None) -> None:
        """Write the text in place of that very version, or make the document.

        Raises `Unavailable` with `may_have_acted=False` where somebody else was faster: whoever
        wants it written has to look again.
        """


@frozen
class Edit:
    """One edit of the document in a store."""

    store: NotesStore
    runner: Runner = field(repr=False)
    change: Change

    @step
    def edit(self, what: str, place: str) -> Generator[str, None, Document]:
        """Apply the change to what is there; a look is one read of the store."""
        found = need(self.store)
        changed = self.change(found.text)
        if changed == found.text:
            return found
        yield f"edit {place}: {what}"
        self.store.write(changed, replacing=found)
        return found


class PushNotes:
    """The notes of one push, in a store."""

    def __init__(self, store: NotesStore, runner: Runner) -> None:
        self.store = store
        self.runner = runner

    def __str__(self) -> str:
        return self.store.place

    @property
    def link(self) -> str:
        """Where people open the notes; reads the store. Raises `Refused` where there are none."""
        return need(self.store).link

    @look
    def read_text(self) -> str:
        """The text as it is now, no step of its own; raises `Refused` where there is none."""
        return need(self.store).text

    @check
    def read(self) -> Document:
        """The notes as they are now; raises `Refused` where there are none."""
        return need(self.store)

    @step
    def create(self, text: str) -> Generator[str, None, Document]:
        """Make the notes; ones that exist are returned as found, whatever they say."""
        found = self.store.read()
        if found is not None:
            return found
        yield f"create {self.store.place}"
        self.store.write(text, replacing=None)
        return need(self.store)

    def edit(self, what: str, change: Change) -> Document:
        """Apply a change to the notes as they are, never to what they were; `what` is journalled.

        Where somebody else writes at the same time, the change is applied again to their text.
        """
        return Edit(self.store, self.runner, change).edit(what, self.store.place)


def need(store: NotesStore) -> Document:
    """The document of a store; raises `Refused` where there is none."""
    found = store.read()
    if found is None:
        raise Refused(
            f"expected notes: {store.place}, found none; tag_push begins them, and close_push of "
            "the push before does: run one of them, or make the notes by hand from the template"
        )
    return found

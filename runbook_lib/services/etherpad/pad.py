"""A pad of an Etherpad as a document.

`setText` replaces the whole text, whatever it is by then. But a pad keeps each revision: so a
write looks afterwards for revisions that came in between, and puts back what it has overwritten.
A process that dies between the two leaves that in the pad's history alone.
"""

from typing import Any
from urllib.parse import quote

from runbook_lib.errors import NotHeld, Unavailable, UsageError
from runbook_lib.policy.document import Document
from runbook_lib.services.etherpad.client import Client, NoPad, Rejected
from runbook_lib.services.etherpad.merging import merge

MENDS = 5
"""How many times in a row others' edits are put back, before a person has to."""


class Pad:
    """One pad of an Etherpad."""

    def __init__(self, client: Client, pad: str) -> None:
        if not pad or not pad.isprintable() or set("$/?&#") & set(pad):
            raise UsageError(f"expected a pad's name without any of $/?&#, found {pad!r}")
        self.client = client
        self.pad = pad

    def __repr__(self) -> str:
        """The pad's link; never the key."""
        return f"<Pad {self.link}>"

    @property
    def place(self) -> str:
        """The pad and its server."""
        return self.client.named(self.pad)

    @property
    def link(self) -> str:
        """Where people open it."""
        return f"{self.client.url}/p/{quote(self.pad, safe='')}"

    def read(self) -> Document | None:
        """The pad's newest revision, or None where there is no pad; two calls."""
        try:
            head = self.head()
        except NoPad:
            return None
        return Document(self.text_at(head), str(head), self.link)

    def write(self, text: str, *, replacing: Document | None) -> None:
        """Write the text, and put back what others wrote meanwhile; makes the pad for None."""
        if replacing is None:
            self.create(text)
            return
        base = int(replacing.version)
        if self.head() != base:
            raise self.outrun()
        self.replace(text, base)

    def create(self, text: str) -> None:
        """Make the pad; `Unavailable` where it is there by now."""
        try:
            # Etherpad ends a new pad's text with a line's end in any case.
            self.call("createPad", text=text.removesuffix("\n"))
        except Rejected as error:
            if "already exist" not in str(error):
                raise
            raise self.outrun() from error

    def outrun(self) -> Unavailable:
        """What a write raises that came too late, and was not made."""
        return Unavailable(
            f"somebody else has just changed {self.place}; run this again", may_have_acted=False
        )

    def replace(self, text: str, base: int) -> None:
        """Replace revision `base`, and mend what that has overwritten, a lost answer or not."""
        for _ in range(MENDS):
            try:
                self.call("setText", text=text)
            finally:
                mended = self.mended(plain(text), base)
            if mended is None:
                return
            text, base = mended
        raise NotHeld(
            f"expected to be alone in {self.place} for a moment, found others' edits each time; "
            f"look into its history for what is missing: {self.link}/timeslider"
        )

    def mended(self, text: str, base: int) -> tuple[str, int] | None:
        """What the pad should say, and the revision that this replaces; None where all is well."""
        head = self.head()
        ours = next((n for n in range(base + 1, head + 1) if self.text_at(n) == text), base + 1)
        if ours == base + 1:
            return None
        overwritten, now = self.text_at(ours - 1), self.text_at(head)
        merged = merge(self.text_at(base), overwritten, now)
        if merged is None:
            raise NotHeld(
                f"expected edits of different lines in {self.place}, found that revision {ours} "
                f"has replaced revision {ours - 1} where both differ; put back what is missing "
                f"by hand: {self.link}/timeslider#{ours - 1}"
            )
        return None if merged == now else (merged, head)

    def head(self) -> int:
        """The number of the newest revision."""
        return int(self.call("getRevisionsCount")["revisions"])

    def text_at(self, revision: int) -> str:
        """The text of one revision; Etherpad 1.8 tells an old one together with its attributes."""
        text = self.call("getText", rev=str(revision))["text"]
        return str(text["text"] if isinstance(text, dict) else text)

    def call(self, function: str, **arguments: str) -> Any:
        """What a function of the API says of the pad."""
        return self.client.call(function, self.pad, **arguments)


def plain(text: str) -> str:
    """A text as a pad keeps it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " " * 8)
    text = text.replace("\xa0", " ")
    return text if text.endswith("\n") else f"{text}\n"

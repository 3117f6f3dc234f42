"""A pad of an Etherpad as a document, over its HTTP API 1.2.15.

`setText` replaces the whole text, whatever it is by then. But a pad keeps each revision: so a
write looks afterwards for revisions that came in between, and puts back what it has overwritten.
A process that dies between the two leaves that in the pad's history alone.

https://etherpad.org/doc/v1.8.14/#index_http_api
"""

from difflib import SequenceMatcher
from typing import Any
from urllib.parse import quote

from runbook_lib.errors import AccessDenied, Failed, NotHeld, Refused, Unavailable, UsageError
from runbook_lib.policy.document import Document
from runbook_lib.services.http import check_url, excerpt, host, open_session, send

VERSION = "1.2.15"
MENDS = 5
"""How many times in a row others' edits are put back, before a person has to."""


class Pad:
    """One pad of the Etherpad at `url`; `key` is its API key, and goes into no address."""

    def __init__(self, url: str, pad: str, key: str) -> None:
        if not key:
            raise UsageError("expected the Etherpad's API key, found none; set ETHERPAD_API_KEY")
        if not pad or not pad.isprintable() or set("$/?&#") & set(pad):
            raise UsageError(f"expected a pad's name without any of $/?&#, found {pad!r}")
        self.url = check_url(url, service="Etherpad")
        self.pad = pad
        self.key = key
        self.session = open_session(self.url)

    def __repr__(self) -> str:
        """The pad's link; never the key."""
        return f"<Pad {self.link}>"

    @property
    def place(self) -> str:
        """The pad and its server."""
        return f"pad {self.pad} at {host(self.url)}"

    @property
    def link(self) -> str:
        """Where people open it."""
        return f"{self.url}/p/{quote(self.pad, safe='')}"

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
        """Call a function of the API; its key travels in the form."""
        form = {"apikey": self.key, "padID": self.pad, **arguments}
        url = f"{self.url}/api/{VERSION}/{function}"
        may_act = not function.startswith("get")
        answer = send(self.session, "POST", url, may_act=may_act, service="Etherpad", data=form)
        try:
            said = answer.json()
            code, message = int(said["code"]), excerpt(str(said["message"]))
        except (ValueError, KeyError, TypeError):
            raise Failed(
                f"expected an Etherpad's answer from {host(url)} for {function}, found status "
                f"{answer.status_code}; check the address"
            ) from None
        if code:
            raise refusal(code, message.replace(self.key, "…"), f"{function} of {self.place}")
        return said["data"]


class Rejected(Refused):
    """Etherpad understood the request, and will not do it."""

    waivable = False


class NoPad(Rejected):
    """There is no such pad."""


def refusal(code: int, message: str, request: str) -> Refused | Unavailable:
    """What an Etherpad's code other than 0 stands for."""
    if code == 2:
        return Unavailable(f"Etherpad failed at {request}: {message}; run this again")
    if code == 4:
        return AccessDenied(
            f"expected Etherpad to accept the API key for {request}, found: {message}; "
            "set ETHERPAD_API_KEY to what its APIKEY.txt says"
        )
    kind = NoPad if "does not exist" in message else Rejected
    return kind(f"Etherpad refuses {request}: {message} (code {code}); mend what it names")


def plain(text: str) -> str:
    """A text as a pad keeps it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " " * 8)
    text = text.replace("\xa0", " ")
    return text if text.endswith("\n") else f"{text}\n"


Piece = tuple[int, int, list[str]]


def merge(base: str, one: str, other: str) -> str | None:
    """The base with the edits of both; None where they edit the same lines differently."""
    lines = base.splitlines(keepends=True)
    edits = sorted(pieces(lines, one) + pieces(lines, other))
    kept: list[Piece] = []
    for edit in edits:
        if kept and edit == kept[-1]:
            continue
        if kept and (edit[0] < kept[-1][1] or edit[0] == kept[-1][0]):
            return None
        kept.append(edit)
    for start, end, new in reversed(kept):
        lines[start:end] = new
    return "".join(lines)


def pieces(base: list[str], text: str) -> list[Piece]:
    """What has to be replaced in the base to have the text."""
    new = text.splitlines(keepends=True)
    found = SequenceMatcher(None, base, new, autojunk=False).get_opcodes()
    return [(i, j, new[k:m]) for kind, i, j, k, m in found if kind != "equal"]

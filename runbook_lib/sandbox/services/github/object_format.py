"""Commits and annotated tags as git writes them: read from their bytes."""

import re
from datetime import UTC, datetime

from runbook_lib.frozen import frozen

FIRST, LAST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (1000, 9999))
"""What stands for a time before or after all that four figures of a year can tell."""


@frozen
class Stamp:
    """Who made a commit or tag, and when."""

    name: str
    email: str
    date: datetime

    @property
    def time(self) -> str:
        """The date as GitHub writes it."""
        return self.date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@frozen
class GitObject:
    """One object: `kind` is commit, tree, blob or tag."""

    sha: str
    kind: str
    data: bytes


@frozen
class Signed:
    """A signature, and the bytes that it was made for."""

    signature: str
    payload: str


@frozen
class Commit:
    """A commit; `date` and the like are in its stamps."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Stamp
    committer: Stamp
    message: str
    signed: Signed | None

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.split("\n", 1)[0]


@frozen
class Tag:
    """An annotated tag, and the object that it names."""

    sha: str
    name: str
    target: str
    target_kind: str
    tagger: Stamp
    message: str
    signed: Signed | None


def parse_commit(found: GitObject) -> Commit:
    """A commit from its bytes."""
    heads, message = split_object(found.data)
    signature = first(heads, "gpgsig") or None
    payload = without_signature(found.data) if signature else ""
    return Commit(
        sha=found.sha,
        tree=first(heads, "tree"),
        parents=tuple(value for name, value in heads if name == "parent"),
        author=parse_stamp(first(heads, "author")),
        committer=parse_stamp(first(heads, "committer")),
        message=message.rstrip("\n"),
        signed=Signed(signature, payload) if signature else None,
    )


def parse_tag(found: GitObject) -> Tag:
    """An annotated tag from its bytes; a signature is at its end."""
    heads, message = split_object(found.data)
    text = found.data.decode("utf-8", "replace")
    at = signature_start(text)
    body = message[: len(message) - (len(text) - at)] if at >= 0 else message
    return Tag(
        sha=found.sha,
        name=first(heads, "tag"),
        target=first(heads, "object"),
        target_kind=first(heads, "type"),
        tagger=parse_stamp(first(heads, "tagger")),
        message=body.rstrip("\n"),
        signed=Signed(text[at:], text[:at]) if at >= 0 else None,
    )


def split_object(data: bytes) -> tuple[list[tuple[str, str]], str]:
    """The headers of a commit or tag (folded ones joined), and its message."""
    head, _, message = data.decode("utf-8", "replace").partition("\n\n")
    heads: list[tuple[str, str]] = []
    for line in head.split("\n"):
        if line.startswith(" ") and heads:
            heads[-1] = (heads[-1][0], f"{heads[-1][1]}\n{line[1:]}")
        else:
            name, _, value = line.partition(" ")
            heads.append((name, value))
    return heads, message


def first(heads: list[tuple[str, str]], wanted: str) -> str:
    """The first header of that name, or nothing."""
    return next((value for name, value in heads if name == wanted), "")


def without_signature(data: bytes) -> str:
    """The bytes of a commit that its signature was made for."""
    text = data.decode("utf-8", "replace")
    return re.sub(r"(?m)\Agpgsig|^gpgsig(-sha256)? .*\n(?: .*\n)*", "", text, count=1)


def signature_start(text: str) -> int:
    """Where the signature at a tag's end begins, or -1."""
    marks = ("-----BEGIN SSH SIGNATURE-----", "-----BEGIN PGP SIGNATURE-----")
    return max(text.rfind(f"\n{mark}") + 1 if f"\n{mark}" in text else -1 for mark in marks)


def parse_stamp(text: str) -> Stamp:
    """`Name <email> 1768471200 +0000`; what can't be read is of 1970, what is too late of 9999."""
    match = re.fullmatch(r"(.*?) ?<([^>]*)> (-?\d+) [+-]\d+", text)
    if match is None:
        return Stamp("", "", datetime.fromtimestamp(0, UTC))
    seconds = max(FIRST, min(int(match[3]), LAST))
    return Stamp(match[1], match[2], datetime.fromtimestamp(seconds, UTC))

"""The link references at the end of a changelog: the new version's is added as the others are."""

import re

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog.headings import Heading
from runbook_lib.policy.changelog.places import find_references
from runbook_lib.policy.changelog.written import BEFORE, TOKEN
from runbook_lib.policy.same_version import is_same

REFERENCE = re.compile(
    r"^(?P<lead> {0,3}\[)(?P<label>[^\]\r\n]+)(?P<middle>\]:[ \t]*)(?P<url>\S+)(?P<rest>[^\r\n]*)",
    re.MULTILINE,
)
NUMBERED = re.compile(rf"v?(?P<token>{TOKEN})", re.IGNORECASE)
RANGE = re.compile(r"(?P<from>.*?)(?P<dots>\.{2,3})(?P<to>[^./]+)\Z")


@frozen
class Reference:
    """One of them, and where it stands in the text."""

    start: int
    end: int
    label: str
    url: str
    found: re.Match[str]

    def written(self, label: str, url: str) -> str:
        """The same with another label and address."""
        return f"{self.found['lead']}{label}{self.found['middle']}{url}{self.found['rest']}"


def find_all(text: str) -> list[Reference]:
    """The references at the end of a text."""
    place = find_references(text)
    found = REFERENCE.finditer(text, place)
    return [Reference(f.start(), f.end(), f["label"], f["url"], f) for f in found]


def update_references(text: str, *, version: str, last: str) -> str:
    """The changelog with a reference for a version, whose last one is `last`, if that has one.

    *Unreleased* is compared with the new version then.
    """
    every = find_all(text)
    newest = next((one for one in every if last and is_of(one, last)), None)
    pending = next((one for one in every if is_pending(one)), None)
    if any(is_of(one, version) for one in every) or not (newest or pending):
        return text
    end = "\r\n" if "\r\n" in text else "\n"
    if pending and (compared := RANGE.fullmatch(pending.url)):
        moved = exchanged(compared["from"], last, version)
        added = pending.written(
            exchanged(newest.label, last, version) if newest else version,
            f"{compared['from']}{compared['dots']}{tag_of(moved, version)}",
        )
        kept = pending.written(pending.label, f"{moved}{compared['dots']}{compared['to']}")
        return text[: pending.start] + kept + end + added + text[pending.end :]
    if newest is None:
        return text
    label = exchanged(newest.label, last, version)
    added = newest.written(label, next_url(newest.url, last, version))
    return text[: newest.start] + added + end + text[newest.start :]


def next_url(url: str, last: str, version: str) -> str:
    """The last version's address as the next one's: compared with that, where it was compared."""
    compared = re.fullmatch(r"(.*?)(\.{2,3})([^/]*)", url)
    if compared is None:
        return exchanged(url, last, version)
    tag = exchanged(compared[3], last, version)
    before = re.sub(rf"{BEFORE}{TOKEN}\Z", last, compared[1])
    return f"{before}{compared[2]}{tag}"


def exchanged(text: str, last: str, version: str) -> str:
    """A text with one version in another's place."""
    return re.sub(rf"{BEFORE}{re.escape(last)}(?![0-9])", version, text) if last else text


def tag_of(address: str, version: str) -> str:
    """The tag at the end of an address; the version, where that is not in it."""
    tag = re.split(r"/(?:compare|diff)/", address)[-1]
    return tag if version in tag else version


def is_of(reference: Reference, version: str) -> bool:
    """Whether a reference is that of a version."""
    found = NUMBERED.fullmatch(reference.label)
    return found is not None and is_same(found["token"], version)


def is_pending(reference: Reference) -> bool:
    """Whether a reference is that of what is not released."""
    return Heading(0, 1, reference.label, anchored=False).unreleased

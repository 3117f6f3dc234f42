"""The events of a journal: one JSON line each, chained by hashes; how they are read and checked."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from runbook_lib.errors import Failed, Outcome
from runbook_lib.frozen import frozen

TYPES: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("event", "time", "session", "operator", "step", "announced"), str),
    **dict.fromkeys(("gate", "digest", "title", "text", "by", "host", "how", "reason"), str),
    **dict.fromkeys(("arguments", "parameters", "decided"), dict),
    **dict.fromkeys(("run", "outcome", "detail", "link"), str),
    **dict.fromkeys(("account", "signature", "of", "note", "result", "comments", "made"), str),
    **dict.fromkeys(("kind", "evidence", "example", "under", "target"), str),
    **dict.fromkeys(("rule", "behind"), dict),
    "gates": (list, dict),
    "calls": (int, dict),
    "cell": int,
    "number": int,
    "seconds": (int, float),
}
"""What an event says under each name that readers rely on."""
ALWAYS = ("event", "time", "session", "operator")
ALSO = {
    "started": ("step", "number", "arguments"),
    "intent": ("step", "number", "announced"),
    "outcome": ("step", "number", "outcome"),
    "asked": ("gate", "digest", "title", "text"),
    "approved": ("gate", "digest", "by", "host", "how", "reason"),
    "rejected": ("gate", "digest", "by", "host", "how", "reason"),
    "abandoned": ("by", "reason"),
}
"""What every event says, and what those of some kinds say beside it."""
MAYBE = frozenset({"run", "parameters", "decided", "seconds", "detail", "link", "announced"}) | {
    *("account", "signature", "of", "note", "rule", "behind", "gates", "cell", "result"),
    *("calls", "comments", "made", "under", "target"),
    *("gate", "digest", "text", "kind", "evidence", "example"),
}
OUTCOMES = frozenset(get_args(Outcome))

START = "0" * 64
"""What the first event of a journal names as the hash before it."""


@frozen
class Event:
    """One line of a journal: what it says, the hash of the line before, and its own."""

    said: dict[str, Any]
    previous: str
    hash: str

    @property
    def kind(self) -> str:
        """What sort of event it is: opened, joined, started, intent, outcome, approved, …"""
        return str(self.said["event"])

    def matches(self, kind: str, **fields: Any) -> bool:
        """Whether it is of that kind and says each of these."""
        return self.kind == kind and all(
            self.said.get(name) == value for name, value in fields.items()
        )

    def line(self) -> str:
        """The event as it stands in the file, without the line's end."""
        return canonical({**self.said, "previous": self.previous, "hash": self.hash})


def canonical(said: dict[str, Any]) -> str:
    """The one way to write an object as JSON: sorted keys, no spaces, text as it is."""
    return json.dumps(
        said, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def digest(text: str) -> str:
    """SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def seal(said: dict[str, Any], previous: str) -> Event:
    """Chain what is said to the event before it."""
    return Event(said, previous, digest(canonical({**said, "previous": previous})))


def read_journal(path: Path) -> list[Event]:
    """The events of one journal file, each checked against the one before it.

    A last line that a crash cut off is left out. Raises `Failed` with the number of the first line
    that does not follow from the one before.
    """
    return list(follow(path.read_bytes(), str(path)))


def follow(journal: bytes, where: str) -> Iterator[Event]:
    """The same of a journal that is in memory, one by one; `where` it is, an error says."""
    previous = START
    for number, line in enumerate(journal.split(b"\n")[:-1], start=1):
        event = read_line(line, previous, f"{where} line {number}")
        yield event
        previous = event.hash


def read_line(line: bytes, previous: str, where: str) -> Event:
    """One line as an event, if it follows `previous` and its hash is its own."""
    try:
        said = json.loads(line)
        found_previous, found_hash = said.pop("previous"), said.pop("hash")
        sealed = seal(said, found_previous)
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise Failed(
            f"{where}: expected a journal event, found {line[:60]!r} ({error}); the file was "
            "changed or damaged: keep a copy, and move its session's folder away to go on without"
        ) from error
    if found_previous != previous:
        raise Failed(f"{where}: expected to follow {previous:.12}, found {found_previous:.12}")
    if sealed.hash != found_hash:
        raise Failed(f"{where}: its text does not have the hash {found_hash:.12} that it names")
    return sealed


def check_shape(event: Event, where: str) -> None:
    """Raise `Failed` where an event of others does not say what its readers rely on."""
    try:
        check_types(event.said)
    except (KeyError, TypeError) as error:
        raise Failed(f"{where}: expected an event as a session writes it, found {error}") from error


def seal_readable(said: dict[str, Any], previous: str) -> Event:
    """Chain what is said; raises `Failed` where a reader would refuse it, and the whole journal."""
    try:
        check_types(said)
        return seal(said, previous)
    except (KeyError, TypeError, ValueError) as error:
        raise Failed(
            f"expected to note {said['event']} as a reader can take it, found {error}; nothing was "
            "noted, and nothing done"
        ) from error


def check_types(said: dict[str, Any]) -> None:
    """Raise `TypeError` or `KeyError` where an event does not say what its readers rely on."""
    for name in (*ALWAYS, *ALSO.get(said["event"], ())):
        if not isinstance(said[name], TYPES[name]) or isinstance(said[name], bool):
            raise TypeError(f"{name}: {said[name]!r}")
    for name in MAYBE & set(said):
        if said[name] is not None and not isinstance(said[name], TYPES[name]):
            raise TypeError(f"{name}: {said[name]!r}")
    if said["event"] == "outcome" and said["outcome"] not in OUTCOMES:
        raise TypeError(f"outcome: {said['outcome']!r}")


def since_abandoned(events: Sequence[Event]) -> list[Event]:
    """What counts in a run: the events of the sessions after the last one that abandoned it."""
    over = max((one.said["session"] for one in events if one.kind == "abandoned"), default="")
    return [event for event in events if event.said["session"] > over]


def unsettled(events: list[Event]) -> list[Event]:
    """The announced changes that may or may not have been made: nobody has looked since."""
    calls = {place(event): event.said["arguments"] for event in events if event.kind == "started"}
    left: list[Event] = []
    for event in events:
        if event.kind == "intent":
            left.append(event)
        elif event.kind == "outcome":
            left = [intent for intent in left if not settles(event, intent, calls)]
    return left


def place(event: Event) -> tuple[str, int]:
    """Which carrying-out of a step an event is of: its session, and its number in there."""
    return event.said["session"], event.said["number"]


def is_since(event: Event, moment: datetime) -> bool:
    """Whether an event is not older than that."""
    return datetime.fromisoformat(str(event.said["time"])) >= moment


def settles(outcome: Event, intent: Event, calls: dict[tuple[str, int], Any]) -> bool:
    """Whether an outcome says what became of an intent: its own, or a later one of the same call.

    `calls` has the arguments of each carrying-out.
    """
    ended, began = place(outcome), place(intent)
    if ended == began:
        return bool(outcome.said["outcome"] != "unknown")
    same = (outcome.said["step"], calls.get(ended)) == (intent.said["step"], calls.get(began))
    return same and outcome.said["outcome"] in ("good", "already", "done")

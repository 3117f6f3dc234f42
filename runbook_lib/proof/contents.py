"""A record's journal against itself, its commit's message, and the bytes of its notebook."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest

from runbook_lib.archive.message import NONE, clean, compose, read_trailers, session_trailers
from runbook_lib.archive.record import read_events
from runbook_lib.errors import Failed
from runbook_lib.journal.events import Event
from runbook_lib.journal.session import NEXT, STAMP
from runbook_lib.journal.summary import SessionSummary, summarise
from runbook_lib.policy.plural import plural
from runbook_lib.proof.chain import SLACK, of
from runbook_lib.proof.finding import Finding
from runbook_lib.proof.history import Commit
from runbook_lib.proof.own_version import is_ours

MILLISECOND = timedelta(milliseconds=1)
"""How much earlier than the one before an event may be: older times are cut to milliseconds."""
SECOND = timedelta(seconds=1)
STAMP_LENGTH = len("20261123T090712.123456Z")


def read_whole_journal(journal: bytes) -> list[Event]:
    """The events of a journal; raises `Failed` where a byte of it is not as it was written."""
    events = read_events(journal, "")
    lines = [event.line().encode(errors="surrogatepass") for event in events]
    for number, (line, written) in enumerate(zip(lines, journal.split(b"\n"), strict=False), 1):
        if line != written:
            raise Failed(f"line {number}: is not written as a journal's lines are")
    if not events or not journal.endswith(b"\n"):
        raise Failed("its last line is cut off" if events else "no event at all")
    return events


def check_journal(commit: Commit, events: Sequence[Event], stamps: set[str]) -> Iterator[Finding]:
    """Its events are of this session, from its opening to its end, numbered, in their time.

    `stamps` are the times in the names of all sessions of the archive.
    """
    for number, event in enumerate(events, start=1):
        yield from check_belonging(commit, number, event, last=number == len(events))
    yield from check_runs(commit, events)
    yield from check_numbers(commit, events)
    yield from check_times(commit, events)
    yield from check_beginning(commit, events, stamps)


def check_belonging(commit: Commit, number: int, event: Event, *, last: bool) -> Iterator[Finding]:
    """An event is of this session and operator; `opened` is the first, `ended` the last."""
    expected = {"session": commit.session, "operator": commit.said.get("Operator", "")}
    for name, value in expected.items():
        if clean(str(event.said.get(name, ""))) != value:
            yield of(
                commit,
                "journal",
                f"{name} {value!r} in line {number}, as its commit says",
                f"{event.said.get(name)!r}",
            )
    for kind, place in (("opened", number == 1), ("ended", last)):
        if (event.kind == kind) != place:
            which = "first" if kind == "opened" else "last"
            yield of(
                commit,
                "journal",
                f"the event {kind} in the {which} line and nowhere else: an event was dropped, "
                "put in or moved",
                f"{event.kind} in line {number}",
            )


def check_runs(commit: Commit, events: Sequence[Event]) -> Iterator[Finding]:
    """Its events are of no run until it joins one, and of that one from then on."""
    run = None
    for number, event in enumerate(events, start=1):
        run = event.said.get("run") if event.kind == "joined" else run
        if event.said.get("run") != run or (
            event.kind == "joined" and clean(str(run)) != commit.run
        ):
            yield of(
                commit,
                "journal",
                f"the run {commit.run or NONE} in line {number}, from joining it on",
                f"{event.said.get('run')!r}",
            )
            return
    if clean(str(run or "")) != commit.run:
        yield of(commit, "journal", f"it to join {commit.run}", "that it never does")


def check_numbers(commit: Commit, events: Sequence[Event]) -> Iterator[Finding]:
    """Steps begin in their numbers' order, and what is said of one is said after it began."""
    begun: dict[int, str] = {}
    for line, event in enumerate(events, start=1):
        if event.kind not in ("started", "intent", "outcome"):
            continue
        number, step = event.said.get("number"), str(event.said.get("step"))
        if event.kind == "started":
            # A disk that was full may have left a number out, and never gives one twice.
            last = max(begun, default=0)
            if not isinstance(number, int) or number <= last:
                expected = f"a step with a number above {last} to start in line {line}"
                found = f"number {number}: an event was dropped, put in or moved"
                yield of(commit, "journal", expected, found)
            begun[int(number or 0)] = step
        elif begun.get(int(number or 0)) != step:
            expected = f"that step {number} ({step}) had started before line {line}"
            found = f"its {event.kind} without a start: an event was dropped, put in or moved"
            yield of(commit, "journal", expected, found)


def check_times(commit: Commit, events: Sequence[Event]) -> Iterator[Finding]:
    """No event is before the one it follows, unless it says that the clock was set back."""
    before = moment(events[0])
    for number, event in enumerate(events, start=1):
        now = moment(event)
        if now is None:
            yield of(commit, "journal", f"a time in line {number}", f"{event.said.get('time')!r}")
        elif before and now < before - MILLISECOND and "clock" not in event.said:
            yield of(
                commit,
                "date",
                f"line {number} of the journal after {before.isoformat()}",
                f"{now.isoformat()}: it was back-dated or moved",
            )
        before = now or before


def moment(event: Event) -> datetime | None:
    """When an event was written; None where it does not say."""
    try:
        found = datetime.fromisoformat(str(event.said.get("time")))
    except ValueError:
        return None
    return found if found.tzinfo else None


def check_beginning(commit: Commit, events: Sequence[Event], stamps: set[str]) -> Iterator[Finding]:
    """Its first event is not before the time in its name, nor long after.

    Where the clock had been set back, a session is named right after the one before it.
    """
    try:
        named = datetime.strptime(f"{commit.session[:STAMP_LENGTH]}+0000", f"{STAMP}%z")
    except ValueError:
        yield of(commit, "date", "a time in the session's name", f"{commit.session!r}")
        return
    opened = moment(events[0]) or named
    follows = f"{named - NEXT:{STAMP}}" in stamps
    if (opened < named - SECOND and not follows) or opened > named + SLACK:
        yield of(
            commit,
            "date",
            f"a first event at {named.isoformat()}, as the session's name has it, or soon after",
            f"{opened.isoformat()}: it was back-dated, or the clock had been set back before",
        )


def clock_notes(commit: Commit, events: Sequence[Event]) -> Iterator[str]:
    """What the journal says of clocks that were set back."""
    for number, event in enumerate(events, start=1):
        if "clock" in event.said:
            yield f"{commit.session}: line {number} says that the clock {event.said['clock']}"


def check_record(commit: Commit, events: Sequence[Event], record: bytes) -> Iterator[Finding]:
    """The record's bytes are those that the journal ends with."""
    found, wanted = hashlib.sha256(record).hexdigest(), summarise(events).record
    if found != wanted:
        yield of(
            commit,
            "record",
            f"record.ipynb with the SHA-256 {wanted or NONE} that the journal ends with",
            found,
        )


def check_message(commit: Commit, events: Sequence[Event], record: bytes) -> Iterator[Finding]:
    """The commit's message says what journal and record come to."""
    summary, digest = summarise(events), hashlib.sha256(record).hexdigest()
    wanted = {k: clean(v) or NONE for k, v in session_trailers(summary, digest).items()}
    for name, value in wanted.items():
        found = commit.said.get(name, NONE if name != "Run" else "") or NONE
        if found != value:
            yield of(commit, "trailers", f"{name}: {value}, as the journal has it", found)
    extra = sorted(set(commit.said) - set(wanted) - {"Previous"})
    if extra:
        yield of(commit, "trailers", "none but those of a record", ", ".join(extra))
    lines = commit.message.strip().rpartition("\n\n")[2].split("\n")
    if len(lines) != len(commit.said):
        found = f"{plural(len(lines), 'line')} that say {len(commit.said)}"
        yield of(commit, "trailers", "each once, and no other line among them", found)
    yield from check_text(commit, summary, digest)


def check_text(commit: Commit, summary: SessionSummary, digest: str) -> Iterator[Finding]:
    """The rest of the message too, as far as this version of the library writes it.

    What the trailers say is held against the journal one by one: it is not told again.
    """
    previous = commit.said.get("Previous", "") or NONE
    wanted = compose(summary, record=digest, previous=previous)
    if not is_ours(summary):
        wanted = wanted.partition("\n")[0]
        pairs = [(wanted, commit.message.partition("\n")[0])]
    else:
        pairs = [*zip_longest(wanted.split("\n"), commit.message.split("\n"))]
    same = read_trailers(wanted) == commit.said
    above = len(pairs) if same else wanted.rpartition("\n\n")[0].count("\n") + 1
    wrong = next((p for p in pairs[:above] if p[0] != p[1]), None)
    if wrong:
        lines = ["the message's end" if line is None else repr(line) for line in wrong]
        yield of(commit, "trailers", f"{lines[0]} in the message", lines[1])

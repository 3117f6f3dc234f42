"""A run's sessions together: each names an event of those before it, and decides what was asked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from runbook_lib.archive import Archive
from runbook_lib.archive.record import read_events
from runbook_lib.errors import RunbookError
from runbook_lib.journal.decision import is_decision
from runbook_lib.journal.events import START, Event
from runbook_lib.journal.session import JOURNAL
from runbook_lib.policy.gate_comment import is_comment_on
from runbook_lib.profile import SANDBOX
from runbook_lib.proof.answers import check_answers
from runbook_lib.proof.chain import of
from runbook_lib.proof.finding import Finding
from runbook_lib.proof.gates import Doubt, check_gates
from runbook_lib.proof.history import Commit
from runbook_lib.steps.question import COMMENT, PASSED_ON

SANDBOX_PEOPLE = "the sandbox's people"
UNSIGNED = (
    "approvals name people, and their accounts as their machines knew them: without a list of "
    "signers nothing proves whose hands those were"
)
GONE = "was dropped or changed, or is still open elsewhere and not shared"


@dataclass
class RunSessions:
    """The events of each run's sessions, and which of them the sessions say that they follow.

    A session may follow one that is archived after it: somebody approves while it waits. `asked`
    are the gates and digests that a run has asked to be approved, `decided` those of decisions.
    """

    doubt: Doubt | None = None
    hashes: dict[str, set[bytes]] = field(default_factory=dict)
    followed: list[tuple[Commit, str]] = field(default_factory=list)
    asked: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    decided: list[tuple[Commit, Event]] = field(default_factory=list)
    changes: list[tuple[Commit, Sequence[Event]]] = field(default_factory=list)
    gates: dict[str, list[Event]] = field(default_factory=dict)
    """What each run has asked at its gates, and what was decided there."""

    def add(self, commit: Commit, events: Sequence[Event]) -> None:
        """Note a session's events, and what it says that it follows."""
        self.note(commit.run, events)
        if any(event.kind in ("intent", "outcome") for event in events):
            self.changes.append((commit, events))
        for event in events:
            after = str(event.said.get("after", START)) if event.kind == "joined" else START
            if after != START:
                self.followed.append((commit, after))
            if is_decision(event):
                self.decided.append((commit, event))

    def note(self, run: str, events: Sequence[Event]) -> None:
        """Note the events of a run, and what they ask for."""
        if run:
            self.hashes.setdefault(run, set()).update(bytes.fromhex(one.hash) for one in events)
            asked = {subject(event) for event in events if event.kind == "asked"}
            self.asked.setdefault(run, set()).update(asked)
            told = [event for event in events if event.kind == "asked" or is_decision(event)]
            self.gates.setdefault(run, []).extend(told)

    def note_open(self, archive: Archive, others: Iterable[Sequence[Event]]) -> None:
        """Note the sessions that are not archived yet: shared, or on this machine."""
        for entry in archive.open_sessions():
            try:
                events = read_events(archive.read(entry.session, JOURNAL), entry.session)
            except RunbookError:
                continue
            self.note(entry.run, events)
        for written in others:
            self.note(str(written[-1].said.get("run") or "") if written else "", written)

    def check(self) -> Iterator[Finding]:
        """Sessions that follow, decide on, or stand on what no session of their run has."""
        for commit, events in self.changes:
            yield from check_gates(commit, events, self.gates.get(commit.run, ()), self.doubt)
            yield from check_answers(commit, events, self.gates.get(commit.run, ()), self.doubt)
        for commit, after in self.followed:
            if not is_hash(after) or bytes.fromhex(after) not in self.hashes.get(commit.run, set()):
                expected = f"the run's session with the event {after:.12}, after which it joined"
                yield of(commit, "chain", expected, f"none: that session {GONE}")
        for commit, event in self.decided:
            if subject(event) not in self.asked.get(commit.run, set()):
                gate, digest = subject(event)
                expected = f"{event.kind} what the run had asked for at its gates"
                found = f"{gate} {digest:.12}, which no session has asked for: the one that did"
                yield of(commit, "journal", expected, f"{found} {GONE}")
            known = is_own(event, commit) or is_passed_on(event)
            if not (known or self.is_comment(event, commit)):
                expected = f"{event.kind} by {event.said['operator']}, whose session it is"
                yield of(commit, "journal", expected, f"by {event.said['by']!r}")

    def is_comment(self, event: Event, commit: Commit) -> bool:
        """Whether a decision names a comment in the place where its question was put, too."""
        link = str(event.said.get("link") or "")
        asked = [one for one in self.gates.get(commit.run, ()) if one.kind == "asked"]
        about = [one for one in asked if subject(one) == subject(event)]
        places = [str(one.said.get("comments") or "") for one in about]
        return event.said["how"] == COMMENT and any(is_comment_on(link, at) for at in places)


def is_own(event: Event, commit: Commit) -> bool:
    """Whether a decision is that of the session's operator, or of the sandbox's people in there."""
    by = str(event.said["by"])
    in_sandbox = commit.said.get("Profile") == SANDBOX and event.said["how"] == SANDBOX_PEOPLE
    return by == event.said["operator"] or (in_sandbox and by.endswith(f"@{SANDBOX}"))


def is_passed_on(event: Event) -> bool:
    """Whether a decision says where it was given, and that it was passed on from there."""
    return event.said["how"] == PASSED_ON and bool(event.said.get("link"))


def subject(event: Event) -> tuple[str, str]:
    """What is asked, or decided: a gate, and the digest of what was shown there."""
    return str(event.said.get("gate")), str(event.said.get("digest"))


def is_hash(text: str) -> bool:
    """Whether a text may be an event's hash."""
    return len(text) == len(START) and all(sign in "0123456789abcdef" for sign in text)

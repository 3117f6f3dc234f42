"""Walks one archive from its oldest record to its newest, and says what does not stand."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from runbook_lib.archive import ARCHIVED, Archive
from runbook_lib.archive.layout import MAIN, RECORD, SESSION, session_path
from runbook_lib.archive.signed_approval import doubt
from runbook_lib.archive.signers import Signers
from runbook_lib.journal.events import Event
from runbook_lib.journal.session import JOURNAL
from runbook_lib.proof.chain import check_commit
from runbook_lib.proof.checking import check_contents, closers
from runbook_lib.proof.contents import STAMP_LENGTH, clock_notes
from runbook_lib.proof.finding import Finding, Proof
from runbook_lib.proof.history import COMMITS, Change, Commit, read_changes, read_history
from runbook_lib.proof.known import check_folders, check_known, keep_verified
from runbook_lib.proof.objects import Object, apart, in_parts, read_objects
from runbook_lib.proof.repository import check_repository
from runbook_lib.proof.run_sessions import UNSIGNED, RunSessions
from runbook_lib.proof.signers import check_operator, check_signatures
from runbook_lib.record.record import read_whole_events
from runbook_lib.services.git.git import Git, one_a_line

ALONE = (
    "without a remote an archive can't show that records were cut off its end since it was last "
    "verified here, or that who signed them has written them anew (docs/record.md)"
)
RECORDS = 64
"""How many records are read by one process."""


@dataclass
class Walk:
    """One walk over an archive; `wanted` are the sessions to look into, all where it is None.

    `folders` are those of this machine's sessions, which the archive may be held against.
    """

    archive: Archive
    signers: Signers | None = None
    wanted: set[str] | None = None
    folders: Sequence[Path] = ()
    proof: Proof = field(init=False)
    places: dict[str, int] = field(default_factory=dict)
    closers: dict[str, list[str]] = field(default_factory=dict)
    following: RunSessions = field(default_factory=RunSessions)
    git: Git = field(init=False)

    def __post_init__(self) -> None:
        listed = str(self.signers.path) if self.signers else ""
        self.proof = Proof(str(self.archive.folder), list_of_signers=listed)
        self.following.doubt = partial(doubt, self.signers) if self.signers else None

    def go(self) -> Proof:
        """Look at all of it."""
        tip = (self.archive.store.ref(MAIN) if self.archive.exists else None) or ""
        self.proof.tip = tip
        looked = self.look_at(tip) if self.archive.exists else []
        self.take(check_folders(self.archive, self.own_folders(), tip))
        self.finish(looked)
        return self.proof

    def look_at(self, tip: str) -> list[Commit]:
        """Look at what is in the repository; the records that were looked into."""
        with apart(self.archive.git) as git:
            self.git = git
            commits = self.walk_line(tip) if tip else []
            looked = [one for one in commits if self.wanted is None or one.session in self.wanted]
            self.look_into(looked, {one.session[:STAMP_LENGTH] for one in commits})
            self.prove_signatures(looked)
            self.take(check_known(self.archive, git))
            known = {finding.about for finding in self.proof.findings}
            self.take(check_repository(self.archive, git, damaged="object" in known))
        return looked

    def take(self, findings: Iterable[Finding]) -> None:
        """Note what was found."""
        self.proof.findings += findings

    def own_folders(self) -> Iterator[Path]:
        """The folders of sessions here that are looked at."""
        return (p for p in self.folders if self.wanted is None or p.name in self.wanted)

    def walk_line(self, tip: str) -> list[Commit]:
        """All commits, each held against the one before it."""
        found = list(read_history(self.git, tip)) or [(tip, None)]
        changes = self.changes([name for name, _ in found])
        before: Commit | None = None
        for number, (name, commit) in enumerate(found):
            self.places[name] = number
            if commit is None:
                self.take([self.damaged(name, [one for _, one in found[number + 1 :]])])
            else:
                follows_damaged = number > 0 and found[number - 1][1] is None
                if not follows_damaged:
                    self.take(check_commit(commit, before, changes[name]))
                before = commit
        return [commit for _, commit in found if commit is not None]

    def damaged(self, name: str, after: list[Commit | None]) -> Finding:
        """The finding for a commit that is damaged; the one after it knows whose it was."""
        said = after[0].said.get("Previous", "") if after and after[0] else ""
        expected, found = "a commit that is whole", "that it is missing, or not what its name says"
        return Finding("object", expected, found, said.partition(" ")[0], commit=name)

    def changes(self, names: list[str]) -> dict[str, list[Change] | None]:
        """What all the commits change."""
        parts = in_parts(names, COMMITS)
        return {k: v for part in parts for k, v in read_changes(self.git, part).items()}

    def look_into(self, commits: Sequence[Commit], stamps: set[str]) -> None:
        """Look into the records' files."""
        for at in range(0, len(commits), RECORDS):
            part = commits[at : at + RECORDS]
            files = read_files(self.git, part)
            for commit in part:
                self.check(commit, *files[commit.name], stamps)
        if self.wanted is None and commits:
            self.following.note_open(self.archive, self.open_here())
            self.take(self.following.check())

    def open_here(self) -> Iterator[Sequence[Event]]:
        """The events of this machine's sessions that are not archived yet."""
        for path in self.folders:
            if not (path / ARCHIVED).exists() and (path / JOURNAL).is_file():
                yield read_whole_events(path / JOURNAL)

    def check(self, commit: Commit, journal: Object, record: Object, stamps: set[str]) -> None:
        """One record's files, against each other and its commit's message."""
        events, findings = check_contents(commit, journal, record, stamps)
        self.take(findings)
        if events:
            self.following.add(commit, events)
            self.closers[commit.name] = closers(events)
            self.proof.notes += clock_notes(commit, events)

    def prove_signatures(self, commits: Sequence[Commit]) -> None:
        """Check the signatures, or count what is unsigned where nobody says whose count."""
        self.proof.unsigned = sum(not commit.signature for commit in commits)
        if self.signers is None or not commits:
            return
        for commit, signed, findings in check_signatures(self.git, commits, self.signers):
            self.take(findings)
            if not findings:
                self.proof.signed[signed.signer] += 1
                others = self.closers.get(commit.name, [])
                self.take(check_operator(commit, signed.signer, self.signers, others))

    def finish(self, looked: Sequence[Commit]) -> None:
        """Put the findings in the records' order, and remember how far all stands."""
        last = len(self.places)
        self.proof.findings.sort(key=lambda one: self.places.get(one.commit, last))
        self.proof.looked = len(looked)
        if looked:
            self.proof.first = looked[0].said.get("Ended", "")
            self.proof.last = looked[-1].said.get("Ended", "")
        if looked and self.signers is None and any(self.following.gates.values()):
            self.proof.notes.append(UNSIGNED)
        for session in sorted((self.wanted or set()) - {one.session for one in looked}):
            self.proof.notes.append(f"{session} is not archived: nothing of it is proved")
        if looked and not self.archive.remote:
            self.proof.notes.append(ALONE)
        whole = self.wanted is None and self.archive.exists and self.proof.stands
        if whole and not keep_verified(self.archive, self.proof.tip):
            self.proof.notes.append(
                "how far it stands is not remembered: the archive can only be read"
            )


def read_files(git: Git, commits: Sequence[Commit]) -> dict[str, tuple[Object, Object]]:
    """The journal and the record of each commit's session, as that commit has them."""
    paths = [f"{one.name}:{path}" for one in commits for path in file_paths(one.session)]
    answer = git.ask("cat-file", "--batch-check=%(objectname)", stdin=one_a_line(paths))
    lines = answer.lines if answer.status == 0 else paths
    names = ["" if " " in line or ":" in line else line for line in lines]
    found = read_objects(git, sorted(set(filter(None, names))))
    blobs = [found.get(name, Object(name, "", b"")) for name in names]
    return {commit.name: (blobs[at * 2], blobs[at * 2 + 1]) for at, commit in enumerate(commits)}


def file_paths(session: str) -> tuple[str, str]:
    """Where the journal and the record of a session are."""
    folder = session_path(session) if SESSION.fullmatch(session) else "none"
    return f"{folder}/{JOURNAL}", f"{folder}/{RECORD}"


def prove(
    archive: Archive,
    *,
    signers: Signers | None = None,
    wanted: set[str] | None = None,
    folders: Sequence[Path] = (),
) -> Proof:
    """What stands of an archive, and what does not."""
    return Walk(archive, signers, wanted, folders).go()

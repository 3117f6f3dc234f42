"""Proves an audit pack by itself: no archive, no network."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from runbook_lib.archive.layout import FILES, SESSION, run_path, session_path
from runbook_lib.archive.message import link
from runbook_lib.archive.signed_approval import doubt
from runbook_lib.archive.signers import Signers, read_signers
from runbook_lib.errors import Refused, UsageError
from runbook_lib.journal.session import JOURNAL
from runbook_lib.proof.chain import EMPTY, check_dates, check_headers, of
from runbook_lib.proof.checking import check_contents, closers
from runbook_lib.proof.contents import STAMP_LENGTH, clock_notes
from runbook_lib.proof.finding import Finding, Proof
from runbook_lib.proof.history import Commit, read_commit
from runbook_lib.proof.objects import Object, object_name
from runbook_lib.proof.pack import (
    FORMAT,
    INDEX,
    REPORT,
    SIGNERS,
    Packed,
    blob,
    proving_paths,
    read_index,
    told,
    write_index,
)
from runbook_lib.proof.report import write_report
from runbook_lib.proof.run_sessions import RunSessions
from runbook_lib.proof.signers import check_operator, check_signatures
from runbook_lib.proof.sums import check_sums
from runbook_lib.proof.trees import folder_at, on_the_way
from runbook_lib.proof.zipped import read_zip
from runbook_lib.services.git.git import Git

KINDS = ("commit", "tree")
OWN_LIST = (
    f"that list is the pack's own ({SIGNERS}), written by whoever packed it: hold it against one "
    "that you trust, or give yours with --signers"
)
ALONE = (
    "by itself a pack can't show that later sessions were left out, or that who signed has written "
    "it all anew: runbook verify where the archive is, or at its remote (docs/record.md)"
)


@dataclass
class Pack:
    """A pack to be proved: its files, and what it says of itself."""

    files: Mapping[str, bytes]
    run: str
    sessions: Sequence[tuple[str, str]]
    format: object
    proof: Proof
    trees: dict[str, bytes] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)
    closers: dict[str, list[str]] = field(default_factory=dict)
    following: RunSessions = field(default_factory=RunSessions)

    def take(self, findings: Iterator[Finding]) -> None:
        """Note what was found."""
        self.proof.findings += findings

    def prove(self, signers: Signers | None) -> Proof:
        """Look at all of it, the oldest record first."""
        self.following.doubt = partial(doubt, signers) if signers else None
        self.take(check_sums(self.files, [name for name, _ in self.sessions], self.run))
        self.take(self.read_objects())
        before: Commit | None = None
        for session, name in self.sessions:
            commit = self.commits.get(name)
            if commit is None:
                expected = f"its commit, objects/commit/{name}"
                found = "none that is whole"
                self.take(iter([Finding("object", expected, found, session, self.run, name)]))
                continue
            self.take(self.check_session(commit, session, before))
            before = commit
        self.take(self.following.check())
        self.take(self.check_last())
        self.prove_signatures(signers)
        self.take(self.check_written())
        self.finish()
        return self.proof

    def read_objects(self) -> Iterator[Finding]:
        """git's objects, each of which has the hash that is its name."""
        for path, data in self.files.items():
            if not path.startswith("objects/"):
                continue
            kind, _, name = path.removeprefix("objects/").partition("/")
            if kind not in KINDS or object_name(kind, data) != name:
                yield Finding("object", f"{path} with the hash that is its name", "another")
            elif kind == "tree":
                self.trees[name] = data
            elif found := read_commit(Object(name, kind, data)):
                self.commits[name] = found
            else:
                yield Finding("object", f"a commit at {path}", "one that can't be read")

    def check_session(
        self, commit: Commit, session: str, before: Commit | None
    ) -> Iterator[Finding]:
        """A session: its commit, that commit's folders, its files."""
        if (commit.session, commit.run) != (session, self.run) or not SESSION.fullmatch(session):
            expected = f"the commit of {session} of {self.run}, as {INDEX} says"
            yield of(commit, "pack", expected, f"that of {commit.session} of {commit.run}")
            return
        yield from check_headers(commit)
        yield from check_dates(commit, before)
        yield from check_previous(commit, before)
        yield from self.check_place(commit, session, commit)
        journal, record = (self.object(session, name) for name in (JOURNAL, "record.ipynb"))
        stamps = {name[:STAMP_LENGTH] for name, _ in self.sessions}
        events, findings = check_contents(commit, journal, record, stamps)
        yield from findings
        if events:
            self.following.add(commit, events)
            self.closers[commit.name] = closers(events)
            self.proof.notes += clock_notes(commit, events)

    def object(self, session: str, name: str) -> Object:
        """A session's file as git's object."""
        data = self.files.get(f"sessions/{session}/{name}")
        return blob(data) if data is not None else Object("", "", b"")

    def check_place(self, commit: Commit, session: str, where: Commit) -> Iterator[Finding]:
        """A commit has the session's files, byte by byte, and lists it in its run."""
        try:
            folder = folder_at(self.trees, where.tree, session_path(session))
            listed = folder_at(self.trees, where.tree, run_path(self.run))
        except (LookupError, ValueError):
            expected = f"its folders in the commit {where.name:.12}"
            yield of(commit, "object", expected, "one that is missing, or damaged")
            return
        if {name: node.object for name, node in folder.items()} != {
            name: self.object(session, name).name for name in FILES
        }:
            expected = f"the bytes that the commit {where.name:.12} has of record and journal"
            yield of(commit, "record", expected, "others: they were changed")
        if session not in listed or listed[session].object != EMPTY:
            expected = f"the session in the run's list in the commit {where.name:.12}"
            yield of(commit, "place", expected, "that it is not there")

    def check_last(self) -> Iterator[Finding]:
        """The last commit has all these sessions of the run, and no other."""
        found = [self.commits[name] for _, name in self.sessions if name in self.commits]
        if not found:
            yield Finding("pack", "at least one session", "none", run=self.run)
            return
        last = found[-1]
        for commit in found[:-1]:
            yield from self.check_place(commit, commit.session, last)
        try:
            listed = set(folder_at(self.trees, last.tree, run_path(self.run)))
        except (LookupError, ValueError):
            return  # said by check_place
        for session in sorted(listed - {name for name, _ in self.sessions}):
            expected = f"all sessions that the archive had of {self.run}"
            yield Finding("dropped", expected, "that it is not in the pack", session, self.run)

    def prove_signatures(self, signers: Signers | None) -> None:
        """Check the signatures, in a repository that has nothing but the commits."""
        commits = [self.commits[name] for _, name in self.sessions if name in self.commits]
        self.proof.unsigned = sum(not commit.signature for commit in commits)
        if signers is None or not commits:
            return
        with tempfile.TemporaryDirectory(prefix="runbook-") as folder:
            git = Git(Path(folder), whose="nobody's")
            git.run("init", "--quiet", "--bare", "--object-format=sha1")
            for commit in commits:
                data = self.files[f"objects/commit/{commit.name}"]
                git.run("hash-object", "-t", "commit", "-w", "--stdin", stdin=data)
            for commit, signed, findings in check_signatures(git, commits, signers):
                self.take(iter(findings))
                if not findings:
                    self.proof.signed[signed.signer] += 1
                    others = self.closers.get(commit.name, [])
                    self.take(check_operator(commit, signed.signer, signers, others))

    def check_written(self) -> Iterator[Finding]:
        """What the records tell is written anew, and must be the same; nothing else is there."""
        if self.format != FORMAT:
            expected = f"a pack of format {FORMAT}, which this version can write anew"
            found = f"format {self.format}: prove it with a version of the library that writes it"
            yield Finding("pack", expected, found, run=self.run)
        if self.proof.findings or self.format != FORMAT:
            return
        commits = [self.commits[name] for _, name in self.sessions]
        sessions = told([Packed(one, self.journal(one.session), b"") for one in commits])
        wanted = {
            REPORT: write_report(self.run, sessions, SIGNERS in self.files).encode(),
            INDEX: write_index(self.run, sessions),
        }
        for name, data in wanted.items():
            if self.files.get(name) != data:
                yield Finding("pack", f"{name} as the records have it", "another", run=self.run)
        for name in sorted({*self.trees, *self.commits} - self.needed(commits)):
            expected = "no objects but those that prove these sessions"
            yield Finding("object", expected, f"{name} besides", run=self.run)

    def needed(self, commits: Sequence[Commit]) -> set[str]:
        """The objects of a pack that has these sessions."""
        paths = proving_paths(commits, self.run)
        trees = {name for one, path in paths for name in on_the_way(self.trees, one.tree, path)}
        return trees | {one.name for one in commits}

    def journal(self, session: str) -> bytes:
        """A session's journal."""
        return self.files[f"sessions/{session}/{JOURNAL}"]

    def finish(self) -> None:
        """Put the findings in the records' order, and say what was looked at."""
        order = {session: number for number, (session, _) in enumerate(self.sessions)}
        self.proof.findings.sort(key=lambda one: order.get(one.session, len(order)))
        commits = [self.commits[name] for _, name in self.sessions if name in self.commits]
        self.proof.looked = len(commits)
        if commits:
            self.proof.first = commits[0].said.get("Ended", "")
            self.proof.last = commits[-1].said.get("Ended", "")
            self.proof.tip = commits[-1].name


def check_previous(commit: Commit, before: Commit | None) -> Iterator[Finding]:
    """Where it names the run's session before it as its previous, it names that one's journal."""
    said = commit.said.get("Previous", "")
    if before and said.startswith(f"{before.session} ") and said != link(before.message):
        yield of(commit, "chain", f"to follow {link(before.message)}", f"it follows {said}")


def prove_pack(path: Path, *, signers: Path | None = None) -> Proof:
    """What stands of a pack, and what does not; its own list of signers counts if none is given.

    Raises `UsageError` where there is no such file.
    """
    if not path.exists():
        raise UsageError(f"expected a pack of runbook export at {path}, found no such file")
    proof = Proof(str(path))
    try:
        files = read_zip(path)
        said = read_index(files)
    except Refused as error:
        proof.findings.append(Finding("pack", "a pack that can be read", str(error)))
        return proof
    with tempfile.TemporaryDirectory(prefix="runbook-") as folder:
        own = Path(folder) / SIGNERS
        own.write_bytes(files.get(SIGNERS, b""))
        listed = read_signers(signers or own) if signers or SIGNERS in files else None
        proof.list_of_signers = str(signers or f"{path}: {SIGNERS}") if listed else ""
        if listed and not signers:
            proof.notes.append(OWN_LIST)
        proof.notes.append(ALONE)
        pack = Pack(files, said["run"], said["sessions"], said["format"], proof)
        return pack.prove(listed)

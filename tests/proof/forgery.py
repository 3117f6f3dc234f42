"""A forger at work on an archive: takes its records apart, changes them, puts them together again.

With the operator's own key, unless a record is to be signed by another, or by nobody.
"""

import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from runbook_lib.archive.message import NONE, compose, link, relink
from runbook_lib.archive.record import read_events
from runbook_lib.journal.events import START, seal
from runbook_lib.journal.summary import summarise
from runbook_lib.record.record import Pages

JOURNAL, RECORD = "journal.jsonl", "record.ipynb"
Said = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """One record: what its commit adds, what it says, who signs it (empty: nobody), when."""

    session: str
    message: str
    files: Mapping[str, bytes]
    removed: tuple[str, ...] = ()
    author: tuple[str, str, int] = ("Olive", "olive@quay", 0)
    archived: int = 0
    key: str = ""
    parents: tuple[str, ...] = ()

    def path(self, name: str) -> str:
        """Where a file of the session is."""
        return next(path for path in self.files if path.endswith(f"{self.session}/{name}"))

    def read(self, name: str) -> bytes:
        return self.files[self.path(name)]

    def write(self, name: str, data: bytes) -> "Entry":
        """The record with other bytes in one of its files, and nothing else changed."""
        return replace(self, files={**self.files, self.path(name): data})

    @property
    def said(self) -> list[Said]:
        """What the journal's events say."""
        return [event.said for event in read_events(self.read(JOURNAL), "")]

    @property
    def record(self) -> Said:
        return dict(json.loads(self.read(RECORD)))

    def journal(self, said: list[Said]) -> "Entry":
        """The record with a journal that says that, its hashes computed anew."""
        lines, previous = [], START
        for one in said:
            event = seal(one, previous)
            lines.append(event.line())
            previous = event.hash
        return self.write(JOURNAL, "".join(f"{line}\n" for line in lines).encode())

    def notebook(self, record: Said) -> "Entry":
        """The record with another notebook, and a journal that ends with its hash."""
        data = b"".join(Pages().write(record))
        said = self.said
        said[-1] = {**said[-1], "record": hashlib.sha256(data).hexdigest()}
        return self.write(RECORD, data).journal(said)

    def retold(self) -> "Entry":
        """The record with a message that fits its files."""
        summary = summarise(read_events(self.read(JOURNAL), ""))
        previous = self.message.rstrip().rpartition("Previous: ")[2]
        record = hashlib.sha256(self.read(RECORD)).hexdigest()
        return replace(self, message=compose(summary, record=record, previous=previous))


Entries = list[Entry]


@dataclass
class Forger:
    """Works on one archive; `key` is the operator's."""

    folder: Path
    key: Path
    made: list[str] = field(default_factory=list)

    def git(self, *arguments: str, stdin: bytes = b"", **variables: str) -> str:
        """What git answers."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", **variables},
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().rstrip("\n")

    def entries(self) -> Entries:
        """All records, oldest first."""
        return [self.entry(name) for name in self.git("rev-list", "--reverse", "main").split()]

    def entry(self, commit: str) -> Entry:
        shown = "--format=%an%x00%ae%x00%at%x00%ct%x00%B"
        name, email, time, archived, message = self.git("log", "-1", shown, commit).split("\0")
        changed = ("diff-tree", "-r", "--root", "--name-only", "--no-commit-id", commit)
        files = {path: self.blob(f"{commit}:{path}") for path in self.git(*changed).splitlines()}
        session = message.partition("\nSession: ")[2].partition("\n")[0]
        author = (name, email, int(time))
        message = f"{message}\n"
        return Entry(session, message, files, (), author, int(archived), str(self.key))

    def blob(self, name: str) -> bytes:
        return subprocess.run(
            ["git", "cat-file", "blob", name], cwd=self.folder, check=True, capture_output=True
        ).stdout

    def rebuild(self, entries: Entries) -> str:
        """Have the branch be these records; the new tip."""
        index = {"GIT_INDEX_FILE": str(self.folder / "forged.index")}
        (self.folder / "forged.index").unlink(missing_ok=True)
        parent, self.made = "", []
        for entry in entries:
            for path, data in entry.files.items():
                blob = self.git("hash-object", "-w", "--stdin", stdin=data)
                self.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", **index)
            for path in entry.removed:
                gone = f"0 {'0' * 40}\t{path}\n".encode()
                self.git("update-index", "--index-info", stdin=gone, **index)
            parent = self.commit(entry, self.git("write-tree", **index), parent)
            self.made.append(parent)
        self.git("update-ref", "refs/heads/main", parent)
        return parent

    def commit(self, entry: Entry, tree: str, parent: str) -> str:
        """One commit, signed as the record asks for."""
        name, email, time = entry.author
        who = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email}
        who |= {"GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": email}
        dates = {
            "GIT_AUTHOR_DATE": f"@{time} +0000",
            "GIT_COMMITTER_DATE": f"@{entry.archived} +0000",
        }
        kind = "ssh" if "/" in entry.key else "openpgp"
        signs = ("-c", f"gpg.format={kind}", "-c", f"user.signingKey={entry.key}")
        parents = [part for one in (parent, *entry.parents) if one for part in ("-p", one)]
        how = ["commit-tree", *(["-S"] if entry.key else []), *parents, tree]
        return self.git(*signs, *how, stdin=entry.message.encode(), **who, **dates)

    def change(self, change: Callable[[Entries], Entries]) -> str:
        """Change the records, and put them together again; the new tip."""
        return self.rebuild(change(self.entries()))


def relinked(entries: Entries) -> Entries:
    """The records, each naming the one before it as its previous."""
    before, done = NONE, []
    for entry in entries:
        done.append(replace(entry, message=relink(entry.message, before)))
        before = link(done[-1].message)
    return done


def at(entries: Entries, place: int, entry: Entry) -> Entries:
    """The records with another one at a place."""
    return [*entries[:place], entry, *entries[place + 1 :]]

"""An audit pack: one run's records, and all that proves them, in one zip of always the same bytes.

    report.md                 who asked, who approved what, what was tested and done; how to check
    pack.json                 the run, its sessions, each with its commit in the archive
    sessions/{session}/       record.ipynb and journal.jsonl
    objects/commit/ and tree/ each session's commit, and the folders on the way to its files
    allowed_signers           whose signatures counted when it was made, where there was a list
    SHA256SUMS                the digest of each of these

Of other runs it has but names of sessions, and digests.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runbook_lib.archive import Archive
from runbook_lib.archive.layout import FILES, MAIN, run_path, session_path
from runbook_lib.archive.record import read_events
from runbook_lib.archive.signers import Signers
from runbook_lib.errors import Refused, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.session import JOURNAL
from runbook_lib.policy.json_text import read_json
from runbook_lib.proof.history import Commit, read_commit
from runbook_lib.proof.objects import Object, object_name, read_objects
from runbook_lib.proof.report import Told, write_report
from runbook_lib.proof.trees import read_tree
from runbook_lib.proof.walk import prove
from runbook_lib.proof.zipped import Files
from runbook_lib.services.git.git import Git

FORMAT = 1
"""The version of the report, and of what is in a pack."""
REPORT, INDEX, SUMS, SIGNERS = "report.md", "pack.json", "SHA256SUMS", "allowed_signers"


@frozen
class Packed:
    """One session in a pack: its commit and its files."""

    commit: Commit
    journal: bytes
    record: bytes

    @property
    def session(self) -> str:
        """Its name."""
        return self.commit.session


def make_pack(archive: Archive, run: str, signers: Signers | None) -> Files:
    """The files of a run's pack; raises `Refused` where one of its records does not stand."""
    commits = find_commits(archive, run)
    proof = prove(archive, signers=signers, wanted={one.session for one in commits})
    if not proof.stands:
        raise Refused(f"expected records that stand, for a pack is to prove them; found:\n{proof}")
    packed = [read_packed(archive, commit) for commit in commits]
    files = {f"sessions/{one.session}/{name}": data for one in packed for name, data in both(one)}
    files |= pack_objects(archive.git, commits, run)
    if signers is not None:
        files[SIGNERS] = signers.path.expanduser().read_bytes()
    sessions = told(packed)
    files[INDEX] = write_index(run, sessions)
    files[REPORT] = write_report(run, sessions, signers is not None).encode()
    return {**files, SUMS: write_sums(files)}


def both(one: Packed) -> Iterator[tuple[str, bytes]]:
    """The two files of a session."""
    yield from (("record.ipynb", one.record), (JOURNAL, one.journal))


def told(packed: Sequence[Packed]) -> list[Told]:
    """What the report is made of."""
    return [
        Told(one.commit.name, one.commit.committer, tuple(read_events(one.journal, one.session)))
        for one in packed
    ]


def find_commits(archive: Archive, run: str) -> list[Commit]:
    """The commits of a run's sessions, in the archive's order."""
    (listed,) = archive.store.present([f"{MAIN}:{run_path(run)}"])
    if listed is None:
        raise UsageError(
            f"expected a run with archived sessions, found none of {run} in {archive.folder}; "
            "a session that is open is archived when it ends; runbook recover ends those that died"
        )
    entries = archive.entries(run=run)
    names = [entry.commit for entry in entries if entry.run == run]
    found = read_objects(archive.git, names)
    commits = [read_commit(found[name]) for name in reversed(names)]
    return [commit for commit in commits if commit is not None]


def read_packed(archive: Archive, commit: Commit) -> Packed:
    """A session's files, as its commit has them."""
    folder = f"{commit.name}:{session_path(commit.session)}"
    named = archive.store.present([f"{folder}/{name}" for name in FILES])
    record, journal = (archive.store.blob(str(name)) for name in named)
    return Packed(commit, journal, record)


def pack_objects(git: Git, commits: Sequence[Commit], run: str) -> Files:
    """The commits, and the folders that prove that each one's files are there."""
    trees: dict[str, Object] = {}
    for commit, path in proving_paths(commits, run):
        take_trees(git, trees, commit.tree, path.split("/"))
    found = {f"objects/tree/{name}": tree.data for name, tree in trees.items()}
    whole = read_objects(git, [one.name for one in commits])
    return found | {f"objects/commit/{name}": one.data for name, one in whole.items()}


def proving_paths(commits: Sequence[Commit], run: str) -> Iterator[tuple[Commit, str]]:
    """The folders that a pack shows: each commit's own session, and all of them in the last one."""
    for one in commits:
        for commit in (one, commits[-1]):
            yield commit, session_path(one.session)
        yield one, run_path(run)


def take_trees(git: Git, trees: dict[str, Object], root: str, parts: Sequence[str]) -> None:
    """Read the trees from the root to a folder, unless they are known."""
    for part in (*parts, None):
        if root not in trees:
            trees |= read_objects(git, [root])
        if part is not None:
            root = read_tree(trees[root].data)[part].object


def write_index(run: str, sessions: Sequence[Told]) -> bytes:
    """What programs read of a pack, all of it told by the records; the library is the last one's.

    `private` is there where it is so.
    """
    named = [{"session": one.summary.session, "commit": one.commit} for one in sessions]
    library = sessions[-1].summary.library
    said = {"format": FORMAT, "library": library, "run": run, "sessions": named}
    private = {"private": True} if any(one.summary.private for one in sessions) else {}
    return f"{json.dumps(said | private, indent=1)}\n".encode()


def write_sums(files: Mapping[str, bytes]) -> bytes:
    """The list that `sha256sum --check` takes."""
    rows = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    return "".join(rows).encode()


def read_index(files: Mapping[str, bytes]) -> dict[str, Any]:
    """What a pack says of itself; raises `Refused` where that can't be read."""
    try:
        said = read_json(files[INDEX])
        names = [(str(one["session"]), str(one["commit"])) for one in said["sessions"]]
        return {"run": str(said["run"]), "sessions": names, "format": said["format"]}
    except (KeyError, ValueError, TypeError, RecursionError) as error:
        raise Refused(f"expected {INDEX} of a pack of runbook export, found: {error!r}") from error


def blob(data: bytes) -> Object:
    """A file as git's object."""
    return Object(object_name("blob", data), "blob", data)

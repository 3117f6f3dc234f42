"""Each commit against the one before it: one line, nothing but additions, times that go on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from runbook_lib.archive.layout import FILES, SESSION, run_path, session_path
from runbook_lib.archive.message import NONE, link
from runbook_lib.proof.finding import Finding
from runbook_lib.proof.history import Change, Commit
from runbook_lib.proof.objects import object_name

SLACK = timedelta(days=1)
"""How far the clocks of the machines that write one archive may be apart.

Within it, a date that was set back is found by the signature alone, which covers the dates.
"""
EMPTY = object_name("blob", b"")
HEADERS = frozenset({"tree", "parent", "author", "committer", "gpgsig"})
"""What a record's commit has; another, such as `encoding`, has git show another message."""


def check_commit(
    commit: Commit, before: Commit | None, changes: list[Change] | None
) -> Iterator[Finding]:
    """What is wrong with a commit's place in the line, and with the files that it brings."""
    yield from check_headers(commit)
    yield from check_parent(commit, before)
    yield from check_previous(commit, before)
    yield from check_dates(commit, before)
    yield from check_files(commit, changes)


def of(commit: Commit, about: str, expected: str, found: str) -> Finding:
    """A finding about a commit's record."""
    return Finding(about, expected, found, commit.session, commit.run, commit.name)


def check_headers(commit: Commit) -> Iterator[Finding]:
    """It has the headers of a record's commit, and no other."""
    strange = sorted({name for name, _ in commit.headers} - HEADERS)
    if strange:
        yield of(commit, "object", "none but the headers of a record's commit", ", ".join(strange))


def check_parent(commit: Commit, before: Commit | None) -> Iterator[Finding]:
    """The record before is the commit's only parent."""
    wanted = [before.name] if before else []
    if commit.parents == wanted:
        return
    expected = f"one parent, {before.name:.12}" if before else "no parent: it is the first record"
    found = ", ".join(f"{name:.12}" for name in commit.parents) or "none"
    merge = "a merge of " if len(commit.parents) > 1 else ""
    yield of(commit, "chain", expected, f"{merge}{found}")


def check_previous(commit: Commit, before: Commit | None) -> Iterator[Finding]:
    """It names the record before, and the end of that one's journal."""
    wanted, found = link(before.message) if before else NONE, commit.said.get("Previous", "")
    if (found or NONE) != wanted:
        expected = f"to follow {wanted}" if before else "the first record, which follows none"
        said = f"it follows {found or NONE}"
        yield of(commit, "chain", expected, f"{said}: a record was dropped, put in or moved")


def check_dates(commit: Commit, before: Commit | None) -> Iterator[Finding]:
    """It is dated when its session ended, and was archived after the record before."""
    ended = seconds(commit.said.get("Ended", ""))
    author, archived = commit.author.time, commit.committer.time
    if ended is not None and author != int(ended):
        yield of(
            commit, "date", f"the commit dated {shown(ended)}, when it ended", f"{shown(author)}"
        )
    now = datetime.now(UTC).timestamp()
    if max(archived, ended or 0) > now + SLACK.total_seconds():
        later = shown(max(archived, ended or 0))
        yield of(commit, "date", f"it archived by now, {shown(now)}", f"{later}, which is to come")
    latest = max(ended or 0, before.committer.time if before else 0)
    if archived < latest - SLACK.total_seconds():
        after = "the record before it, or its own end"
        yield of(
            commit, "date", f"it archived after {after}, {shown(latest)}", f"{shown(archived)}"
        )


def seconds(text: str) -> float | None:
    """An ISO time as seconds since 1970; None where it is none."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None


def shown(time: float) -> str:
    """A time as it is written."""
    try:
        return datetime.fromtimestamp(time, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return f"{time} s after 1970"


def check_files(commit: Commit, changes: list[Change] | None) -> Iterator[Finding]:
    """It adds its session's files, in the folder of its day, and touches nothing else."""
    if changes is None:
        yield of(commit, "object", "folders that can be read", "one that is damaged or missing")
        return
    if not SESSION.fullmatch(commit.session):
        what = commit.session or "none"
        yield of(commit, "trailers", "the name of a session", f"{what!r}")
        return
    wanted = wanted_paths(commit)
    found = {change.path: change for change in changes}
    if len(found) != len(changes):
        yield of(commit, "place", "each path once in a folder", "one that is there twice")
    for path in sorted(wanted - set(found)):
        yield of(commit, "place", f"it to add {path}", "that it does not")
    for path, change in sorted(found.items()):
        yield from check_change(commit, change, own=path in wanted)


def wanted_paths(commit: Commit) -> set[str]:
    """The paths of the files that a record's commit adds."""
    folder = session_path(commit.session)
    index = {f"{run_path(commit.run)}/{commit.session}"} if commit.run else set[str]()
    return {f"{folder}/{name}" for name in FILES} | index


def check_change(commit: Commit, change: Change, *, own: bool) -> Iterator[Finding]:
    """A file is the session's own, new, and a plain file; what lists it in its run is empty."""
    words = {"A": "adds", "M": "changes", "D": "removes", "T": "changes the type of"}
    does = f"that it {words.get(change.letter, change.letter)} {change.path!r}"
    if not own:
        yield of(commit, "place", "nothing but its own session's files", does)
    elif change.letter != "A":
        yield of(commit, "place", "that its session's files are new", does)
    elif change.mode != "100644":
        yield of(commit, "place", f"a plain file at {change.path}", f"mode {change.mode}")
    elif change.path.startswith("runs/") and change.blob != EMPTY:
        yield of(commit, "place", f"an empty file at {change.path}", f"{change.blob:.12}")

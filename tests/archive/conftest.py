"""Sessions with real journals, archives, and remotes; each test has a HOME of its own."""

import hashlib
import json
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.archive import Archive
from runbook_lib.journal.journal import Journal
from tests.services.git.conftest import git

__all__ = ["git"]

RUN = "release/tidewatch/1.9"
FIRST = datetime(2026, 11, 23, 9, 7, 12, tzinfo=UTC)
Make = Callable[..., Path]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, in which git knows nobody."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith(("GIT_", "SSH_", "EMAIL"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return folder


def name(number: int) -> str:
    """The name of a test's session of that number."""
    return f"{FIRST + timedelta(seconds=number):%Y%m%dT%H%M%S.%f}Z-{number:06x}"


def begin(folder: Path, number: int, **opened: Any) -> Journal:
    """A session that has begun."""
    session = name(number)
    operator = opened.pop("operator", "olive")
    journal = Journal(
        folder / "sessions" / session / "journal.jsonl", session=session, operator=operator
    )
    said = {"runbook": "release", "host": "quay", "profile": "sandbox", "library": "0.1.0"}
    journal.append("opened", **{**said, "parameters": {}, **opened})
    return journal


def carry_out(journal: Journal, step: str, outcome: str, announced: str = "") -> None:
    """A step of a session."""
    number = sum(event.kind == "started" for event in journal.own) + 1
    journal.append("started", step=step, number=number, arguments={})
    if announced:
        journal.append("intent", step=step, number=number, announced=announced)
    said = {"announced": announced, "detail": f"{step} is there", "link": "", "seconds": 0.1}
    journal.append("outcome", step=step, number=number, outcome=outcome, **said)


def end(journal: Journal, outcome: str = "done") -> Path:
    """Bring a session to its end, with a record; its folder."""
    if outcome in ("done", "planned"):
        journal.append("closed" if outcome == "done" else "planned", calls=0)
    else:
        carry_out(journal, "open_pull_request", outcome, "open a pull request")
    record = json.dumps({"session": journal.session, "cells": ["é" * 50]}).encode()
    (journal.path.parent / "record.ipynb").write_bytes(record)
    journal.append("ended", record=hashlib.sha256(record).hexdigest())
    journal.close()
    return journal.path.parent


def make_session(
    home: Path, number: int, *, run: str = RUN, outcome: str = "done", **opened: Any
) -> Path:
    """A finished session of a run (of none, where `run` is empty)."""
    journal = begin(home, number, **opened)
    if run:
        journal.join(run, home / "runs" / run / "sessions")
    carry_out(journal, "push_tag", "done", "push tag 1.9 to origin")
    return end(journal, outcome)


@pytest.fixture
def sessions(tmp_path: Path) -> Make:
    """Makes finished sessions, in a home of runs of this test's."""
    return lambda number, **more: make_session(tmp_path / "data", number, **more)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive that is not there yet."""
    return Archive(tmp_path / "data" / "archive.git")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A remote that has nothing."""
    folder = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(folder))
    git(folder, "config", "gc.auto", "0")
    return folder


def history(folder: Path, branch: str = "main") -> list[dict[str, str]]:
    """The trailers of all commits of a branch, oldest first, as git itself reads them."""
    shown = "%H%x00%P%x00%(trailers:only,unfold)%x00%B%x01"
    text = git(folder, "log", "--reverse", f"--format={shown}", branch)
    found = []
    for commit in filter(None, text.split("\x01")):
        id_, parents, trailers, message = commit.strip("\n").split("\0")
        said = dict(line.split(": ", 1) for line in trailers.splitlines())
        found.append({**said, "commit": id_, "parents": parents, "message": message})
    return found


def check_history(folder: Path, sessions: set[str]) -> None:
    """All these sessions are there, each once, in one line, each naming the one before."""
    found = history(folder)
    assert sorted(entry["Session"] for entry in found) == sorted(sessions)
    previous, parent = "none", ""
    for entry in found:
        assert (entry["Previous"], entry["parents"]) == (previous, parent)
        previous, parent = f"{entry['Session']} {entry['Journal']}", entry["commit"]
    files = git(folder, "ls-tree", "-r", "--name-only", "main").splitlines()
    assert {path.split("/")[3] for path in files if path.endswith("record.ipynb")} == sessions
    subprocess.run(["git", "-C", str(folder), "fsck", "--strict"], check=True, capture_output=True)

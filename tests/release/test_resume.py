"""A session may die anywhere: the next one finds what is done, and does the rest, once."""

import gc
import os
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import runbook_lib.run.run
from runbook_lib.journal.journal import Event, Journal, read_journal
from runbook_lib.journal.session import JOURNAL
from runbook_lib.programs import Answer
from runbook_lib.services.git.git import Git
from runbook_lib.steps.patience import Patience
from tests.release.carried_out import NOTEBOOK, code_cells, step_through
from tests.release.world import World

ACTS = (
    "run",
    "create_branch",
    "set_version",
    "write_entry",
    "approve",
    "commit",
    "sign_tag",
    "push",
    "open_pull_request",
    "draft_release",
    "publish_release",
    "file_bug",
    "request_information",
)
"""The steps of a first session that change something, in their order."""
QUICK = Patience(settling=(0.05, 0.1), first_pause=0.05, longest_poll=0.2)


class Died(BaseException):
    """The session is gone, as by kill -9: nothing more of it reaches its journal."""


Append = Callable[..., Event]


def die(monkeypatch: pytest.MonkeyPatch, step: str, *, after: str) -> None:
    """Let the session die in a step: once its intent is on disk, or once its act is over."""
    whole, dead = Journal.append, False

    def append(journal: Journal, event: str, /, **fields: Any) -> Event:
        nonlocal dead
        here = fields.get("step") == step and bool(fields.get("announced"))
        if dead or (here and event == "outcome" and after == "act"):
            dead = True
            raise Died
        written = whole(journal, event, **fields)
        if here and event == "intent" and after == "intent":
            dead = True
            raise Died
        return written

    monkeypatch.setattr(Journal, "append", append)


@pytest.mark.parametrize("after", ["intent", "act"])
def test_sessions_that_die_in_every_act_in_turn_leave_what_one_that_lives_leaves(
    after: str, world: World, undisturbed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runbook_lib.run.run, "patience", lambda _: QUICK)
    for step in ACTS:
        with monkeypatch.context() as patch:
            die(patch, step, after=after)
            died = step_through(abandon=True)
        assert died.ename == "Died", f"{step}: {died.ename} {died.evalue}"
    lived = step_through().went_well()
    assert world.result() == undisturbed
    made_already = set(ACTS) - {"run", "approve"} if after == "act" else set()
    assert {step for step, outcome in lived.outcomes if outcome == "already"} >= made_already


def test_sessions_that_end_after_every_cell_in_turn_leave_what_a_whole_one_leaves(
    world: World, undisturbed: dict[str, Any]
) -> None:
    for source in list(code_cells().values())[1:-1]:
        step_through(until=source, abandon=True).went_well()
    last = step_through().went_well()
    assert world.result() == undisturbed
    check_chain(last.folder.parent)
    assert world.writes() == [
        "POST /harbor/tidewatch.git/git-receive-pack",
        "POST /api/v3/repos/harbor/tidewatch/pulls",
        "POST /api/v3/repos/harbor/tidewatch/releases",
        "PATCH /api/v3/repos/harbor/tidewatch/releases/1",
        "POST /bugzilla/rest/bug",
        "PUT /bugzilla/rest/bug/1",
    ]


def check_chain(sessions: Path) -> None:
    """Each session's journal names the head of the one before it."""
    journals = [read_journal(path) for path in sorted(sessions.glob(f"*/{JOURNAL}"))]
    assert len(journals) > 10
    heads = ["0" * 64, *(events[-1].hash for events in journals)]
    joined = [event.said["after"] for events in journals for event in events if is_joined(event)]
    assert joined == heads[:-1]


def is_joined(event: Event) -> bool:
    """Whether a session has joined its run with it."""
    return event.kind == "joined"


def test_what_a_dead_session_announced_is_unknown_until_it_was_looked_at_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        die(patch, "push", after="act")
        died = step_through(abandon=True)
    second = step_through(until="tree.push").went_well()
    assert f"? unknown   push release/1.9 and tag 1.9 to origin (session {died.session})" in (
        second.text
    )
    assert second.said("push")["outcome"] == "already"
    third = step_through(until="tree.push").went_well()
    assert "unknown" not in third.text


def test_an_act_that_an_exception_cut_short_is_unknown_to_the_next_session(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Git.run

    def interrupt(here: Git, *arguments: str, **given: Any) -> Answer:
        answer = whole(here, *arguments, **given)
        if arguments[0] == "push":
            raise KeyboardInterrupt
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(Git, "run", interrupt)
        stopped = step_through()
    assert stopped.ename == "KeyboardInterrupt"
    assert stopped.said("push")["outcome"] == "unknown"
    second = step_through(until="tree.push").went_well()
    assert "? unknown   push release/1.9 and tag 1.9 to origin" in second.text
    assert second.said("push")["outcome"] == "already"


WRITES = (
    ("POST", ".*/git-receive-pack"),
    ("POST", ".*/pulls"),
    ("POST", ".*/releases"),
    ("PATCH", ".*/releases/1"),
    ("POST", ".*/rest/bug"),
    ("PUT", ".*/rest/bug/1"),
)
"""The writes of a release."""


@pytest.mark.parametrize("kind", ["drop-before", "drop-after"])
def test_where_each_write_is_lost_once_on_its_way_or_back_nothing_is_missing_or_made_twice(
    kind: str, world: World, undisturbed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runbook_lib.run.run, "patience", lambda _: QUICK)
    for method, path in WRITES:
        fault = {"method": method, "path_pattern": path, "kind": kind}
        world.client().expect("POST", "/sandbox/faults", fault)
    step_through().went_well()
    assert world.get("/sandbox/faults") == []
    assert world.result() == undisturbed


def test_a_kernel_that_is_killed_in_mid_request_is_taken_over_by_the_next_run(
    world: World, home: Path, undisturbed: dict[str, Any]
) -> None:
    slow = {"method": "POST", "path_pattern": ".*/pulls", "kind": "delay", "seconds": 1.5}
    world.client().expect("POST", "/sandbox/faults", slow)
    command = ["-m", "papermill", str(NOTEBOOK), str(home / "out.ipynb"), "--no-progress-bar"]
    with subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as papermill:
        events = wait_for_intent(home, "open_pull_request")
        os.kill(events[0].said["process"], signal.SIGKILL)
        assert papermill.wait(60) != 0
    assert not [event for event in events if event.matches("outcome", step="open_pull_request")]
    announced = "open a pull request of release/1.9 into master: Release 1.9"
    again = step_through().went_well()
    assert f"? unknown   {announced} (session {events[0].said['session']})" in again.text
    assert again.said("open_pull_request")["outcome"] in ("already", "done")
    assert world.result() == undisturbed


def wait_for_intent(home: Path, step: str) -> list[Event]:
    """The journal of the one session of a run, as soon as it has announced what a step changes."""
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        for path in home.glob(f"sandbox/sample/runs/*/*/*/sessions/*/{JOURNAL}"):
            events = read_journal(path)
            if any(event.matches("intent", step=step) for event in events):
                return events
        time.sleep(0.02)
    raise AssertionError(f"no session has announced {step}")


def test_nothing_of_an_ended_session_stays_in_the_process(home: Path) -> None:
    done = step_through(until="github.check_access()")
    session = weakref.ref(done.namespace["run"])
    assert session() is not None
    del done
    gc.collect()
    assert session() is None

"""The journal: each event on disk, chained to the one before."""

import fcntl
import json
import os
import threading
import time
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from runbook_lib.errors import Failed, Refused, UsageError
from runbook_lib.journal.journal import START, Journal, is_alive, read_journal
from runbook_lib.journal.session import Home


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "sessions" / "s1" / "journal.jsonl", session="s1", operator="olive")


def test_each_event_is_on_disk_when_append_returns(journal: Journal) -> None:
    journal.append("opened", runbook="release")
    journal.append("closed")
    said = [json.loads(line) for line in journal.path.read_text().splitlines()]
    assert [event["event"] for event in said] == ["opened", "closed"]
    assert (said[0]["previous"], said[1]["previous"]) == (START, said[0]["hash"])
    assert said[0]["time"].endswith("+00:00")
    assert (said[0]["session"], said[0]["operator"], said[0]["run"]) == ("s1", "olive", None)


@pytest.mark.parametrize("damage", ["change", "drop", "swap", "garbage"])
def test_a_damaged_line_is_found(journal: Journal, damage: str) -> None:
    for number in range(4):
        journal.append("noted", step=f"step {number}")
    lines = journal.path.read_text().splitlines()
    if damage == "change":
        lines[1] = lines[1].replace("step 1", "step 9")
    elif damage == "drop":
        del lines[1]
    elif damage == "swap":
        lines[1], lines[2] = lines[2], lines[1]
    else:
        lines[1] = "not json"
    journal.path.write_text("\n".join(lines) + "\n")
    with pytest.raises(Failed, match="line 2"):
        read_journal(journal.path)


def test_a_last_line_that_a_crash_cut_off_is_left_out(journal: Journal) -> None:
    journal.append("opened")
    with journal.path.open("a") as file:
        file.write('{"event":"outc')
    assert [event.kind for event in read_journal(journal.path)] == ["opened"]


def test_a_session_that_joins_a_run_remembers_the_sessions_before(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "release" / "tidewatch" / "1.9" / "sessions"
    first = Journal(tmp_path / "sessions" / "s1" / "journal.jsonl", session="s1", operator="olive")
    first.join("release/tidewatch/1.9", folder)
    first.append("pinned", version="1.9.0")
    second = Journal(tmp_path / "sessions" / "s2" / "journal.jsonl", session="s2", operator="rowan")
    second.join("release/tidewatch/1.9", folder)
    found = second.find("pinned")
    assert found is not None
    assert found.said["version"] == "1.9.0"
    assert second.own[0].said["after"] == first.head
    assert sorted(path.name for path in folder.iterdir()) == ["s1", "s2"]


def test_of_a_run_that_other_runbooks_work_on_too_one_s_own_sessions_are_told_apart(
    tmp_path: Path,
) -> None:
    for at, runbook in enumerate(("release", "abandon_release", "release"), 1):
        name = f"s{at}"
        path = tmp_path / "sessions" / name / "journal.jsonl"
        session = Journal(path, session=name, operator="olive")
        session.append("opened", runbook=runbook)
        session.join("release/tidewatch/1.9", tmp_path / "run" / "sessions")
    assert {event.said["session"] for event in session.events()} == {"s1", "s2", "s3"}
    assert {event.said["session"] for event in session.of_runbook()} == {"s1", "s3"}


def test_the_newest_event_that_says_all_that_is_asked_is_found(journal: Journal) -> None:
    for gate, reason in (("a", "first"), ("a", "second"), ("b", "third")):
        journal.append("noted", gate=gate, reason=reason)
    journal.append("told", gate="a")
    found = journal.find("noted", gate="a")
    assert found is not None
    assert found.said["reason"] == "second"
    assert journal.find("noted", gate="b", reason="first") is None


def test_what_another_session_wrote_meanwhile_is_seen_after_a_refresh(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "r" / "sessions"
    first, second = (
        Journal(tmp_path / "sessions" / name / "journal.jsonl", session=name, operator="olive")
        for name in ("s1", "s2")
    )
    first.join("r", folder)
    second.join("r", folder)
    second.append("noted", gate="changelog")
    assert first.find("noted", gate="changelog") is None
    first.refresh()
    assert first.find("noted", gate="changelog") is not None


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_an_event_that_was_stopped_half_way_is_taken_back_and_the_next_one_follows(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, trouble: BaseException
) -> None:
    journal.append("opened")

    def stopped(descriptor: int) -> None:
        raise trouble

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", stopped)
        with pytest.raises(type(trouble)):
            journal.append("noted", announced="push tag 1.9")
    journal.append("closed")
    assert [event.kind for event in read_journal(journal.path)] == ["opened", "closed"]
    assert journal.own == read_journal(journal.path)


def test_a_crash_may_cut_a_letter_in_two(journal: Journal) -> None:
    journal.append("opened")
    with journal.path.open("ab") as file:
        file.write('{"event":"•'.encode()[:-1])
    assert [event.kind for event in read_journal(journal.path)] == ["opened"]


def test_a_session_that_has_ended_says_so(journal: Journal) -> None:
    journal.close()
    with pytest.raises(UsageError, match="from the cell that opens the run"):
        journal.append("noted")


def test_a_session_stays_in_the_run_that_it_has_joined(journal: Journal, tmp_path: Path) -> None:
    journal.join("r/p/1.9", tmp_path / "1.9" / "sessions")
    journal.join("r/p/1.9", tmp_path / "1.9" / "sessions")
    with pytest.raises(UsageError, match="stay in the run r/p/1.9"):
        journal.join("r/p/2.0", tmp_path / "2.0" / "sessions")
    assert journal.path.is_relative_to(tmp_path / "1.9")


def test_sessions_of_one_run_take_turns_and_see_what_was_done_in_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "r" / "sessions"
    first, second = (
        Journal(tmp_path / "sessions" / name / "journal.jsonl", session=name, operator="olive")
        for name in ("s1", "s2")
    )
    first.join("r", folder)
    second.join("r", folder)
    busy = threading.Event()

    def act() -> None:
        with second.turn(busy.set):
            second.append("acted", after=[event.kind for event in second.earlier])

    with first.turn(), first.turn():
        thread = threading.Thread(target=act)
        thread.start()
        assert busy.wait(60)
        time.sleep(0.05)
        assert second.find("acted") is None
        first.append("passed")
    thread.join(60)
    acted = second.find("acted")
    assert acted is not None
    assert acted.said["after"] == ["joined", "passed"]


class Clock(datetime):
    """A clock that the test sets."""

    at = datetime(2026, 1, 2, 12, tzinfo=UTC)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return cls.at


def test_a_clock_that_was_set_back_is_noted(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runbook_lib.journal.journal.datetime", Clock)
    journal.append("opened")
    monkeypatch.setattr(Clock, "at", Clock.at - timedelta(hours=1))
    journal.append("noted")
    journal.append("ended")
    noted = [event.said.get("clock", "") for event in read_journal(journal.path)]
    assert noted == ["", "went back 3600.000 s", ""]


def test_sessions_stay_in_order_when_the_clock_is_set_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path))
    home = Home(tmp_path / "sandbox" / "sample")
    names = []
    for hours in (0, 2, 1, 1):
        monkeypatch.setattr(
            "runbook_lib.journal.session.datetime",
            type("Set", (Clock,), {"at": Clock.at - timedelta(hours=hours)}),
        )
        names.append(home.new_session())
        home.session_folder(names[-1]).mkdir(parents=True)
    assert names == sorted(names)
    assert names[0].startswith("20260102T120000.000000Z-")
    assert names[3].startswith("20260102T120000.000003Z-")


def test_a_session_that_lives_is_not_taken_for_a_dead_one(journal: Journal) -> None:
    journal.append("opened")
    assert is_alive(journal.path)
    with pytest.raises(Refused, match="s1 is alive on this machine: end it first$"):
        Journal.reopen(journal.path)
    journal.close()
    assert not is_alive(journal.path)


def test_a_dead_sessions_journal_is_brought_to_its_end(journal: Journal, tmp_path: Path) -> None:
    journal.append("opened")
    journal.join("r/p/1.9", tmp_path / "1.9" / "sessions")
    journal.close()
    with journal.path.open("ab") as file:
        file.write(b'{"event":"star')
    again = Journal.reopen(journal.path)
    again.append("recovered", by="otto")
    again.close()
    events = read_journal(journal.path)
    assert [event.kind for event in events] == ["opened", "joined", "recovered"]
    assert events[-1].said["run"] == "r/p/1.9"
    assert events[-1].said["operator"] == "olive"
    assert events[-1].said["session"] == "s1"


def test_a_session_that_died_before_its_first_event_can_be_ended_too(journal: Journal) -> None:
    journal.close()
    again = Journal.reopen(journal.path)
    again.append("recovered", by="otto")
    [event] = read_journal(journal.path)
    assert (event.previous, event.said["session"], event.said["operator"]) == (START, "s1", "")


def test_a_session_that_is_brought_to_its_end_waits_for_its_turn(
    journal: Journal, tmp_path: Path
) -> None:
    folder = tmp_path / "runs" / "r" / "sessions"
    journal.join("r", folder)
    journal.close()
    again = Journal.reopen(journal.path)
    lock = folder.parent / "turn.lock"
    with again.turn(), lock.open("w") as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("intent", {"step": "push", "number": 1, "announced": 7}),
        ("started", {"step": "push", "number": "1", "arguments": {}}),
        ("outcome", {"step": "push", "number": 1, "outcome": "splendid"}),
        ("asked", {"gate": "changelog", "digest": "12"}),
        ("noted", {"seconds": float("nan")}),
    ],
)
def test_what_a_reader_would_refuse_is_not_written(
    journal: Journal, kind: str, fields: dict[str, object]
) -> None:
    journal.append("opened", runbook="release")
    with pytest.raises(Failed, match=f"expected to note {kind} as a reader can take it"):
        journal.append(kind, **fields)
    journal.append("closed")
    assert [event.kind for event in read_journal(journal.path)] == ["opened", "closed"]


def test_text_that_is_no_text_is_written_as_what_it_is(journal: Journal) -> None:
    journal.append("noted", text="caf\udce9")
    assert read_journal(journal.path)[0].said["text"] == "caf\\udce9"


def test_what_is_kept_is_masked_however_deep_it_is_and_whatever_it_is(journal: Journal) -> None:
    journal.mask = lambda text: text.replace("hunter2", "•••")
    deep = {"hunter2": [Path("/hunter2"), ("hunter2", 2, None, True)]}
    journal.append("noted", deep=deep)
    assert journal.own[-1].said["deep"] == {"•••": ["/•••", ["•••", 2, None, True]]}


def test_a_journal_is_no_program(journal: Journal) -> None:
    journal.append("opened")
    assert journal.path.stat().st_mode & 0o111 == 0


def test_events_from_several_threads_are_one_chain(journal: Journal) -> None:
    def write() -> None:
        for _ in range(50):
            journal.append("noted", text="x" * 200)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(read_journal(journal.path)) == 200

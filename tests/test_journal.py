"""The journal: each event on disk, chained to the one before."""

import json
from pathlib import Path

import pytest

from runbook_lib.errors import Failed
from runbook_lib.journal import START, Journal, read_journal


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
        journal.append("started", step=f"step {number}")
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


def test_what_another_session_wrote_meanwhile_is_seen_after_a_refresh(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "r" / "sessions"
    first, second = (
        Journal(tmp_path / "sessions" / name / "journal.jsonl", session=name, operator="olive")
        for name in ("s1", "s2")
    )
    first.join("r", folder)
    second.join("r", folder)
    second.append("approved", gate="changelog")
    assert first.find("approved", gate="changelog") is None
    first.refresh()
    assert first.find("approved", gate="changelog") is not None

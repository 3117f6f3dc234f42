"""Sessions that die: what had been executed is there, and nothing that did not happen is."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.journal.events import read_journal
from runbook_lib.journal.session import JOURNAL
from tests.record.conftest import Practice, end, end_of, gone, wait_for
from tests.record.practice import POINTS

ACTED = ("act end", "cell end")
"""The points at which the cup is on the desk."""
RUN = "practice/tidewatch/1.0"


def record_of(folder: Path) -> dict[str, Any]:
    """A session's record."""
    found: dict[str, Any] = json.loads((folder / "record.ipynb").read_text())
    return found


def statuses(record: dict[str, Any]) -> dict[str, str]:
    """What the record says of each code cell of the runbook, by the cell's id."""
    return {
        cell["metadata"]["runbook"]["cell"]: cell["metadata"]["runbook"]["status"]
        for cell in record["cells"]
        if cell["cell_type"] == "code"
    }


def out_statuses(practice: Practice) -> list[str]:
    """What papermill's own notebook says of each code cell of the runbook."""
    cells = json.loads(practice.output.read_text())["cells"]
    said = (cell["metadata"].get("papermill", {}) for cell in cells if cell["cell_type"] == "code")
    return [one["status"] for one in said if "status" in one]


def text_of(record: dict[str, Any]) -> str:
    """All that a record says, as text."""
    return json.dumps(record, ensure_ascii=False)


def check_that_it_goes_on(practice: Practice, outcome: str) -> None:
    """The dead session is on record as what it was; the next one finds or makes what is missing."""
    [dead] = practice.asked("log")
    assert (dead["run"], dead["outcome"]) == (RUN, outcome)
    assert outcome in practice.command("show", dead["session"])
    practice.command("verify")
    practice.run()
    assert sorted(path.name for path in practice.desk.iterdir()) == ["cup", "plate"]
    assert [one["outcome"] for one in practice.asked("log")] == ["done", outcome]
    practice.command("verify")
    assert practice.asked("recover")["sessions"] == []


@pytest.mark.parametrize("point", POINTS)
def test_a_kernel_that_is_killed_leaves_what_it_had_done_and_not_a_word_more(
    point: str, practice: Practice
) -> None:
    with practice.start(halt=point) as papermill:
        end(practice.halted())
        said = end_of(papermill)
    assert papermill.returncode != 0, said
    [folder] = practice.sessions
    record = record_of(folder)
    assert statuses(record) == {
        "code-1": "not recorded",
        "code-2": "done",
        "code-3": "done",
        "code-4": "unknown",
        "code-5": "not run",
        "code-6": "not run",
    }
    shown = text_of(record)
    assert ("before the cup" in shown.replace('print(\\"before the cup\\")', "")) == (
        point != "cell start"
    )
    assert "put cup on the desk" in shown or point in ("cell start", "look")
    assert "plate is on the desk" not in shown
    assert (practice.desk / "cup").exists() == (point in ACTED)
    assert "completed" not in out_statuses(practice)[-3:]
    check_that_it_goes_on(practice, "unknown")


@pytest.mark.parametrize("point", POINTS)
def test_papermill_that_is_told_to_end_lets_the_session_close_its_record(
    point: str, practice: Practice
) -> None:
    with practice.start(halt=point) as papermill:
        kernel = practice.halted()
        papermill.send_signal(signal.SIGTERM)
        end_of(papermill)
    assert papermill.returncode != 0
    assert gone(kernel)
    [folder] = practice.sessions
    kinds = [event.kind for event in read_journal(folder / JOURNAL)]
    assert kinds[-1] == "ended"
    assert (folder / "archived").exists()
    found = statuses(record_of(folder))
    assert found["code-4"] in ("failed", "unknown")
    assert found["code-5"] == found["code-6"] == "not run"
    [log] = practice.asked("log")
    assert log["outcome"] in ("failed", "unknown", "waiting")
    check_that_it_goes_on(practice, log["outcome"])


@pytest.mark.parametrize("point", POINTS)
def test_papermill_that_is_killed_leaves_a_session_that_is_recovered(
    point: str, practice: Practice
) -> None:
    with practice.start(halt=point) as papermill:
        kernel = practice.halted()
        papermill.kill()
        end_of(papermill)
    wait_for(lambda: gone(kernel))
    assert "completed" not in out_statuses(practice)[-3:]
    [found] = practice.asked("recover")["sessions"]
    assert found["died"], found
    [folder] = practice.sessions
    assert statuses(record_of(folder))["code-4"] == "unknown"
    check_that_it_goes_on(practice, "unknown")


def test_the_next_session_recovers_a_dead_one_and_says_so(practice: Practice) -> None:
    with practice.start(halt="act end") as papermill:
        kernel = practice.halted()
        papermill.kill()
        end_of(papermill)
    wait_for(lambda: gone(kernel))
    practice.run()
    dead, alive = practice.sessions
    assert (dead / "archived").exists()
    shown = text_of(record_of(alive))
    assert f"session {dead.name} of {RUN} had died" in shown
    assert "? unknown  put cup on the desk" in shown


def test_papermill_that_is_interrupted_marks_what_did_not_run(practice: Practice) -> None:
    with practice.start(halt="look") as papermill:
        practice.halted()
        papermill.send_signal(signal.SIGINT)
        end_of(papermill)
    assert papermill.returncode != 0
    [folder] = practice.sessions
    found = statuses(record_of(folder))
    assert found["code-4"] == "failed"
    assert found["code-5"] == "not run"
    check_that_it_goes_on(practice, practice.asked("log")[0]["outcome"])


def test_a_session_that_leaves_by_sys_exit_is_not_done(practice: Practice) -> None:
    source = practice.notebook.read_text().replace(
        'halt(\\"cell end\\")', "import sys; sys.exit(0)"
    )
    practice.notebook.write_text(source)
    with practice.start() as papermill:
        end_of(papermill)
    assert papermill.returncode != 0
    [log] = practice.asked("log")
    assert log["outcome"] != "done"
    [folder] = practice.sessions
    assert statuses(record_of(folder))["code-5"] == "not run"

"""What goes wrong around a session, and what `log`, `show` and `verify` then say."""

import json
import shutil
import subprocess
from pathlib import Path

from runbook_lib.journal.events import read_journal
from runbook_lib.journal.session import JOURNAL
from runbook_lib.record.record import write_record
from tests.record.conftest import CELLS, Practice, end_of, write_notebook
from tests.record.team import TEAM
from tests.record.test_deaths import record_of, statuses, text_of
from tests.record.test_handover import MakeMachine
from tests.record.test_handover import machine as machine
from tests.record.test_handover import remote as remote
from tests.recorder.front import start_front

MEGABYTES = 5
WRITTEN = "'a line of one hundred characters '.ljust(99, '.')"
LINE = "a line of one hundred characters ".ljust(99, ".")
FULL = """\
import resource
from pathlib import Path
size = Path(run.session_archive.journal.path).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
"""
"""From here on no file of the kernel can grow beyond its journal, as on a full disk."""


def check_what_is_said(practice: Practice, outcome: str, *shown: str) -> str:
    """The one session is listed with that outcome, shows these texts, and proves true."""
    [one] = practice.asked("log")
    assert one["outcome"] == outcome
    said = practice.command("show", one["session"])
    for text in shown:
        assert text in said
    practice.command("verify")
    return said


def check_that_it_can_be_rebuilt(folder: Path, again: Path) -> None:
    """The record is, byte for byte, what the journal and the messages make."""
    shutil.copytree(folder, again)
    write_record(again)
    assert (again / "record.ipynb").read_bytes() == (folder / "record.ipynb").read_bytes()


def with_cell(practice: Practice, code: str, *, before: str) -> None:
    """Put a cell before the one whose prose is given."""
    at = next(number for number, (prose, _) in enumerate(CELLS) if prose == before)
    write_notebook(practice.notebook, [*CELLS[:at], ("## Meanwhile", code), *CELLS[at:]])


def test_on_a_full_disk_nothing_is_done_that_could_not_be_written_down_first(
    practice: Practice,
) -> None:
    with_cell(practice, FULL, before="## The cup")
    with practice.start() as papermill:
        said = end_of(papermill)
    assert papermill.returncode != 0
    assert "File too large" in said
    assert list(practice.desk.iterdir()) == []
    practice.asked("recover")
    check_what_is_said(practice, "unknown", "not run")
    write_notebook(practice.notebook)
    practice.run()
    assert sorted(path.name for path in practice.desk.iterdir()) == ["cup", "plate"]
    assert [one["outcome"] for one in practice.asked("log")] == ["done", "unknown"]
    practice.command("verify")


BACK = "from tests.record.practice import set_clock_back\n\nset_clock_back()"


def test_a_clock_that_jumps_back_is_noted_and_changes_no_order(practice: Practice) -> None:
    with_cell(practice, BACK, before="## The cup")
    practice.run()
    [folder] = practice.sessions
    jumps = [
        event.said["clock"] for event in read_journal(folder / JOURNAL) if event.said.get("clock")
    ]
    assert len(jumps) == 1
    assert jumps[0].startswith("went back 7")
    check_what_is_said(practice, "done", "clock", "went back")
    write_notebook(practice.notebook)
    practice.run()
    newest, first = practice.asked("log")
    assert (first["session"], newest["session"]) == tuple(path.name for path in practice.sessions)
    practice.command("verify")


def test_a_record_of_five_megabytes_is_kept_shown_and_proven(
    practice: Practice, tmp_path: Path
) -> None:
    lines = MEGABYTES * 10_000
    code = f"for number in range({lines}):\n    print({WRITTEN})\nprint('the last line')"
    with_cell(practice, code, before="## The cup")
    practice.run()
    [folder] = practice.sessions
    assert (folder / "record.ipynb").stat().st_size > MEGABYTES * 1_000_000
    shown = check_what_is_said(practice, "done", "the last line")
    assert "--full" in shown and shown.count(LINE) < 100
    assert practice.command("show", "--full").count(LINE) == lines
    assert text_of(record_of(folder)).count(LINE) == lines
    check_that_it_can_be_rebuilt(folder, tmp_path / "again")
    practice.command("show", "--html", str(tmp_path / "page.html"))
    assert (tmp_path / "page.html").read_text().count(LINE) == lines


def test_cells_that_run_in_another_order_are_recorded_in_that_order(practice: Practice) -> None:
    parameters, opening, desk, cup, plate, close = (code for _, code in CELLS)
    told = practice.environment(JPY_SESSION_NAME=str(practice.notebook))
    with start_front(practice.folder, **told) as front:
        for code in (parameters, opening, desk, plate, cup, close):
            front.run(code)
    [folder] = practice.sessions
    record = record_of(folder)
    assert list(statuses(record)) == ["code-1", "code-2", "code-3", "code-5", "code-4", "code-6"]
    assert set(statuses(record).values()) == {"done", "not recorded"}
    shown = check_what_is_said(practice, "done", "out of order")
    assert shown.index("put plate on the desk") < shown.index("put cup on the desk")


def test_eight_at_once_on_one_remote_lose_nothing(machine: MakeMachine) -> None:
    names = [f"writer-{number}" for number in range(8)]
    machines = [machine(name) for name in names]
    started = [
        one.start(*TEAM, "-r", "subject", name) for one, name in zip(machines, names, strict=True)
    ]
    for papermill in started:
        said = end_of(papermill)
        assert papermill.returncode == 0, said
    late = machine("late")
    assert sorted(one["operator"] for one in late.asked("log")) == names
    assert {one["outcome"] for one in late.asked("log")} == {"done"}
    for one in (late, machines[0]):
        one.command("verify")
    for name in names:
        assert f"parameter subject      {name}" in late.command("show", f"practice/desk/{name}")


def test_a_file_that_was_changed_after_the_session_is_named(practice: Practice) -> None:
    practice.run()
    [folder] = practice.sessions
    record = json.loads((folder / "record.ipynb").read_text())
    record["cells"][-1]["source"] = "nothing to see here"
    (folder / "record.ipynb").write_text(json.dumps(record))
    said = practice.command("verify", status=1)
    assert folder.name in said
    git = ["git", "-C", str(practice.home / "sandbox" / "sample" / "archive.git"), "fsck"]
    subprocess.run(git, check=True, capture_output=True)

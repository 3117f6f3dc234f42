"""`runbook run --waiting`: each run that waits is run again as it was, where that may help."""

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pytest

from runbook_lib.engine.going_on import left_alone, parameters_of
from runbook_lib.engine.headless import parse_parameters
from runbook_lib.journal.summary import FACTS
from runbook_lib.reading.opened import OpenRun
from runbook_lib.secrets.masking import MASK
from tests.commands import Commands
from tests.engine.conftest import LIMIT, write_notebook

PROFILE = '[profiles.team]\nproject = "site"\n'


@dataclass(frozen=True)
class Machine(Commands):
    """A folder with a runbook that asks at a gate, and a home."""

    home: str = "one"

    @property
    def environment(self) -> dict[str, str]:
        own = {"RUNBOOK_HOME": str(self.folder / self.home), "HOME": str(self.folder)}
        return {**os.environ, **own}

    def begin(self, *subjects: str) -> None:
        """Runs that wait at their gate."""
        for subject in subjects:
            self.ends(75, "run", "nightly", "--profile", "team", "-p", f"subject={subject}")

    def decide(self, subject: str, *options: str) -> None:
        self.ends(0, "approve", f"nightly/site/{subject}", "note", "--reason", "so", *options)

    def open(self) -> dict[str, str]:
        """The runs that are open, each with its state."""
        found = json.loads(self.ends(0, "status", "--json"))
        return {one["run"].rpartition("/")[2]: one["state"] for one in found}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    made.ends(0, "new", "nightly")
    (tmp_path / "runbook.toml").write_text(PROFILE)
    return made


def test_what_was_decided_goes_on_and_the_rest_waits(machine: Machine) -> None:
    machine.begin("first", "second", "third")
    machine.decide("second")
    machine.decide("third", "--reject")
    said = machine.ends(1, "run", "--waiting")
    assert "nightly/site/first is left as it is: nobody has decided: runbook approve" in said
    assert "✔ nightly/site/second: the note of second is written" in said
    assert "Refused: " in said
    [note] = machine.folder.rglob("note.txt")
    assert note.read_text().strip() == "second is ready"
    assert machine.open() == {"first": "waiting", "third": "refused"}
    # What is refused was told when it was, and is no failure of each next time.
    said = machine.ends(75, "run", "--waiting", "--profile", "team")
    assert "third is left as it is: it is refused, and somebody has to look" in said
    machine.decide("first")
    [one, left] = json.loads(machine.ends(0, "run", "--waiting", "--json"))
    assert (one["run"], one["outcome"]) == ("nightly/site/first", "done")
    assert left["run"] == "nightly/site/third"


def test_another_machine_goes_on_with_what_the_archive_has(machine: Machine) -> None:
    remote = machine.folder / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    (machine.folder / "runbook.toml").write_text(f'{PROFILE}archive.remote = "{remote}"\n')
    machine.begin("first")
    machine.decide("first")
    other = Machine(machine.folder, "two")
    assert "the note of first is written" in other.ends(0, "run", "--waiting")
    assert "No run is open" in machine.ends(0, "run", "--waiting")


def test_a_runbook_that_is_gone_holds_up_no_other(machine: Machine) -> None:
    machine.begin("first")
    book = machine.folder / "runbooks" / "nightly.ipynb"
    for path in (book, book.with_suffix(".py")):
        path.with_stem("daily").write_text(path.read_text().replace("nightly", "daily"))
    machine.ends(75, "run", "daily", "--profile", "team", "-p", "subject=other")
    for run in ("nightly/site/first", "daily/site/other"):
        machine.ends(0, "approve", run, "note", "--reason", "so")
    book.unlink()
    said = machine.ends(1, "run", "--waiting")
    assert "UsageError: " in said and "nightly" in said
    assert "✔ daily/site/other" in said


def test_a_signal_ends_the_rest_too(machine: Machine) -> None:
    book = machine.folder / "runbooks" / "nightly.ipynb"
    notebook = nbformat.read(book, as_version=4)
    coded = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    [gate] = [i for i in coded if "approve" in notebook.cells[i].source]
    begun = machine.folder / "begun"
    slow = f"from pathlib import Path; import time; Path({str(begun)!r}).touch(); time.sleep(60)"
    notebook.cells.insert(gate + 1, nbformat.v4.new_code_cell(slow))
    nbformat.write(notebook, book)
    machine.begin("first", "second")
    machine.decide("first")
    machine.decide("second")
    with machine.start("run", "--waiting") as process:
        until = time.monotonic() + LIMIT
        while not begun.exists() and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=LIMIT)
    assert "nightly/site/first" in said and "nightly/site/second" not in said
    assert machine.open()["second"] == "waiting"


@pytest.mark.parametrize("others", [["release"], ["-p", "version=1.9"], ["--plan"]])
def test_it_goes_with_a_profile_alone(machine: Machine, others: list[str]) -> None:
    assert "--waiting" in machine.ends(2, "run", "--waiting", *others)


def opened(**said: Any) -> OpenRun:
    facts = dict.fromkeys(FACTS, "") | {"run": "nightly/site/first", "runbook": "nightly"}
    return OpenRun(**{**facts, "state": "waiting", "since": "", **said})


def test_parameters_are_given_again_as_they_were(tmp_path: Path) -> None:
    declared = (
        "name: str = ''\nregions: list[str] = []\nday: date = None\nlevel: int = 1\n"
        "share: float = 0.5\nplan: bool = False\nlater: 'str | None' = None"
    )
    path = write_notebook(tmp_path / "x.ipynb", parameters=declared)
    said = {"name": "a=b", "regions": ["eu", 'u"s'], "day": "2026-03-12", "level": 7}
    said |= {"share": 0.25, "plan": True}
    given = parameters_of(opened(parameters={**said, "later": None}))
    assert parse_parameters(path, given) == said
    assert date.fromisoformat(str(said["day"]))


def test_a_secret_that_the_journal_does_not_have_is_given_by_hand() -> None:
    assert "parameter token is a secret" in left_alone(opened(parameters={"token": MASK}))
    assert left_alone(opened(state="died")) == ""
    assert left_alone(opened(state="alive")) == "somebody is at work on it"

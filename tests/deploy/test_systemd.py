"""The units of `deploy/systemd`: as systemd reads them, and what they start."""

import configparser
import shlex
import subprocess
from pathlib import Path

import pytest

from runbook_lib.cli import WAITING
from runbook_lib.notebook.catalog import find_runbook
from tests.sandbox.clients.conftest import need

FOLDER = Path(__file__).parents[2] / "deploy" / "systemd"
UNITS = sorted(FOLDER.iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
TIMERS = [path for path in UNITS if path.suffix == ".timer"]


def read(path: Path) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(path)
    return unit


def test_systemd_finds_nothing_wrong_with_them(tmp_path: Path) -> None:
    """It wants the program to be there: `true` stands for the installed one."""
    for path in UNITS:
        text = path.read_text().replace("/srv/runbook/.venv/bin/runbook", "/bin/true")
        (tmp_path / path.name).write_text(text)
    asked = [str(tmp_path / path.name.replace("@.", "@tag_push.")) for path in UNITS]
    (tmp_path / "runbook@tag_push.service").symlink_to(tmp_path / "runbook@.service")
    command = [need("systemd-analyze"), "verify", "--man=no", "--recursive-errors=no", *asked]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_runs_what_the_command_line_knows(path: Path) -> None:
    from click.testing import CliRunner

    from runbook_lib.cli import main

    service = read(path)["Service"]
    program, *arguments = shlex.split(service["ExecStart"].replace("%i", "release"))
    assert Path(program).name == "runbook"
    assert service["SuccessExitStatus"] == str(WAITING)
    asked = CliRunner().invoke(main, [*arguments, "--help"])
    assert asked.exit_code == 0, asked.output


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.name)
def test_a_timer_has_its_service_and_a_time_of_the_calendar(path: Path) -> None:
    timer = read(path)["Timer"]
    unit = timer.get("Unit", path.with_suffix(".service").name)
    template, _, name = unit.removesuffix(".service").partition("@")
    assert (FOLDER / (f"{template}@.service" if name else unit)).exists()
    assert not name or find_runbook(name)
    command = [need("systemd-analyze"), "calendar", "--iterations=2", timer["OnCalendar"]]
    assert subprocess.run(command, capture_output=True).returncode == 0

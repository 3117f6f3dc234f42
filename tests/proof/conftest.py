"""An archive of real sessions (one of them killed), and the runbook command that proves it."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runbook_lib.cli.verify import command as verify
from tests.made_once import made_once
from tests.proof.forgery import Forger
from tests.record.conftest import Practice, end, write_notebook
from tests.release.world import stop_worlds
from tests.services.git.conftest import gnupg

__all__ = ["gnupg"]

WORLD = Path("sandbox/sample")
RUN, OTHER = "practice/tidewatch/1.0", "practice/tidewatch/2.0"


@pytest.fixture(scope="session")
def carried_out(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """A machine on which four sessions were carried out: one died, two were of its run, one not."""
    return machine_in(made_once(tmp_path_factory, "carried-out", carry_out))


def machine_in(folder: Path) -> Practice:
    return Practice(folder, folder / "practice.ipynb", folder / "home", folder / "desk")


def carry_out(folder: Path) -> None:
    (folder / "desk").mkdir()
    write_notebook(folder / "practice.ipynb")
    machine = machine_in(folder)
    with machine.start(halt="act start") as papermill:
        end(machine.halted())
        papermill.communicate(timeout=60)
    machine.run()
    machine.run("-r", "subject", "2.0")
    machine.run()
    stop_worlds(machine.home)


@dataclass(frozen=True)
class Proved:
    """What `runbook verify` said of one archive: its status, its text, and that as JSON."""

    status: int
    text: str
    told: dict[str, Any]

    @property
    def first(self) -> dict[str, str]:
        """The first finding of the only archive."""
        return dict(self.told["archives"][0]["first_finding"])

    @property
    def findings(self) -> list[dict[str, str]]:
        return [one for archive in self.told["archives"] for one in archive["findings"]]


Verify = Callable[..., Proved]


@pytest.fixture
def prove(monkeypatch: pytest.MonkeyPatch) -> Verify:
    """Runs `runbook verify` for a data folder, as text and as JSON."""

    def proved(home: Path, *arguments: str) -> Proved:
        monkeypatch.setenv("RUNBOOK_HOME", str(home))
        monkeypatch.delenv("RUNBOOK_CONFIG", raising=False)
        monkeypatch.chdir(home.parent)
        asked = CliRunner().invoke(verify, [*arguments, "--json"])
        shown = CliRunner().invoke(verify, list(arguments))
        assert asked.exit_code == shown.exit_code, asked.output + shown.output
        told = json.loads(asked.output) if asked.exit_code in (0, 1) else {}
        return Proved(asked.exit_code, shown.output, told)

    return proved


@pytest.fixture
def home(carried_out: Practice, tmp_path: Path) -> Path:
    """A data folder with that archive, and the keys; its sessions are nowhere else here."""
    folder = tmp_path / "home"
    for name in ("archive.git", "keys"):
        shutil.copytree(carried_out.home / WORLD / name, folder / WORLD / name)
    return folder


@pytest.fixture
def forger(home: Path) -> Forger:
    """Somebody who changes the archive, and has the operator's key."""
    return Forger(home / WORLD / "archive.git", home / WORLD / "keys" / "operator")

"""An example as somebody tries it: a copy of its folder, a data folder, and the commands."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from runbook_lib.journal.journal import Event, read_journal
from runbook_lib.journal.session import JOURNAL
from runbook_lib.run.approval import decide
from tests.conftest import sit_down

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "examples"
EXPECTED = Path(__file__).parent / "expected"
LIMIT = 120.0
"""How long anything may take on a busy machine, in seconds."""


def wait_until(true: Callable[[], object], what: str) -> None:
    """Ask again until it is so; fail with `what` when it takes too long."""
    limit = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < limit, f"expected within {LIMIT:g} s: {what}"
        time.sleep(0.02)


@dataclass(frozen=True)
class Ran:
    """What a command came to: its exit status, and all that it wrote."""

    status: int
    text: str

    def ended(self, status: int) -> "Ran":
        """Itself; fails with what it wrote where it ended otherwise."""
        assert self.status == status, f"status {self.status}:\n{self.text}"
        return self


@dataclass(frozen=True)
class Example:
    """A copy of an example, with a data folder of its own."""

    name: str
    folder: Path
    home: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    """What its commands find in their environment."""

    @classmethod
    def copy(
        cls,
        name: str,
        place: Path,
        said: Mapping[str, str] = MappingProxyType({}),
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> "Example":
        """A copy below a folder; in its profile, each text that is `said` stands for another."""
        folder = place / name
        ignored = shutil.ignore_patterns("__pycache__", "dist")
        shutil.copytree(EXAMPLES / name, folder, ignore=ignored)
        profile = folder / "runbook.toml"
        text = profile.read_text()
        for was, now in said.items():
            assert was in text, f"{was} is not in {profile}"
            text = text.replace(was, now)
        profile.write_text(text)
        return cls(name, folder, place / "home", variables)

    @property
    def notebook(self) -> Path:
        return self.folder / f"{self.name}.ipynb"

    @property
    def environment(self) -> dict[str, str]:
        outer = {key: value for key, value in os.environ.items() if key != "RUNBOOK_CONFIG"}
        own = {"RUNBOOK_HOME": str(self.home), "HOME": str(self.home.parent)}
        return {**outer, **own, **self.variables}

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Begin a `runbook` command in the example's folder."""
        code = "from runbook_lib.cli import main; main()"
        return self.begin([sys.executable, "-c", code, *arguments])

    def begin(self, command: Sequence[str]) -> "subprocess.Popen[str]":
        """Begin a command in the example's folder."""
        given: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen(command, cwd=self.folder, env=self.environment, text=True, **given)

    def command(self, *arguments: str) -> Ran:
        """A `runbook` command, to its end."""
        return end(self.start(*arguments))

    def run(self, *options: str) -> Ran:
        """Run the notebook without anybody at it."""
        return self.command("run", self.notebook.name, *options)

    def papermill(self, *options: str) -> tuple[Ran, dict[str, Any]]:
        """The same by papermill's own command, and the notebook that it writes."""
        out = self.home.parent / "out.ipynb"
        papermill = [sys.executable, "-m", "papermill", "--no-progress-bar"]
        ran = end(self.begin([*papermill, self.notebook.name, str(out), *options]))
        return ran, json.loads(out.read_text())

    def nbval(self) -> Ran:
        """Compare what its cells show with what is expected of them."""
        shutil.copy(EXPECTED / self.notebook.name, self.notebook)
        settings = ("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(self.folder))
        pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
        return end(self.begin([*pytest, *settings, self.notebook.name]))

    def approve(
        self, monkeypatch: pytest.MonkeyPatch, login: str, run: str, gate: str, reason: str
    ) -> None:
        """Have somebody approve from a terminal of this machine, under an account of theirs."""
        with monkeypatch.context() as patch:
            patch.setenv("RUNBOOK_HOME", str(self.home))
            patch.chdir(self.folder)
            sit_down(patch, login)
            decide(run, gate, verdict="approved", reason=reason, short="")

    @property
    def sessions(self) -> list[Path]:
        """The folders of its run's sessions, the oldest first."""
        found = self.home.glob(f"*/*/runs/*/*/*/sessions/*/{JOURNAL}")
        return sorted((path.parent for path in found), key=lambda path: path.name)

    @property
    def events(self) -> list[Event]:
        """What the newest session's journal says."""
        return read_journal(self.sessions[-1] / JOURNAL)

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        """Each step of the newest session with its outcome."""
        said = [event.said for event in self.events if event.kind == "outcome"]
        return [(str(one["step"]), str(one["outcome"])) for one in said]

    def kill_kernel(self) -> None:
        """Kill the newest session's kernel, as the system does: nothing more of it is written."""
        opened = next(event for event in self.events if event.kind == "opened")
        os.kill(int(opened.said["process"]), signal.SIGKILL)

    def cells(self) -> dict[str, str]:
        """The notebook's code cells by their ids."""
        cells = json.loads(self.notebook.read_text())["cells"]
        return {one["id"]: "".join(one["source"]) for one in cells if one["cell_type"] == "code"}

    def announced(self, step: str) -> bool:
        """Whether the newest session has announced a change of that step."""
        return any(event.matches("intent", step=step) for event in self.events)

    def check_record(self) -> None:
        """The newest session's record has each code cell as executed, and verify finds no fault."""
        record = json.loads((self.sessions[-1] / "record.ipynb").read_text())
        cells = [cell for cell in record["cells"] if cell["cell_type"] == "code"]
        executed = [cell["metadata"]["runbook"]["status"] for cell in cells]
        opened = executed.index("done")
        assert opened <= 2, "parameters, declared and given, come before"
        assert set(executed[opened:]) == {"done"}, executed
        self.command("verify").ended(0)


def end(process: "subprocess.Popen[str]") -> Ran:
    """Wait for a command; what it came to."""
    text, _ = process.communicate(timeout=LIMIT)
    return Ran(process.returncode, text)

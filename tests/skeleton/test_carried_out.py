"""What `runbook new` writes passes at once in a new folder: checked, run, killed, tested."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LIMIT = 300
ACT = "file.write_text(text)\n"
KILLED = (
    f"{ACT}        import os\n        os.kill(os.getppid(), 9)\n        os.kill(os.getpid(), 9)\n"
)


class Folder:
    """A new folder with a runbook in it, for somebody who has never run one."""

    def __init__(self, path: Path) -> None:
        self.path = path / "work"
        self.path.mkdir()
        self.module = self.path / "runbooks" / "greet.py"
        dropped = ("RUNBOOK_CONFIG", "RUNBOOK_HOME", "PYTHONPATH", "PYTEST_ADDOPTS")
        outer = {name: value for name, value in os.environ.items() if name not in dropped}
        here = str(Path(sys.executable).parent)
        self.environment = {
            **outer,
            "HOME": str(path),
            "RUNBOOK_HOME": str(path / "data"),
            "PATH": os.pathsep.join([here, outer["PATH"]]),
        }

    def call(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.path,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    said = made.call("runbook", "new", "greet")
    assert said.returncode == 0, said.stderr
    return made


def test_it_is_checked_run_run_again_and_tested(folder: Folder) -> None:
    checked = folder.call("runbook", "check", "greet", "--strict")
    assert (checked.returncode, checked.stdout) == (0, "1 runbook: 0 errors, 0 warnings\n")
    first = folder.call("runbook", "run", "greet")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "✔ done      write note.txt: first is ready" in first.stdout
    again = folder.call("runbook", "run", "greet")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "· already   note.txt says: first is ready" in again.stdout
    tested = folder.call(sys.executable, "-m", "pytest", "--nbval-lax", "runbooks", "-q")
    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_what_was_killed_in_the_middle_is_gone_on_with(folder: Folder) -> None:
    own = folder.module.read_text()
    folder.module.write_text(own.replace(ACT, KILLED))
    assert folder.call("runbook", "run", "greet").returncode == -9
    folder.module.write_text(own)
    assert "unknown" in folder.call("runbook", "log").stdout
    again = folder.call("runbook", "run", "greet")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "· already   note.txt says: first is ready" in again.stdout


def test_a_plan_changes_nothing(folder: Folder) -> None:
    planned = folder.call("runbook", "run", "greet", "--plan")
    assert planned.returncode == 0, planned.stdout + planned.stderr
    assert "○ planned   write note.txt: first is ready" in planned.stdout
    assert not [*Path(folder.environment["RUNBOOK_HOME"]).rglob("note.txt")]

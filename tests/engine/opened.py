"""A runbook that really opens a run, in a data folder of its own, and what it leaves there."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbook_lib.archive import ARCHIVED, Archive
from runbook_lib.journal.session import JOURNAL
from tests.engine.conftest import Ended, Papermill, end, is_alive, journal_of, write_notebook
from tests.forking.started import interruptible

PARAMETERS = 'profile: str = "sandbox"  # a profile\nplan: bool = False  # only say what'
OPEN = "from runbook_lib import open_run\nrun = open_run('practice', parameters=globals())"
JOIN = (
    "import os, signal, time\n"
    "from dataclasses import dataclass\n"
    "from pathlib import Path\n"
    "from runbook_lib.steps.step import step\n"
    "@dataclass(frozen=True)\n"
    "class Subject:\n"
    "    name: str\n"
    "class Desk:\n"
    "    runner = run.runner\n"
    "    @step\n"
    "    def put(self, thing):\n"
    '        """Put a thing on the desk."""\n'
    "        if Path(thing).exists():\n"
    "            return f'{thing} is there'\n"
    "        yield f'put {thing} on the desk'\n"
    "        if not Path('again').exists():\n"
    "            halt()\n"
    "        Path(thing).touch()\n"
    "desk, subject = Desk(), run.join('1.0', Subject('1.0'))"
)
KILLED = "def halt():\n    os.kill(os.getpid(), 9)"
WORKS = "def halt():\n    pass"
HALTED = (
    "def halt():\n"
    "    Path('kernel').write_text(str(os.getpid()))\n"
    "    Path('ready').touch()\n"
    "    time.sleep(300)"
)
ACT = "print('begun', flush=True)\ndesk.put('cup')"
CLOSE = "run.close()"
RUN = "practice/tidewatch/1.0"
PROFILE = """
[profiles.team]
project = "tidewatch"
repository.url = "https://git.example/tidewatch.git"
github.repository = "harbor/tidewatch"
github.token_variable = "HARBOR_LOGIN"
bugzilla.url = "https://bugs.example"
bugzilla.qa = "qa@bugs.example"
bugzilla.key_variable = "HARBOR_BUGS"
stage.url = "https://stage.example"
"""
"""A profile that names secrets, and services that nobody asks."""


@dataclass(frozen=True)
class Session:
    """Papermill with a runbook that opens a run, in a data folder of its own."""

    papermill: Papermill

    @property
    def home(self) -> Path:
        return self.papermill.folder / "home"

    @property
    def output(self) -> Any:
        return self.papermill.read()

    @property
    def folder(self) -> Path:
        """The newest session's."""
        journals = self.home.glob(f"**/sessions/*/{JOURNAL}")
        return max((path.parent for path in journals), key=lambda path: path.name)

    @property
    def kinds(self) -> list[str]:
        return [event["event"] for event in journal_of(self.home, self.folder.name)]

    @property
    def archive(self) -> Archive:
        return Archive(self.home / "sandbox" / "sample" / "archive.git")

    def write(self, halt: str, *, act: str = ACT, close: str = CLOSE) -> None:
        path = self.papermill.folder / "in.ipynb"
        cells = (OPEN, f"{JOIN}\n{halt}", act, close)
        write_notebook(path, *cells, parameters=PARAMETERS, runbook=False)

    def start(self, *options: str, **variables: str) -> Any:
        return self.papermill.start(*options, RUNBOOK_HOME=str(self.home), **variables)

    def run(self, *options: str, **variables: str) -> Ended:
        return end(self.start(*options, **variables))

    def command(self, *arguments: str, **options: Any) -> Any:
        """Begin a `runbook` command, beside the notebook."""
        code = "from runbook_lib.cli import main; main()"
        given: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        return subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            cwd=self.papermill.folder,
            env={**os.environ, "RUNBOOK_HOME": str(self.home)},
            text=True,
            preexec_fn=interruptible,
            **given,
        )

    def recorded(self) -> list[str]:
        """What the record says of the last three code cells: to join, to act, to close."""
        record = json.loads((self.folder / "record.ipynb").read_text())
        cells = [cell for cell in record["cells"] if cell["cell_type"] == "code"]
        return [cell["metadata"]["runbook"]["status"] for cell in cells][-3:]

    def is_archived(self) -> bool:
        return (self.folder / ARCHIVED).exists() and self.archive.has(self.folder.name)

    def kernel_is_gone(self) -> bool:
        return not is_alive(int((self.papermill.folder / "kernel").read_text()))

    def go_on(self) -> None:
        """Run it again: what is missing is made, and that is on record as well."""
        (self.papermill.folder / "again").touch()
        assert self.run().status == 0
        assert (self.papermill.folder / "cup").exists()
        assert self.output.metadata.runbook["outcome"] == "done"
        assert self.is_archived()
        assert [one.outcome for one in self.archive.entries(run=RUN)] == ["done", "unknown"]

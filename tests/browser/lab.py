"""JupyterLab as a process of its own, with settings and data of its own.

A test has a server to itself, or its folder in one that others have used before it.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from jupyter_client.blocking.client import BlockingKernelClient

from runbook_lib.sandbox.server.process import serving_pid, stop

RUNBOOKS = Path(__file__).parent.parent.parent / "runbooks"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""How Chromium is started."""
LIMIT = 60.0
"""How long anything may take on a busy machine, in seconds."""

HOME = "home"
"""The data folder's name."""

PUSHED = "from types import SimpleNamespace; pushed = SimpleNamespace(head='f' * 40)"
"""What the cell has left that pushed another release's branch."""
SWITCHED_OFF = {
    "@jupyterlab/apputils-extension:announcements": True,
    "@jupyterlab/extensionmanager-extension:plugin": True,
}


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that serves one copy of a runbook, with a data folder of its own."""

    url: str
    token: str = field(repr=False)
    notebook: Path
    home: Path
    settings: Path = Path()
    name: str = ""
    """Of the test's folder below that of the server, and of its workspace."""

    @property
    def world(self) -> Path:
        """The folder of the sandbox that the runbook starts."""
        name = "sample" if self.notebook.stem == "release" else "team"
        return self.home / "sandbox" / name

    @property
    def address(self) -> str:
        """Where the browser finds the notebook."""
        tree = f"workspaces/{self.name}/tree/{self.name}" if self.name else "tree"
        return f"{self.url}lab/{tree}/{self.notebook.name}?token={self.token}"

    def set_windowing(self, mode: str) -> None:
        """Have JupyterLab's setting "Windowing mode" of notebooks, as a person may."""
        folder = self.settings / "@jupyterlab" / "notebook-extension"
        folder.mkdir(parents=True)
        settings = json.dumps({"windowingMode": mode})
        (folder / "tracker.jupyterlab-settings").write_text(settings)

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        """What the run's journals say of those kinds, oldest first."""
        journals = sorted(self.world.glob("runs/*/*/*/sessions/*/journal.jsonl"))
        said = [json.loads(line) for path in journals for line in path.read_text().splitlines()]
        return [event for event in said if event["event"] in kinds]

    def saved_since(self, moment: int) -> bool:
        """Whether the file is newer (in nanoseconds), and whole: it is written in place."""
        if self.notebook.stat().st_mtime_ns <= moment:
            return False
        try:
            return bool(json.loads(self.notebook.read_text()))
        except ValueError:
            return False

    def saved_outputs(self) -> list[dict[str, Any]]:
        """The outputs in the notebook's file, cell by cell."""
        cells = json.loads(self.notebook.read_text())["cells"]
        return [output for cell in cells for output in cell.get("outputs", [])]

    def leave_behind(self, source: str) -> None:
        """Have the notebook's kernel know what cells that were run before have left there."""
        kernels = (self.settings.parent / "runtime").glob("kernel-*.json")
        client = BlockingKernelClient()
        client.load_connection_file(str(max(kernels, key=lambda path: path.stat().st_mtime)))
        client.start_channels()
        try:
            said = client.execute(source, silent=True, reply=True, timeout=LIMIT)
        finally:
            client.stop_channels()
        assert said["content"]["status"] == "ok", said

    def sandbox_ended(self) -> bool:
        """Whether nobody serves the world any more."""
        return serving_pid(self.world) is None


@dataclass(frozen=True)
class Server:
    """A JupyterLab for one test after another."""

    url: str
    token: str = field(repr=False)
    folder: Path

    @contextmanager
    def open(self, name: str, runbook: str) -> Iterator[Lab]:
        """Serve a copy of a runbook, and no settings; its kernels end afterwards."""
        settings, served = self.folder / "settings", self.folder / "notebooks" / name
        shutil.rmtree(settings, ignore_errors=True)
        notebook = copy_to(served, runbook)
        with ending_worlds(served / HOME):
            yield Lab(self.url, self.token, notebook, served / HOME, settings, name)
            self.end_kernels()

    def end_kernels(self) -> None:
        """End all that a test has started: no other uses the server now."""
        for kernel in json.loads(self.ask("GET", "api/kernels")):
            self.ask("DELETE", f"api/kernels/{kernel['id']}")

    def ask(self, method: str, path: str) -> bytes:
        """What the server answers."""
        told = {"Authorization": f"token {self.token}"}
        asked = Request(f"{self.url}{path}", method=method, headers=told)
        with urlopen(asked, timeout=LIMIT) as answer:
            return bytes(answer.read())


@contextmanager
def serve(folder: Path) -> Iterator[Server]:
    """A server whose kernels and forms have their data folder beside the notebook."""
    with listening(folder, Path(HOME)) as (url, token):
        yield Server(url, token, folder)


@contextmanager
def open_lab(folder: Path, runbook: str) -> Iterator[Lab]:
    """JupyterLab for one test; it ends afterwards, and its sandbox too."""
    home, notebook = folder / HOME, copy_to(folder / "notebooks", runbook)
    with ending_worlds(home), listening(folder, home) as (url, token):
        yield Lab(url, token, notebook, home, folder / "settings")


@contextmanager
def listening(folder: Path, home: Path) -> Iterator[tuple[str, str]]:
    """JupyterLab on a free port of this machine: its address, and its token."""
    token, served = secrets.token_hex(16), folder / "notebooks"
    served.mkdir(exist_ok=True)
    variables = environment(folder, token, home)
    with (folder / "lab.log").open("wb") as log:
        process = subprocess.Popen(
            command(served), cwd=served, env=variables, stdout=log, stderr=log
        )
    try:
        yield find_url(folder, process), token
    finally:
        end(process)


def copy_to(folder: Path, runbook: str) -> Path:
    """A copy of a runbook in a new folder."""
    folder.mkdir()
    return Path(shutil.copy(RUNBOOKS / f"{runbook}.ipynb", folder))


@contextmanager
def ending_worlds(home: Path) -> Iterator[None]:
    """End the sandboxes of a data folder afterwards."""
    try:
        yield
    finally:
        for world in home.glob("sandbox/*"):
            stop(world)


def wait_until(true: Callable[[], object], what: str) -> None:
    """Ask again until it is so; fail with `what` when it takes too long."""
    limit = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < limit, f"expected within {LIMIT:g} s: {what}"
        time.sleep(0.1)


def command(folder: Path) -> list[str]:
    """How JupyterLab is started: port 0 is any free one."""
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"),
        f"--ServerApp.root_dir={folder}",
    ]


def environment(folder: Path, token: str, home: Path) -> dict[str, str]:
    """Settings of the test's own: nobody's JupyterLab is used or changed."""
    settings = folder / "config" / "labconfig"
    settings.mkdir(parents=True)
    (settings / "page_config.json").write_text(json.dumps({"disabledExtensions": SWITCHED_OFF}))
    variables = {name: text for name, text in os.environ.items() if not name.startswith("JUPYTER")}
    return {
        **variables,
        "JUPYTER_TOKEN": token,
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "IPYTHONDIR": str(folder / "ipython"),
        "RUNBOOK_HOME": str(home),
    }


def find_url(folder: Path, process: subprocess.Popen[bytes], server: int | None = None) -> str:
    """The address that a new JupyterLab, the process or one below it, says it listens at."""
    card = folder / "runtime" / f"jpserver-{server or process.pid}.json"

    def answers() -> bool:
        assert process.poll() is None, (folder / "lab.log").read_text()
        return card.exists() and card.stat().st_size > 0

    wait_until(answers, "JupyterLab listens")
    return str(json.loads(card.read_text())["url"])


def end(process: subprocess.Popen[bytes]) -> None:
    """End JupyterLab, which ends its kernels."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

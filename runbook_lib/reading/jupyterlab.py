"""Opens notebooks in JupyterLab: a record's copy, which stays as it is, or a working copy."""

import os
import signal
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import runbook_lib
from runbook_lib.archive.layout import RECORD
from runbook_lib.archive.sessions import KeptSession
from runbook_lib.errors import Failed, UsageError

READ_ONLY = 0o444
PATHS = ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH")
"""Where Jupyter looks for kernels and extensions, and for what turns those of its server on."""
TERMINATED = 128 + signal.SIGTERM


def open_in_jupyterlab(session: KeptSession) -> None:
    """Show a copy of a session's record in JupyterLab, and come back when that has ended.

    Raises `UsageError` where it is not installed, or the session has no record, and `Failed` where
    JupyterLab does not start or ends in trouble.
    """
    require_jupyterlab("or write a page with --html FILE")
    written = session.read(RECORD)
    with TemporaryDirectory(prefix="runbook-record-") as folder:
        copy = Path(folder) / f"{session.name}.ipynb"
        copy.write_bytes(written)
        copy.chmod(READ_ONLY)
        run_jupyterlab(copy, dict(os.environ))


def open_working_copy(copy: Path) -> None:
    """Show a working copy in JupyterLab, and come back when that has ended.

    One that shows it already is used again. Raises `UsageError` where it is not installed.
    """
    require_jupyterlab("or open the working copy in another one that has this library")
    address = find_address(copy)
    if address:
        print(f"JupyterLab has it open: {address}")
        webbrowser.open(address)
    else:
        run_jupyterlab(copy, with_short_refusals())


def require_jupyterlab(otherwise: str) -> None:
    """Raise `UsageError` where JupyterLab is not installed here."""
    if find_spec("jupyterlab") is None:
        raise UsageError(
            "expected JupyterLab, found that it is not installed here: "
            f"pip install 'runbook-kit[lab]', {otherwise}"
        )


def find_address(notebook: Path) -> str:
    """Where a running JupyterLab shows the notebook of its folder; empty where none does."""
    from jupyter_server.serverapp import list_running_servers

    for server in list_running_servers():
        if Path(server["root_dir"]).resolve() == notebook.parent.resolve():
            return f"{server['url']}lab/tree/{quote(notebook.name)}?token={server['token']}"
    return ""


def with_short_refusals() -> dict[str, str]:
    """The environment in which JupyterLab's Python kernel explains what a restart takes away.

    Its launcher and its forms are there, too, wherever the library was installed.
    """
    ours = str(Path(runbook_lib.__file__).parent / "jupyter")
    both = {name: filter(None, (ours, os.environ.get(name, ""))) for name in PATHS}
    return {**os.environ, **{name: os.pathsep.join(places) for name, places in both.items()}}


def run_jupyterlab(notebook: Path, environment: dict[str, str]) -> None:
    """Run JupyterLab with a notebook, until it ends; raises `Failed` where it ends in trouble."""
    with (
        subprocess.Popen(command(notebook), env=environment) as process,
        until_it_ends(process),
    ):
        status = process.wait()
    if status not in (0, -signal.SIGTERM, TERMINATED):
        raise Failed(
            f"expected JupyterLab to show {notebook.stem} until it is closed, found that it ended "
            f"with status {status}; what it says of that stands above"
        )


@contextmanager
def until_it_ends(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Leave Ctrl-C to JupyterLab, which asks back, and hand SIGTERM on to it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    ending = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        signal.signal(signal.SIGTERM, ending)


def command(copy: Path) -> list[str]:
    """How JupyterLab is started with a notebook, and without the folders around it."""
    root = f"--ServerApp.root_dir={copy.parent}"
    return [sys.executable, "-m", "jupyterlab", root, str(copy)]

"""Opens a record in JupyterLab: a copy, so that the record stays as it is whatever is saved."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from runbook_lib.archive.layout import RECORD
from runbook_lib.archives import KeptSession
from runbook_lib.errors import UsageError

READ_ONLY = 0o444


def open_in_jupyterlab(session: KeptSession) -> None:
    """Show a copy of a session's record in JupyterLab, and come back when that has ended.

    Raises `UsageError` where it is not installed, or the session has no record.
    """
    if find_spec("jupyterlab") is None:
        raise UsageError(
            "expected JupyterLab, found that it is not installed here: "
            "pip install 'runbook-kit[lab]', or write a page with --html FILE"
        )
    written = session.read(RECORD)
    with TemporaryDirectory(prefix="runbook-record-") as folder:
        copy = Path(folder) / f"{session.name}.ipynb"
        copy.write_bytes(written)
        copy.chmod(READ_ONLY)
        with subprocess.Popen(command(copy)) as process, until_it_ends(process):
            process.wait()


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

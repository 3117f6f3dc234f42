"""What every run needs of this machine: git, Python, room on the disk, the configuration."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from runbook_lib.journal.session import data_folder
from runbook_lib.policy.diagnosis import Diagnosis, good, judge_space
from runbook_lib.profile import SANDBOX, find_configuration, read_configuration


def examine_python() -> Iterator[Diagnosis]:
    """Which Python and which of this library carry a run out."""
    yield good("python", f"{platform.python_version()} at {sys.executable}")
    yield good("runbook", version("runbook-kit"))


def examine_folder() -> Iterator[Diagnosis]:
    """Whether runs can be kept, and how much room there is."""
    folder = data_folder()
    there = next(one for one in (folder, *folder.parents) if one.is_dir())
    if not os.access(there, os.W_OK):
        raise PermissionError(f"{there} can't be written to; set RUNBOOK_HOME to a folder that can")
    yield judge_space("data folder", shutil.disk_usage(there).free, str(folder))


def examine_configuration() -> Iterator[Diagnosis]:
    """Which runbook.toml counts here, and that it can be read."""
    file: Path | None = find_configuration()
    named = sorted({SANDBOX, *read_configuration()})
    yield good("runbook.toml", f"{file or 'none'}; profiles: {', '.join(named)}")

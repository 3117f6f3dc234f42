"""The machine that something was measured on, in a few words."""

import os
import platform
import re
import subprocess
from pathlib import Path


def describe_machine() -> str:
    """Its processors, its system, Python and git, and how busy it was."""
    versions = f"Python {platform.python_version()}, git {git_version()}"
    return f"{os.cpu_count()} × {processor()}, {platform.system()}, {versions}, {busyness()}"


def busyness() -> str:
    """How busy it was; where others have worked at it, too, that the clock says little."""
    load = os.getloadavg()[0]
    others = load > 2 * (os.cpu_count() or 1)
    return f"load {load:.1f}" + (
        ": others were at work, and the clock says little" if others else ""
    )


def processor() -> str:
    """The processor's name, where the system tells it."""
    told = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*: (.+)", told.read_text()) if told.is_file() else None
    return named[1] if named else platform.machine()


def git_version() -> str:
    """git's version."""
    told = subprocess.run(["git", "version"], capture_output=True, text=True, check=True)
    return told.stdout.split()[2]

"""What is dear to make, and is only read: one test process makes it, and each takes a copy."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A copy of the folder that `make` fills, which is called once for all test processes."""
    base = factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    whole = common / f"made-{name}"
    with (common / f"made-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (whole / "made").exists():
            shutil.rmtree(whole, ignore_errors=True)
            (whole / name).mkdir(parents=True)
            make(whole / name)
            (whole / "made").touch()
    return Path(shutil.copytree(whole / name, factory.mktemp(name) / name, symlinks=True))

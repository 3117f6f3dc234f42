"""A command that only reads starts at once: no client of a service is imported for it."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("real_processes")

HEAVY = {"asyncio", "github", "IPython", "papermill", "requests", "rich", "tenacity", "tornado"}


@pytest.mark.parametrize("command", ["status", "log"])
def test_what_reads_imports_no_client(command: str, tmp_path: Path) -> None:
    asked = (
        "import sys\nfrom runbook_lib.cli import main\n"
        f"try: main([{command!r}, '--json'])\n"
        f"finally: print('found', sorted({HEAVY!r} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", asked],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "RUNBOOK_HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "found []" in done.stdout.splitlines()

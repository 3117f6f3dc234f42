"""The links that a notebook shows lead somewhere, for whoever has come in to the sandbox's page."""

import json
import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
import requests

from runbook_lib.sandbox.server.process import start, stop

RUNBOOK = "from runbook_lib.cli import main\nmain()"
PUSH = ("push_duty", "tag_push", "live_push", "close_push")


@pytest.mark.parametrize(("world", "runbooks"), [("sample", ("release",)), ("team", PUSH)])
def test_every_link_of_a_run_opens(tmp_path: Path, world: str, runbooks: tuple[str, ...]) -> None:
    folder = tmp_path / "sandbox" / world
    running = start(folder, keep=True, sample=world == "sample", team=world == "team")
    try:
        for runbook in runbooks:
            carry_out(runbook, tmp_path)
        shown = links(folder)
        assert len(shown) > 8 and running.page in shown
        reader = requests.Session()
        reader.get(running.page)
        assert {link: reader.get(link).status_code for link in shown} == dict.fromkeys(shown, 200)
    finally:
        stop(folder)


def carry_out(runbook: str, home: Path) -> None:
    """Carry a runbook out in the world that is kept."""
    told = {**os.environ, "RUNBOOK_HOME": str(home)}
    command = [sys.executable, "-c", RUNBOOK, "run", runbook]
    answer = subprocess.run(command, env=told, capture_output=True, text=True, timeout=240)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def links(folder: Path) -> set[str]:
    """The addresses of the sandbox's that its runs' records have as links."""
    records = folder.glob("runs/*/*/*/sessions/*/record.ipynb")
    outputs = [
        output
        for record in records
        for cell in json.loads(record.read_text())["cells"]
        for output in cell.get("outputs", ())
    ]
    shown = ["".join(one.get("data", {}).get("text/html", "")) for one in outputs]
    found = re.findall(r'href="(http://127\.0\.0\.1:[^"]+)"', "\n".join(shown))
    return {unescape(link) for link in found}

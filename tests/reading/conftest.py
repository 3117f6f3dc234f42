"""Machines with past sessions: releases of the sample, and a practice runbook of a team."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.record.conftest import CELLS, WITHIN, Practice, write_notebook
from tests.record.conftest import practice as practice
from tests.record.test_handover import GATE, PROFILE
from tests.release.world import stop_worlds

TEAM = ("-p", "profile", "team")
SAMPLE = "release/tidewatch/1.9"
RUN = "practice/desk/1.0"
LOUD = (
    "## What an output may hold",
    "import time\nfrom IPython.display import HTML, display\n"
    "print('\\x1b[2J\\x1b[31mred\\x1b[0m \\u202etxt.exe')\n"
    'display(HTML(\'<b>bold</b><script>fetch("http://127.0.0.1:9/run")</script>'
    '<img src="http://127.0.0.1:9/seen.png" onerror="x()"></div></div>'
    '<p style="position:fixed;color:red;background:url(http://127.0.0.1:9/b)">Status: done</p>\'))',
)


def make_machine(folder: Path, desk: Path, remote: Path, operator: str, cells: Any) -> Practice:
    """The machine of one of a team's people."""
    home = folder / operator
    home.mkdir(parents=True)
    desk.mkdir(exist_ok=True)
    profile = PROFILE.format(operator=operator, remote=remote, silent=900)
    (home / "runbook.toml").write_text(profile)
    return Practice(home, write_notebook(home / "practice.ipynb", cells), home / "home", desk)


def make_remote(folder: Path) -> Path:
    """A team's archive, on a server."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(folder)], check=True)
    return folder


def wait_at_gate(machine: Practice) -> None:
    """A session that ends as waiting for somebody to decide."""
    with machine.start(*TEAM) as papermill:
        said, _ = papermill.communicate(timeout=WITHIN)
    assert papermill.returncode != 0 and "Waiting" in said, said


def damage(practice: Practice, year: int = 2020) -> Path:
    """An unarchived session of the run and of that year, in whose journal a word was changed."""
    [kept] = practice.sessions
    broken = Path(shutil.copytree(kept, kept.with_name(f"{year}0101T000000.000000Z-bad000")))
    (broken / "archived").unlink()
    journal = broken / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"cup", b"mug", 1))
    return broken


def journal_of(folder: Path) -> list[dict[str, Any]]:
    """What a session's journal says."""
    return [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """A machine on which the sample was released twice: 1.9, then 2.0."""
    folder = tmp_path_factory.mktemp("sample")
    machine = Practice(folder, folder / "none.ipynb", folder / "home", folder / "desk")
    machine.command("run", "release")
    machine.command("run", "release", "-p", "version=2.0.0")
    yield machine
    stop_worlds(machine.home)


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Practice, Practice, Path]]:
    """Olive's machine, where a run waits at a gate; Otto's, who knows the team's archive only."""
    folder = tmp_path_factory.mktemp("team")
    remote = make_remote(folder / "remote.git")
    cells = [*CELLS[:3], LOUD, GATE, *CELLS[3:]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITHUB_TOKEN", "ghp_of_nobody_0123456789")
        patch.setenv("BUGZILLA_API_KEY", "key_of_nobody_0123456789")
        patch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
        olive, otto = (
            make_machine(folder, folder / "desk", remote, name, cells) for name in ("olive", "otto")
        )
        wait_at_gate(olive)
        yield olive, otto, remote
    for one in (olive, otto):
        stop_worlds(one.home)

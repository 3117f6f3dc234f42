"""Machines with past sessions: releases of the sample, and a practice runbook of a team."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.made_once import made_once
from tests.record.conftest import CELLS, Practice
from tests.record.conftest import practice as practice
from tests.record.team import GATE, give_secrets, make_machine, make_remote, wait_at_the_gate
from tests.release.world import stop_worlds

SAMPLE = "release/tidewatch/1.9"
LOUD = (
    "## What an output may hold",
    "import time\nfrom IPython.display import HTML, display\n"
    "print('\\x1b[2J\\x1b[31mred\\x1b[0m \\u202etxt.exe')\n"
    'display(HTML(\'<b>bold</b><script>fetch("http://127.0.0.1:9/run")</script>'
    '<img src="http://127.0.0.1:9/seen.png" onerror="x()"></div></div>'
    '<p style="position:fixed;color:red;background:url(http://127.0.0.1:9/b)">Status: done</p>\'))',
)


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
    machine = machine_in(made_once(tmp_path_factory, "sample", release_twice))
    yield machine
    stop_worlds(machine.home)


def release_twice(folder: Path) -> None:
    machine = machine_in(folder)
    machine.command("run", "release")
    machine.command("run", "release", "-p", "version=2.0.0")
    stop_worlds(machine.home)


def machine_in(folder: Path) -> Practice:
    return Practice(folder, folder / "none.ipynb", folder / "home", folder / "desk")


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Practice, Practice, Path]]:
    """Olive's machine, where a run waits at a gate; Otto's, who knows the team's archive only."""
    folder = tmp_path_factory.mktemp("team")
    remote = make_remote(folder / "remote.git")
    cells = [*CELLS[:3], LOUD, GATE, *CELLS[3:]]
    with pytest.MonkeyPatch.context() as patch:
        give_secrets(patch)
        olive, otto = (
            make_machine(folder, folder / "desk", remote, name, cells) for name in ("olive", "otto")
        )
        wait_at_the_gate(olive)
        yield olive, otto, remote
    for one in (olive, otto):
        stop_worlds(one.home)

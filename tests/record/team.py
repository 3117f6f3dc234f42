"""The machines of a team's people: each its own data folder, all one archive's remote."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.record.conftest import CELLS, Practice, end_of, write_notebook

RUN = "practice/desk/1.0"
GATE = (
    "## The gate",
    'allowed = run.approve("cups", "one cup, white", title="Put a cup there")\nallowed',
)
PROFILE = """\
[profiles.team]
project = "desk"
operator = "{operator}"
repository = {{ url = "https://git.example.org/desk.git" }}
github = {{ repository = "team/desk" }}
bugzilla = {{ url = "https://bugzilla.example.org", qa = "qa@example.org" }}
stage = {{ url = "https://stage.example.org" }}
wait = {{ limit = 1 }}
{gates}archive = {{ remote = "{remote}", silent = {silent} }}
"""
TEAM = ("-p", "profile", "team")
CELLS_WITH_GATE = (*CELLS[:3], GATE, *CELLS[3:])


def give_secrets(patch: pytest.MonkeyPatch) -> None:
    """What a profile of a team asks the environment for; and git knows nobody."""
    patch.setenv("GITHUB_TOKEN", "ghp_of_nobody_0123456789")
    patch.setenv("BUGZILLA_API_KEY", "key_of_nobody_0123456789")
    patch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")


def make_remote(folder: Path) -> Path:
    """A team's archive, on a server."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(folder)], check=True)
    return folder


def make_machine(
    folder: Path, desk: Path, remote: Path, operator: str, cells: Any = CELLS, silent: float = 900
) -> Practice:
    """The machine of one of a team's people."""
    own = folder / operator
    own.mkdir(parents=True)
    desk.mkdir(exist_ok=True)
    gates = "gates.cups = { operator_counts = false }\n" if GATE in cells else ""
    profile = PROFILE.format(operator=operator, remote=remote, silent=silent, gates=gates)
    (own / "runbook.toml").write_text(profile)
    return Practice(own, write_notebook(own / "practice.ipynb", cells), own / "home", desk)


def wait_at_the_gate(machine: Practice, *given: str) -> str:
    """A session that ends as waiting; what papermill said."""
    with machine.start(*TEAM, *given) as papermill:
        said = end_of(papermill)
    assert papermill.returncode != 0
    assert "Waiting" in said, said
    return said

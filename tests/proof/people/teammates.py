"""People of one team at work at once, each in a process of their own, on one machine or several."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.push.world import profile_keys, toml
from tests.release.conftest import team
from tests.release.world import World, git
from tests.services.git.conftest import make_ssh_key

ROOT = Path(__file__).resolve().parents[3]
NAMES = ("olive", "otto", "ada", "petra", "quinn", "rowan", "sam", "tess")
SECRETS = (
    *("GITHUB_TOKEN", "BUGZILLA_API_KEY", "SLACK_BOT_TOKEN", "MATRIX_ACCESS_TOKEN"),
    *("SENTRY_AUTH_TOKEN", "GRAFANA_TOKEN", "ETHERPAD_API_KEY"),
)
LIMIT = 600.0
"""Seconds after which a session that has not ended hangs."""


@dataclass(frozen=True)
class Ended:
    """How a session of somebody's ended: with an error, or well."""

    who: str
    ename: str
    evalue: str


@dataclass(frozen=True)
class Teammate:
    """Somebody of the team, at their machine: a data folder, a clone, a profile."""

    name: str
    home: Path
    profile: Path

    def environment(self, token: str) -> dict[str, str]:
        """What their processes are started with."""
        outside = {name: os.environ[name] for name in os.environ if name != "PYTEST_CURRENT_TEST"}
        places = {"RUNBOOK_HOME": str(self.home), "RUNBOOK_CONFIG": str(self.profile)}
        given = {**dict.fromkeys(SECRETS, token), **places, "GIT_CONFIG_GLOBAL": "/dev/null"}
        return {**outside, **given}


def make_teammate(
    folder: Path, world: World, name: str, home: Path, changes: Mapping[str, Any]
) -> Teammate:
    """Somebody with a key of their own, and a profile that takes the world for the one outside."""
    own = folder / name
    own.mkdir(parents=True)
    home.mkdir(parents=True, exist_ok=True)
    keys = push_keys(world) if world.folder.name == "team" else release_keys(own, world, name)
    lines = [f"{key} = {toml(value)}" for key, value in {**keys, **changes}.items()]
    (own / "runbook.toml").write_text(
        "\n".join(["[profiles.team]", f'operator = "{name}"', *lines, ""])
    )
    return Teammate(name, home, own / "runbook.toml")


def push_keys(world: Any) -> dict[str, Any]:
    """A profile of push duty."""
    return profile_keys(world, {})


def release_keys(own: Path, world: World, name: str) -> dict[str, Any]:
    """A profile of releases, by the identity and key of somebody's clone."""
    clone, key = world.clone(own / "clone"), make_ssh_key(own, "key")
    listed, address = world.folder / "people.txt", f"{name}@sandbox.example"
    with listed.open("a") as file:
        file.write(f"{address} {key.with_suffix('.pub').read_text()}")
    for setting, value in {"user.name": name.title(), "user.email": address}.items():
        git(clone, "config", setting, value)
    signing = {"signing.key": str(key), "signing.allowed_signers": str(listed)}
    return {**team(world, clone), **signing}


def at_once(
    folder: Path, world: World, people: Sequence[Teammate], asked: Sequence[Mapping[str, Any]]
) -> list[Ended]:
    """Have each carry out what they are asked for, all at the same time; how each ended."""
    begins, token = folder / "begins", world.token()
    begins.unlink(missing_ok=True)
    pairs = list(zip(people, asked, strict=True))
    processes = [start(folder, who, token, {**one, "begins": f"{begins}"}) for who, one in pairs]
    begins.touch()
    return [end_of(folder, who, process) for who, process in zip(people, processes, strict=True)]


def start(
    folder: Path, who: Teammate, token: str, asked: Mapping[str, Any]
) -> subprocess.Popen[str]:
    """Start a session of somebody's."""
    ended = folder / f"{who.name}.json"
    ended.unlink(missing_ok=True)
    with (folder / f"{who.name}.txt").open("a") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.proof.people.session"],
            env=who.environment(token),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=subprocess.STDOUT,
            text=True,
        )
    assert process.stdin is not None, "it is a pipe"
    process.stdin.write(json.dumps({**asked, "ended": str(ended)}))
    process.stdin.close()
    return process


def end_of(folder: Path, who: Teammate, process: subprocess.Popen[str]) -> Ended:
    """How a session of somebody's ended."""
    process.wait(LIMIT)
    return Ended(who.name, **json.loads((folder / f"{who.name}.json").read_text()))

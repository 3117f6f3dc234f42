"""People of one team at work at once, each in a process of their own, on one machine or several."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from runbook_lib.journal.events import Event, read_journal
from runbook_lib.journal.session import JOURNAL
from tests.proof.faults.sessions import begin, keep_warm, wait_for
from tests.proof.faults.trying import write_proof
from tests.proof.people.plain import plain
from tests.proof.people.session import ANSWERS, carry_out
from tests.proof.people.sharings import Task
from tests.push.world import TeamWorld, profile_keys, toml
from tests.release.conftest import team
from tests.release.world import World, git
from tests.services.git.conftest import make_ssh_key

NAMES = ("olive", "otto", "ada", "petra", "quinn", "rowan", "sam", "tess")
SECRETS = (
    *("GITHUB_TOKEN", "BUGZILLA_API_KEY", "SLACK_BOT_TOKEN", "MATRIX_ACCESS_TOKEN"),
    *("SENTRY_AUTH_TOKEN", "GRAFANA_TOKEN", "ETHERPAD_API_KEY"),
)
LOCAL = (
    *("run", "pull", "create_branch", "set_version", "write_entry", "commit", "sign_tag"),
    *("pick", "extract"),
)
"""The steps that change what is on somebody's own machine alone."""
ALIKE = ("tag_train",)
"""Those of which git tells each that it was done, where two push the same at once."""
LIMIT = 1800.0
"""Seconds after which a session that has not ended hangs, however much else the machine does."""


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
    folder: Path
    home: Path

    def sit_down(self, token: str) -> None:
        """Let this process be theirs."""
        places = {"RUNBOOK_HOME": self.home, "RUNBOOK_CONFIG": self.folder / "runbook.toml"}
        os.environ.update({name: str(place) for name, place in places.items()})
        os.environ.update(dict.fromkeys(SECRETS, token), GIT_CONFIG_GLOBAL="/dev/null")
        os.environ.pop("PYTEST_CURRENT_TEST", None)

    def proof(self) -> str:
        """What `runbook verify` finds wrong on their machine; empty where all stands."""
        found, said = self.folder / "proof.txt", self.folder / "said.txt"

        def prove() -> None:
            self.sit_down("nobody's")
            write_proof(found)

        status, _ = wait_for(begin(prove, said), LIMIT)
        return said.read_text() if status else found.read_text()

    def done(self) -> dict[str, list[str]]:
        """What each session whose journal is on their machine says that it has changed outside."""
        journals = map(read_journal, self.home.rglob(f"sessions/*/{JOURNAL}"))
        return {events[0].said["session"]: [*changes(events)] for events in journals if events}


def changes(events: list[Event]) -> Iterator[str]:
    """What a journal says that was changed where others see it."""
    for said in (one.said for one in events if one.matches("outcome", outcome="done")):
        if said["announced"] and said["step"] not in LOCAL + ALIKE:
            yield plain(f"{said['step']}: {said['announced']}")


def make_teammate(
    folder: Path, world: World, name: str, home: Path, changes: Mapping[str, Any]
) -> Teammate:
    """Somebody with a key of their own, and profiles that take the world for the one outside."""
    own = folder / name
    own.mkdir(parents=True)
    home.mkdir(parents=True, exist_ok=True)
    profiles = {"team": release_keys(own, world, name)}
    if isinstance(world, TeamWorld):
        server = {"project": "server", "stage.url": f"{world.url}/stage/server"}
        profiles = {"team": profile_keys(world, {}), "server": {**profiles["team"], **server}}
    said = {"operator": name, "answers_from": [ANSWERS], **changes}
    tables = (table(profile, keys | said) for profile, keys in profiles.items())
    (own / "runbook.toml").write_text("\n".join(tables))
    return Teammate(name, own, home)


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


def table(profile: str, keys: Mapping[str, Any]) -> str:
    """A profile as runbook.toml has it."""
    lines = (f"{key} = {toml(value)}\n" for key, value in keys.items())
    return f"[profiles.{profile}]\n{''.join(lines)}"


def at_once(
    folder: Path, world: World, people: Sequence[Teammate], tasks: Sequence[Task]
) -> list[Ended]:
    """Have each carry out their task, all at the same time; how each ended."""
    begins, token = folder / "begins", world.token()
    now = world.now if isinstance(world, TeamWorld) else None
    begins.unlink(missing_ok=True)

    def work(who: Teammate, task: Task) -> None:
        who.sit_down(token)
        carry_out(task, now, begins, who.folder / "ended.json")

    pids = [
        begin(partial(work, who, task), who.folder / "said.txt")
        for who, task in zip(people, tasks, strict=True)
    ]
    begins.touch()
    return [end_of(who, pid) for who, pid in zip(people, pids, strict=True)]


def end_of(who: Teammate, pid: int) -> Ended:
    """How a session of somebody's ended."""
    status, hung = wait_for(pid, LIMIT)
    if status or hung:
        return Ended(who.name, "hung" if hung else "died", (who.folder / "said.txt").read_text())
    found = json.loads((who.folder / "ended.json").read_text())
    keep_warm(found["modules"])
    return Ended(who.name, **found["said"])

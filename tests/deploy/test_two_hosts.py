"""A release on two hosts that share nothing but the archive's remote: one dies, one takes over."""

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.cli import WAITING
from runbook_lib.journal.journal import Event, read_journal
from runbook_lib.journal.session import JOURNAL
from tests.commands import Commands
from tests.deploy.fleet import profile, write_profiles
from tests.record.conftest import MACHINES, ROOT, gone, wait_for
from tests.release.world import World, start_world, stop_worlds

RUN = "release/tidewatch/1.9"
RELEASE = ("run", "release", "--profile", "team")
PEOPLE = {"one": "olive", "two": "otto"}
DECIDED = "the rest is as it should be"
MADE = [
    "POST /api/v3/repos/harbor/tidewatch/pulls",
    "POST /api/v3/repos/harbor/tidewatch/releases",
    "PATCH /api/v3/repos/harbor/tidewatch/releases/1",
    "POST /bugzilla/rest/bug",
    "PUT /bugzilla/rest/bug/1",
]
"""What a release writes, but for what it pushes."""


@dataclass(frozen=True)
class Host(Commands):
    """A host with a name and a home folder of its own, and its operator."""

    world: World

    @property
    def name(self) -> str:
        return self.folder.name

    def believes_dead(self, *, after: float) -> None:
        """Have it take a session for dead that was silent for so many seconds."""
        said = {"operator": PEOPLE[self.name], "archive.silent": after}
        keys = profile(self.world, "tidewatch", **said, **{"gates.changelog.operator_counts": True})
        write_profiles(self.folder / "runbook.toml", {"team": keys})

    @property
    def environment(self) -> dict[str, str]:
        path = os.pathsep.join([str(MACHINES), str(ROOT)])
        known = {"HOME": str(self.folder), "PRACTICE_MACHINE": self.name, "PYTHONPATH": path}
        token = self.world.token()
        known |= {"GITHUB_TOKEN": token, "BUGZILLA_API_KEY": token}
        return {"PATH": os.environ["PATH"]} | known

    def open(self) -> list[dict[str, Any]]:
        """What `runbook status` says."""
        return list(json.loads(self.ends(0, "status", "--json")))

    def journals(self) -> list[list[Event]]:
        """The journals that it has of the run."""
        runs = self.folder / ".local" / "share" / "runbook" / "profiles" / "team" / "runs"
        return [read_journal(path) for path in sorted(runs.glob(f"{RUN}/sessions/*/{JOURNAL}"))]

    def announced(self, step: str) -> list[int]:
        """The kernels that have announced what a step changes."""
        return [
            int(events[0].said["process"])
            for events in self.journals()
            if any(event.matches("intent", step=step) for event in events)
        ]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield start_world(tmp_path / "outside" / "sandbox" / "sample")
    stop_worlds(tmp_path / "outside")


@pytest.fixture
def hosts(tmp_path: Path, world: World) -> list[Host]:
    made = [Host(tmp_path / name, world) for name in PEOPLE]
    for host in made:
        host.folder.mkdir()
        who = PEOPLE[host.name]
        (host.folder / ".gitconfig").write_text(f"[user]\nname = {who}\nemail = {who}@x.example\n")
        host.believes_dead(after=900)
    return made


def is_taken(event: Event) -> bool:
    return event.kind == "taken_over"


def die_in_the_middle(host: Host) -> int:
    """Kill a session and its kernel while its pull request is on the way; the kernel's process."""
    slow = {"method": "POST", "path_pattern": ".*/pulls", "kind": "delay", "seconds": 2}
    host.world.client().expect("POST", "/sandbox/faults", slow)
    with host.start(*RELEASE) as session:
        wait_for(lambda: host.announced("open_pull_request"))
        [kernel] = host.announced("open_pull_request")
        session.kill()
        os.kill(kernel, signal.SIGKILL)
    wait_for(lambda: gone(kernel))
    return kernel


def test_a_host_that_dies_in_the_middle_is_taken_over_from_and_nothing_is_made_twice(
    hosts: list[Host], world: World
) -> None:
    one, two = hosts
    one.ends(WAITING, *RELEASE)
    one.ends(0, "approve", RUN, "changelog", "--reason", DECIDED)
    kernel = die_in_the_middle(one)

    told = two.ends(WAITING, *RELEASE)
    assert f"of olive on one (process {kernel}), since 20" in told
    [found] = two.open()
    holder = found["holder"]
    assert (holder["operator"], holder["host"], holder["process"]) == ("olive", "one", kernel)
    two.believes_dead(after=0.5)
    two.ends(WAITING, *RELEASE)
    [found] = two.open()
    assert found["waiting"]["gate"] == "take-over"
    two.ends(0, "approve", RUN, "take-over", "--reason", "its machine is gone")

    two.ends(WAITING, *RELEASE)
    taken = [one.said["holder"] for all_ in two.journals() for one in all_ if is_taken(one)]
    assert [{**one, "silent": False} for one in taken] == [holder]
    two.ends(0, "approve", RUN, "load-test", "--reason", DECIDED)
    two.ends(0, *RELEASE)
    pushed = "/git-receive-pack"
    assert [line for line in world.writes() if not line.endswith(pushed)] == MADE
    assert [(one["tag_name"], one["draft"]) for one in world.releases()] == [("1.9", False)]

    before = world.writes()
    one.ends(0, "run", "--waiting")
    one.ends(0, "recover")
    assert [line for line in world.writes()[len(before) :] if not line.endswith(pushed)] == []
    log = {one["session"]: one["outcome"] for one in json.loads(two.ends(0, "log", "--json"))}
    assert log[holder["session"]] == "unknown"
    for host in hosts:
        host.ends(0, "verify")

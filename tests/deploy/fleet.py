"""A fleet to release: repositories of one sandbox, with profiles that take it for outside.

`python -m tests.deploy.fleet 50` releases so many by Airflow, with a worker killed in the middle,
and says what it took. Airflow's database is one of SQLite, or what Airflow's own variable for it
names: `AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=postgresql+psycopg2://…`.
"""

import json
import math
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runbook_lib.journal.summary import DECIDING
from runbook_lib.release.rehearsal import TEST
from tests.deploy.airflow import PEOPLE, WORKERS, Airflow, running_airflow
from tests.release.world import World, git, start_world, stop_worlds
from tests.sandbox.accesses import is_write
from tests.services.homeservers import free_port

SAMPLE = "harbor/tidewatch"
RECORDS = "records"
WITHIN = 600.0
SAID = "the changelog is right"
IDENTITY = "[user]\n name = Airflow\n email = airflow@sandbox.example\n"
CALENDAR = {
    "project": "pelican",
    "push.first": "2026-02-19",
    "push.notes": {"github": "pelican/notes"},
    "push.repositories": [
        {"name": "server", "github": "pelican/server", "stage": "x", "production": "x"}
    ],
}
"""What the week's timetable reads; the runbooks take the sandbox's own team."""


def add_repository(world: World, name: str) -> None:
    """One more repository of the sample's history, with its last release on stage."""
    client, full_name = world.client(), f"harbor/{name}"
    source = str(world.folder / "git" / f"{SAMPLE}.git")
    client.expect("PUT", f"/sandbox/repositories/{full_name}", {"source": source})
    released = git(Path(source), "rev-parse", "refs/tags/1.8^{commit}")
    said = {"repository": full_name, "version": "1.8", "commit": released}
    client.expect("POST", "/sandbox/deployments", {"environment": "stage", **said})


def profile(world: World, name: str, **more: Any) -> dict[str, Any]:
    """What the profile of a repository says: no disk is shared, but for the signing key."""
    return {
        "project": name,
        "operator": "airflow",
        "repository.url": f"{world.url}/harbor/{name}.git",
        "github.repository": f"harbor/{name}",
        "github.api_url": f"{world.url}/api/v3",
        "github.web_url": world.url,
        "github.throttle": False,
        "bugzilla.url": f"{world.url}/bugzilla",
        "bugzilla.qa": "qa@sandbox.example",
        "stage.url": f"{world.url}/stage/{name}",
        "test.command": list(TEST),
        "signing.format": "ssh",
        "signing.key": str(world.running.keys / "operator"),
        "signing.allowed_signers": str(world.allowed_signers),
        "archive.remote": world.git_url,
        "archive.remote_branch": RECORDS,
        "archive.silent": 5,
        "wait.limit": 20,
        "wait.pause": 0.1,
        "wait.longest_pause": 0.5,
        **more,
    }


def write_profiles(file: Path, profiles: Mapping[str, Mapping[str, Any]]) -> Path:
    """A runbook.toml with some profiles."""
    lines = []
    for name, keys in profiles.items():
        lines += [f"[profiles.{name}]", *(f"{key} = {as_toml(keys[key])}" for key in keys), ""]
    file.write_text("\n".join(lines))
    return file


def as_toml(value: Any) -> str:
    """A value as TOML has it."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {as_toml(one)}' for key, one in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(as_toml, value))}]"
    return json.dumps(value)


@contextmanager
def airflow_beside(
    folder: Path, names: Sequence[str], *, pause: int = 6
) -> Iterator[tuple[Airflow, World]]:
    """A world with repositories of these names, and an Airflow with a profile for each.

    What waits is looked at again after a pause, in seconds, if no answer wakes it before.
    """
    world = start_world(folder / "world" / "sandbox" / "sample")
    try:
        for name in names:
            add_repository(world, name)
        world.settle(60 + 5 * len(names))
        url = f"http://127.0.0.1:{free_port()}"
        mine = {"answers_from": [url], "gates.changelog.people": [PEOPLE[0]]}
        profiles = {name: profile(world, name, **mine) for name in names}
        file = write_profiles(folder / "runbook.toml", {**profiles, "sandbox": CALENDAR})
        (folder / "gitconfig").write_text(IDENTITY)
        variables = {
            "RUNBOOK_CONFIG": str(file),
            "RUNBOOK_PUSH_PROFILE": "sandbox",
            "RUNBOOK_PAUSE": str(pause),
            "GITHUB_TOKEN": world.token(),
            "BUGZILLA_API_KEY": world.token(),
            "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
        }
        with running_airflow(folder / "airflow", url, world.folder.parent, **variables) as airflow:
            yield airflow, world
    finally:
        stop_worlds(folder / "world")


@dataclass
class Desk:
    """Who answers what is asked, and kills a worker once, in the middle of a session."""

    airflow: Airflow
    within: float = WITHIN
    asked: list[str] = field(default_factory=list)
    killed: int = 0

    def round(self) -> None:
        """Answer what is asked now; after the first answers, kill a worker."""
        for question in self.airflow.questions():
            self.asked.append(str(question["subject"]))
            self.airflow.answer(question, PEOPLE[0], "Approve", SAID)
        if self.asked and not self.killed:
            self.killed = kill_worker(self.airflow)

    def until_it_ends(self, dag: str, run: str) -> str:
        """Do so until a run of a DAG has ended; how it has."""

        def ended() -> str:
            self.round()
            state = self.airflow.state(dag, run)
            return state if state in ("success", "failed") else ""

        return str(self.airflow.wait_until(ended, self.within))


def kill_worker(airflow: Airflow) -> int:
    """Kill a worker of the executor with the task and the kernel that it has; 0 where none has."""
    for kernel in kernels_below(airflow.parts["scheduler"].pid):
        task = parent_of(kernel)
        worker = parent_of(task)
        for process_id in (worker, task, kernel):
            os.kill(process_id, signal.SIGKILL)
        return worker
    return 0


def kernels_below(scheduler: int) -> list[int]:
    """The kernels that tasks of this Airflow have started."""
    processes = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    kernels = filter(is_kernel, processes)
    return [one for one in kernels if parent_of(parent_of(parent_of(one))) == scheduler]


def is_kernel(pid: int) -> bool:
    """Whether a process is a kernel; not where it is gone."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return b"ipykernel" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def parent_of(pid: int) -> int:
    """The parent of a process; 0 where it is gone."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def journals(world: World) -> list[dict[str, Any]]:
    """All events of all sessions that the archive's remote has."""
    names = git(world.bare, "ls-tree", "-r", "--name-only", RECORDS).splitlines()
    kept = [name for name in names if name.endswith("/journal.jsonl")]
    texts = [git(world.bare, "show", f"{RECORDS}:{name}") for name in kept]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def requests_of(world: World) -> dict[str, int]:
    """How many requests the world was sent by who releases, by their kind."""
    lines = world.accesses(login="operator")
    api = [line for line in lines if str(line["path"]).startswith("/api/")]
    pushes = [line for line in lines if str(line["path"]).endswith("/git-receive-pack")]
    pushed = [line for line in pushes if str(line["path"]).startswith(f"/{SAMPLE}.git/")]
    return {
        "of GitHub's API": len(api),
        "of them creating": sum(is_write(line) for line in api),
        "of git": sum(".git/" in str(line["path"]) for line in lines),
        "pushes to the archive": len(pushed),
    }


def figures(airflow: Airflow, world: World, run: str) -> dict[str, int]:
    """What the releases of a run of the fleet took."""
    begun = [one for one in journals(world) if one["event"] == "opened"]
    sessions = [one for one in begun if one.get("command") not in DECIDING]
    tries = [one["try_number"] for one in airflow.tasks("fleet", run)]
    return {
        "workers": WORKERS,
        "sessions": len(sessions),
        "decisions": len(begun) - len(sessions),
        "tries of a task again": sum(tries) - len(tries),
        **requests_of(world),
    }


def main(many: int) -> None:
    """Release so many repositories, and say what it took."""
    names = [f"app{number:03}" for number in range(many)]
    with (
        tempfile.TemporaryDirectory() as folder,
        airflow_beside(Path(folder), names, pause=60) as (airflow, world),
    ):
        began, desk = time.monotonic(), Desk(airflow, within=math.inf)
        run = airflow.begin("fleet", profiles=names)
        state = desk.until_it_ends("fleet", run)
        seconds, took = time.monotonic() - began, figures(airflow, world, run)
        found = [world.get(f"/api/v3/repos/harbor/{name}/releases") for name in names]
        released = sum([one["tag_name"] for one in some] == ["1.9"] for some in found)
        print(f"{state}: {released} of {many} released in {seconds:.0f} s, {len(desk.asked)} asked")
        for what, number in took.items():
            print(f"{what}: {number}")


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""The workflows of `deploy/github`: linted, and each script carried out against the sandbox."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.sandbox.people.ci import JOB
from runbook_lib.sandbox.world.grants import grant
from runbook_lib.sandbox.world.world import World as Database
from tests.deploy.job import ACTION, FOLDER, INSTALL, ROOT, Job, machine, read
from tests.release.conftest import WriteProfile, home, world, write_profile
from tests.release.conftest import clone as clone
from tests.release.world import World

__all__ = ["clone", "home", "world", "write_profile"]

RUN = "release/tidewatch/1.9"
MOST_JOBS = 12
WORKFLOWS = sorted((FOLDER / "workflows").glob("*.yml"))


def test_actionlint_finds_nothing(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / ".github")
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    lint = Path(sys.executable).with_name("actionlint")
    done = subprocess.run([lint, "-no-color"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    (tmp_path / ".github" / "workflows" / "bad.yml").write_text("on: pusch\njobs: {}\n")
    assert subprocess.run([lint], cwd=tmp_path, capture_output=True).returncode == 1


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_takes_the_default_branchs_profile_and_leaves_no_token(path: Path) -> None:
    steps = [step for job in read(path)["jobs"].values() for step in job["steps"]]
    [checkout] = [one for one in steps if "checkout" in one.get("uses", "")]
    assert checkout["with"] == {
        "ref": "${{ github.event.repository.default_branch }}",
        "persist-credentials": False,
    }


def test_the_forms_fields_are_the_runbooks_parameters() -> None:
    from runbook_lib.notebook.catalog import describe

    fields = read(FOLDER / "workflows" / "release.yml")["on"]["workflow_dispatch"]["inputs"]
    declared = {one.name: one for one in describe(ROOT / "runbooks" / "release.ipynb").parameters}
    assert set(fields) <= set(declared)
    for name, one in fields.items():
        assert (one["type"] == "boolean") == (declared[name].type == "bool")
    options = read(FOLDER / "workflows" / "push-week.yml")["on"]["workflow_dispatch"]["inputs"]
    for name in options["runbook"]["options"]:
        assert (ROOT / "runbooks" / f"{name}.ipynb").exists()


def test_the_kit_is_installed_where_later_steps_find_it(tmp_path: Path) -> None:
    """Without its dependencies, which the project's own installation has shown."""
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run([sys.executable, *build], check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    job = Job(tmp_path, {"inputs.kit": str(wheel)}, machine(HOME=str(tmp_path), PIP_NO_DEPS="1"))
    job.temp.mkdir()
    [step] = [one for one in read(ACTION)["runs"]["steps"] if one.get("name") == INSTALL]
    assert job.script(step) == 0, job.said()
    path = (tmp_path / "path").read_text().strip()
    code = "import importlib.metadata as m; print(m.version('runbook-kit'))"
    found = subprocess.run([f"{path}/python", "-c", code], capture_output=True, text=True)
    assert found.stdout.strip(), found.stderr


@pytest.mark.parametrize(
    ("now", "asked", "due"),
    [
        ("2026-07-14 16:02 UTC", "", ["tag_push", "extract_locales"]),
        ("2026-07-14 17:02 UTC", "", ["tag_push", "extract_locales"]),
        ("2026-12-15 16:02 UTC", "", []),
        ("2026-12-15 17:40 UTC", "", ["tag_push", "extract_locales"]),
        ("2026-12-17 17:02 UTC", "", ["live_push", "close_push"]),
        ("2026-12-17 16:02 UTC", "", []),
        ("2026-12-16 17:02 UTC", "", []),
        ("2026-12-16 17:02 UTC", "cherry_pick", ["cherry_pick"]),
    ],
)
def test_what_is_due_is_told_by_the_teams_own_clock(
    tmp_path: Path, now: str, asked: str, due: list[str]
) -> None:
    clock = tmp_path / "bin" / "date"
    clock.parent.mkdir()
    clock.write_text(f'#!/bin/sh\nexec /bin/date --date="{now}" "$@"\n')
    clock.chmod(0o755)
    [step] = read(FOLDER / "workflows" / "push-week.yml")["jobs"]["due"]["steps"]
    variables = machine(HOME=str(tmp_path))
    variables["PATH"] = f"{clock.parent}{os.pathsep}{variables['PATH']}"
    job = Job(tmp_path, {"inputs.runbook": asked}, variables)
    assert job.script(step) == 0, job.said()
    assert json.loads(job.known["steps.due.outputs.runbooks"]) == due


def granted(world: World) -> str:
    """The job's own token, with just the permissions that the workflow names."""
    named = read(FOLDER / "workflows" / "release.yml")["permissions"]
    permissions = {name.replace("-", "_"): level for name, level in named.items()}
    with Database(world.folder) as database:
        return grant(database, JOB, "installation", permissions).token


class Actions:
    """GitHub Actions over a sandbox: each job has a new machine."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder, self.token = world, folder, granted(world)
        self.jobs: list[Job] = []

    def job(self, *arguments: str) -> Job:
        """A job that runs the action, to its end; it must not fail."""
        folder = self.folder / f"job-{len(self.jobs)}"
        folder.mkdir(parents=True)
        variables = machine(
            HOME=str(folder),
            RUNBOOK_CONFIG=os.environ["RUNBOOK_CONFIG"],
            BUGZILLA_API_KEY=self.world.token(),
            GITHUB_API_URL=f"{self.world.url}/api/v3",
            GITHUB_SERVER_URL=self.world.url,
            GITHUB_REPOSITORY=self.world.repository,
        )
        known = {"github.token": self.token, "github.event.repository.default_branch": "master"}
        self.jobs.append(Job(folder, known, variables))
        key = (self.world.running.keys / "operator").read_text()
        inputs = {"kit": "-", "ci": "ci.yml", "signing-key": key}
        status = self.jobs[-1].run(*arguments, **inputs)
        asked = [line for line in self.world.accesses() if line["status"] == 404]
        assert status == 0, f"{self.jobs[-1].said()}\nnot found: {asked}"
        return self.jobs[-1]


def command(*arguments: str) -> Any:
    """What a command of a person's says, at their own machine."""
    code = "from runbook_lib.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout) if "--json" in arguments else done.stdout


def approve_what_waits() -> bool:
    """Answer each gate that waits, at another machine; whether a run is open."""
    opened = command("status", "--json")
    for one in opened:
        if "gate" in (one["waiting"] or {}) and one["advice"].startswith("runbook approve"):
            digest = one["waiting"]["digest"]
            command(
                "approve", one["run"], one["waiting"]["gate"], "--digest", digest, "--reason", "so"
            )
    return bool(opened)


def test_a_release_by_jobs_alone_with_their_own_token(
    world: World, home: Path, tmp_path: Path, write_profile: WriteProfile
) -> None:
    world.hurry()
    world.push(
        tmp_path / "scratch",
        "ci: by hand, too",
        **{
            ".github/workflows/ci.yml": "on: [push, workflow_dispatch]\n",
        },
    )
    write_profile(
        {
            "repository.clone": None,
            "signing.key": None,
            "archive.remote": world.git_url,
            "archive.remote_branch": "records",
            "wait.limit": 6,
        }
    )
    actions = Actions(world, tmp_path / "actions")
    first = actions.job("release", "--profile=team", "-pversion=1.9.0", "-psource=", "-pplan=false")
    assert f"### {RUN}" in first.summary and "approve" in first.summary
    while approve_what_waits():
        assert len(actions.jobs) < MOST_JOBS, actions.jobs[-1].said()
        actions.job("--waiting", "--profile=team")
    [release] = world.releases()
    assert (release["tag_name"], release["draft"]) == ("1.9", False)
    started = [line for line in world.accesses() if str(line["path"]).endswith("/dispatches")]
    heads = {one["head"]["sha"] for one in world.pulls()}
    assert heads and 0 < len(started) <= len(heads) + 1
    assert {line["status"] for line in started} == {204}
    last = actions.jobs[-1]
    assert f"### {RUN}" in last.summary and "No run is open." in last.summary
    [pack] = (last.temp / "records").iterdir()
    assert command("verify", str(pack)).startswith("✔ ")
    assert world.github("branches/records")["name"] == "records"
    for job in actions.jobs:
        assert actions.token not in job.said() + job.summary

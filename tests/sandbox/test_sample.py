"""The sample project: always the same, and worth releasing."""

import re
import subprocess
import sys
from pathlib import Path

from runbook_lib.sandbox.samples.project import CLOCK, FULL_NAME, plant_sample
from runbook_lib.sandbox.services.dockerflow import find_deployment
from runbook_lib.sandbox.world.git_objects import all_refs, run_git
from runbook_lib.sandbox.world.world import World

HEAD = "b8f370ea7234d6497a1ba580f7b90fa2d4db396a"


def plant(folder: Path) -> Path:
    with World(folder, clock=CLOCK) as world:
        plant_sample(world)
        return world.git_folder(FULL_NAME)


def clone(bare: Path, folder: Path) -> Path:
    run_git(bare.parent, "clone", "--quiet", "--no-local", str(bare), str(folder))
    return folder


def subjects(bare: Path, revisions: str) -> list[str]:
    return run_git(bare, "log", "--no-merges", "--format=%s", revisions).splitlines()


def test_two_builds_have_the_same_commits(tmp_path: Path) -> None:
    first, second = plant(tmp_path / "one"), plant(tmp_path / "two")
    assert all_refs(first) == all_refs(second)
    assert all_refs(first)["refs/heads/master"] == HEAD
    assert list(all_refs(first)) == [
        "refs/heads/master",
        "refs/tags/1.7",
        "refs/tags/1.8",
        "refs/tags/v1.6.12",
    ]
    assert run_git(first, "symbolic-ref", "HEAD").strip() == "refs/heads/master"
    run_git(first, "fsck", "--strict")


def test_its_own_tests_pass_without_any_dependency(tmp_path: Path) -> None:
    copy = clone(plant(tmp_path / "world"), tmp_path / "copy")
    done = subprocess.run(
        [sys.executable, "-I", "-m", "unittest", "discover", "-t", ".", "-s", "tests"],
        cwd=copy,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "Ran 3 tests" in done.stderr


def test_what_came_since_the_last_release_calls_for_a_minor_version(tmp_path: Path) -> None:
    bare = plant(tmp_path / "world")
    since = subjects(bare, "1.8..master")
    kinds = sorted(re.match(r"\w+", subject)[0] for subject in since)  # type: ignore[index]
    assert kinds == ["chore", "docs", "feat", "feat", "fix", "fix", "perf", "test"]
    assert "fix: --help shows <b>\"$(tides)\"</b> & 'waves'" in since
    assert run_git(bare, "log", "--merges", "--format=%s", "1.8..master").count("Merge branch") == 1
    assert "Closes #12" in run_git(bare, "log", "--format=%b", "1.8..master")
    assert "migrations/0003" in run_git(bare, "diff", "--name-only", "1.8", "master")
    assert 'version="1.8.0"' in run_git(bare, "show", "master:setup.py")


def test_its_changelog_names_commits_that_exist(tmp_path: Path) -> None:
    bare = plant(tmp_path / "world")
    text = run_git(bare, "show", "master:CHANGELOG.md")
    named = re.findall(r"\(\[([0-9a-f]{8})\]\(https://\S+/commit/([0-9a-f]{40})\)", text)
    assert len(named) == 5
    released = run_git(bare, "rev-list", "1.8").split()
    for short, whole in named:
        assert whole in released
        assert whole.startswith(short)


def test_its_commits_are_older_than_its_world(tmp_path: Path) -> None:
    dates = run_git(plant(tmp_path / "world"), "log", "--format=%ct", "master").split()
    assert max(map(int, dates)) < CLOCK.timestamp()
    assert len(dates) == 21


def test_it_is_planted_once_with_its_last_release_deployed(world: World) -> None:
    first, again = plant_sample(world), plant_sample(world)
    assert first == again
    assert [happening.kind for happening in world.happenings()] == ["deploy", "deploy", "push"]
    for environment in ("stage", "production"):
        found = find_deployment(world, environment, "tidewatch")
        assert found is not None
        assert found.version == "1.8"
        tagged = run_git(world.git_folder(FULL_NAME), "rev-parse", "1.8^{commit}").strip()
        assert found.sha == tagged

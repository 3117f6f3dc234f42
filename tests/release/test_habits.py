"""Rehearsals of projects with habits of their own: what is found of them is what is done."""

from pathlib import Path
from typing import Any

import pytest

from tests.release.carried_out import Executed, step_through
from tests.release.history import Change, build
from tests.release.test_rehearsal import QUIETLY, check_released, every_byte, world_of
from tests.release.world import World, git

MODULE = 'tide = 1\n__version__ = "{}"\n'
SETTINGS = (
    '[project]\nname = "tide"\ndynamic = ["version"]\n[tool.hatch.version]\npath = "tide.py"\n'
)
SETUP = 'from setuptools import setup\nsetup(name="tide", version="{}")\n'


def with_habits() -> list[Change]:
    """A project with branches, words and development versions of its own, merged by GitHub."""
    begin = {
        "pyproject.toml": SETTINGS,
        "tide.py": MODULE.format("1.6.0"),
        "README.md": "tide==1.6.0\n",
    }
    changes = [Change("feat: begin", begin)]
    for version, after in (("1.7.0", "1.8.0"), ("1.8.0", "1.9.0")):
        changes += [
            Change(
                f"Release {version}",
                {"tide.py": MODULE.format(version), "README.md": f"tide=={version}\n"},
                tag=f"v{version}",
            ),
            Change(f"Begin {after}.dev0", {"tide.py": MODULE.format(f"{after}.dev0")}),
            Change(f"feat: more than {version}", {f"m{version}": "x"}),
        ]
    return changes


def rehearse(home: Path, repository: Path, **parameters: str) -> tuple[Executed, World]:
    world = world_of(home, str(repository))
    given = {"repository": str(repository), **QUIETLY, **parameters}
    return step_through(given), world


def pinned(done: Executed) -> dict[str, Any]:
    return next(event.said["decided"] for event in done.events if event.kind == "pinned")


def test_a_project_is_released_as_it_has_been(home: Path, tmp_path: Path) -> None:
    original = build(tmp_path / "tide", with_habits())
    before = every_byte(original)
    done, world = rehearse(home, original)
    check_released(done.went_well(), world, "v1.9.0", "1.9")
    assert every_byte(original) == before
    assert git(world.bare, "log", "-1", "--format=%s", "v1.9.0") == "Release 1.9.0"
    changed = git(
        world.bare, "diff", "--unified=0", "v1.9.0^", "v1.9.0", "--", "tide.py", "README.md"
    )
    assert [
        line for line in changed.split("\n") if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ] == [
        "-tide==1.8.0",
        "+tide==1.9.0",
        '-__version__ = "1.9.0.dev0"',
        '+__version__ = "1.9.0"',
    ]
    assert git(world.bare, "log", "-1", "--format=%s", "main^2") == "Begin 1.10.0.dev0"
    assert git(world.bare, "rev-parse", "main^2^") == world.tag_commit("v1.9.0")
    assert git(world.bare, "show", "main:tide.py") == MODULE.format("1.10.0.dev0").strip()
    assert git(world.bare, "show", "main:README.md") == "tide==1.9.0"


def test_a_later_session_uses_what_was_pinned(home: Path, tmp_path: Path) -> None:
    original = build(tmp_path / "tide", with_habits())
    first, _ = rehearse(home, original)
    again, _ = rehearse(home, original)
    assert {outcome for _, outcome in again.went_well().outcomes} == {"already", "good"}
    decided = pinned(first)
    assert [one["file"] for one in decided["version_files"]] == ["tide.py", "README.md"]
    assert decided["names"]["message"] == "Release {full}"
    assert decided["following"] == "Begin 1.10.0.dev0"


def test_what_follows_a_release_is_taken_back_with_its_branch(home: Path, tmp_path: Path) -> None:
    original = build(tmp_path / "tide", with_habits())
    world = world_of(home, str(original))
    world.set_person("reviewer", mode="off")
    rehearsed = {"repository": str(original), **QUIETLY}
    step_through(rehearsed, until="github.draft_release").went_well()
    pushed = git(world.bare, "log", "-1", "--format=%s", "release/1.9")
    assert pushed == "Begin 1.10.0.dev0"
    given = {"repository": str(original), "reason": "the wrong tides"}
    step_through(given, runbook="abandon_release").went_well()
    assert "refs/heads/release/1.9" not in world.refs()[world.repository]


def test_a_go_module_is_released_by_its_tag_and_changelog_alone(home: Path, tmp_path: Path) -> None:
    original = build(
        tmp_path / "tide",
        [
            Change("feat: begin", {"go.mod": "module example.org/tide\n"}, tag="v1.8.0"),
            Change("feat: more", {"a.go": "package tide\n"}),
        ],
    )
    done, world = rehearse(home, original)
    check_released(done.went_well(), world, "v1.9.0", "1.9")
    assert git(world.bare, "diff", "--name-only", "v1.9.0^", "v1.9.0") == "CHANGELOG.md"
    assert "no file says 1.9.0: the tag alone makes the release" in done.text


def test_files_that_disagree_are_a_question_before_any_gate(home: Path, tmp_path: Path) -> None:
    original = build(
        tmp_path / "tide",
        [
            Change(
                "feat: begin",
                {"setup.py": SETUP.format("1.8.0"), "VERSION": "1.8.0\n"},
                tag="1.8.0",
            ),
            Change("feat: more", {"setup.py": SETUP.format("1.8.2"), "VERSION": "2.5.0\n"}),
        ],
    )
    done, world = rehearse(home, original)
    assert "found VERSION: 2.5.0, setup.py: 1.8.2: make them agree" in done.ended_with("UsageError")
    assert not [event for event in done.events if event.kind in ("approved", "asked", "pinned")]
    answered, _ = rehearse(home, original, version_file="setup.py, VERSION")
    check_released(answered.went_well(), world, "1.9.0", "1.9")
    assert git(world.bare, "show", "1.9.0:VERSION") == "1.9.0"


def test_what_was_written_beforehand_is_released_by_an_empty_commit(
    home: Path, tmp_path: Path
) -> None:
    changes = "# Changes\n\n## 1.9.0 (2026-11-26)\n\n- by hand\n\n## 1.8.0\n\n- old\n"
    original = build(
        tmp_path / "tide",
        [
            Change(
                "feat: begin", {"VERSION": "1.8.0\n", "CHANGELOG.md": "## 1.8.0\n"}, tag="1.8.0"
            ),
            Change("feat: more", {"VERSION": "1.9.0\n", "CHANGELOG.md": changes}),
        ],
    )
    done, world = rehearse(home, original)
    check_released(done.went_well(), world, "1.9.0", "1.9")
    assert git(world.bare, "diff", "--name-only", "1.9.0^", "1.9.0") == ""
    assert git(world.bare, "rev-parse", "1.9.0^") == git(original, "rev-parse", "HEAD")


def test_lock_files_follow(home: Path, tmp_path: Path) -> None:
    lock = 'version = 3\n\n[[package]]\nname = "tide"\nversion = "{}"\n'
    cargo = '[package]\nname = "tide"\nversion = "{}"\n'
    files = {"Cargo.toml": cargo.format("1.8.0"), "Cargo.lock": lock.format("1.8.0")}
    original = build(
        tmp_path / "tide", [Change("feat: begin", files, tag="1.8.0"), Change("feat: x", {"x": ""})]
    )
    done, world = rehearse(home, original)
    check_released(done.went_well(), world, "1.9.0", "1.9")
    assert git(world.bare, "show", "1.9.0:Cargo.lock") == lock.format("1.9.0").strip()


def test_a_run_from_before_several_files_were_known_goes_on_with_its_one(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"setup.py": SETUP.format("1.8"), "VERSION": "1.8\n"}
    original = build(
        tmp_path / "tide", [Change("feat: begin", files, tag="1.8"), Change("feat: x", {"x": ""})]
    )
    rehearsed, world = {"repository": str(original), **QUIETLY}, world_of(home, str(original))
    with monkeypatch.context() as then:
        then.setattr("runbook_lib.release.found.settled", lambda run, decided: decided)
        step_through(rehearsed, until="decide_release(", abandon=True)
    done = step_through(rehearsed)
    check_released(done.went_well(), world, "1.9", "1.9")
    assert git(world.bare, "diff", "--name-only", "1.9^", "1.9").split() == [
        "CHANGELOG.md",
        "setup.py",
    ]
    assert 'version="1.9.0"' in git(world.bare, "show", "1.9:setup.py")


def test_where_a_branch_is_called_release_the_release_branch_is_called_otherwise(
    home: Path, tmp_path: Path
) -> None:
    original = build(tmp_path / "quay", plain_history())
    git(original, "branch", "release")
    done, world = rehearse(home, original)
    check_released(done.went_well(), world, "1.9.0", "1.9")
    assert pinned(done)["names"]["branch"] == "release-{version}"
    (found,) = [one for one in pinned(done)["found"] if one["otherwise"] == "names.branch"]
    assert "a branch is called release" in found["seen"]


@pytest.mark.parametrize("taken", ["cut", "cut/1.9/again"])
def test_a_branch_that_others_leave_no_room_for_is_refused_before_anything_is_changed(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: str
) -> None:
    original = build(tmp_path / "quay", plain_history())
    git(original, "branch", taken)
    file = tmp_path / "runbook.toml"
    file.write_text('[profiles.sandbox]\nnames = { branch = "cut/{version}" }\n')
    monkeypatch.setenv("RUNBOOK_CONFIG", str(file))
    done = step_through({"repository": str(original), **QUIETLY})
    said = done.ended_with("Refused")
    assert f"room for the branch cut/1.9, found the branch {taken}" in said
    assert "names.branch" in said


def plain_history() -> list[Change]:
    return [
        Change("feat: begin", {"setup.py": SETUP.format("1.8.0")}, tag="1.8.0"),
        Change("feat: a quay", {"quay.txt": "x"}),
    ]

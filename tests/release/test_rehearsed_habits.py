"""A rehearsal of a repository as a profile has it released: its habits count, its places do not."""

import subprocess
from pathlib import Path

import pytest

from runbook_lib.journal.session import data_folder
from runbook_lib.release.habits import habits_text, said_habits
from runbook_lib.release.rehearsal import open_rehearsal
from runbook_lib.sandbox.server import process
from tests.release.carried_out import step_through
from tests.release.history import Change, build
from tests.release.world import World, git

NAMES = 'names = { tag = "pier-{full}", branch = "cut-{full}", message = "Cut {full}" }\n'
TEAM = (
    '[profiles.team]\nproject = "pier"\n'
    'repository = { url = "https://nowhere.invalid/pier", version_file = "pier.py" }\n'
    'github = { repository = "team/pier", api_url = "https://nowhere.invalid/api/v3" }\n'
    'bugzilla = { url = "https://nowhere.invalid", qa = "qa@nowhere.invalid" }\n'
    'stage = { url = "https://nowhere.invalid" }\n'
    'test = { command = ["true"] }\n'
    'changelog = { file = "NEWS.md" }\n'
)


@pytest.fixture
def original(tmp_path: Path) -> Path:
    return build(
        tmp_path / "pier",
        [
            Change("chore: begin", {"pier.py": '__version__ = "1.0.0"\n', "setup.py": "# none\n"}),
            Change("fix: mend the planks", {"a": "1"}, tag="pier-1.0.0"),
            Change("feat: varnish", {"a": "2"}),
        ],
    )


@pytest.fixture
def file(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = home / "runbook.toml"
    monkeypatch.setenv("RUNBOOK_CONFIG", str(path))
    return path


def world_of(original: Path, profile: str) -> World:
    rehearsal = open_rehearsal(data_folder() / "sandbox", str(original), said=said_habits(profile))
    running = process.start(rehearsal.running.folder, keep=True)
    rehearsal.lease.close()
    world = World(running, rehearsal.profile.github.repository)
    world.hurry()
    world.settle()
    return world


def test_a_repository_is_rehearsed_as_a_profile_has_it(original: Path, file: Path) -> None:
    file.write_text(TEAM + NAMES)
    world = world_of(original, "team")
    done = step_through({"repository": str(original), "profile": "team"}).went_well()
    assert "nowhere.invalid" not in done.text
    assert git(world.bare, "log", "-1", "--format=%s", "pier-1.1.0") == "Cut 1.1.0"
    assert git(world.bare, "show", "pier-1.1.0:pier.py") == '__version__ = "1.1.0"'
    assert "varnish" in git(world.bare, "show", "pier-1.1.0:NEWS.md")
    assert done.namespace["run"].setting.name == "sandbox"


def test_what_the_file_says_of_the_sandbox_counts_in_a_rehearsal(
    original: Path, file: Path
) -> None:
    names = NAMES.replace("names =", "[profiles.sandbox]\nnames =")
    file.write_text(f'{names}repository = {{ version_file = "pier.py" }}\n')
    world = world_of(original, "sandbox")
    step_through({"repository": str(original), "test_command": "true"}).went_well()
    assert git(world.bare, "log", "-1", "--format=%s", "pier-1.1.0") == "Cut 1.1.0"


def test_a_place_is_no_habit_of_the_sandbox(original: Path, file: Path) -> None:
    file.write_text('[profiles.sandbox]\nrepository = { url = "https://nowhere.invalid/pier" }\n')
    with_place = step_through({"repository": str(original)})
    assert "profiles.sandbox.repository.url: an unknown key" in with_place.ended_with("UsageError")


def test_other_habits_are_another_rehearsal(file: Path) -> None:
    texts = []
    for more in ("", NAMES, 'operator = "mia"\n'):
        file.write_text(TEAM + more)
        texts.append(habits_text(said_habits("team")))
    assert (texts[0] == texts[2], texts[0] == texts[1]) == (True, False)
    assert "nowhere" not in "".join(texts)


def test_a_profile_of_another_kind_can_rehearse_no_release(original: Path, file: Path) -> None:
    file.write_text('[profiles.mine]\nproject = "shop"\n')
    done = step_through({"repository": str(original), "profile": "mine"})
    assert "'mine' without the tables of a release" in done.ended_with("UsageError")


def test_the_original_stays_as_it_is(original: Path, file: Path) -> None:
    file.write_text(TEAM + NAMES)
    before = subprocess.check_output(["git", "for-each-ref"], cwd=original)
    world_of(original, "team")
    assert subprocess.check_output(["git", "for-each-ref"], cwd=original) == before

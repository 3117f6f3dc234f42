"""The release of the sample project, by papermill and a real kernel, with no parameter at all."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runbook_lib.cli import main
from runbook_lib.journal.journal import read_journal
from runbook_lib.journal.session import JOURNAL
from tests.release.carried_out import Executed, execute, step_through, text_of
from tests.release.world import World, git, start_world

MOST_CALLS = 40
MARKER = "<!-- runbook: release/tidewatch/1.9 -->"


@dataclass(frozen=True)
class Twice:
    """A release by papermill, and the same runbook again in the same world by `runbook run`."""

    world: World
    first: Executed
    second: Executed
    calls: int
    refs: dict[str, dict[str, str]]
    between: int


@pytest.fixture(scope="module")
def twice(shared_home: Path) -> Iterator[Twice]:
    world = start_world(shared_home / "sandbox" / "sample")
    began = world.mark()
    first = execute(shared_home / "first.ipynb")
    calls, refs, between = world.github_calls(since=began), world.refs(), world.mark()
    again = CliRunner().invoke(main, ["run", "release"])
    kept = re.search(r"The record is (\S+)\n✔ release/tidewatch/1.9: .*$", again.output.rstrip())
    assert kept is not None, again.output
    second = Executed(Path(kept[1]).parent.name, text=again.output)
    yield Twice(world, first, second, calls, refs, between)


@pytest.fixture
def released(twice: Twice) -> World:
    return twice.world


def test_every_cell_has_run_and_none_has_failed(twice: Twice) -> None:
    twice.first.went_well()
    cells = [cell for cell in twice.first.notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))


def test_the_tag_on_the_remote_is_signed_by_the_key_that_is_expected(released: World) -> None:
    signers = f"gpg.ssh.allowedSignersFile={released.allowed_signers}"
    git(released.bare, "-c", signers, "verify-tag", "refs/tags/1.9")
    assert git(released.bare, "cat-file", "-t", "refs/tags/1.9") == "tag"
    assert git(released.bare, "log", "-1", "--format=%s", "refs/tags/1.9") == "chore: tag 1.9"


def test_the_branch_is_merged_and_the_tag_is_a_part_of_the_source_branch(released: World) -> None:
    pull = released.github("pulls/1")
    assert (pull["merged"], pull["base"]["ref"], pull["head"]["ref"]) == (
        True,
        "master",
        "release/1.9",
    )
    git(released.bare, "merge-base", "--is-ancestor", "refs/tags/1.9", "refs/heads/master")
    assert released.tag_commit("1.9") == git(released.bare, "rev-parse", "refs/heads/release/1.9")


def test_exactly_the_version_and_the_changelog_have_changed(released: World) -> None:
    changed = git(released.bare, "diff", "--name-only", "1.9^", "1.9").split()
    assert changed == ["CHANGELOG.md", "setup.py"]
    assert git(released.bare, "diff", "--numstat", "1.9^", "1.9", "--", "setup.py").split() == [
        "1",
        "1",
        "setup.py",
    ]
    assert 'version="1.9.0"' in git(released.bare, "show", "1.9:setup.py")


def test_the_release_has_the_changelogs_entry_as_its_text_and_our_marker(released: World) -> None:
    (release,) = released.releases()
    changelog = git(released.bare, "show", "1.9:CHANGELOG.md")
    entry = changelog.split('<a name="1.8">')[0].strip()
    assert entry.startswith('<a name="1.9">')
    assert release["body"].startswith(f"{entry}\n\n{MARKER}\n<!-- as drafted: ")
    assert release["body"].count("\n") == entry.count("\n") + 4
    assert (release["tag_name"], release["draft"]) == ("1.9", False)


def test_stage_runs_the_tags_commit(released: World) -> None:
    said = released.version()
    assert (said["version"], said["commit"]) == ("1.9", released.tag_commit("1.9"))


def test_operations_and_qa_have_their_bugs(released: World) -> None:
    deployment, production = released.bugs()
    assert deployment["summary"] == "Please deploy tidewatch 1.9 to STAGE"
    assert (deployment["product"], deployment["component"]) == (
        "Cloud Services",
        "Operations: Deployment Requests",
    )
    assert "ops@sandbox.example" in deployment["cc"]
    assert production["summary"] == "Please deploy tidewatch 1.9 to PRODUCTION"
    asked = [said for said in released.comments(deployment["id"]) if "[runbook:ask" in said["text"]]
    assert len(asked) == 1


def test_it_says_how_often_github_was_called_and_that_is_seldom(twice: Twice) -> None:
    shown = re.search(r"GitHub was called (\d+) times", twice.first.text)
    assert shown is not None
    assert 0 < int(shown[1]) <= MOST_CALLS
    waiting_for_ci = 1
    assert int(shown[1]) == twice.calls - waiting_for_ci


def test_its_last_lines_say_where_the_record_is(twice: Twice) -> None:
    last = twice.first.notebook["cells"][-1]["outputs"][-1]["data"]["text/plain"]
    shown = re.search(r"The record is in (\S+)$", "".join(last))
    assert shown is not None
    events = read_journal(Path(shown[1]) / JOURNAL)
    assert [event.kind for event in events][0 :: len(events) - 1] == ["opened", "ended"]
    assert Path(shown[1]) == twice.first.folder


def test_the_second_time_every_step_is_already(twice: Twice) -> None:
    assert {outcome for _, outcome in twice.second.went_well().outcomes} == {"already", "good"}
    assert [step for step, _ in twice.second.outcomes] == [step for step, _ in twice.first.outcomes]


SHOWN = ("· already", "✔ good", "! good", "! already")


def test_runbook_run_shows_each_step_and_says_where_the_record_is(twice: Twice) -> None:
    lines = [line for line in twice.second.text.splitlines() if line.startswith(SHOWN)]
    assert len(lines) == len(twice.second.outcomes)
    kept = json.loads((twice.second.folder / "record.ipynb").read_text())
    assert twice.second.folder.name in text_of(kept)


def test_the_second_time_nothing_is_written_and_no_ref_moves(twice: Twice) -> None:
    assert twice.world.writes(since=twice.between) == []
    lines = twice.world.accesses(since=twice.between, login="operator")
    controls = [
        f"{line['method']} {line['path']}"
        for line in lines
        if str(line["path"]).startswith("/sandbox/") and line["method"] != "GET"
    ]
    assert controls == ["PUT /sandbox/sample"]
    assert twice.world.refs() == twice.refs


def test_two_new_worlds_come_to_the_same_commits_and_texts(
    twice: Twice, undisturbed: dict[str, Any]
) -> None:
    assert twice.world.result() == undisturbed
    objects = {
        name: sha
        for name, sha in twice.world.refs()["harbor/tidewatch"].items()
        if name != "refs/tags/1.9"
    }
    assert objects["refs/heads/release/1.9"] == undisturbed["commits"]["refs/tags/1.9"]


def test_a_plan_writes_nothing_and_pins_nothing(world: World, undisturbed: dict[str, Any]) -> None:
    before = world.refs()
    planned = step_through({"plan": True}).went_well()
    assert world.writes() == []
    assert world.refs() == before
    assert not [event for event in planned.events if event.kind in ("pinned", "intent", "closed")]
    outcomes = dict(planned.outcomes)
    assert outcomes["push"] == outcomes["publish_release"] == outcomes["file_bug"] == "planned"
    assert set(outcomes.values()) == {"good", "already", "planned"}
    step_through().went_well()
    assert world.result() == undisturbed


def test_what_a_plan_saw_binds_no_later_run(world: World, tmp_path: Path) -> None:
    step_through({"plan": True}).went_well()
    newer = world.push(tmp_path / "elsewhere", "fix: one more thing")
    ran = step_through(until="decide_release(").went_well()
    assert ran.namespace["release"].start == newer

"""Other ways that a release can go: other sessions, other merges, other texts."""

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.release.carried_out import step_through
from tests.release.conftest import WriteProfile
from tests.release.test_waiting import TEAM, approve, edit_changelog, release_to_the_end
from tests.release.world import World, git


@pytest.mark.parametrize("method", ["squash", "rebase"])
def test_a_merge_that_leaves_the_tag_outside_is_not_published(method: str, world: World) -> None:
    world.set("merge_method", method)
    text = step_through().ended_with("Refused")
    tagged = world.tag_commit("1.9")
    assert "squashed or rebased" in text
    assert f"Merge {tagged:.9} into master once more with a merge commit" in text
    (draft,) = world.releases()
    assert draft["draft"]
    assert world.bugs() == []

    merge = {"base": "master", "head": tagged}
    world.client().expect("POST", f"/api/v3/repos/{world.repository}/merges", merge)
    step_through().went_well()
    (published,) = world.releases()
    assert (published["id"], published["draft"]) == (draft["id"], False)


def test_a_source_branch_that_has_moved_on_is_said_and_not_followed(
    world: World, tmp_path: Path
) -> None:
    first = step_through(until="tree.sign_tag").went_well()
    newer = world.push(tmp_path / "elsewhere", "feat: come too late")
    second = step_through().went_well()
    assert f"origin/master has moved on by 1 commit to {newer:.9} (not followed)" in second.text
    assert second.namespace["release"].start == first.namespace["release"].start
    assert git(world.bare, "rev-parse", "1.9^") == first.namespace["release"].start
    assert "come too late" not in world.releases()[0]["body"]
    git(world.bare, "merge-base", "--is-ancestor", newer, "refs/heads/master")


def test_the_next_release_starts_from_the_one_before(world: World, tmp_path: Path) -> None:
    step_through().went_well()
    assert step_through().went_well().namespace["release"].version.short == "1.9"
    world.push(tmp_path / "elsewhere", "fix: keep the last reading")
    world.settle()
    following = step_through().went_well()
    assert following.namespace["release"].decision.last == "1.9"
    assert [release["tag_name"] for release in world.releases()] == ["1.9.1", "1.9"]
    entry = world.releases()[0]["body"]
    assert "keep the last reading" in entry
    assert "high and low waters" not in entry
    assert world.version()["version"] == "1.9.1"


def test_operations_are_told_of_the_steps_that_were_named_and_of_watched_files(
    world: World,
) -> None:
    steps = "run `migrate --expire` first\nset EXPIRY=365"
    step_through({"operations": steps}).went_well()
    description = world.comments(world.bugs()[0]["id"])[0]["text"]
    assert f"Additional operations steps:\n{steps}\n* migrations/0003_expiry.sql has changed" in (
        description
    )


def test_the_load_test_is_run_against_stage_where_it_is_asked_for(world: World) -> None:
    ran = step_through({"load_test": True}).went_well()
    assert "100 of 100 requests were answered" in ran.text
    beats = [line for line in world.accesses() if "/__heartbeat__" in str(line["path"])]
    assert len(beats) == 100
    passed = [event for event in ran.events if event.kind == "passed"][-1]
    assert passed.said["subject"] == world.tag_commit("1.9")
    step_through({"load_test": True}).went_well()
    assert len([line for line in world.accesses() if "heartbeat" in str(line["path"])]) == 100


def test_a_changelog_that_was_edited_by_hand_before_the_gate_is_kept(world: World) -> None:
    def edit(namespace: dict[str, Any]) -> None:
        edit_changelog(namespace, "list high and low waters", "list the turns of the waters")

    stopped = step_through(until="changelog.write_entry").went_well()
    edit(stopped.namespace)
    step_through().went_well()
    for text in (world.releases()[0]["body"], world.comments(world.bugs()[0]["id"])[0]["text"]):
        assert "list the turns of the waters" in text
        assert "list high and low waters" not in text


def test_a_published_release_is_recognised_from_another_machine(
    world: World, team_profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release_by_team()
    refs, writes = world.refs(), world.writes()
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "elsewhere"))
    assert "calls for no release: 1 merge" in step_through(TEAM).ended_with("Refused")
    named = step_through({**TEAM, "version": "1.9.0"})
    assert "which tag 1.9 names already" in named.ended_with("Conflict")
    assert (world.refs(), world.writes()) == (refs, writes)


@pytest.mark.parametrize("version", ["", "1.9.0"])
def test_a_finished_run_that_the_archive_has_is_shown_on_another_machine(
    version: str,
    world: World,
    write_profile: WriteProfile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_profile({"archive.remote": world.git_url, "archive.remote_branch": "records"})
    release_by_team()
    tagged, since = world.refs()[world.repository]["refs/tags/1.9"], world.mark()
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "elsewhere"))
    shown = step_through({**TEAM, "version": version}).went_well()
    made = [one.said["step"] for one in shown.events if one.said.get("outcome") == "done"]
    assert made == ["pull", "create_branch"], "what is on this machine alone"
    assert world.refs()[world.repository]["refs/tags/1.9"] == tagged
    assert [one for one in world.writes(since=since) if "git-receive-pack" not in str(one)] == []


@pytest.mark.parametrize(
    ("version", "last_cell"),
    [("", "tree.push"), ("1.9.0", "github.draft_release"), ("", "wait_for_merge")],
)
def test_a_release_that_is_under_way_is_taken_over_from_another_machine(
    version: str,
    last_cell: str,
    world: World,
    team_profile: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release_by_team(until=last_cell)
    tag = world.refs()[world.repository]["refs/tags/1.9"]
    since = world.mark()
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "elsewhere"))
    other = {**TEAM, "version": version}
    assert "changelog" in step_through(other).ended_with("Waiting")
    assert world.writes(since=since) == []
    approve()
    release_to_the_end(other)
    assert world.refs()[world.repository]["refs/tags/1.9"] == tag
    assert [pull["number"] for pull in world.pulls()] == [1]
    assert [release["draft"] for release in world.releases()] == [False]
    assert world.version()["commit"] == world.tag_commit("1.9")


def test_a_release_branch_that_was_deleted_after_the_merge_is_not_missed(
    world: World, team_profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release_by_team(until="wait_for_merge")
    tag = world.refs()[world.repository]["refs/tags/1.9"]
    world.client().expect("DELETE", f"/api/v3/repos/{world.repository}/git/refs/heads/release/1.9")
    step_through(TEAM, until="publish_release").went_well()
    assert "refs/heads/release/1.9" not in world.refs()[world.repository]
    assert [pull["number"] for pull in world.pulls()] == [1]
    assert world.refs()[world.repository]["refs/tags/1.9"] == tag
    assert [release["draft"] for release in world.releases()] == [False]


def release_by_team(until: str = "") -> None:
    """Release on this machine, as far as the cell with that text."""
    step_through(TEAM).ended_with("Waiting")
    approve()
    if until:
        step_through(TEAM, until=until).went_well()
    else:
        release_to_the_end()


LEAVES = (
    "from pathlib import Path\n"
    "log = Path('CHANGELOG.md')\n"
    "before = log.read_text() if log.exists() else ''\n"
    "assert '1.9' in Path('setup.py').read_text(), 'the version that is to be released'\n"
    "log.write_text('## 1.9\\n\\n* all of it\\n\\n' + before)\n"
    "Path('setup.py').write_text('spoilt')\n"
    "Path('.coverage').write_text('left')\n"
)


def test_what_a_changelog_command_of_the_teams_own_leaves_is_in_no_ones_way(
    world: World, write_profile: WriteProfile
) -> None:
    write_profile({"changelog.command": [sys.executable, "-c", LEAVES]})
    first = step_through(TEAM, until="tree.commit", approve="changelog").went_well()
    assert "* all of it" in first.namespace["entry"].text
    changed = git(first.namespace["tree"].path, "show", "--stat", "--format=", "HEAD")
    assert sorted(line.split("|")[0].strip() for line in changed.splitlines()[:-1]) == [
        "CHANGELOG.md",
        "setup.py",
    ]
    again = step_through(TEAM, until="tree.commit").went_well()
    assert dict(again.outcomes)["commit"] == "already"


def test_a_tag_that_githubs_rules_would_refuse_is_found_before_anything_is_changed(
    world: World,
) -> None:
    names = {"ref_name": {"include": ["refs/tags/1.*"], "exclude": []}}
    rules = {"name": "tags", "target": "tag", "enforcement": "active", "conditions": names}
    place = f"/api/v3/repos/{world.repository}/rulesets"
    world.client().expect("POST", place, {**rules, "rules": [{"type": "creation"}]})
    since = world.mark()
    text = step_through().ended_with("Refused")
    assert "refs/tags/1.9: ruleset tags lets this account make no such tag" in text
    assert world.writes(since=since) == []


@pytest.mark.parametrize("branch", ["release/1.9", "by-hand"])
def test_a_tag_that_somebody_has_left_by_hand_is_no_run_that_was_begun(
    world: World, tmp_path: Path, branch: str
) -> None:
    copy = tmp_path / "by-hand"
    git(tmp_path, "clone", "--quiet", str(world.bare), str(copy))
    git(copy, "switch", "--quiet", "--create", branch)
    people = ("-c", "user.name=Mara", "-c", "user.email=mara@harbor.example")
    git(copy, *people, "commit", "--quiet", "--allow-empty", "-m", "chore: tag 1.9")
    git(copy, *people, "tag", "--annotate", "-m", "chore: tag 1.9", "1.9")
    git(copy, "push", "--quiet", "origin", branch, "1.9")
    unmerged = step_through(until="decide_release(").ended_with("Refused")
    assert "since 1.9, found by its name: 1.9 left the source branch at " in unmerged
    world.push(tmp_path / "later", "fix: keep the last reading")
    decision = step_through(until="decide_release(").went_well().namespace["release"].decision
    assert (decision.version, decision.last) == ("1.9.1", "1.9")
    assert "begun on another machine" not in decision.reason
    named = step_through({"version": "1.9.0"}, until="decide_release(").ended_with("Conflict")
    assert "which tag 1.9 names already" in named


def test_a_release_goes_through_a_merge_queue_and_its_tag_stays_in(world: World) -> None:
    names = {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}
    checks = {"required_status_checks": [{"context": "ci/tests"}]}
    rules = [
        {"type": "merge_queue", "parameters": {"merge_method": "MERGE"}},
        {"type": "required_status_checks", "parameters": checks},
    ]
    said = {"name": "main", "enforcement": "active", "conditions": names, "rules": rules}
    world.client().expect("POST", f"/api/v3/repos/{world.repository}/rulesets", said)
    done = step_through().went_well()
    merging = str(done.namespace["merging"])
    assert "checks: ci/tests; a merge queue, into which whoever merges puts it" in merging
    git(world.bare, "merge-base", "--is-ancestor", world.tag_commit("1.9"), "refs/heads/master")
    assert "Merge pull request #1" in git(world.bare, "log", "-1", "--format=%s", "master")
    (published,) = world.releases()
    assert published["draft"] is False

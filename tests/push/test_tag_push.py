"""Tagging: all repositories are looked at first, tagged side by side, and never moved."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import sit_down
from tests.push.conftest import WriteProfile
from tests.push.world import NAMES, TAG, TeamWorld
from tests.release import carried_out
from tests.release.carried_out import step_through
from tests.release.world import git


def tag_push(world: TeamWorld, **parameters: Any) -> Any:
    return step_through(parameters, approve="tags", runbook="tag_push")


def test_every_repository_is_tagged_and_the_notes_compare_with_production(world: TeamWorld) -> None:
    heads = world.heads()
    done = tag_push(world).went_well()
    assert world.tags() == {name: {TAG: heads[name]} for name in NAMES}
    assert world.versions("stage") == dict.fromkeys(NAMES, TAG)
    notes = world.notes()
    assert f"server/compare/2026.03.05-1...{TAG}\n" in notes
    assert f"frontend/compare/2026.03.05...{TAG}\n" in notes
    assert "pelican-linter 7.1.0, and 7.2.0 is out" in done.text
    looked = done.namespace["train"]._repr_mimebundle_()["text/html"]
    assert looked.count("<details") == len(NAMES) and "/pelican/server/commit/" in looked


def test_running_it_again_finds_everything_and_changes_nothing(world: TeamWorld) -> None:
    tag_push(world).went_well()
    before = world.state()
    again = tag_push(world).went_well()
    assert {outcome for _, outcome in again.outcomes} == {"already", "good"}
    assert (world.state()) == before


def test_papermill_leaves_the_executed_notebook(world: TeamWorld, tmp_path: Path) -> None:
    done = carried_out.execute(tmp_path / "out.ipynb", {}, runbook="tag_push").went_well()
    assert world.tags()["server"] == {TAG: world.heads()["server"]}
    assert "2026.03.05-1" in done.text and "to be tagged" in json.dumps(done.notebook)


def test_a_plan_changes_nothing(world: TeamWorld) -> None:
    before = world.state()
    planned = tag_push(world, plan=True).went_well()
    assert planned.said("tag_train")["outcome"] == "planned"
    assert (world.state()) == before


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-03-11", "2026-03-05"),
        ("2026.03.13", "2026-03-12"),
        ("2026-02-30", "2026-02-30"),
        ("next week", "next week"),
    ],
)
def test_a_date_that_is_no_push_day_is_refused_with_the_nearest(
    world: TeamWorld, day: str, said: str
) -> None:
    before = world.state()
    text = tag_push(world, push_date=day).ended_with("UsageError")
    assert said in text
    assert world.state() == before


def test_a_repository_whose_ci_is_red_holds_the_train(world: TeamWorld) -> None:
    sha = world.heads()["frontend"]
    body = {"state": "failure", "context": "lint", "description": "no"}
    world.client().expect("POST", f"/api/v3/repos/pelican/frontend/statuses/{sha}", body)
    before = world.state()
    text = tag_push(world).ended_with("Refused")
    assert "frontend: red on" in text and "lint (failure" in text and "run this again" in text
    assert world.state() == before


def team(write_profile: WriteProfile, **changes: Any) -> dict[str, str]:
    """The parameters of a run with a profile whose waits are over after a second."""
    path = write_profile(slack=None, **changes)
    path.write_text(path.read_text().replace('"limit" = 30', '"limit" = 1'))
    return {"profile": "team", "push_date": "2026-03-12"}


def test_a_repository_whose_ci_is_not_through_is_waited_for(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    sha = world.heads()["code-manager"]
    path = f"/api/v3/repos/pelican/code-manager/statuses/{sha}"
    world.client().expect("POST", path, {"state": "pending", "context": "slow"})
    before = world.state()
    text = tag_push(world, **team(write_profile)).ended_with("Waiting")
    assert "code-manager: pending on" in text and "slow" in text and "run this again" in text
    assert world.state() == before
    world.client().expect("POST", path, {"state": "success", "context": "slow"})
    write_profile(slack=None)
    tag_push(world, profile="team", push_date="2026-03-12").went_well()
    assert world.tags() == {name: {TAG: world.heads()[name]} for name in NAMES}


def test_a_service_that_is_not_in_production_yet_is_tagged_like_the_others(
    world: TeamWorld,
) -> None:
    fault = {"path_pattern": "/production/code-manager/__version__", "kind": "status"}
    body = {**fault, "status": 404, "times": 1000}
    world.client().expect("POST", "/sandbox/faults", body)
    tag_push(world).went_well()
    assert world.tags()["code-manager"] == {TAG: world.heads()["code-manager"]}
    assert f"server/compare/2026.03.05-1...{TAG}\n" in world.notes()


def test_a_production_without_an_answer_decides_nothing(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    fault = {"path_pattern": "/production/server/__version__", "kind": "status"}
    parameters = team(write_profile)
    body = {**fault, "status": 503, "times": 1000}
    world.client().expect("POST", "/sandbox/faults", body)
    before = world.state()
    text = tag_push(world, **parameters).ended_with("Unavailable")
    assert "/production/server" in text
    assert world.state() == before


def test_the_first_notes_are_begun_before_anything_is_tagged(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    path = "elsewhere/2026-03-12.md"
    notes = {"github": "pelican/notes", "path": "elsewhere/{year}-{month}-{day}.md"}
    parameters = team(write_profile, notes=notes)
    planned = step_through({**parameters, "plan": True}, runbook="tag_push").went_well()
    assert planned.said("create")["outcome"] == "planned"
    assert "No notes of 2026-03-12 yet: they are begun from the template" in planned.text
    assert not world.has_notes(path) and not any(world.tags().values())
    done = tag_push(world, **parameters).went_well()
    order = [name for name, outcome in done.outcomes if outcome == "done"]
    assert order.index("create") < order.index("tag_train")
    assert f"server/compare/2026.03.05-1...{TAG}\n" in world.notes(path)
    again = tag_push(world, **parameters).went_well()
    assert {outcome for _, outcome in again.outcomes} == {"already", "good"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Pelican Release\n\nTo be written.\n", "expected push notes with sections"),
        ("# Pelican Release\n\n## Blockers:\n", "expected a section *Pushing* in the notes"),
        ("# Pelican Release\n\n<!-- \n\n## Pushing:\n", "of line 3 is not"),
    ],
)
def test_notes_that_cannot_be_read_are_refused_before_anything_is_tagged(
    world: TeamWorld, text: str, said: str
) -> None:
    world.edit_notes(world.notes().rstrip("\n"), text)
    before = world.state()
    assert said in tag_push(world).ended_with("Refused")
    assert world.state() == before


def test_notes_that_may_not_be_written_are_said_before_anything_is_tagged(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    parameters = team(write_profile)
    fault = {"path_pattern": "/api/v3/repos/pelican/notes", "kind": "status", "status": 404}
    world.client().expect("POST", "/sandbox/faults", {**fault, "times": 50})
    before = world.state()
    text = tag_push(world, **parameters).ended_with("AccessDenied")
    assert "pelican/notes" in text
    assert world.state() == before


def test_a_past_push_without_notes_gets_none(world: TeamWorld, write_profile: WriteProfile) -> None:
    notes = {"github": "pelican/notes", "path": "elsewhere/{year}-{month}-{day}.md"}
    write_profile(slack=None, notes=notes)
    parameters = {"push_date": "2026-03-05", "follow_up": "server 2026.03.05-2"}
    before = world.state()
    text = tag_push(world, profile="team", **parameters).ended_with("Refused")
    assert "elsewhere/2026-03-05.md" in text and "tag_push begins them" in text
    assert world.state() == before


def test_an_image_from_before_the_tag_is_not_the_tags(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    world.set_person("ci", mode="off")
    body = {"name": "image", "head_sha": world.heads()["server"], "conclusion": "success"}
    path = "/api/v3/repos/pelican/server/check-runs"
    world.client().expect("POST", path, {**body, "external_id": "2026.03.05-1"})
    text = tag_push(world, **team(write_profile)).ended_with("Waiting")
    assert set(world.tags()) == set(NAMES)
    assert "no check image yet, since the tag: image (success" in text
    world.client().expect("POST", path, {**body, "external_id": f"{TAG} of today"})
    again = tag_push(world, **team(write_profile)).ended_with("Waiting")
    assert "frontend" in again and f"server {TAG}" not in again


def test_a_message_of_a_failed_deployment_does_not_outrank_what_stage_shows(
    world: TeamWorld,
) -> None:
    tag_push(world).went_well()
    text = f"failed to deploy pelican/server {TAG} to stage: no image"
    world.slack("chat.postMessage", "ops", channel=world.channel()["id"], text=text)
    assert text in [one["text"] for one in world.messages()]
    tag_push(world).went_well()


def test_an_image_of_another_tag_of_the_commit_is_not_the_tags(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    world.set_person("ci", mode="off")
    for name in NAMES:
        body = {"name": "image", "head_sha": world.heads()[name], "conclusion": "success"}
        path = f"/api/v3/repos/pelican/{name}/check-runs"
        world.client().expect("POST", path, {**body, "external_id": "2026.03.05-9"})
        world.tag(name)
    text = tag_push(world, **team(write_profile)).ended_with("Waiting")
    assert f"server {TAG}: no check image yet" in text


def test_an_image_that_names_no_tag_is_not_that_of_a_further_tag_of_the_commit(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    world.set_person("ci", mode="off")
    for name, head in world.heads().items():
        body = {"name": "image", "head_sha": head, "conclusion": "success"}
        world.client().expect("POST", f"/api/v3/repos/pelican/{name}/check-runs", body)
        world.tag(name)
    world.tag("server", f"{TAG}-1")
    text = tag_push(world, **team(write_profile)).ended_with("Waiting")
    assert f"waiting for images: server {TAG}-1: no check image yet, since the tag: image" in text
    assert "may be of another tag of that commit" in text
    body = {"environment": "stage", "repository": "pelican/server", "version": f"{TAG}-1"}
    head = world.heads()["server"]
    world.client("ops").expect("POST", "/sandbox/deployments", {**body, "commit": head})
    text = tag_push(world, **team(write_profile)).ended_with("Waiting")
    assert "waiting for stage: " in text and f"server {TAG}" not in text


def test_an_image_that_cannot_be_built_says_what_to_do(world: TeamWorld) -> None:
    world.set_person("ci", mode="no")
    text = tag_push(world).ended_with("Refused")
    assert "image (failure" in text and "cherry_pick" in text
    assert set(world.tags()) == set(NAMES) and world.versions("stage") != dict.fromkeys(NAMES, TAG)


def test_a_person_who_may_not_push_to_one_repository_tags_none(
    world: TeamWorld, write_profile: WriteProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    parameters = team(write_profile)
    monkeypatch.setenv("GITHUB_TOKEN", "sandbox_nobody")
    before = world.state()
    text = tag_push(world, **parameters).ended_with("AccessDenied")
    assert "sandbox_nobody" not in text and "token" in text.casefold()
    assert world.state() == before


def test_a_tag_that_was_moved_since_the_run_made_it_is_not_taken(world: TeamWorld) -> None:
    tags = step_through(runbook="tag_push", approve="tags", until="run.tag(tags)")
    made = tags.went_well().namespace["tagged"]
    git(world.bare, "update-ref", f"refs/tags/{TAG}", "main~1")
    said = step_through(runbook="tag_push", approve="tags").ended_with("Conflict")
    assert f"expected that {next(iter(made))}, found it at" in said, said
    assert "a pushed tag is never moved. Ask who did" in said


def test_a_colleagues_tag_is_taken_and_another_is_made_only_by_name(world: TeamWorld) -> None:
    old = world.tag("server", at="main~2")
    heads = world.heads()
    done = tag_push(world).went_well()
    assert world.tags()["server"] == {TAG: old}
    assert world.tags()["frontend"] == {TAG: heads["frontend"]}
    assert f"-p 'follow_up=server {TAG}-1' tags that" in done.text
    tag_push(world, follow_up=f"server {TAG}-1").went_well()
    assert world.tags()["server"] == {TAG: old, f"{TAG}-1": heads["server"]}
    assert f"server/compare/2026.03.05-1...{TAG}-1\n" in world.notes()
    before = world.state()
    tag_push(world, follow_up=f"server {TAG}-1").went_well()
    assert world.state() == before


@pytest.fixture
def known_to_git(tmp_path: Path, write_profile: WriteProfile, monkeypatch: Any) -> None:
    """The operator has told git who they are."""
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\nname = Olive\nemail = olive@pelican.example\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))


@pytest.mark.usefixtures("known_to_git")
def test_an_unready_main_is_not_tagged_after_the_hero_picked(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    """The procedure's own case: -1 from last week's tag, and the others by this runbook."""
    parameters = team(write_profile)
    asked = {**parameters, "commits": git(world.bare, "rev-parse", "main"), "repository": "server"}
    step_through(asked, approve="cherry-picks", runbook="cherry_pick").went_well()
    picked = world.tags()["server"]
    assert list(picked) == [f"{TAG}-1"]
    tag_push(world, **parameters).went_well()
    assert world.tags()["server"] == picked
    assert world.versions("stage") == {**dict.fromkeys(NAMES, TAG), "server": f"{TAG}-1"}


def test_a_week_leaves_out_one_repository_and_tags_another_from_a_base(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    week = {"push": "2026-03-12", "without": ["code-manager"], "bases": {"server": "2026.03.05-1"}}
    parameters = team(write_profile, weeks=[week], security=None)
    done = tag_push(world, **parameters).went_well()
    last = git(world.bare, "rev-parse", "2026.03.05-1^{commit}")
    frontend = world.heads()["frontend"]
    assert world.tags() == {"server": {TAG: last}, "frontend": {TAG: frontend}, "code-manager": {}}
    assert "without code-manager; server from 2026.03.05-1" in done.text
    for runbook in ("extract_locales", "live_push"):
        until = "run.find_tags(week)"
        asked = {"approve": "blockers"} if runbook == "live_push" else {}
        found = step_through(parameters, runbook=runbook, until=until, **asked).went_well()
        assert "code-manager" not in str(found.said("find_tags")["detail"])
    asked = {**parameters, "repository": "code-manager", "commits": "main"}
    text = step_through(asked, runbook="cherry_pick").ended_with("UsageError")
    assert "which it is without (push.weeks)" in text


@pytest.mark.usefixtures("known_to_git")
def test_picks_begin_from_the_weeks_base(world: TeamWorld, write_profile: WriteProfile) -> None:
    ready = git(world.bare, "rev-parse", "main~3")
    week = {"push": "2026-03-12", "bases": {"server": ready}}
    parameters = team(write_profile, weeks=[week])
    fix = git(world.bare, "rev-parse", "main")
    asked = {**parameters, "repository": "server", "commits": fix}
    step_through(asked, approve="cherry-picks", runbook="cherry_pick").went_well()
    assert git(world.bare, "rev-parse", f"{TAG}-1~1") == ready


@pytest.mark.parametrize(
    ("week", "said"),
    [
        ({"push": "2026-03-12", "without": ["backend"]}, "found 'backend'"),
        ({"push": "2026-03-11", "without": ["server"]}, "found Wednesday 2026-03-11"),
    ],
)
def test_a_week_that_would_change_nothing_is_the_profiles_mistake(
    world: TeamWorld, write_profile: WriteProfile, week: dict[str, Any], said: str
) -> None:
    parameters = team(write_profile, weeks=[week])
    assert said in tag_push(world, **parameters).ended_with("UsageError")


def test_a_past_push_is_left_as_it_is(world: TeamWorld) -> None:
    world.until("tagged")
    before = world.state()
    for runbook in ("tag_push", "cherry_pick"):
        text = step_through({"push_date": "2026-03-05"}, runbook=runbook).ended_with("Refused")
        assert "Thursday 2026-03-05" in text and "past" in text
    assert world.state() == before


def test_a_past_push_takes_a_follow_up_by_name_and_keeps_its_links(world: TeamWorld) -> None:
    path, day = "releases/2026/03/05.md", {"push_date": "2026-03-05"}
    notes, heads = world.notes(path), world.heads()
    tag_push(world, **day, follow_up="server 2026.03.05-2").went_well()
    tags = world.tags(of="2026.03.05")
    assert tags["server"]["2026.03.05-2"] == heads["server"]
    assert {"2026.03.05-2"} & {*tags["frontend"], *tags["code-manager"]} == set()
    link = f"{world.url}/pelican/server/compare/2026.03.05-1...2026.03.05-2"
    added = set(world.notes(path).splitlines()) - set(notes.splitlines())
    assert len(added) == 1 and link in added.pop()
    assert set(notes.splitlines()) <= set(world.notes(path).splitlines())
    before = world.state()
    tag_push(world, **day).went_well()
    assert world.state() == before


def test_a_push_that_is_in_production_takes_nothing_unasked(world: TeamWorld) -> None:
    world.until("pushed")
    tag_push(world).went_well()
    git(world.of("frontend").bare, "update-ref", "-d", f"refs/tags/{TAG}")
    text = tag_push(world).ended_with("Refused")
    assert f"production runs server {TAG}" in text and "frontend" in text
    assert f"-p 'follow_up=frontend {TAG}'" in text


def test_a_tag_that_a_colleague_made_at_the_same_commit_is_taken(world: TeamWorld) -> None:
    world.tag("server")
    done = tag_push(world).went_well()
    assert world.tags() == {name: {TAG: world.heads()[name]} for name in NAMES}
    assert "server 2026.03.12 (" not in done.said("tag_train")["announced"]


def test_of_two_people_who_tag_at_once_the_second_sees_the_firsts_tag(world: TeamWorld) -> None:
    def tag_meanwhile(_: dict[str, Any]) -> None:
        world.tag("server", at="main~1")

    first = step_through(runbook="tag_push", before={"run.tag(tags)": tag_meanwhile})
    text = first.ended_with("Conflict")
    assert TAG in text and f"the next free one is {TAG}-1" in text
    theirs = world.tags()
    assert theirs == {"server": theirs["server"], "frontend": {}, "code-manager": {}}
    tag_push(world).went_well()
    assert world.tags()["server"] == theirs["server"]


def fail(world: TeamWorld, path: str, **fault: Any) -> None:
    body = {"path_pattern": path, "method": "POST", **fault}
    world.client().expect("POST", "/sandbox/faults", body)


def test_what_is_tagged_stays_and_running_again_tags_the_rest(world: TeamWorld) -> None:
    fail(world, "/pelican/frontend.git/git-receive-pack", kind="status", status=403, times=1)
    broken = tag_push(world)
    assert broken.ename in ("AccessDenied", "Failed", "Refused")
    assert "frontend is not tagged" in broken.evalue and "run this again" in broken.evalue
    heads = world.heads()
    half = {"server": {TAG: heads["server"]}, "code-manager": {TAG: heads["code-manager"]}}
    assert world.tags() == {**half, "frontend": {}}
    tag_push(world).went_well()
    assert world.tags() == {**half, "frontend": {TAG: heads["frontend"]}}


def test_a_lost_answer_makes_no_second_tag(world: TeamWorld) -> None:
    fail(world, "/pelican/server.git/git-receive-pack", kind="drop-after", times=1)
    done = tag_push(world).went_well()
    assert done.said("tag_train")["outcome"] == "done"
    assert world.tags() == {name: {TAG: world.heads()[name]} for name in NAMES}


def test_the_branch_moving_on_changes_nothing_of_what_was_decided(world: TeamWorld) -> None:
    heads = world.heads()
    step_through(runbook="tag_push", until="decide_tags").went_well()
    body = {"message": "docs: later", "content": "bGF0ZXIK", "branch": "main"}
    path = "/api/v3/repos/pelican/server/contents/LATER.md"
    world.client("edith").expect("PUT", path, body)
    tag_push(world).went_well()
    assert world.tags()["server"] == {TAG: heads["server"]}


def test_a_stage_that_never_shows_the_tag_is_told_with_the_last_answer(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    world.set_person("ops", mode="off")
    text = tag_push(world, **team(write_profile)).ended_with("Waiting")
    assert "shows 2026.03.05-1 at" in text and "run this again to go on" in text
    assert world.tags()["server"] == {TAG: world.heads()["server"]}


def test_notes_that_people_edit_meanwhile_keep_their_words(world: TeamWorld) -> None:
    def edit(_: dict[str, Any]) -> None:
        world.edit_notes("## Before we push:\n", "## Before we push:\n\n- *stop* the ünicorns\n")

    step_through(runbook="tag_push", before={"write_compare_links": edit}).went_well()
    assert "- *stop* the ünicorns\n" in world.notes()
    assert f"...{TAG}\n" in world.notes()


def clone_of(world: TeamWorld, folder: Path) -> Path:
    """The operator's own clone of the server."""
    git(world.folder, "clone", "--quiet", str(world.of("server").bare), str(folder))
    git(folder, "remote", "set-url", "origin", world.of("server").git_url)
    git(folder, "config", "user.name", "Olive")
    git(folder, "config", "user.email", "olive@sandbox.example")
    return folder


def with_clone(world: TeamWorld, write_profile: WriteProfile, clone: Path) -> dict[str, str]:
    """The parameters of a run with a profile that knows the operator's clone."""
    path = write_profile(slack=None)
    text = path.read_text()
    path.write_text(text.replace('"name" = "server"', f'"clone" = "{clone}", "name" = "server"', 1))
    return {"profile": "team", "push_date": "2026-03-12"}


def test_a_clone_ahead_of_its_remote_is_refused(
    world: TeamWorld, write_profile: WriteProfile, tmp_path: Path
) -> None:
    clone = clone_of(world, tmp_path / "clone")
    git(clone, "commit", "--quiet", "--allow-empty", "--message", "not pushed")
    parameters = with_clone(world, write_profile, clone)
    before = world.state()
    text = tag_push(world, **parameters).ended_with("Refused")
    assert "ahead by 1 commit" in text and "server" in text
    assert world.state() == before


def test_a_clone_behind_its_remote_is_refused(
    world: TeamWorld, write_profile: WriteProfile, tmp_path: Path
) -> None:
    clone = clone_of(world, tmp_path / "clone")
    git(clone, "reset", "--quiet", "--hard", "HEAD~2")
    git(clone, "update-ref", "refs/remotes/origin/main", "HEAD")
    parameters = with_clone(world, write_profile, clone)
    before = world.state()
    text = tag_push(world, **parameters).ended_with("Refused")
    assert "behind by 3 commits" in text and "pull, then run this again" in text
    assert world.state() == before


def test_a_tag_that_only_the_clone_has_counts(
    world: TeamWorld, write_profile: WriteProfile, tmp_path: Path
) -> None:
    clone = clone_of(world, tmp_path / "clone")
    git(clone, "tag", TAG, "HEAD~1")
    parameters = with_clone(world, write_profile, clone)
    tag_push(world, **parameters).went_well()
    assert world.tags()["server"] == {f"{TAG}-1": world.heads()["server"]}


def test_another_person_on_another_machine_goes_on(
    world: TeamWorld,
    write_profile: WriteProfile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_profile(slack=None)
    parameters = {"profile": "team", "push_date": "2026-03-12"}
    step_through(parameters, approve="tags", runbook="tag_push", until="run.tag(tags)").went_well()
    tags = world.tags()
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "another"))
    sit_down(monkeypatch, "edith")
    done = step_through(parameters, approve="tags", runbook="tag_push").went_well()
    assert done.said("tag_train")["outcome"] == "already"
    assert world.tags() == tags


def test_a_run_that_died_after_the_tags_goes_on_with_the_notes(world: TeamWorld) -> None:
    step_through(runbook="tag_push", until="run.tag(tags)", abandon=True).went_well()
    tags = world.tags()
    assert f"...{TAG}" not in world.notes()
    done = tag_push(world).went_well()
    assert done.said("tag_train")["outcome"] == "already"
    assert world.tags() == tags and f"server/compare/2026.03.05-1...{TAG}\n" in world.notes()


def test_a_colleague_who_tags_just_the_same_meanwhile_is_as_good(world: TeamWorld) -> None:
    def tag_meanwhile(_: dict[str, Any]) -> None:
        world.tag("server")

    step_through(runbook="tag_push", before={"run.tag(tags)": tag_meanwhile}).went_well()
    assert world.tags() == {name: {TAG: world.heads()[name]} for name in NAMES}


def test_ci_that_turns_red_after_the_tag_does_not_hold_up_who_goes_on(world: TeamWorld) -> None:
    step_through(runbook="tag_push", until="run.tag(tags)").went_well()
    sha = world.heads()["frontend"]
    body = {"state": "failure", "context": "nightly"}
    world.client().expect("POST", f"/api/v3/repos/pelican/frontend/statuses/{sha}", body)
    tag_push(world).went_well()
    assert world.tags()["frontend"] == {TAG: sha}


def test_notes_without_the_section_are_left_alone_and_what_is_missing_is_said(
    world: TeamWorld,
) -> None:
    world.edit_notes("## Pushing:", "## Elsewhere:")
    notes = world.notes()
    broken = tag_push(world)
    assert broken.ename == "Refused" and "Pushing" in broken.evalue
    assert world.notes() == notes


def test_a_commit_that_was_taken_back_from_the_branch_is_not_tagged(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    parameters = team(write_profile, security=None)
    step_through(parameters, approve="tags", runbook="tag_push", until="decide_tags").went_well()
    taken_back = world.heads()["server"]
    git(world.bare, "update-ref", "refs/heads/main", "main~2")
    done = tag_push(world, **parameters).went_well()
    assert "main has lost that commit: decided anew" in done.text
    assert world.tags()["server"] == {TAG: world.heads()["server"]} != {TAG: taken_back}


def test_after_a_cherry_pick_running_it_again_takes_nothing_back(world: TeamWorld) -> None:
    tag_push(world).went_well()
    body = {"message": "fix: late", "content": "eAo=", "branch": "main"}
    path = "/api/v3/repos/pelican/server/contents/late.md"
    made = world.client("edith").expect("PUT", path, body)
    picked = {"commits": made["commit"]["sha"]}
    step_through(picked, runbook="cherry_pick").went_well()
    notes, refs = world.notes(), world.refs()
    assert f"...{TAG}-1\n" in notes
    tag_push(world).went_well()
    assert (world.notes(), world.refs()) == (notes, refs)

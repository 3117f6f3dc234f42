"""The team's people: CI builds images, operations deploy, QA approves, each thing once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from runbook_lib.policy.push.notes import Stats
from runbook_lib.sandbox.samples.team.week import CLOCK
from runbook_lib.sandbox.server import process
from runbook_lib.sandbox.world.git_objects import run_git
from tests.sandbox.team_world import TAG, THURSDAY, TRAIN, TeamSandbox, run_team

LAST = {"2026.03.05-1", "2026.03.05"}


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamSandbox]:
    yield from run_team(tmp_path / "world")


def images(team: TeamSandbox, name: str, sha: str) -> list[tuple[str, str | None]]:
    """The builds of a commit's images: their tags and how they ended."""
    runs = team.api(name, f"commits/{sha}/check-runs?check_name=image&filter=all")["check_runs"]
    return [(run["external_id"], run["conclusion"]) for run in runs]


def test_ci_builds_an_image_of_a_pushed_tag_once(team: TeamSandbox) -> None:
    sha = team.tag("frontend")
    team.wait_until(lambda: images(team, "frontend", sha) == [(TAG, "success")])
    team.settle()
    assert images(team, "frontend", sha) == [(TAG, "success")]
    team.tag("frontend", f"{TAG}-1")
    team.settle()
    assert images(team, "frontend", sha) == [(TAG, "success"), (f"{TAG}-1", "success")]


def test_an_image_is_pending_before_it_is_built(team: TeamSandbox) -> None:
    team.set_person("ci", delay=1.0)
    sha = team.tag("server")
    team.wait_until(lambda: images(team, "server", sha))
    assert images(team, "server", sha) == [(TAG, None)]
    assert team.version("stage", "server") == "2026.03.05-1"


def test_only_a_pushs_tags_of_what_is_deployed_become_images(team: TeamSandbox) -> None:
    heads = {name: team.tag(name, "7.3.0") for name in ("linter", "server")}
    heads["notes"] = team.tag("notes")
    team.settle()
    assert [images(team, name, sha) for name, sha in heads.items()] == [[], [], []]
    assert team.versions("stage") == LAST


def test_ci_that_says_no_builds_no_image_and_stage_stays(team: TeamSandbox) -> None:
    team.set_person("ci", mode="no")
    sha = team.tag("server")
    team.wait_until(lambda: images(team, "server", sha) == [(TAG, "failure")])
    team.wait_until(lambda: team.state()["jobs"] == {"ops": 1})
    assert team.version("stage", "server") == "2026.03.05-1"


def test_stage_follows_the_newest_tag(team: TeamSandbox) -> None:
    sha = team.tag("server")
    team.wait_until(lambda: team.version("stage", "server") == TAG)
    team.tag("server", f"{TAG}-1")
    team.wait_until(lambda: team.version("stage", "server") == f"{TAG}-1")
    team.settle()
    page = team.client().expect("GET", "/stage/server/__version__")
    assert (page["version"], page["commit"]) == (f"{TAG}-1", sha)
    assert team.version("production", "server") == "2026.03.05-1"


def test_operations_who_were_away_leave_out_what_is_older_than_stage(team: TeamSandbox) -> None:
    team.set_person("ops", mode="off")
    team.tag("server", f"{TAG}-1")
    team.tag("server", TAG)
    team.wait_until(lambda: team.state()["jobs"] == {})
    team.set_person("ops", mode="on")
    team.wait_until(lambda: team.version("stage", "server") == f"{TAG}-1")
    team.settle()
    assert team.version("stage", "server") == f"{TAG}-1"


def test_quality_approves_what_stage_shows_and_then_it_is_thursday(team: TeamSandbox) -> None:
    path = team.ask()
    team.wait_until(lambda: team.state()["jobs"].get("qa"))
    assert team.answer(path) is None
    assert team.now() == CLOCK
    team.until("tagged")
    found = team.wait_until(lambda: team.answer(path))
    assert (found["state"], found["by"]) == ("approved", "qa")
    assert f"server {TAG}" in found["reason"]
    assert team.now() == THURSDAY


def test_quality_that_says_no_gives_a_reason_and_it_stays_tuesday(team: TeamSandbox) -> None:
    team.until("tagged")
    team.set_person("qa", mode="no")
    path = team.ask()
    found = team.wait_until(lambda: team.answer(path))
    assert (found["state"], found["by"]) == ("rejected", "qa")
    assert found["reason"]
    assert team.now() == CLOCK


@pytest.mark.parametrize(
    ("text", "reason"), [("the push", "name each repository"), ("server 2026.02.26", "03.05-1")]
)
def test_quality_rejects_what_names_no_tag_of_stage(
    team: TeamSandbox, text: str, reason: str
) -> None:
    path = team.ask(text=text)
    found = team.wait_until(lambda: team.answer(path))
    assert found["state"] == "rejected"
    assert reason in found["reason"]


def test_the_approver_answers_all_other_gates_and_none_of_qualitys(team: TeamSandbox) -> None:
    team.set_person("qa", mode="off")
    path, other = team.ask(), team.ask(gate="security diff")
    found = team.wait_until(lambda: team.answer(other))
    assert found["by"] == "approver"
    assert team.answer(path) is None
    assert team.client("approver").ask("PATCH", path, {"state": "approved"}).status == 403
    assert team.client("ops").ask("PATCH", path, {"state": "approved"}).status == 403
    assert team.answer(path) is None


def test_quality_may_not_answer_the_gates_of_others(team: TeamSandbox) -> None:
    team.set_person("approver", mode="off")
    path = team.ask(gate="changelog")
    assert team.client("qa").ask("PATCH", path, {"state": "approved"}).status == 403
    assert team.answer(path) is None


def test_a_colleague_tags_what_nobody_has_tagged(team: TeamSandbox) -> None:
    mine = team.tag("frontend", f"{TAG}-1")
    team.until("tagged")
    team.wait_until(lambda: team.versions("stage") == {TAG, f"{TAG}-1"})
    refs = {
        name: [one["ref"] for one in team.api(name, f"git/matching-refs/tags/{TAG}")]
        for name in ("server", "frontend", "code-manager")
    }
    assert refs == {
        "server": [f"refs/tags/{TAG}"],
        "frontend": [f"refs/tags/{TAG}-1"],
        "code-manager": [f"refs/tags/{TAG}"],
    }
    assert team.head("frontend") == mine
    assert team.versions("production") == LAST
    assert team.now() == CLOCK


def test_a_colleague_links_what_is_pushed_in_the_notes_once(team: TeamSandbox) -> None:
    before = team.head("notes")
    team.until("tagged")
    after = team.head("notes")
    team.until("tagged")
    assert team.head("notes") == after != before
    asked = team.api("notes", f"git/commits/{after}")
    linked = team.api("notes", f"git/commits/{asked['parents'][0]['sha']}")
    assert [parent["sha"] for parent in linked["parents"]] == [before]
    assert linked["author"]["name"] == "Edith Egret"
    folder = team.folder / "git" / "pelican" / "notes.git"
    changed = run_git(folder, "diff", "--name-only", before, linked["sha"])
    assert changed.split() == ["releases/2026/03/12.md"]
    _, patch = run_git(folder, "diff", before, linked["sha"]).split("\n@@", 1)
    assert f"+- https://sandbox.example/pelican/server/compare/2026.03.05-1...{TAG}" in patch
    assert patch.count("\n+") == patch.count("\n-") == 3


def test_a_colleague_asks_once_for_a_pick_of_what_landed_after_the_tag(team: TeamSandbox) -> None:
    tagged = team.head("server")
    team.until("tagged")
    team.until("tagged")
    fix = team.head("server")
    assert [one["sha"] for one in team.api("server", f"git/commits/{fix}")["parents"]] == [tagged]
    assert str(team.notes()).count(f"pelican/server/commit/{fix}") == 1


def test_a_colleague_writes_when_the_push_began_and_ended(team: TeamSandbox) -> None:
    team.until("tagged")
    assert team.notes().stats == Stats()
    team.until("pushed")
    team.until("pushed")
    assert team.notes().stats == Stats("09:30 PDT", "09:50 PDT")


def test_a_colleague_has_the_push_brought_to_production(team: TeamSandbox) -> None:
    team.until("pushed")
    assert team.versions("stage") == team.versions("production") == {TAG}
    assert team.now() == THURSDAY + timedelta(hours=1)
    deployments = team.state()["deployments"]
    team.until("pushed")
    team.settle()
    assert team.state()["deployments"] == deployments
    assert team.now() == THURSDAY + timedelta(hours=1)


def test_a_colleague_is_not_kept_by_people_who_are_away(team: TeamSandbox) -> None:
    team.people_off()
    team.until("pushed")
    assert team.versions("production") == {TAG}


def test_the_reviewer_approves_in_the_private_repository_and_leaves_the_merge(
    team: TeamSandbox,
) -> None:
    api = "/api/v3/repos/pelican/server-security/pulls"
    number = next(
        pull["number"]
        for pull in team.client().expect("GET", api)
        if pull["head"]["ref"] == "limit-uploads"
    )
    for state in ("closed", "open"):
        team.client().expect("PATCH", f"{api}/{number}", {"state": state})
    team.wait_until(lambda: team.client().expect("GET", f"{api}/{number}/reviews"))
    team.settle()
    assert team.client().expect("GET", f"{api}/{number}")["merged"] is False
    assert team.head("server-security") == team.head("server")


def test_what_the_team_has_left_to_do_is_done_after_a_restart(team: TeamSandbox) -> None:
    team.set_person("ci", delay=2.0)
    team.tag("server")
    team.wait_until(lambda: team.state()["jobs"].get("ops"))
    process.stop(team.folder)
    again = TeamSandbox(process.start(team.folder, team=True))
    again.set_person("ci", delay=0.01)
    again.wait_until(lambda: again.version("stage", "server") == TAG)
    assert again.now() == CLOCK


def test_nobody_in_the_team_stumbles_in_a_whole_week(team: TeamSandbox) -> None:
    team.until("tagged")
    path = team.ask(text="\n".join(f"| {each} |" for each in TRAIN.split(", ")))
    team.wait_until(lambda: team.answer(path))
    team.settle()
    assert (team.folder / "server.log").read_text() == ""

"""The people of the sandbox: each does their part of the procedure, once, and catches up."""

from pathlib import Path
from typing import Any

import pytest

from runbook_lib.sandbox.people.ci import JOB
from runbook_lib.sandbox.people.ticket import tag_names
from runbook_lib.sandbox.people.work import LONGEST_PAUSE, later, pause_of
from runbook_lib.sandbox.server import process
from runbook_lib.sandbox.server.client import Client
from runbook_lib.sandbox.world.git_objects import run_git
from runbook_lib.sandbox.world.grants import grant
from runbook_lib.sandbox.world.world import Person, World
from tests.sandbox.conftest import Sandbox

API = "/api/v3/repos/harbor/tidewatch"
COMPONENT = {"product": "Cloud Services", "component": "Operations: Deployment Requests"}


@pytest.fixture
def clone(sandbox: Sandbox, tmp_path: Path) -> Path:
    """The operator's clone, with one commit more than the sandbox has."""
    folder = tmp_path / "clone"
    run_git(tmp_path, "clone", "--quiet", sandbox.git_url(), str(folder))
    run_git(folder, "checkout", "--quiet", "-b", "release/1.9")
    (folder / "new").write_text("new\n")
    run_git(folder, "add", "new")
    run_git(folder, "commit", "--quiet", "-m", "chore: tag 1.9")
    run_git(folder, "tag", "-m", "chore: tag 1.9", "1.9")
    return folder


def push(folder: Path) -> str:
    """Push the release's branch and tag; returns the commit."""
    run_git(folder, "push", "--quiet", "--atomic", "origin", "release/1.9", "1.9")
    return run_git(folder, "rev-parse", "HEAD").strip()


def open_pull(sandbox: Sandbox) -> int:
    body = {"title": "Release 1.9", "head": "release/1.9", "base": "master"}
    return int(sandbox.client().expect("POST", f"{API}/pulls", body)["number"])


def pull_of(sandbox: Sandbox, number: int) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.client().expect("GET", f"{API}/pulls/{number}")
    return found


def state_of(sandbox: Sandbox, sha: str) -> str:
    return str(sandbox.client().expect("GET", f"{API}/commits/{sha}/status")["state"])


def statuses_of(sandbox: Sandbox, sha: str) -> list[str]:
    found = sandbox.client().expect("GET", f"{API}/commits/{sha}/statuses")
    return [status["state"] for status in found]


def file_ticket(sandbox: Sandbox, environment: str = "STAGE", version: str = "1.8") -> int:
    summary = f"Please deploy tidewatch {version} to {environment}"
    body = COMPONENT | {"summary": summary, "version": "unspecified", "description": "text"}
    return int(sandbox.client().expect("POST", "/bugzilla/rest/bug", body)["id"])


def ask_quality(sandbox: Sandbox, bug: int) -> None:
    flag = {"name": "needinfo", "status": "?", "requestee": "qa@sandbox.example"}
    sandbox.client().expect("PUT", f"/bugzilla/rest/bug/{bug}", {"flags": [flag]})


def bug_of(sandbox: Sandbox, bug: int) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.client().expect("GET", f"/bugzilla/rest/bug/{bug}")["bugs"][0]
    return found


def comments_of(sandbox: Sandbox, bug: int, login: str) -> list[str]:
    path = f"/bugzilla/rest/bug/{bug}/comment"
    said = sandbox.client().expect("GET", path)["bugs"][str(bug)]["comments"]
    return [each["text"] for each in said if each["creator"] == f"{login}@sandbox.example"]


def find_bugs(sandbox: Sandbox, summary: str) -> list[dict[str, Any]]:
    bugs = sandbox.client().expect("GET", "/bugzilla/rest/bug?product=Cloud%20Services")["bugs"]
    return [bug for bug in bugs if bug["summary"] == summary]


def test_ci_reports_on_the_samples_head(sandbox: Sandbox) -> None:
    head = sandbox.client().expect("GET", f"{API}/git/ref/heads/master")["object"]["sha"]
    sandbox.wait_until(lambda: state_of(sandbox, head) == "success")
    sandbox.settle()
    runs = sandbox.client().expect("GET", f"{API}/commits/{head}/check-runs")["check_runs"]
    assert [(run["name"], run["conclusion"]) for run in runs] == [("build", "success")]


def test_ci_says_pending_first_and_tests_a_commit_once(sandbox: Sandbox, clone: Path) -> None:
    sha = push(clone)
    sandbox.wait_until(lambda: state_of(sandbox, sha) == "success")
    run_git(clone, "push", "--quiet", "origin", "release/1.9:refs/heads/again")
    sandbox.settle()
    assert statuses_of(sandbox, sha) == ["success", "pending"]


def test_ci_tests_what_a_job_has_pushed_when_it_is_started_by_hand(
    sandbox: Sandbox, clone: Path
) -> None:
    (clone / ".github" / "workflows").mkdir(parents=True)
    (clone / ".github" / "workflows" / "ci.yml").write_text("on: [push, workflow_dispatch]\n")
    run_git(clone, "add", ".github")
    run_git(clone, "commit", "--quiet", "-m", "ci: by hand, too")
    with World(sandbox.folder) as world:
        made = grant(world, JOB, "installation", {"contents": "write", "actions": "write"})
    url = sandbox.git_url(None).replace("://", f"://x-access-token:{made.token}@")
    run_git(clone, "push", "--quiet", url, "HEAD:refs/heads/release/1.9")
    sha = run_git(clone, "rev-parse", "HEAD").strip()
    sandbox.settle()
    assert statuses_of(sandbox, sha) == []
    started = f"{API}/actions/workflows/ci.yml/dispatches"
    Client(sandbox.url, made.token).expect("POST", started, {"ref": "release/1.9"})
    sandbox.wait_until(lambda: state_of(sandbox, sha) == "success")
    sandbox.settle()
    runs = sandbox.client().expect("GET", f"{API}/commits/{sha}/check-runs")["check_runs"]
    assert [(run["name"], run["conclusion"]) for run in runs] == [("ci", "success")]


def test_ci_that_says_no_fails_the_commit(sandbox: Sandbox, clone: Path) -> None:
    sandbox.set_person("ci", mode="no")
    sha = push(clone)
    sandbox.wait_until(lambda: state_of(sandbox, sha) == "failure")
    sandbox.settle()
    runs = sandbox.client().expect("GET", f"{API}/commits/{sha}/check-runs")["check_runs"]
    assert [run["conclusion"] for run in runs] == ["failure"]


def test_ci_that_was_away_catches_up(sandbox: Sandbox, clone: Path) -> None:
    sandbox.settle()
    sandbox.set_person("ci", mode="off")
    sha = push(clone)
    number = open_pull(sandbox)
    sandbox.wait_until(lambda: sandbox.state()["jobs"].get("reviewer"))
    assert statuses_of(sandbox, sha) == []
    assert pull_of(sandbox, number)["state"] == "open"
    sandbox.set_person("ci", mode="on")
    sandbox.wait_until(lambda: pull_of(sandbox, number)["merged"])


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_the_reviewer_approves_and_merges_as_is_set(
    sandbox: Sandbox, clone: Path, method: str
) -> None:
    sandbox.client().expect("PUT", "/sandbox/settings/merge_method", {"value": method})
    sha = push(clone)
    number = open_pull(sandbox)
    sandbox.wait_until(lambda: pull_of(sandbox, number)["merged"])
    reviews = sandbox.client().expect("GET", f"{API}/pulls/{number}/reviews")
    assert [(each["user"]["login"], each["state"]) for each in reviews] == [
        ("reviewer", "APPROVED")
    ]
    run_git(clone, "fetch", "--quiet", "origin")
    parents = run_git(clone, "log", "-1", "--format=%P", "origin/master").split()
    assert len(parents) == (2 if method == "merge" else 1)
    assert (sha in parents) == (method == "merge")
    sandbox.settle()


def test_a_reviewer_who_says_no_asks_for_changes_once(sandbox: Sandbox, clone: Path) -> None:
    sandbox.set_person("reviewer", mode="no")
    push(clone)
    number = open_pull(sandbox)
    reviews = f"{API}/pulls/{number}/reviews"
    sandbox.wait_until(lambda: sandbox.client().expect("GET", reviews))
    sandbox.settle()
    found = sandbox.client().expect("GET", reviews)
    assert [each["state"] for each in found] == ["CHANGES_REQUESTED"]
    assert pull_of(sandbox, number)["merged"] is False


def test_the_reviewer_waits_for_green_tests(sandbox: Sandbox, clone: Path) -> None:
    sandbox.set_person("ci", mode="no")
    sha = push(clone)
    number = open_pull(sandbox)
    sandbox.wait_until(lambda: state_of(sandbox, sha) == "failure")
    sandbox.wait_until(lambda: sandbox.state()["jobs"] == {"reviewer": 1})
    assert pull_of(sandbox, number)["state"] == "open"


def test_operations_deploy_what_a_stage_ticket_asks_for(sandbox: Sandbox, clone: Path) -> None:
    sha = push(clone)
    bug = file_ticket(sandbox, version="1.9")
    sandbox.wait_until(lambda: comments_of(sandbox, bug, "ops"))
    found = sandbox.client().expect("GET", "/stage/tidewatch/__version__")
    assert (found["version"], found["commit"]) == ("1.9", sha)
    assert f"commit {sha}" in comments_of(sandbox, bug, "ops")[0]


def test_operations_who_say_no_comment_why(sandbox: Sandbox, clone: Path) -> None:
    sandbox.set_person("ops", mode="no")
    push(clone)
    bug = file_ticket(sandbox, version="1.9")
    sandbox.wait_until(lambda: comments_of(sandbox, bug, "ops"))
    assert "frozen" in comments_of(sandbox, bug, "ops")[0]
    assert sandbox.client().expect("GET", "/stage/tidewatch/__version__")["version"] == "1.8"


def test_operations_say_that_a_tag_is_missing(sandbox: Sandbox) -> None:
    bug = file_ticket(sandbox, version="2.0")
    sandbox.wait_until(lambda: comments_of(sandbox, bug, "ops"))
    assert comments_of(sandbox, bug, "ops") == ["Not deployed: no tag of tidewatch 2.0."]


def test_operations_leave_production_alone_unless_they_are_told(
    sandbox: Sandbox, clone: Path
) -> None:
    push(clone)
    left = file_ticket(sandbox, "PRODUCTION", "1.9")
    sandbox.settle()
    assert comments_of(sandbox, left, "ops") == []
    sandbox.client().expect("PUT", "/sandbox/settings/deploy_production", {"value": "yes"})
    bug = file_ticket(sandbox, "PRODUCTION", "1.9")
    sandbox.wait_until(lambda: comments_of(sandbox, bug, "ops"))
    assert sandbox.client().expect("GET", "/production/tidewatch/__version__")["version"] == "1.9"


def test_a_bug_about_something_else_is_left_alone(sandbox: Sandbox) -> None:
    body = COMPONENT | {"summary": "The coffee is cold", "version": "unspecified"}
    bug = int(sandbox.client().expect("POST", "/bugzilla/rest/bug", body)["id"])
    ask_quality(sandbox, bug)
    sandbox.settle()
    assert comments_of(sandbox, bug, "ops") == comments_of(sandbox, bug, "qa") == []


def test_quality_tests_stage_and_asks_for_production(sandbox: Sandbox) -> None:
    bug = file_ticket(sandbox)
    ask_quality(sandbox, bug)
    wanted = "Please deploy tidewatch 1.8 to PRODUCTION"
    sandbox.wait_until(lambda: find_bugs(sandbox, wanted))
    sandbox.settle()
    (ticket,) = find_bugs(sandbox, wanted)
    assert ticket["creator"] == "qa@sandbox.example"
    assert ticket["depends_on"] == [bug]
    assert (ticket["product"], ticket["component"]) == tuple(COMPONENT.values())
    (said,) = comments_of(sandbox, bug, "qa")
    assert said.startswith("load test passed: tidewatch 1.8")
    assert bug_of(sandbox, bug)["flags"] == []


def test_quality_waits_until_stage_has_the_version(sandbox: Sandbox, clone: Path) -> None:
    sandbox.set_person("ops", mode="off")
    push(clone)
    bug = file_ticket(sandbox, version="1.9")
    ask_quality(sandbox, bug)
    sandbox.wait_until(lambda: sandbox.state()["jobs"].get("qa"))
    assert comments_of(sandbox, bug, "qa") == []
    sandbox.set_person("ops", mode="on")
    sandbox.wait_until(lambda: comments_of(sandbox, bug, "qa"))


def test_a_failed_load_test_is_said_and_no_production_ticket_filed(sandbox: Sandbox) -> None:
    sandbox.set_person("qa", mode="no")
    bug = file_ticket(sandbox)
    ask_quality(sandbox, bug)
    sandbox.wait_until(lambda: comments_of(sandbox, bug, "qa"))
    sandbox.settle()
    assert comments_of(sandbox, bug, "qa")[0].startswith("load test failed")
    assert [flag["status"] for flag in bug_of(sandbox, bug)["flags"]] == ["-"]
    assert find_bugs(sandbox, "Please deploy tidewatch 1.8 to PRODUCTION") == []


def test_what_is_left_to_do_is_done_after_a_restart(sandbox: Sandbox, clone: Path) -> None:
    sandbox.settle()
    sandbox.set_person("ci", delay=1.0)
    push(clone)
    number = open_pull(sandbox)
    sandbox.wait_until(lambda: sandbox.state()["jobs"].get("ci"))
    process.stop(sandbox.folder)
    again = Sandbox(process.start(sandbox.folder))
    again.set_person("ci", delay=0.01)
    again.wait_until(lambda: pull_of(again, number)["merged"])
    again.settle()
    assert [line["kind"] for line in again.state()["happenings"]].count("pull_request") == 2


def test_the_people_use_their_own_tokens(sandbox: Sandbox, clone: Path) -> None:
    push(clone)
    number = open_pull(sandbox)
    sandbox.wait_until(lambda: pull_of(sandbox, number)["merged"])
    sandbox.settle()
    writes = [(line["method"], line["path"]) for line in sandbox.writes("operator")]
    assert writes == [
        ("POST", "/harbor/tidewatch.git/git-receive-pack"),
        ("POST", f"{API}/pulls"),
    ]


def test_nobody_stumbles_in_a_whole_release(sandbox: Sandbox, clone: Path) -> None:
    push(clone)
    number = open_pull(sandbox)
    sandbox.wait_until(lambda: pull_of(sandbox, number)["merged"])
    bug = file_ticket(sandbox, version="1.9")
    ask_quality(sandbox, bug)
    wanted = "Please deploy tidewatch 1.9 to PRODUCTION"
    sandbox.wait_until(lambda: find_bugs(sandbox, wanted))
    sandbox.settle()
    assert (sandbox.folder / "server.log").read_text() == ""


def test_slow_people_take_twenty_times_as_long() -> None:
    assert pause_of(Person("ci", "on", 0.3)) == 0.3
    assert pause_of(Person("ci", "slow", 0.3)) == pytest.approx(6.0)


def test_people_come_again_less_and_less_often() -> None:
    pauses = [later(0.1, tries) - later(0.1, 0) for tries in (1, 3, 30)]
    assert pauses == sorted(pauses)
    assert pauses[-1] < LONGEST_PAUSE


@pytest.mark.parametrize(
    ("version", "tags"),
    [
        ("1.9", ["1.9", "v1.9", "1.9.0", "v1.9.0"]),
        ("1.9.0", ["1.9.0", "v1.9.0", "1.9", "v1.9"]),
        ("1.9.1", ["1.9.1", "v1.9.1"]),
        ("v2.0", ["v2.0", "vv2.0", "2.0", "2.0.0", "v2.0.0"]),
    ],
)
def test_a_version_is_looked_for_under_its_usual_tags(version: str, tags: list[str]) -> None:
    assert list(dict.fromkeys(tag_names(version))) == tags

"""What CI says of a commit: statuses and check runs together, green, pending, red or absent."""

import pytest

from runbook_lib.errors import Refused, UsageError
from tests.services.github.conftest import Hub


def say(hub: Hub, state: str, *, context: str = "ci/tests") -> None:
    """Have CI set a status on master's commit."""
    body = {"state": state, "context": context, "target_url": f"{hub.url}/log/{context}"}
    hub.ask("ci", "POST", f"/statuses/{hub.commit('master')}", body)


def run_check(hub: Hub, conclusion: str | None, *, name: str = "build") -> None:
    """Have CI make a check run on master's commit; without a conclusion it goes on."""
    done = {"status": "completed", "conclusion": conclusion} if conclusion else {}
    body = {"name": name, "head_sha": hub.commit("master"), "status": "in_progress", **done}
    hub.ask("ci", "POST", "/check-runs", body)


def test_green_statuses_and_check_runs_are_green_in_two_calls(hub: Hub) -> None:
    say(hub, "success")
    run_check(hub, "success")
    run_check(hub, "skipped", name="deploy")
    github = hub.github()
    checks = github.wait_for_checks(hub.commit("master"))
    assert checks.state == "green"
    assert sorted(check.name for check in checks.checks) == ["build", "ci/tests", "deploy"]
    assert github.calls == 2
    assert hub.outcome(github) == "good"


def test_a_pending_check_is_waited_for(hub: Hub) -> None:
    say(hub, "pending")
    hub.meanwhile = [lambda: run_check(hub, None), lambda: say(hub, "success")]
    hub.meanwhile += [lambda: run_check(hub, "success")]
    github = hub.github()
    assert github.wait_for_checks(hub.commit("master")).state == "green"
    assert hub.outcome(github) == "done"
    assert "ci/tests (pending" in hub.display.progressed[0]


def test_a_red_check_run_is_refused_by_name_and_link_though_statuses_are_green(hub: Hub) -> None:
    say(hub, "success")
    run_check(hub, "failure", name="lint")
    run_check(hub, "timed_out", name="browser")
    with pytest.raises(Refused, match=r"lint \(failure, http.*browser \(timed out, http"):
        hub.github().wait_for_checks(hub.commit("master"))


def test_a_red_status_is_refused_with_its_link_and_not_waited_for(hub: Hub) -> None:
    say(hub, "error")
    say(hub, "pending", context="ci/docs")
    with pytest.raises(Refused, match=rf"ci/tests \(error, {hub.url}/log/ci/tests\)"):
        hub.github().wait_for_checks(hub.commit("master"))
    assert hub.sleeps == []


def test_a_commit_without_any_check_is_refused(hub: Hub) -> None:
    with pytest.raises(Refused, match="found no status and no check run"):
        hub.github().wait_for_checks(hub.commit("master"))


def test_another_commits_green_does_not_count(hub: Hub) -> None:
    say(hub, "success")
    assert hub.github().find_checks(hub.commit("release/1.9")).state == "absent"


def test_a_commit_that_is_not_on_github_has_to_be_pushed_first(hub: Hub) -> None:
    with pytest.raises(Refused, match="push it first"):
        hub.github().find_checks("1234567890" * 4)


@pytest.mark.parametrize("name", ["master", "3f2c81d09", "../master", ""])
def test_a_commit_is_named_by_its_full_id(hub: Hub, name: str) -> None:
    github = hub.github()
    with pytest.raises(UsageError, match="full id of a commit"):
        github.find_checks(name)
    assert github.calls == 0

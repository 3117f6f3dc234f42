"""What CI says of a commit: statuses and check runs together, green, pending, red or absent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runbook_lib.errors import AccessDenied, Refused, UsageError
from runbook_lib.sandbox.world.grants import Kind
from runbook_lib.services.github import Check
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


def begin_suite(hub: Hub) -> dict[str, Any]:
    """Have GitHub make a suite on master's commit, as it does at a push; no run is in it yet."""
    return dict(hub.ask("ci", "POST", "/check-suites", {"head_sha": hub.commit("master")}))


def answer_suites(hub: Hub, *changes: dict[str, Any], times: int = 1) -> None:
    """Have GitHub show suites of other apps: the sandbox's own with some of it changed."""
    fresh = {"status": "queued", "conclusion": None, "latest_check_runs_count": 0}
    shown = begin_suite(hub) | fresh
    suites = [{**shown, "id": 100 + at, **change} for at, change in enumerate(changes)]
    body = {"total_count": len(suites), "check_suites": suites}
    hub.spoil("GET", "/check-suites$", times=times, answer=(200, {}, body))


def test_green_statuses_and_check_runs_are_green_in_three_calls(hub: Hub) -> None:
    say(hub, "success")
    run_check(hub, "success")
    run_check(hub, "skipped", name="deploy")
    github = hub.github()
    checks = github.wait_for_checks(hub.commit("master"))
    assert checks.state == "green"
    assert sorted(check.name for check in checks.checks) == ["build", "ci/tests", "deploy"]
    assert github.calls == 3
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


def test_a_suite_that_has_just_been_queued_is_waited_for_though_nothing_runs_yet(hub: Hub) -> None:
    begin_suite(hub)
    hub.meanwhile = [lambda: run_check(hub, None), lambda: run_check(hub, "success")]
    github = hub.github()
    assert github.wait_for_checks(hub.commit("master")).state == "green"
    assert hub.outcome(github) == "done"
    assert "check suite of Sandbox CI (queued since" in hub.display.progressed[0]
    assert "build (in progress" in hub.display.progressed[1]
    assert "suite" not in hub.display.progressed[1]


def test_it_is_not_green_while_a_suite_goes_on_whose_first_run_is_green(hub: Hub) -> None:
    run_check(hub, "success")
    answer_suites(hub, {"status": "in_progress", "latest_check_runs_count": 1})
    github = hub.github()
    assert github.wait_for_checks(hub.commit("master")).state == "green"
    assert "pending on" in hub.display.progressed[0]
    assert "check suite of Sandbox CI (in progress" in hub.display.progressed[0]


def test_a_suite_of_an_app_that_never_checks_is_named_and_not_waited_for(hub: Hub) -> None:
    old = f"{datetime.now(UTC) - timedelta(minutes=16):%Y-%m-%dT%H:%M:%SZ}"
    run_check(hub, "success")
    answer_suites(hub, {"created_at": old}, {"status": "completed", "conclusion": "stale"})
    github = hub.github()
    checks = github.wait_for_checks(hub.commit("master"))
    assert hub.sleeps == []
    assert "(not waited for: Sandbox CI, queued since" in str(checks)


def test_a_commit_on_which_no_app_has_begun_is_refused_with_their_names(hub: Hub) -> None:
    answer_suites(hub, {"created_at": "2026-01-02T03:04:05Z", "app": None})
    with pytest.raises(Refused, match="an app that is gone, queued since 2026-01-02 03:04 UTC"):
        hub.github().wait_for_checks(hub.commit("master"))


def test_a_workflow_that_could_not_start_is_red_though_it_has_no_run(hub: Hub) -> None:
    run_check(hub, "success")
    answer_suites(hub, {"status": "completed", "conclusion": "startup_failure"})
    with pytest.raises(Refused, match=r"check suite of Sandbox CI \(startup failure"):
        hub.github().wait_for_checks(hub.commit("master"))


SEES = {"contents": "read", "statuses": "read", "actions": "read"}


@pytest.mark.parametrize(
    ("conclusion", "state"), [("success", "green"), ("timed_out", "red"), (None, "pending")]
)
def test_a_fine_grained_token_asks_actions_for_its_runs_where_check_runs_are_hidden(
    hub: Hub, conclusion: str | None, state: str
) -> None:
    hub.hide()
    say(hub, "success")
    run_check(hub, conclusion)
    checks = hub.granted("operator", "fine-grained", SEES).find_checks(hub.commit("master"))
    assert checks.state == state
    assert [check.name for check in checks.checks] == ["ci/tests", "build"]
    if state == "green":
        assert str(checks).endswith("this token may not see the checks of other apps)")


def test_a_fine_grained_token_sees_the_check_runs_of_a_public_repository(hub: Hub) -> None:
    run_check(hub, "success")
    checks = hub.granted("operator", "fine-grained", {}).find_checks(hub.commit("master"))
    assert (checks.state, checks.unseen) == ("green", "")


@pytest.mark.parametrize(
    ("login", "kind", "permissions", "said"),
    [
        ("operator", "fine-grained", {"statuses": "read"}, r"actions=read.*give it Actions \(act"),
        ("operator", "fine-grained", {"actions": "read"}, r"statuses=read.*permission Commit stat"),
        ("helm[bot]", "installation", {"statuses": "read"}, r"checks=read.*Give the app, or the j"),
        ("helm[bot]", "installation", {"checks": "read"}, r"statuses=read.*permission Commit stat"),
    ],
)
def test_a_token_that_cannot_read_checks_is_told_what_it_lacks(
    hub: Hub, login: str, kind: Kind, permissions: dict[str, str], said: str
) -> None:
    hub.hide()
    github = hub.granted(login, kind, {"contents": "read", **permissions})
    with pytest.raises(AccessDenied, match=said):
        github.find_checks(hub.commit("master"))


def test_an_app_with_the_permissions_sees_all_checks(hub: Hub) -> None:
    hub.hide()
    say(hub, "success")
    run_check(hub, "success")
    seeing = {"contents": "read", "checks": "read", "statuses": "read"}
    checks = hub.granted("helm[bot]", "installation", seeing).find_checks(hub.commit("master"))
    assert (checks.state, len(checks.checks), checks.unseen) == ("green", 2, "")


MADE = datetime(2026, 3, 10, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "about", "its"),
    [
        (-20, "", False),
        (-0.5, "", True),
        (5, "", True),
        (-20, "2026.03.12", True),
        (-20, "the image of 2026.03.12.", True),
        (-20, "build 4711 of 2026.03.12, by CI", True),
        (-20, "2026.03.12-1", False),
    ],
)
def test_a_check_is_a_tags_if_it_names_it_or_began_after_it(
    minutes: float, about: str, its: bool
) -> None:
    check = Check("image", "green", "success", "", MADE + timedelta(minutes=minutes), about)
    assert check.is_of("2026.03.12", MADE) is its
    assert check.is_of("2026.03.12", None)


def test_a_check_tells_what_it_is_of(hub: Hub) -> None:
    body = {"name": "image", "head_sha": hub.commit("master"), "external_id": "2026.03.12"}
    hub.ask("ci", "POST", "/check-runs", {**body, "started_at": "2026-03-10T17:00:00Z"})
    shown = hub.ask("ci", "GET", f"/commits/{hub.commit('master')}/check-suites")
    for suite in shown["check_suites"]:
        suite["head_branch"] = "2026.03.12-7"
    hub.spoil("GET", "/check-suites$", answer=(200, {}, shown))
    (check,) = hub.github().find_checks(hub.commit("master")).checks
    assert (check.began, check.about) == (MADE, "2026.03.12 2026.03.12-7")


@pytest.mark.parametrize("conclusions", [("skipped",), ("neutral", "skipped")])
def test_checks_of_which_none_succeeded_are_not_green(
    hub: Hub, conclusions: tuple[str, ...]
) -> None:
    for conclusion in conclusions:
        run_check(hub, conclusion, name=f"{conclusion} one")
    with pytest.raises(Refused, match=r"found nothing succeeded on .*skipped one \(skipped, http"):
        hub.github().wait_for_checks(hub.commit("master"))
    run_check(hub, "success")
    assert hub.github().wait_for_checks(hub.commit("master")).state == "green"


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


def test_a_required_check_that_has_not_begun_is_waited_for_while_others_just_have(
    hub: Hub,
) -> None:
    say(hub, "success")
    hub.meanwhile = [lambda: say(hub, "success", context="lint")]
    checks = hub.github().wait_for_checks(hub.commit("master"), required=("ci/tests", "lint"))
    assert hub.display.progressed == [
        f"waiting for CI: pending on {hub.commit('master'):.9}: lint (required, and not begun)"
    ]
    assert sorted(check.name for check in checks.checks) == ["ci/tests", "lint"]


def test_a_required_check_that_never_began_on_an_old_commit_is_said_and_not_waited_for(
    hub: Hub,
) -> None:
    say(hub, "success")
    path = f"/commits/{hub.commit('master')}/status"
    told = hub.ask("ci", "GET", path)
    told["statuses"][0]["created_at"] = "2026-01-01T00:00:00Z"
    hub.spoil("GET", "/status$", answer=(200, {}, told))
    checks = hub.github().wait_for_checks(hub.commit("master"), required=("title",))
    assert str(checks).endswith("(not waited for: title, required and never begun here)")

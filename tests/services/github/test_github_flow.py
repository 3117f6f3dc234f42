"""A whole release on GitHub: how many calls it takes; a second run of it writes nothing."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from runbook_lib.services.github import GitHub, MergedPullRequest
from tests.services.github.conftest import Hub

RUN = "release/tidewatch/1.9"


def release(hub: Hub, github: GitHub) -> None:
    """All that a release asks of GitHub, in the procedure's order."""
    commit = hub.commit("1.9")
    github.check_access()
    github.latest_release()
    github.wait_for_checks(commit)
    pull = github.open_pull_request(
        "release/1.9", into="master", title="Release 1.9", body="For review."
    )
    tag = github.check_tag_unreleased("1.9", commit=commit, run=RUN)
    draft = github.draft_release(tag.name, title="1.9", text="What is new.", run=RUN)
    github.wait_for_merge(pull)
    github.publish_release(draft, commit=tag.commit)


def people(hub: Hub) -> None:
    """Have the reviewer approve and merge what is open."""
    (pull,) = hub.ask("reviewer", "GET", "/pulls")
    path = f"/pulls/{pull['number']}"
    hub.ask("reviewer", "POST", f"{path}/reviews", {"event": "APPROVE"})
    hub.ask("reviewer", "PUT", f"{path}/merge", {})


def green(hub: Hub) -> None:
    """Have CI pass on the release's commit."""
    body = {"state": "success", "context": "ci/tests"}
    hub.ask("ci", "POST", f"/statuses/{hub.commit('1.9')}", body)


def test_a_release_takes_at_most_twenty_eight_calls_and_three_writes(hub: Hub) -> None:
    green(hub)
    hub.meanwhile = [partial(people, hub)]
    github = hub.github()
    release(hub, github)
    assert github.writes == 3
    assert github.calls <= 28
    done = [report.step for report in github.runner.reports if report.outcome == "done"]
    assert done == ["open_pull_request", "draft_release", "wait_for_merge", "publish_release"]


def test_a_second_run_is_already_everywhere_and_writes_nothing(hub: Hub) -> None:
    green(hub)
    hub.meanwhile = [partial(people, hub)]
    release(hub, hub.github())
    before, github = hub.writes(), hub.github()
    release(hub, github)
    assert {report.outcome for report in github.runner.reports} == {"already", "good"}
    assert (github.writes, hub.writes()) == (0, before)


def test_a_plan_writes_nothing_and_waits_for_nobody(hub: Hub) -> None:
    green(hub)
    github = hub.github(plan=True)
    release(hub, github)
    outcomes = {report.step: report.outcome for report in github.runner.reports}
    assert outcomes["open_pull_request"] == outcomes["publish_release"] == "planned"
    assert (hub.writes(), hub.sleeps) == (1, [])


def test_each_thread_has_a_connection_of_its_own_and_all_are_counted(hub: Hub) -> None:
    green(hub)
    github = hub.github()
    with ThreadPoolExecutor(4) as threads:
        askers = {id(asker) for asker in threads.map(lambda _: look(github, hub), range(12))}
    assert 1 < len(askers) <= 4
    assert github.calls == 36


def look(github: GitHub, hub: Hub) -> object:
    """Look once, and return what this thread looked with."""
    github.find_checks(hub.commit("1.9"))
    return github.asker


def test_values_show_themselves_on_one_line() -> None:
    merged = MergedPullRequest(4, "a\nb", "c" * 40, "d" * 40, "rowan", ("rowan", "olive"), "")
    assert str(merged) == "#4 approved by rowan, olive, merged by rowan as ccccccccc"

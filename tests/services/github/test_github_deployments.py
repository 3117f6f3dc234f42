"""A release that is seen among GitHub's deployments to an environment."""

import pytest

from runbook_lib.errors import Refused, Waiting
from runbook_lib.services.github import Deployed
from runbook_lib.steps.step import Patience, Runner
from tests.services.github.conftest import Hub


def deploy(hub: Hub, ref: str, *states: str, **said: object) -> int:
    """Deploy a ref to staging, and say how that stands, one state after the other."""
    body = {"ref": ref, "environment": "staging", "required_contexts": []}
    number = int(hub.ask("ci", "POST", "/deployments", body)["id"])
    for state in states:
        hub.ask("ci", "POST", f"/deployments/{number}/statuses", {"state": state, **said})
    return number


def impatient(hub: Hub) -> Runner:
    """A runner that looks once."""
    runner = hub.runner()
    runner.patience = Patience(waiting=0.0)
    return runner


def wait(hub: Hub, *, patient: bool = False) -> Deployed:
    """Wait for 1.9 on staging, as the notebook does."""
    github = hub.github(runner=hub.runner() if patient else impatient(hub))
    return github.environment("staging").await_version("1.9", commit=hub.commit("1.9"))


@pytest.mark.parametrize("ref", ["1.9", "release/1.9"])
def test_the_commits_newest_deployment_that_went_well_is_what_staging_has(
    hub: Hub, ref: str
) -> None:
    deploy(hub, "1.9", "failure")
    deploy(hub, ref, "in_progress", "success")
    found = wait(hub)
    said = f"staging has {ref} at {hub.commit('1.9'):.9}, as GitHub's deployments say"
    assert str(found) == said
    assert found.link == f"{hub.url}/harbor/tidewatch/deployments/staging"


def test_it_is_waited_for_and_what_staging_has_is_said(hub: Hub) -> None:
    with pytest.raises(Waiting, match="to staging yet; there is no deployment to it at all"):
        wait(hub)
    deploy(hub, "1.8", "success")
    with pytest.raises(
        Waiting, match=f"nobody has deployed 1.9 .*newest one is of 1.8 at {hub.commit('1.8'):.9}"
    ):
        wait(hub)
    hub.meanwhile = [lambda: deploy(hub, "1.9"), lambda: deploy(hub, "1.9", "success")]
    assert wait(hub, patient=True).ref == "1.9"
    assert len(hub.sleeps) == 2


@pytest.mark.parametrize(("states", "words"), [((), "pending"), (("in_progress",), "in progress")])
def test_how_it_stands_is_said_while_it_lasts(
    hub: Hub, states: tuple[str, ...], words: str
) -> None:
    deploy(hub, "1.9", *states)
    with pytest.raises(Waiting, match=f"the deployment of 1.9 to staging is {words} "):
        wait(hub)


def test_whose_review_an_environment_asks_for_is_said(hub: Hub) -> None:
    account = hub.world.account("reviewer")
    assert account is not None
    who = {"reviewers": [{"type": "User", "id": account.id}]}
    hub.ask("operator", "PUT", "/environments/staging", who)
    deploy(hub, "1.9", "queued")
    with pytest.raises(Waiting, match="is queued; it may wait for a review by reviewer"):
        wait(hub)
    hub.spoil("GET", "/environments/", answer=(403, {}, {"message": "Resource not accessible"}))
    with pytest.raises(Waiting, match=r"is queued \("):
        wait(hub)


@pytest.mark.parametrize("state", ["failure", "error"])
def test_one_that_failed_is_refused_with_its_log(hub: Hub, state: str) -> None:
    deploy(hub, "1.9", state, log_url="https://ci.example/7", description="No space left.")
    said = rf"found {state}: No space left. \(https://ci.example/7\); mend that"
    with pytest.raises(Refused, match=said):
        wait(hub)


def test_one_that_another_has_taken_the_place_of_is_refused(hub: Hub) -> None:
    deploy(hub, "1.9", "success")
    deploy(hub, "1.8", "success")
    with pytest.raises(Refused, match="is not active any more; the newest one is of 1.8 at"):
        wait(hub)

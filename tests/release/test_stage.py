"""Where a release is seen on stage: what the profile may say of it, and a release of each kind."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from runbook_lib.errors import UsageError
from runbook_lib.journal.journal import Journal
from runbook_lib.release.stage import StageSettings
from runbook_lib.services.dockerflow import Dockerflow, VersionPage
from runbook_lib.steps.step import Runner
from tests.conftest import Quiet
from tests.release.carried_out import step_through
from tests.release.conftest import WriteProfile
from tests.release.test_waiting import TEAM, approve
from tests.release.world import World

URL = "https://stage.example"


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    journal = Journal(tmp_path / "session" / "journal.jsonl", session="s", operator="o")
    return Runner(journal, Quiet())


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "expected url or deployments, found neither"),
        ({"url": URL, "version": "app.version"}, "expected a JSON pointer, such as /app/version"),
        ({"url": URL, "version": "/app/~2"}, "expected a JSON pointer"),
        ({"url": URL, "version_pattern": "1.9"}, "with one group, found '1.9'"),
        ({"url": URL, "version_pattern": "("}, "expected a regular expression, found"),
        ({"url": URL, "version": "/v", "version_pattern": "(v)"}, "found both"),
        ({"url": URL, "commit": "/sha"}, "expected version or version_pattern beside commit"),
        ({"deployments": "staging", "version": "/v"}, "expected a page or deployments"),
    ],
)
def test_a_table_that_names_no_place_or_two_is_refused(said: dict[str, str], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        StageSettings(**said)


def test_a_page_is_dockerflows_until_something_else_is_said(runner: Runner) -> None:
    assert isinstance(StageSettings(url=URL).open("", runner), Dockerflow)
    page = StageSettings(url=URL, page="/health", version="/app/version").open("", runner)
    assert type(page) is VersionPage
    assert (page.page, page.version.pointer, bool(page.commit)) == ("health", "/app/version", False)


def test_a_token_is_looked_for_where_the_table_says_and_nowhere_else(runner: Runner) -> None:
    assert StageSettings(url=URL).secret_place() is None
    asked = StageSettings(url=URL, token_variable="STAGE_TOKEN")
    place = asked.secret_place()
    assert place is not None
    assert (place.variable, place.service, place.url) == ("STAGE_TOKEN", "stage", URL)
    key = asked.open("s3cret", runner).key
    assert key is not None
    assert (key.header, key.scheme) == ("Authorization", "Bearer ")
    named = StageSettings(url=URL, token_variable="STAGE_TOKEN", header="X-Api-Key")
    other = named.open("s3cret", runner).key
    assert other is not None
    assert (other.header, other.scheme) == ("X-Api-Key", "")
    with pytest.raises(UsageError, match="set STAGE_TOKEN to it"):
        asked.open("not visible\n", runner)


def test_a_release_is_seen_among_githubs_deployments(
    world: World, write_profile: WriteProfile
) -> None:
    write_profile({"stage.url": None, "stage.deployments": "staging"})

    def deploy(namespace: dict[str, Any]) -> None:
        hub = f"/api/v3/repos/{world.repository}/deployments"
        said = {"ref": namespace["tag"].name, "environment": "staging", "required_contexts": []}
        made = world.client().expect("POST", hub, said)
        world.client().expect("POST", f"{hub}/{made['id']}/statuses", {"state": "success"})

    step_through(TEAM).ended_with("Waiting")
    approve()
    assert "load-test" in step_through(TEAM).ended_with("Waiting")
    approve(gate="load-test")
    done = step_through(TEAM, before={"run.stage.await_version": deploy}).went_well()
    commit = world.tag_commit("1.9")
    said = f"staging has 1.9 at {commit:.9}, as GitHub's deployments say"
    assert str(done.namespace["deployed"]) == said

"""A run of one's own in the sandbox, without a word in a configuration."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from runbook_lib import OwnRun, Service, Settings, Waiting, open_run
from runbook_lib.profile import GitHubPlace, Team
from runbook_lib.run.setting import Setting
from runbook_lib.sandbox.world.operator import ORIGIN
from runbook_lib.secrets.masking import Secret
from runbook_lib.steps.patience import Patience
from tests.recorder.front import write_notebook
from tests.release.carried_out import leave
from tests.release.conftest import data_folder
from tests.services.answering import Answering, answering

POUR = 'run.approve("pour", "the tea", title="Pour it")'
SAMPLE = f"{ORIGIN}harbor/tidewatch.git"


class ShelfSettings(Settings):
    """A table that the sandbox's profile has."""

    place: str = "the wall"


class Hubbed(Team):
    """A team that says which GitHub it is at."""

    at: GitHubPlace


class Shelf(Service):
    """A service of one's own."""

    settings: ShelfSettings


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("own") / "home"
    with pytest.MonkeyPatch.context() as patch, data_folder(folder, patch):
        (folder.parent / "runbook.toml").write_text(
            '[profiles.sandbox.shelf]\nplace = "the door"\n'
            "[profiles.sandbox.gates.pour]\noperator_counts = false\n"
            '[profiles.sandbox.gates.changelog]\npeople = ["approver"]\n'
            'comments = "harbor/tidewatch#7"\n'
            '[profiles.sandbox.people]\napprover = { github = "approver" }\n'
        )
        (folder.parent / "runbooks").mkdir()
        write_notebook(folder.parent / "runbooks" / "practice.ipynb", "# Practice", POUR)
        patch.chdir(folder.parent)
        yield folder


@pytest.fixture(scope="module")
def run(home: Path) -> OwnRun:
    return open_run("practice", parameters={}, subject="1.0")


def test_the_services_that_come_along_are_those_of_the_sandbox(run: OwnRun) -> None:
    assert run.name == "practice/tidewatch/1.0"
    assert "may push to harbor/tidewatch" in str(run.github.check_access())
    assert "reads #remora" in str(run.slack.check_access())
    assert run.bugzilla is run.bugzilla
    assert run.matrix is run.matrix


def test_the_sandboxs_profile_has_tables_of_ones_own(run: OwnRun) -> None:
    assert run.use(Shelf).settings.place == "the door"
    assert run.team.gates["pour"].operator_counts is False


def test_a_gate_is_answered_by_comments_on_the_sandboxs_github(
    run: OwnRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_of_githubcom_0123456789")
    assert run.setting.rehearsal is not None
    url = run.setting.rehearsal.running.url
    comments = run.choose_comments()
    assert comments is not None
    assert comments.place("changelog") == f"{url}/harbor/tidewatch/issues/7"
    hub = comments.hub("harbor/tidewatch")
    assert hub.api_url == f"{url}/api/v3"
    assert hub.find_login() == "operator"


def test_a_service_at_another_address_is_not_told_the_secret_of_the_profiles(
    run: OwnRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = GitHubPlace(), GitHubPlace(api_url="https://github.corp.example/api/v3")
    kept = {"github": Secret("of-githubcom")}
    monkeypatch.setattr(
        run, "setting", Setting("team", Hubbed(project="x", at=ours), run.setting.home, kept)
    )
    monkeypatch.setenv("GH_ENTERPRISE_TOKEN", "of-the-corporation")
    assert run.secret_for(ours) == "of-githubcom"
    assert run.secret_for(theirs) == "of-the-corporation"


def test_a_repository_is_cloned_and_looked_at(run: OwnRun) -> None:
    mirror = run.mirror(SAMPLE)
    mirror.fetch()
    checkout = run.git(SAMPLE)
    assert SAMPLE in str(checkout.clone(SAMPLE, mirror=mirror.path))
    assert checkout.path.is_relative_to(run.folder)
    assert mirror.default_branch() == "master"


def test_a_page_is_looked_at_and_waited_for(run: OwnRun) -> None:
    assert run.setting.rehearsal is not None
    page = f"{run.setting.rehearsal.running.url}/sandbox/alive"
    assert run.http.get(page).status == 200
    assert "pid" in run.http.await_page(page, contains="pid").text


def test_a_site_that_fails_or_is_not_there_is_waited_for(
    run: OwnRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run.runner, "patience", Patience(waiting=0))
    with answering(Answering(503, "down")) as url, pytest.raises(Waiting, match="503 for GET"):
        run.http.await_page(url)
    with pytest.raises(Waiting, match="could not be reached"):
        run.http.await_page(url)
    assert [one.outcome for one in run.runner.reports[-2:]] == ["waiting", "waiting"]


def test_people_of_the_sandbox_decide_at_a_gate_of_ones_own(run: OwnRun) -> None:
    decision = run.approve("pour", "the tea", title="Pour it")
    assert decision.by == "approver@sandbox"
    leave()
    again = open_run("practice", parameters={}, subject="1.0")
    assert again.approve("pour", "the tea", title="Pour it") == decision

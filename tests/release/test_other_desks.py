"""A whole release with each other desk: Jira, of both kinds, and the issues of a repository."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.errors import UsageError
from runbook_lib.profile import load_as
from runbook_lib.release.habits import said_habits
from runbook_lib.release.rehearsal import open_rehearsal
from runbook_lib.release.settings import Profile
from runbook_lib.sandbox.world.world import World as Database
from tests.release.carried_out import Executed, step_through
from tests.release.conftest import WriteProfile
from tests.release.history import Change, build
from tests.release.test_desks import asked, left_out, release, result
from tests.release.test_waiting import TEAM, approve
from tests.release.world import World

STAGE = "Please deploy tidewatch 1.9 to STAGE"
PRODUCTION = "Please deploy tidewatch 1.9 to PRODUCTION"
NO_BUGZILLA = {"bugzilla.url": None, "bugzilla.qa": None, "bugzilla.cc": None}


@dataclass(frozen=True)
class Kind:
    """A kind of desk: what a profile says of it, and what becomes of a release there."""

    table: str
    said: dict[str, Any]
    ticket: str

    def keys(self, world: World) -> dict[str, Any]:
        given = {name: f"{world.url}{value}" if name == "url" else value
                 for name, value in self.said.items()}  # fmt: skip
        return {**NO_BUGZILLA, **{f"{self.table}.{name}": value for name, value in given.items()}}

    def titles(self, world: World) -> list[str]:
        """The titles of all its tickets, the oldest first."""
        if self.table == "issues":
            found = [one for one in world.github("issues?state=all") if "pull_request" not in one]
            return [one["title"] for one in found[::-1]]
        jql = "jql=project%20=%20%22OPS%22%20ORDER%20BY%20key%20ASC"
        if "cloud" not in self.said["url"]:
            found = world.get(f"/jira/rest/api/2/search?{jql}&maxResults=100")["issues"]
        else:
            client = type(world.client())(world.url, world.token(), user=self.said["user"])
            place = f"/jira-cloud/rest/api/3/search/jql?{jql}&fields=summary&maxResults=100"
            found = client.expect("GET", place)["issues"]
        return [one["fields"]["summary"] for one in found]


SERVER = Kind("jira", {"url": "/jira", "project": "OPS", "qa": "qa"}, "OPS-1")
CLOUD = Kind(
    "jira",
    {
        "url": "/jira-cloud",
        "project": "OPS",
        "qa": "qa@sandbox.example",
        "user": "operator@sandbox.example",
    },
    "OPS-1",
)
ISSUES = Kind("issues", {"labels": ["deployment"], "qa": "qa"}, "issue #2")
KINDS = pytest.mark.parametrize("kind", [SERVER, CLOUD, ISSUES], ids=["server", "cloud", "issues"])


def release_with_qa() -> Executed:
    """Release to where QA's answer is asked about, approve it, and go on to the end."""
    step_through(TEAM).ended_with("Waiting")
    approve()
    assert "load-test" in step_through(TEAM).ended_with("Waiting")
    approve(gate="load-test")
    return step_through(TEAM).went_well()


@pytest.fixture(autouse=True)
def secrets(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIRA_TOKEN", world.token())


@KINDS
def test_a_release_is_asked_for_judged_and_taken_over_there(
    world: World, write_profile: WriteProfile, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    with Database(world.folder) as database:
        database.set_setting("jira_lag", "2")
    write_profile(kind.keys(world))
    monkeypatch.delenv("BUGZILLA_API_KEY")
    done = release_with_qa()
    assert kind.titles(world)[:1] == [STAGE]
    assert kind.titles(world)[1:] in ([], [PRODUCTION])
    assert world.version()["version"] == "1.9"
    assert left_out(done) == []
    assert result(done) == f"1.9 is published; {kind.ticket} asks operations"
    assert world.bugs() == []


@KINDS
def test_gone_on_with_it_asks_and_files_nothing_again(
    world: World, write_profile: WriteProfile, kind: Kind
) -> None:
    write_profile(kind.keys(world))
    release_with_qa()
    before = kind.titles(world)
    since = world.mark()
    step_through({**TEAM, "version": "1.9"}).went_well()
    assert kind.titles(world) == before
    wrote = [one for one in world.accesses(since=since, login="operator")
             if one["method"] in ("POST", "PUT", "PATCH") and "bulkfetch" not in str(one["path"])
             and ("issue" in str(one["path"]))]  # fmt: skip
    assert wrote == []


@KINDS
def test_without_qa_the_ticket_is_filed_and_nobody_is_asked_on_it(
    world: World, write_profile: WriteProfile, kind: Kind
) -> None:
    write_profile({**kind.keys(world), f"{kind.table}.qa": None})
    done = release()
    assert kind.titles(world) == [STAGE]
    assert "load-test" not in asked(done)
    assert [one.partition(":")[0] for one in left_out(done)] == [
        f"the profile names no QA ({kind.table}.qa)"
    ] * 3


@KINDS
def test_a_load_test_that_fails_is_no_way_on(
    world: World, write_profile: WriteProfile, kind: Kind
) -> None:
    write_profile(kind.keys(world))
    world.set_person("qa", mode="no")
    step_through(TEAM).ended_with("Waiting")
    approve()
    step_through(TEAM)
    world.settle()
    done = step_through(TEAM)
    # In Jira, QA close what will not be done; on GitHub they may only say it, and a person judges.
    done.ended_with("Waiting" if kind.table == "issues" else "Refused")


def test_two_desks_are_one_too_many(world: World, write_profile: WriteProfile) -> None:
    write_profile({**SERVER.keys(world), "issues.qa": "qa"})
    with pytest.raises(UsageError, match="expected one desk, found jira and issues"):
        load_as("team", Profile)


def test_a_rule_about_the_load_test_wants_qa_of_that_desk(
    world: World, write_profile: WriteProfile
) -> None:
    keys = {**SERVER.keys(world), "jira.qa": None}
    write_profile({**keys, "gates.load-test.people": ["robin"]})
    with pytest.raises(UsageError, match=r"name them \(jira\.qa\)"):
        load_as("team", Profile)


@KINDS
def test_a_rehearsal_has_the_desk_that_the_profile_names(
    home: Path, write_profile: WriteProfile, world: World, tmp_path: Path, kind: Kind
) -> None:
    original = build(tmp_path / "buoy", [
        Change("feat: float", {"VERSION": "1.0.0\n", "CHANGELOG.md": "# Changes\n"}, tag="1.0.0"),
        Change("fix: ring again", {"a": "1"}),
    ])  # fmt: skip
    write_profile(kind.keys(world))
    said = said_habits("team")
    rehearsal = open_rehearsal(home / "sandbox", str(original), said=said)
    found = rehearsal.profile.desks
    assert [*found] == [kind.table]
    assert found[kind.table].qa.startswith("qa")
    running = rehearsal.running
    rehearsal.lease.close()
    plain = open_rehearsal(home / "sandbox", str(original))
    assert [*plain.profile.desks] == ["bugzilla"]
    assert plain.running.folder != running.folder
    plain.lease.close()

"""The week at a glance: changes nothing, and tells what is done, waiting and next."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.cli.run import command as run
from tests.push.conftest import WriteProfile
from tests.push.world import TAG, TeamWorld, profile_keys, start_team
from tests.release.carried_out import Executed, step_through
from tests.release.conftest import data_folder
from tests.release.world import git

DAY = "2026-03-12"
SUBJECT = "Take the token out"
SECRETS = ("fix-feed-token", SUBJECT, "limit-uploads", 'ADDRESS = "/feed"')
ORDER = ("security_fixes", "tag_push", "extract_locales", "cherry_pick", "live_push", "close_push")


def duty(**parameters: Any) -> Executed:
    return step_through(parameters, runbook="push_duty")


def rows(executed: Executed) -> dict[str, str]:
    """The state of each runbook with its note, as the week's table has them."""
    _, _, table = executed.text.partition(f"The push of {DAY}\n")
    lines = table.splitlines()[1 : 1 + len(ORDER)]
    found = {line.split()[0]: line.partition(" ")[2] for line in lines}
    assert tuple(found) == ORDER, executed.text
    return {
        name: " ".join(line.partition("runbook run")[0].split()) for name, line in found.items()
    }


def row_of(executed: Executed, begin: str) -> str:
    """The one row of the tables that begins so."""
    found = [line for line in executed.text.splitlines() if line.startswith(begin)]
    assert len(found) == 1, found
    return found[0]


def to_run(executed: Executed, begin: str) -> dict[str, Any]:
    """What `runbook run` takes the command at the end of a row to be; it refuses what it is not."""
    _, _, command = row_of(executed, begin).partition("runbook run ")
    found = run.make_context("run", command.split()).params
    return {name: value for name, value in found.items() if value}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TeamWorld, Executed]]:
    """A world on its Tuesday morning, and the overview of it, which leaves it as it was."""
    folder = tmp_path_factory.mktemp("fresh") / "home"
    with pytest.MonkeyPatch.context() as patch, data_folder(folder, patch):
        world = start_team(folder)
        before, mark = world.state(), world.mark()
        done = duty().went_well()
        changed = [line for line in world.writes(since=mark) if "/sandbox/" not in line]
        assert changed == []
        assert world.state() == before
        yield world, done


@pytest.fixture
def fresh(
    shown: tuple[TeamWorld, Executed], monkeypatch: pytest.MonkeyPatch
) -> tuple[TeamWorld, Executed]:
    """The same, with its data folder in the environment."""
    monkeypatch.setenv("RUNBOOK_HOME", str(shown[0].folder.parent.parent))
    return shown


def test_it_writes_nothing_anywhere(fresh: tuple[TeamWorld, Executed]) -> None:
    _, done = fresh
    assert {outcome for _, outcome in done.outcomes} == {"good"}
    assert not [event for event in done.events if event.kind in ("asked", "announced")]


def test_it_names_the_heroes_of_the_next_pushes(fresh: tuple[TeamWorld, Executed]) -> None:
    _, done = fresh
    assert "operator (the calendar)" in row_of(done, "2026-03-12")
    assert "willow" in row_of(done, "2026-03-19")
    assert "matteo (the calendar; the rotation has edith)" in row_of(done, "2026-03-26")


def test_it_begins_with_what_is_to_be_done_first(fresh: tuple[TeamWorld, Executed]) -> None:
    _, done = fresh
    states = rows(done)
    assert states.pop("security_fixes") == "next"
    assert states.pop("cherry_pick") == "as needed"
    assert set(states.values()) == {"to come"}
    assert to_run(done, "tag_push ") == {"runbook": "tag_push", "given": (f"push_date={DAY}",)}


def test_it_names_blockers_and_who_works_on_them(fresh: tuple[TeamWorld, Executed]) -> None:
    _, done = fresh
    blockers = done.namespace["blockers"]
    assert [bug.who for bug in blockers] == ["@matteo", "nobody", "nobody"]
    assert all(bug.link.startswith("http") for bug in blockers)
    assert "<b>" not in blockers._repr_mimebundle_()["text/html"].partition("colour")[0][-30:]


def test_it_links_notes_dashboards_and_versions(fresh: tuple[TeamWorld, Executed]) -> None:
    world, done = fresh
    assert row_of(done, f"notes of {DAY}").endswith(
        "/pelican/notes/blob/main/releases/2026/03/12.md"
    )
    assert f"{world.url}/sentry/organizations/pelican/issues/" in row_of(done, "Sentry ")
    assert row_of(done, "Grafana ops").endswith("/grafana/d/ops")
    assert "2026.03.05-1 at " in row_of(done, "server in production")
    assert row_of(done, "frontend on stage").endswith("/stage/frontend/__frontend_version__")


def test_it_does_not_name_the_fixes_that_are_to_come(fresh: tuple[TeamWorld, Executed]) -> None:
    world, done = fresh
    assert told(world.folder.parent.parent, done) == set()


def told(home: Path, *executed: Executed) -> set[str]:
    """Which words on the security fixes outputs, journals and the public archives have."""
    files = [path for one in executed for path in one.folder.rglob("*") if path.is_file()]
    seen = "".join(one.text for one in executed)
    seen += "".join(path.read_text(errors="replace") for path in files)
    for archive in home.glob("*/team/archive.git"):
        seen += git(archive, "log", "--all", "--patch", "--no-color")
    return {secret for secret in SECRETS if secret in seen}


def test_what_has_run_is_done_by_whom_and_the_next_is_next(world: TeamWorld, home: Path) -> None:
    step_through(runbook="security_fixes").went_well()
    tagged = step_through(runbook="tag_push").went_well()
    before = world.state()
    done = duty().went_well()
    states = rows(done)
    assert states["tag_push"].startswith("done by ") and states["tag_push"].endswith(" UTC")
    assert states["security_fixes"] == "done"
    assert states["extract_locales"] == "next" and states["live_push"] == "to come"
    assert f"{TAG} at " in row_of(done, "server on stage")
    assert "2026.03.05-1 at " in row_of(done, "server in production")
    assert told(home, tagged, done) <= {SUBJECT}, "its commit is public by then, and goes out"
    assert world.state() == before


def test_a_runbook_for_which_the_team_has_nothing_is_not_in_its_week(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    repositories = profile_keys(world, {})["push"]["repositories"]
    without = [{key: one[key] for key in one if key != "locales"} for one in repositories]
    write_profile(security=None, repositories=without)
    done = duty(profile="team", push_date=DAY).went_well()
    assert to_run(done, "tag_push ")["profile"] == "team"
    shown = {name: row_of(done, f"{name} ").split()[1] for name in ("tag_push", "live_push")}
    assert shown == {"tag_push": "next", "live_push": "to"}
    assert "security_fixes" not in done.text and "extract_locales" not in done.text


def test_a_waiting_runbook_says_what_for(world: TeamWorld, write_profile: WriteProfile) -> None:
    path = write_profile(slack=None)
    path.write_text(path.read_text().replace('"limit" = 30', '"limit" = 1'))
    world.set_person("ops", mode="off")
    parameters = {"profile": "team", "push_date": DAY}
    step_through(parameters, runbook="tag_push", approve="tags").ended_with("Waiting")
    before = world.state()
    state = rows(duty(**parameters).went_well())["tag_push"]
    assert state.startswith("waiting olive: waiting for stage: server 2026.03.12: ")
    assert world.state() == before


def test_a_refused_runbook_says_why(world: TeamWorld) -> None:
    sha = world.heads()["frontend"]
    body = {"state": "failure", "context": "lint", "description": "no"}
    world.client().expect("POST", f"/api/v3/repos/pelican/frontend/statuses/{sha}", body)
    step_through(runbook="tag_push").ended_with("Refused")
    state = rows(duty().went_well())["tag_push"]
    assert state.startswith("refused ") and "frontend: red on" in state


def test_a_security_run_at_its_gate_is_told_of_without_a_word_on_the_fix(
    world: TeamWorld,
    home: Path,
    write_profile: WriteProfile,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = write_profile(slack=None)
    path.write_text(path.read_text().replace('"limit" = 30', '"limit" = 1'))
    world.set_person("approver", mode="off")
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Olive")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "olive@sandbox.example")
    parameters = {"profile": "team", "push_date": DAY}
    waiting = step_through(parameters, runbook="security_fixes")
    assert waiting.ename == "Waiting" and "private" in waiting.folder.parts
    before = world.state()
    done = duty(**parameters).went_well()
    assert rows(done)["security_fixes"] == "waiting"
    assert told(home, done) == set()
    assert world.state() == before


def test_running_it_again_shows_the_same(world: TeamWorld) -> None:
    first, again = duty().went_well(), duty().went_well()
    assert rows(first) == rows(again)
    assert {outcome for _, outcome in again.outcomes} == {"good"}


def test_a_page_that_is_down_hides_nothing_else(world: TeamWorld) -> None:
    fault = {"path_pattern": "/production/server/__version__", "kind": "status", "status": 404}
    world.client().expect("POST", "/sandbox/faults", {**fault, "times": 50})
    done = duty().went_well()
    assert "? " in row_of(done, "server in production")
    assert "2026.03.05-1 at " in row_of(done, "server on stage")


def test_notes_that_are_not_there_yet_are_said_with_who_makes_them(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    write_profile(slack=None)
    done = duty(profile="team", push_date="2026-03-19").went_well()
    assert "no notes yet; tag_push begins them, or close_push of the push before" in row_of(
        done, "notes of"
    )
    assert not world.has_notes("releases/2026/03/19.md")


def test_a_tracker_that_is_away_is_an_error_and_not_no_blockers(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    write_profile(slack=None)
    fault = {"path_pattern": "/bugzilla/rest/bug", "kind": "status", "status": 503}
    world.client().expect("POST", "/sandbox/faults", {**fault, "times": 50})
    broken = duty(profile="team", push_date=DAY)
    assert broken.ename == "Unavailable" and "no blocking bugs" not in broken.text


def test_a_repository_that_git_cannot_reach_is_named(
    world: TeamWorld, write_profile: WriteProfile, tmp_path: Path
) -> None:
    path = write_profile(slack=None)
    text = path.read_text()
    path.write_text(text.replace('"pelican/frontend"', '"pelican/frontier"'))
    before = world.state()
    broken = duty(profile="team", push_date=DAY)
    assert broken.ename in ("Refused", "AccessDenied", "Failed", "Unavailable")
    assert "pelican/frontier" in broken.evalue
    assert world.state() == before

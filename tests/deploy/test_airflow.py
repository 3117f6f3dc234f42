"""The DAGs of `deploy/airflow`, by a real Airflow, beside a sandbox that they take for outside."""

from collections.abc import Iterator

import pytest

from runbook_lib.sandbox.server import process
from tests.deploy.airflow import WORKERS, Airflow, airflow_python
from tests.deploy.fleet import SAID, Desk, airflow_beside, figures, journals
from tests.release.world import World

FLEET = ("app1", "app2")
LINES = (("tag_push", "extract_locales"), ("push_duty",), ("live_push", "close_push"))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Airflow, World]]:
    airflow_python()
    with airflow_beside(tmp_path_factory.mktemp("airflow"), FLEET) as found:
        yield found


@pytest.fixture
def airflow(both: tuple[Airflow, World]) -> Airflow:
    return both[0]


@pytest.fixture
def world(both: tuple[Airflow, World]) -> World:
    return both[1]


@pytest.fixture
def team(world: World) -> process.Running:
    """The world of the team with a weekly push, as each worker's sandbox has it."""
    return process.start(world.folder.parent / "team", keep=True, team=True)


def test_a_fleet_is_released_though_a_worker_is_killed(airflow: Airflow, world: World) -> None:
    """Nothing is shared but the archive's remote; each gate is answered over the REST API."""
    desk = Desk(airflow)
    run = airflow.begin("fleet", profiles=[*FLEET])
    assert desk.until_it_ends("fleet", run) == "success", airflow.said()
    assert desk.killed
    lanes = [one for one in airflow.tasks("fleet", run) if one["task_id"] == "release"]
    assert max(one["try_number"] for one in lanes) > 1
    for name in FLEET:
        found = world.get(f"/api/v3/repos/harbor/{name}/releases")
        assert [(one["tag_name"], one["draft"]) for one in found] == [("1.9", False)]
        assert len(world.get(f"/api/v3/repos/harbor/{name}/pulls?state=all")) == 1
    assert len(desk.asked) == len(set(desk.asked)), "each question is asked once"
    approved = [one for one in journals(world) if one["event"] == "approved"]
    changelogs = [one for one in approved if one["gate"] == "changelog"]
    assert {(one["by"], one["how"], one["reason"]) for one in changelogs} == {
        ("ada", "passed on", SAID)
    }
    assert len(changelogs) == len(FLEET)
    assert all(one["link"].startswith(airflow.url) for one in changelogs)
    took = figures(airflow, world, run)
    assert took["tries of a task again"] >= 1
    assert took["decisions"] == len(approved) <= took["pushes to the archive"]
    assert took["of them creating"] == 3 * len(FLEET)
    homes = [home for home in airflow.folder.glob("homes/*") if (home / "profiles").exists()]
    assert len(homes) >= WORKERS, "each worker has a folder of its own"


def test_the_week_is_played_through_with_a_clock_that_is_set_forward(
    airflow: Airflow, team: process.Running
) -> None:
    desk, done = Desk(airflow, killed=1), []
    for day in (10, 11, 12):
        moment = f"2026-03-{day}T09:05:00-07:00"
        team.client.expect("PUT", "/sandbox/clock", {"to": moment})
        run = airflow.begin("push_week", when=moment)
        assert desk.until_it_ends("push_week", run) == "success", airflow.said()
        tasks = {one["task_id"]: one["state"] for one in airflow.tasks("push_week", run)}
        names = [name for line in LINES for name in line]
        done.append([name for name in names if tasks[name] == "success"])
    assert done == [["tag_push", "extract_locales"], ["push_duty"], ["live_push", "close_push"]]

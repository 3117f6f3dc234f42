"""The example that switches a database over: a real primary and its replica, on this machine."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples.clusters import Pair, run_pair
from tests.examples.example import Example, end, wait_until
from tests.recorder.front import start_front
from tests.release.world import stop_worlds

RUN = "switch_database/shop/practice"
SWITCHED = ["apples", "pears"]


@pytest.fixture
def pair() -> Iterator[Pair]:
    with run_pair() as running:
        yield running


@pytest.fixture
def example(tmp_path: Path, pair: Pair) -> Iterator[Example]:
    copy = Example.copy("switch_database", tmp_path, variables=pair.environment)
    yield copy
    stop_worlds(copy.home)


def check_switched(pair: Pair) -> None:
    """The new server has all that was ordered, is promoted once, and takes orders alone."""
    assert not pair.is_replica("new") and pair.timeline("new") == "2"
    assert "read-only" in pair.order("old", "plums")
    assert not pair.order("new", "pears")
    assert pair.orders("new") == SWITCHED


def test_a_plan_changes_nothing(example: Example, pair: Pair) -> None:
    before = pair.settings("old"), pair.settings("new")
    example.run("--plan").ended(0)
    assert {outcome for _, outcome in example.outcomes} == {"planned", "good", "already"}
    assert (pair.settings("old"), pair.settings("new")) == before
    assert pair.is_replica("new") and not pair.order("old", "pears")


def test_the_replica_takes_the_primarys_place_once_another_person_agrees(
    example: Example, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = example.run("--profile", "team").ended(75)
    assert "the operator does not count" in waits.text
    assert pair.is_replica("new") and "read_only" not in pair.settings("old")
    example.approve(monkeypatch, "edith", RUN, "switch", "announced")
    late = pair.psql("old", "INSERT INTO orders VALUES ('late') RETURNING pg_sleep(600)")
    example.run("--profile", "team").ended(0)
    assert "terminating connection" in end(late).text
    check_switched(pair)
    example.check_record()
    example.run("--profile", "team").ended(0)
    assert {outcome for _, outcome in example.outcomes} == {"already", "good"}
    assert pair.timeline("new") == "2"


@pytest.mark.parametrize("place", ["before", "middle", "behind"])
def test_killed_on_each_side_of_the_promotion_it_goes_on_where_it_was(
    example: Example, pair: Pair, place: str
) -> None:
    (hold := pair.folder / place).touch()
    running = example.start("run", example.notebook.name)
    wait_until((pair.folder / "held").exists, "a promotion is under way")
    if place == "middle":
        pair.signal_startup(signal.SIGSTOP)
        hold.unlink()
        wait_until((pair.folder / "new" / "promote").exists, "the replica is told to promote")
    example.kill_kernel()
    assert "its kernel died" in end(running).ended(1).text
    assert pair.is_replica("new") == (place != "behind")
    if place == "middle":
        pair.signal_startup(signal.SIGCONT)
    hold.unlink(missing_ok=True)
    example.run().ended(0)
    check_switched(pair)
    example.check_record()


def test_who_gives_up_before_the_promotion_has_the_old_server_as_it_was(
    example: Example, pair: Pair
) -> None:
    profile = example.folder / "runbook.toml"
    profile.write_text(f"{profile.read_text()}\n[profiles.sandbox.wait]\nlimit = 2\n")
    assert not pair.ask("new", "SELECT pg_wal_replay_pause()")
    assert not pair.order("old", "pears")
    assert "bytes behind" in example.run().ended(75).text
    assert "read-only" in pair.order("old", "plums")
    cells = example.cells()
    with start_front(example.folder, **example.environment) as front:
        for cell, source in cells.items():
            front.run(source, cell=cell)
    assert ("take_back", "done") in example.outcomes
    assert not pair.order("old", "plums") and pair.is_replica("new")
    assert not pair.ask("new", "SELECT pg_wal_replay_resume()")
    example.run().ended(0)
    assert pair.orders("new") == ["apples", "pears", "plums"] and not pair.is_replica("new")


def test_its_cells_show_what_is_expected(example: Example) -> None:
    example.nbval().ended(0)

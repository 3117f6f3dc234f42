"""The page about scale: its table is what the simulation finds, and that is what it says."""

from pathlib import Path

import pytest

from benchmarks.fleet import APP, DAY, FIRST, Budget, Limits, arrivals, is_on_time, late, table

PAGE = Path(__file__).parents[2] / "docs" / "scale.md"


def test_the_table_is_what_the_simulation_finds() -> None:
    shown = PAGE.read_text().partition("<!-- fleet -->\n")[2].partition("\n<!-- end -->")[0]
    assert shown == table()


@pytest.mark.parametrize("releases", [1, 7, 100, 10_000])
def test_a_day_has_all_of_its_releases(releases: int) -> None:
    assert sum(arrivals(releases)) == releases
    assert min(arrivals(releases)) >= 0


def test_without_a_limit_nothing_is_late_but_for_want_of_workers() -> None:
    plenty = Limits(10**9, 10**9, 10**9)
    assert not any(late(1000, 100, Budget(plenty, 1)))
    assert not is_on_time(late(10_000, 1, Budget(plenty, 1)))


def test_what_a_limit_does_not_let_through_is_late_and_not_forgotten() -> None:
    """An hour's limit lets one session of a release through: the second waits for the next hour."""
    begun = arrivals(1).index(1)
    assert late(1, 1, Budget(Limits(FIRST.requests, 80, 3), 1)) == [0, (-begun - 30) % 60, 0]
    few = late(10_000, 100, Budget(APP, 1))
    assert len(few) == 30_000
    assert max(few) == DAY

"""Work is true to length on a timeline; where nothing was done for long, it is shortened."""

import pytest

from runbook_lib.policy.scale import make_scale, merged


def test_spans_that_overlap_are_one() -> None:
    assert merged([(5, 6), (0, 2), (1, 3), (3, 4)]) == [(0, 4), (5, 6)]


def test_work_keeps_its_length_and_a_night_is_shortened() -> None:
    scale = make_scale([(0, 30), (50_000, 50_060)], (0, 50_060))
    first, night, second = scale.pieces
    assert night.idle and night.seconds == 49_970
    assert (second.right - second.left) / (first.right - first.left) == pytest.approx(2)
    assert night.right - night.left == pytest.approx(0.12 * 90 / (90 * 1.12))
    assert scale.place(0) == 0 and scale.place(50_060) == pytest.approx(1)
    assert night.left < scale.place(25_000) < night.right


def test_a_short_pause_is_as_long_as_it_was() -> None:
    scale = make_scale([(0, 10), (11, 21)], (0, 21))
    assert not any(piece.idle for piece in scale.pieces)
    assert scale.place(10.5) == pytest.approx(0.5)


def test_nothing_takes_no_room() -> None:
    assert make_scale([], (5, 5)).place(5) == 0.0
    assert make_scale([(5, 5)], (5, 5)).place(7) == 0.0

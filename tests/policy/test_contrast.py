"""Whatever colour a profile has, its banner can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.policy.contrast import BLACK, WHITE, contrast, ink


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(BLACK, WHITE, 21.0), (WHITE, WHITE, 1.0), ("#767676", WHITE, 4.54), ("#ff0000", WHITE, 4.0)],
)
def test_contrast_is_what_wcag_counts(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(expected, abs=0.01)


@given(st.integers(0, 0xFFFFFF))
def test_the_text_on_any_colour_has_the_contrast_of_aa(number: int) -> None:
    ground = f"#{number:06x}"
    assert contrast(ink(ground), ground) >= 4.5

"""Texts that are too long for a service: cut at a line, above a link to the whole."""

import pytest

from runbook_lib.errors import Refused
from runbook_lib.policy.lengths import fitting, shorten

WHOLE = "https://example.org/tide/blob/1.9/CHANGELOG.md"
TEXT = "".join(f"* {number:04} say what is wrong\n" for number in range(1000))


def test_a_text_that_fits_is_left_as_it_is() -> None:
    assert shorten(TEXT, len(TEXT), WHOLE) == TEXT


@pytest.mark.parametrize("most", range(300, 340))
def test_a_long_text_is_cut_at_a_line_with_a_link_and_fits(most: int) -> None:
    cut = shorten(TEXT, most, WHOLE)
    assert len(cut) <= most
    kept, link = cut.split("\n\n")
    assert TEXT.startswith(f"{kept}\n")
    assert WHOLE in link


def test_what_was_cut_is_not_cut_again() -> None:
    once = shorten(TEXT, 1000, WHOLE)
    assert shorten(once, 1000, WHOLE) == once


def test_a_text_of_one_line_leaves_the_link_alone() -> None:
    assert (
        shorten("x" * 1000, 300, WHOLE).split()
        == f"*It is cut here. All of it is in {WHOLE}*".split()
    )


@pytest.mark.parametrize("fence", ["```", "~~~~"])
def test_no_block_of_code_is_left_open(fence: str) -> None:
    text = f"Run this:\n{fence}sh\n" + "make\n" * 200 + f"{fence}\n"
    cut = shorten(text, 300, WHOLE)
    assert len(cut) <= 300
    assert f"make\n{fence}\n\n*It is cut here" in cut


@pytest.mark.parametrize("blocks", [1, 2])
def test_a_block_of_code_that_is_closed_stays_as_it_is(blocks: int) -> None:
    text = "```sh\nmake\n```\n" * blocks + "and so on\n" * 100
    cut = shorten(text, 300, WHOLE)
    assert cut.count("```") == 2 * blocks
    assert "and so on\n\n*It is cut here" in cut


def test_what_has_no_whole_is_refused_with_both_lengths() -> None:
    with pytest.raises(
        Refused, match=r"a comment of at most 100 characters, found 101: shorten it"
    ):
        fitting("x" * 91, 100, "a comment", under="x" * 10)
    assert fitting("x" * 90, 100, "a comment", under="x" * 10) == "x" * 90

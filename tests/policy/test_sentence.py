"""Somebody's words, with others behind them."""

import pytest

from runbook_lib.policy.sentence import sentence


@pytest.mark.parametrize(
    ("text", "shown"),
    [("not this", "not this."), ("not this.", "not this."), ("why? ", "why?"), ("a, b…", "a, b…")],
)
def test_a_sentence_ends_once(text: str, shown: str) -> None:
    assert sentence(text) == shown

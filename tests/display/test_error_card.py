"""An error sets apart what was expected, what was found and what to do; a wait is no failure."""

import pytest

from runbook_lib.display.error_card import ErrorCard, StopLine, as_lines, card_of
from runbook_lib.errors import NotHeld, Refused, RunbookError, UsageError, Waiting
from runbook_lib.policy.told_apart import told_apart

MOVED = (
    "expected tag 1.9 on origin at 3f2c81d09, found it at 9ab1c02ff (somebody's: pushed it): "
    "choose another version"
)


@pytest.mark.parametrize(
    ("said", "found", "to_do"),
    [
        (
            MOVED,
            "found it at 9ab1c02ff (somebody's: pushed it):",
            "choose another version",
        ),
        (
            "expected a folder at x, and there is none; make it, then run this again",
            "and there is none;",
            "make it, then run this again",
        ),
        ("expected a number, found 'so; run: this'", "found 'so; run: this'", ""),
        ("expected to sign, found: git: no key; set one", "found: git: no key;", "set one"),
        (
            "waiting for a review; waited 5 s; run this again to go on",
            "",
            "run this again to go on",
        ),
        ("the profile has no name", "", ""),
    ],
)
def test_a_message_is_told_apart_and_nothing_of_it_is_lost(
    said: str, found: str, to_do: str
) -> None:
    told = told_apart(said)
    assert (told.found, told.next) == (found, to_do)
    assert " ".join(told.lines) == said
    assert len(as_lines("Refused", told)) <= 3


def test_a_refusal_is_a_card_with_its_parts_and_its_command_set_apart() -> None:
    with pytest.raises(Refused) as raised:
        raise Refused("expected <a>, found <b>; run runbook approve r/p/1 x --reason '…'")
    card = card_of(raised.value)
    assert isinstance(card, ErrorCard)
    html = card.html()
    assert "expected</b>" in html and "&lt;a&gt;</span>" in html and "&lt;b&gt;</span>" in html
    assert "<code>runbook approve r/p/1 x --reason &#x27;…&#x27;</code>" in html
    assert html.index("what to do</b>") < html.index("<details")
    assert str(card).split("\n") == [
        "Refused: expected <a>,",
        "  found <b>;",
        "  run runbook approve r/p/1 x --reason '…'",
    ]


@pytest.mark.parametrize(
    "error", [Refused("no"), UsageError("no"), NotHeld("no"), Waiting("not yet"), RunbookError("x")]
)
def test_every_error_says_what_to_do(error: RunbookError) -> None:
    html = card_of(error).html()  # type: ignore[union-attr]
    assert "what to do</b>" in html
    assert ("… Waiting:" in html) == isinstance(error, Waiting)
    assert ("✘" in html) != isinstance(error, Waiting)


def test_where_somebody_decides_the_card_above_says_it_and_this_is_one_line() -> None:
    error = Waiting("long")
    error.stays = "This cell has stopped at the gate x."
    line = card_of(error)
    assert isinstance(line, StopLine)
    assert str(line) == error.stays and "long" not in line._repr_mimebundle_()["text/html"]

"""The board says the same as text and as HTML, and what comes from outside is escaped."""

from datetime import UTC, datetime

from runbook_lib.display.banner import Banner
from runbook_lib.display.board import Board, GateRow, Row, State
from runbook_lib.reading.sanitised import sanitise
from runbook_lib.testing.sanitising import steady

BOARD = Board(
    "mill/p/1",
    Banner("mill", "moz/<mill> on github.com", plan=True),
    State("waiting", "… WAITS at “2 · Bake”", "for <b>mia</b>", 0.25),
    (
        Row("1", "Grind\nthe corn", "done", 61.0, "olive, not looked at again yet"),
        Row("2", "Bake <it>", "waiting", 1.0, here=True),
        Row("", "Close"),
    ),
    (GateRow("flour", "open", "waits for <mia>"), GateRow("salt")),
    (("operator", "olive"),),
    at=datetime(2026, 11, 27, 12, 0, 5, tzinfo=UTC),
)


def test_as_text_it_is_a_table_that_no_text_from_outside_can_add_a_line_to() -> None:
    assert str(BOARD).split("\n") == [
        "Board of mill/p/1",
        "profile mill: moz/<mill> on github.com · PLAN: nothing is changed",
        "… WAITS at “2 · Bake”",
        "for <b>mia</b>",
        f"  ✔ done      {'1 · Grind the corn':<46} 1 min 01 s  olive, not looked at again yet",
        f"▸ … waiting   {'2 · Bake <it>':<46} 1.0 s",
        "  ·           Close",
        "gate … flour waits for <mia>",
        "gate · salt has not asked yet",
        "operator: olive",
        "as of 2026-11-27 12:00:05 UTC",
    ]


def test_as_html_it_is_escaped_and_holds_no_script() -> None:
    shown = BOARD.html()
    assert "<script" not in shown and "moz/&lt;mill&gt;" in shown and "&lt;b&gt;mia" in shown
    assert 'value="0.250"' in shown


def test_on_a_page_it_stands_in_its_place_without_its_style_sheet() -> None:
    shown = sanitise(BOARD.html())
    assert "position" not in shown and "runbook-board" not in shown
    assert "… WAITS at" in shown and "Bake &lt;it&gt;" in shown


def test_a_comparison_does_not_care_how_far_a_run_was() -> None:
    assert steady(f"{BOARD}\nmore") == "BOARD\nmore"
    assert steady(BOARD.html()) == "BOARD"

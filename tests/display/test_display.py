"""How steps, tables and gates read as plain text, and that nothing from outside becomes HTML."""

import pytest

from runbook_lib.display.card import Card
from runbook_lib.display.lines import StepLine
from runbook_lib.display.step_display import NotebookDisplay, PlainDisplay
from runbook_lib.display.table import ROWS, Table, summary
from runbook_lib.errors import Outcome
from runbook_lib.journal.decision import Decision
from runbook_lib.steps.question import Question
from runbook_lib.steps.report import Report

PUSHED = Report(
    "push",
    "done",
    announced="push release/1.9 and tag 1.9 to origin",
    detail="origin has release/1.9 and 1.9 at 3f2c81d09",
    seconds=0.31,
)
NASTY = '<img src=x onerror=alert(1)> & "quotes" $(id) `id` --force'


def test_a_step_that_was_done_says_what_was_announced_and_what_was_found() -> None:
    first, second = str(StepLine(PUSHED)).splitlines()
    assert first.split() == [
        "✔",
        "done",
        "push",
        "release/1.9",
        "and",
        "tag",
        "1.9",
        "to",
        "origin",
        "0.3",
        "s",
    ]
    assert second == "  origin has release/1.9 and 1.9 at 3f2c81d09"


def test_a_step_that_was_done_before_says_in_one_line_what_was_found() -> None:
    line = str(StepLine(Report("push", "already", detail=PUSHED.detail)))
    assert line.split() == [
        "·",
        "already",
        "origin",
        "has",
        "release/1.9",
        "and",
        "1.9",
        "at",
        "3f2c81d09",
        "0.0",
        "s",
    ]


@pytest.mark.parametrize("outcome", ["refused", "failed", "unknown", "waiting"])
def test_a_step_that_raised_names_itself_and_leaves_the_reason_to_the_error(
    outcome: Outcome,
) -> None:
    line = str(StepLine(Report("check_clone", outcome, detail="expected …, found …")))
    assert "check clone" in line
    assert outcome in line
    assert "expected" not in line


@pytest.mark.parametrize(
    "shown",
    [
        StepLine(Report("push", "done", announced=NASTY, detail=NASTY, link=NASTY)),
        StepLine(Report("push", "unknown"), running=NASTY, fraction=0.5),
        Table(NASTY, (NASTY,), ((NASTY,), (f"https://example.org/{NASTY}",)), (NASTY,)),
        Card(Question(NASTY, "changelog", NASTY, NASTY, "0" * 64)),
        Card(
            Question("run", "changelog", "title", "text", "0" * 64),
            Decision("changelog", "0" * 64, "rejected", NASTY, NASTY, "card", NASTY),
        ),
    ],
)
def test_what_comes_from_outside_is_text_and_never_html(shown: StepLine | Table | Card) -> None:
    html = shown._repr_mimebundle_()["text/html"]
    assert "<img" not in html
    assert "&lt;img" in html


def test_only_an_address_for_a_browser_becomes_a_link() -> None:
    html = StepLine(Report("push", "done", link="javascript:alert(1)")).html()
    assert "href" not in html
    assert (
        'href="https://example.org/x"'
        in StepLine(Report("push", "done", link="https://example.org/x")).html()
    )


def test_a_long_table_says_how_many_rows_it_leaves_out() -> None:
    table = Table("", ("n",), tuple((str(n),) for n in range(ROWS + 5)))
    assert str(table).endswith("… and 5 more")
    assert "… and 5 more" in table.html()


def test_a_summary_has_each_step_once_as_it_ended() -> None:
    reports = [
        Report("approve", "waiting", arguments="changelog"),
        Report("approve", "already", arguments="version"),
        Report("approve", "done", arguments="changelog"),
    ]
    rows = summary("run", reports, []).rows
    assert [row[0] for row in rows] == ["✔ done", "· already"]


@pytest.mark.parametrize("display", [PlainDisplay(), NotebookDisplay(interactive=False)])
def test_a_step_leaves_a_line_when_it_starts_and_only_waits_say_how_far_they_are(
    display: PlainDisplay | NotebookDisplay, capsys: pytest.CaptureFixture[str]
) -> None:
    line = display.start("push")
    line.progress("push release/1.9")
    line.progress("#4 is not approved", 0.1)
    line.progress("#4 is not approved", 0.2)
    assert capsys.readouterr().out == "… push\n… #4 is not approved\n"

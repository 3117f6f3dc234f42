"""Characters that steer a terminal, or the eye of who reads, are seen wherever a text is shown."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.display.card import Card
from runbook_lib.display.lines import StepLine
from runbook_lib.display.output import say
from runbook_lib.display.table import Table
from runbook_lib.journal.decision import Decision
from runbook_lib.policy.accounting import account
from runbook_lib.policy.changelog import Entry
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.pages import render
from runbook_lib.policy.version import Version
from runbook_lib.policy.visible import coloured, one_line, point_out, printed, visible
from runbook_lib.reading.finding import Found
from runbook_lib.reading.lines import aligned
from runbook_lib.reading.page import make_page
from runbook_lib.reading.questions import Asked
from runbook_lib.reading.sanitised import sanitise
from runbook_lib.record.cells import difference
from runbook_lib.record.heading import plain
from runbook_lib.sandbox import page
from runbook_lib.services.git.private_mirrors.diff import Diff
from runbook_lib.steps.question import Question
from runbook_lib.steps.report import Report

HOSTILE = "exe.\u202egnp\u2066 \x1b]0;all is well\x07\x1b[2J\x9b2J\x00\u200b\x85\u2028+fine"
SHOWN = (
    "exe.<U+202E>gnp<U+2066> <U+001B>]0;all is well<U+0007><U+001B>[2J<U+009B>2J<U+0000>"
    "<U+200B><U+0085><U+2028>+fine"
)
ENTRY = Entry(Version.parse("1.9.0"), f"## 1.9.0\n\n- {HOSTILE}\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (HOSTILE, SHOWN),
        ("one\r\ntwo\rthree", "one<U+000D>\ntwo<U+000D>three"),
        ("tab\tand line\nstay, as do ö, 漢 and a no-break\xa0space", None),
        ("⚡️ faster, by 👩🏽‍💻 and ❤️‍🔥", None),
        ("a\u200db, c\ufe0f, \U000e0041", "a<U+200D>b, c<U+FE0F>, <U+E0041>"),
        ("it writes <U+202E>", "it writes <U+003C>U+202E>"),
        ("half \ud83d", "half <U+D83D>"),
        ("a <b>U+1</b>", None),
    ],
)
def test_what_is_not_seen_is_made_visible(text: str, shown: str | None) -> None:
    assert visible(text) == (text if shown is None else shown)


@given(st.text(st.characters() | st.sampled_from("<U+2E>\u202e\u200d\ufe0f⚡\r")))
def test_texts_that_differ_are_shown_differently(text: str) -> None:
    shown = re.sub("<U[+]([0-9A-F]{4,6})>", lambda found: chr(int(found[1], 16)), visible(text))
    assert shown == text


def test_no_character_that_unicode_calls_a_control_is_left() -> None:
    seen = {0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2}
    seen |= {0x110BD, 0x110CD, *range(0x13430, 0x13440)}  # signs that stand around what they are of
    kinds = ("Cc", "Cf", "Cs", "Zl", "Zp")
    controls = {n for n in range(0x110000) if unicodedata.category(chr(n)) in kinds} - {9, 10}
    assert {n for n in controls if visible(chr(n)) == chr(n)} <= seen


NOW = datetime(2026, 11, 23, tzinfo=UTC)
COMMIT = Commit("a" * 40, (), "Mara", NOW, f"chore: not listed {HOSTILE}")
QUESTION = Question("run", "changelog", HOSTILE, HOSTILE, "0" * 64)
DECISION = Decision("changelog", "0" * 64, "rejected", HOSTILE, HOSTILE, "card", HOSTILE)
ASKED = Asked("run", "changelog", HOSTILE, HOSTILE, "0" * 64, "", "session", HOSTILE)
STEP = Report(
    "push", "done", announced=HOSTILE, detail=HOSTILE, link=f"https://a.example/{HOSTILE}"
)
DIFF = Diff(HOSTILE, HOSTILE, "0" * 64, 1, 1, HOSTILE)


@pytest.mark.parametrize(
    "show",
    [
        lambda: Card(QUESTION),
        lambda: Card(QUESTION, DECISION),
        lambda: StepLine(STEP),
        lambda: StepLine(STEP, running=HOSTILE),
        lambda: Table(HOSTILE, (HOSTILE,), ((HOSTILE,),), (HOSTILE,)),
        lambda: ENTRY,
        lambda: account(ENTRY, [COMMIT]),
        lambda: DIFF,
    ],
    ids=["card", "decided", "step", "running", "table", "entry", "accounting", "diff"],
)
def test_every_value_is_shown_in_one_and_the_same_way(show: Callable[[], Any]) -> None:
    for text in show()._repr_mimebundle_().values():
        assert SHOWN in text.replace("&lt;", "<").replace("&gt;", ">")
        assert visible(text.replace("<U+", "")) == text.replace("<U+", "")


@pytest.mark.parametrize(
    "show",
    [
        lambda: str(ASKED),
        lambda: "\n".join(aligned(("a",), [(HOSTILE,)])),
        lambda: one_line(HOSTILE),
        lambda: make_page(Found(HOSTILE, (), of_run=True)),
        lambda: render(page.__name__, "closed.html.j2", option=HOSTILE),
        lambda: difference("x", HOSTILE),
        lambda: plain(HOSTILE).replace("\\", ""),
    ],
    ids=["asked", "rows", "line", "page", "sandbox", "difference", "head"],
)
def test_every_text_is_shown_in_the_same_way(show: Callable[[], str]) -> None:
    text = show().replace("&lt;", "<").replace("&gt;", ">")
    assert SHOWN in text
    assert visible(text.replace("<U+", "")) == text.replace("<U+", "")


def test_a_line_that_is_printed_steers_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    say(HOSTILE)
    assert capsys.readouterr().out == f"{SHOWN}\n"


def test_what_a_notebook_shows_already_is_shown_as_it_is_there() -> None:
    assert printed(SHOWN) == SHOWN
    assert sanitise(f"<b>{SHOWN.replace('<', '&lt;')}</b>") == (
        f"<b>{SHOWN.replace('<', '&lt;').replace('>', '&gt;')}</b>"
    )


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("10 %\r50 %\r100 %\n", "100 %\n"),
        ("one\r\ntwo", "one\ntwo"),
        ("\x1b]0;a new title\x07text", "<U+001B>]0;a new title<U+0007>text"),
        ("\x1b[", "<U+001B>["),
    ],
)
def test_what_a_program_printed_is_read_as_a_terminal_had_left_it(text: str, left: str) -> None:
    assert printed(text) == left


def test_the_colours_of_a_traceback_stay() -> None:
    assert coloured("\x1b[0;31mError\x1b[0m: \x1b]0;x\x07") == (
        "\x1b[0;31mError\x1b[0m: <U+001B>]0;x<U+0007>"
    )


def test_an_entry_with_what_is_not_seen_is_pointed_out_before_it_is_approved() -> None:
    said = "line 3 U+202E (right-to-left override), U+2066 (left-to-right isolate), U+001B"
    accounting = account(ENTRY, [])
    bundle = accounting._repr_mimebundle_()
    for text in (str(Card(QUESTION)), str(ASKED), bundle["text/plain"], bundle["text/html"]):
        assert "characters that are not seen" in text
    assert said in str(accounting)
    clean = Entry(ENTRY.version, "## 1.9.0\n\n- ⚡️ faster\n")
    assert (account(clean, []).steering, point_out("⚡️ faster")) == ("", "")


def test_many_lines_with_what_is_not_seen_are_counted() -> None:
    assert point_out("\x00\n" * 7).endswith("; and 2 lines more")


def test_no_line_is_forged_in_what_is_approved() -> None:
    """What Python takes for a line's end is none in a diff, and gets no colour of its own."""
    forged = Entry(ENTRY.version, "x", diff="+ok\u2028-removed\x85@@ 1 @@")
    assert forged.html().count("<span") == 1

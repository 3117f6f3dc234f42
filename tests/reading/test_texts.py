"""HTML from outside, made harmless; times as people write them; rows as lines."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runbook_lib.cli import told
from runbook_lib.errors import UsageError
from runbook_lib.policy.durations import duration
from runbook_lib.reading.lines import aligned, folded, indented
from runbook_lib.reading.sanitised import sanitise
from runbook_lib.reading.shown import read_cell
from runbook_lib.reading.times import parse_moment, seconds_between

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<b>bold</b>", "<b>bold</b>"),
        ("<script>x</script>y", "y"),
        ("<style>body{display:none}</style>y", "y"),
        ("</div></section>y", "y"),
        ("<div><b>y", "<div><b>y</b></div>"),
        ("<a href='javascript:x()'>y</a>", "<a>y</a>"),
        ("<img src='https://a.example/x.png' onerror='x()'>", "<img>"),
        ("<svg><script>x</script></svg>y", "y"),
        ("<p style='position:fixed;color:red'>y</p>", '<p style="color:red">y</p>'),
        ("<p style='background:url(//a.example)'>y</p>", '<p style="">y</p>'),
        ("<p class=doubt id=x>y</p>", "<p>y</p>"),
        ("<template shadowrootmode=open><b>x</b></template>y", "y"),
        ("<!-- <b> -->y<![CDATA[x]]>", "y"),
        ("1 &lt; 2 & 3", "1 &lt; 2 &amp; 3"),
    ],
)
def test_html_is_what_it_looks_like_and_no_more(html: str, left: str) -> None:
    assert sanitise(html) == left


def test_a_link_of_the_web_stays_a_link() -> None:
    assert 'href="https://a.example/x?a=1&amp;b=2"' in sanitise(
        '<a href="https://a.example/x?a=1&amp;b=2" target="_blank">y</a>'
    )


@pytest.mark.parametrize(
    ("text", "ago"),
    [("36h", timedelta(hours=36)), ("7d", timedelta(days=7)), ("90min", timedelta(minutes=90))],
)
def test_a_time_may_be_how_long_ago_it_was(text: str, ago: timedelta) -> None:
    assert parse_moment(text, now=NOW) == NOW - ago


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "999999w", "-1d"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected a date"):
        parse_moment(text)


def test_a_date_without_a_zone_is_this_machines() -> None:
    assert parse_moment("2026-11-23").tzinfo is not None
    assert parse_moment("2026-11-23T09:07+00:00") == datetime(2026, 11, 23, 9, 7, tzinfo=UTC)


def test_lengths_of_time_are_words() -> None:
    lengths = (0.04, 59.9, 75, 3700, 90000)
    assert [*map(duration, lengths)] == ["0.0 s", "59.9 s", "1 min 15 s", "1 h 01 min", "1 d 1 h"]
    assert seconds_between("2026-11-23T09:00:00+00:00", "2026-11-23T08:00:00+00:00") == 0
    assert seconds_between("", "2026-11-23T08:00:00+00:00") == 0


def test_rows_are_aligned_as_they_come() -> None:
    assert [*aligned(("a", "b"), [("1", "2"), ("longer", "3\n4")])] == [
        "a       b",
        "1       2",
        "longer  3 4",
    ]
    assert [*aligned(("a",), [])] == ["a"]


RUN, SESSION = "release/server-syncstorage/1.9", "20261126T085608.873349Z-0f95e8"
COMMAND = f"runbook approve {RUN} changelog --digest e6399f448faf --reason '…'"
LOG = (
    ("started", "outcome", "run", "operator", "took", "session", ""),
    ("2026-11-26 08:56", "… waiting", RUN, "operator", "5.6 s", SESSION, "private"),
)
STATUS = (
    ("since", "state", "run", "waits for", "held by", "next"),
    ("2026-11-26 08:56", "… waiting", RUN, "gate changelog e6399f448faf: 1.9", "", COMMAND),
)


@pytest.mark.parametrize("width", [60, 80, 120, 400])
@pytest.mark.parametrize("table", [LOG, STATUS], ids=["log", "status"])
def test_no_name_is_cut_where_a_terminal_is_narrow(
    table: tuple[tuple[str, ...], ...], width: int
) -> None:
    lines = [line.plain for line in folded(table, width)]
    assert all(len(line) <= width for line in lines)
    assert [line for line in lines if RUN in line]
    words = [word for line in lines for word in line.split()]
    assert set(" ".join(table[1]).split()) <= set(words)


def test_columns_that_do_not_fit_are_named_below() -> None:
    assert [line.plain for line in folded(STATUS, 80)] == [
        "since             state      run",
        f"2026-11-26 08:56  … waiting  {RUN}",
        "    waits for gate changelog e6399f448faf: 1.9",
        f"    next runbook approve {RUN} changelog --digest",
        "         e6399f448faf --reason '…'",
    ]


def test_each_line_of_a_text_is_marked() -> None:
    assert indented("one\n\ntwo\n", "| ") == "| one\n|\n| two"


def test_an_error_that_quotes_a_record_does_not_steer_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def command() -> None:
        raise UsageError("it has asked for: \x1b[2J\x1b]0;all is well\x07cups")

    with pytest.raises(SystemExit):
        told(command)()
    said = "it has asked for: <U+001B>[2J<U+001B>]0;all is well<U+0007>cups"
    assert capsys.readouterr().err == f"UsageError: {said}\n"


@pytest.mark.parametrize(
    "said",
    [
        {"metadata": {"runbook": {"marks": 3}}},
        {"outputs": "x"},
        {"outputs": 3},
        {"outputs": ["x", None]},
        {"outputs": [{"output_type": "error", "traceback": 3}]},
    ],
)
def test_a_cell_that_is_not_as_a_notebook_has_it_is_shown_as_far_as_it_goes(
    said: dict[str, Any],
) -> None:
    cell = read_cell({"cell_type": "code", "source": "x = 1", **said}, died=False)
    assert cell.source == "x = 1"
    assert isinstance([output.plain for output in cell.outputs], list)

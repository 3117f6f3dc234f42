"""A repository's tags over time: told apart by kind, the release to be made among them."""

import re
from datetime import date, timedelta

import pytest

from runbook_lib.display.tag_history import MOST, SHOWN, TagHistory, tag_history
from runbook_lib.policy.version import Version

MADE = {
    "1.6": date(2025, 3, 3),
    "1.7-rc.1": date(2025, 5, 20),
    "1.7": date(2025, 6, 2),
    "1.7.1": date(2025, 6, 12),
    "2.0": date(2025, 9, 1),
}
TAGS = [(name, day, Version.parse(name)) for name, day in MADE.items()]


@pytest.fixture
def history() -> TagHistory:
    word = ("<b>nightly</b>", date(2025, 7, 1), None)
    return tag_history([*TAGS, word], next_tag="2.1", on=date(2025, 10, 1))


def test_each_kind_has_a_line_that_says_how_many_there_are_and_the_last(
    history: TagHistory,
) -> None:
    assert [(lane.title, lane.said) for lane in history.lanes] == [
        ("major", "2.0, 2025-09-01"),
        ("minor", "2, the last 1.7, 2025-06-02"),
        ("patch", "1.7.1, 2025-06-12"),
        ("pre-release", "1.7-rc.1, 2025-05-20"),
        ("other tags", "<b>nightly</b>, 2025-07-01"),
        ("this release", "2.1, 2025-10-01"),
    ]


def test_it_says_how_often_there_is_a_release_and_how_long_ago_the_last_was(
    history: TagHistory,
) -> None:
    assert history.title == (
        "Tags from 2025-03-03 to 2025-10-01; a release every 81 days (median); "
        "this one 30 days after the last"
    )


def test_as_text_each_tag_is_at_its_place_above_the_dates(history: TagHistory) -> None:
    _, major, minor, *_, this, dates = str(history).split("\n")
    at = {line: [found.start() for found in re.finditer("[█◆]", line)] for line in (minor, this)}
    assert at[minor] == [42, 42 + int(40 * 91 / 212)] and at[this] == [81]
    assert major.index("█") == 42 + int(40 * 182 / 212)
    assert dates.split() == ["2025-04", "2025-07", "2025-10"]


def test_as_html_it_needs_no_script_and_escapes_what_it_is_told(history: TagHistory) -> None:
    shown = history.html()
    assert "&lt;b&gt;nightly" in shown and "<b>nightly" not in shown
    assert not re.search("<(script|style|svg)", shown)
    assert 'title="1.7.1, 2025-06-12"' in shown


def test_of_many_tags_the_newest_are_shown_and_the_others_counted() -> None:
    begun = date(2020, 1, 1)
    releases = [(f"1.{n}", begun + timedelta(days=n), Version(1, n)) for n in range(1, SHOWN + 11)]
    nightly = [(f"n{n}", begun + timedelta(days=20), None) for n in range(MOST + 5)]
    history = tag_history([*releases, *nightly], next_tag="2.0", on=date(2021, 1, 1))
    assert [len(lane.bars) for lane in history.lanes] == [SHOWN, MOST, 1]
    assert "without 15 older ones" in history.title
    shares = re.findall(r"width:(-?[\d.]+)%", history.html())
    assert min(map(float, shares)) >= 0.0


def test_versions_that_tell_a_date_are_of_one_kind_and_the_release_itself_stands_once() -> None:
    tags = [
        ("2026.03.05", date(2026, 3, 5), Version.parse("2026.03.05")),
        ("2026.03.12", date(2026, 3, 12), Version.parse("2026.03.12")),
    ]
    history = tag_history(tags, next_tag="2026.03.12", on=date(2026, 3, 12))
    assert [(lane.title, lane.said) for lane in history.lanes] == [
        ("by date", "2026.03.05, 2026-03-05"),
        ("this release", "2026.03.12, 2026-03-12"),
    ]


def test_tags_of_one_day_are_shown_too() -> None:
    day = date(2026, 3, 5)
    history = tag_history([("1.0", day, Version(1, 0))], next_tag="1.1", on=day)
    assert "width" in history.html() and "1.0" in str(history)

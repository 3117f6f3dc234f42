"""The week of a push as a diagram: each runbook on its day, its state in words beside a colour."""

import re
from datetime import date

import pytest

from runbook_lib.display.table import Table
from runbook_lib.push.week_diagram import Part, WeekDiagram, WeekTable, week_diagram

TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 3, day) for day in (10, 11, 12))
PARTS = (
    Part("security_fixes", "done"),
    Part("tag_push", "waiting", "olive: <b>approve</b>"),
    Part("extract_locales", "failed", "olive"),
    Part("cherry_pick", "as needed"),
    Part("live_push", "next"),
    Part("close_push", "to come"),
)


def diagram(today: date = TUESDAY, parts: tuple[Part, ...] = PARTS) -> WeekDiagram:
    return week_diagram(parts, tagging=TUESDAY, push=THURSDAY, today=today)


def test_as_text_each_day_has_its_runbooks_in_their_order() -> None:
    assert str(diagram()).split("\n") == [
        "Tue 2026-03-10 (today)   ✔ security fixes (done) → … tag push (under way, waiting) → "
        "✘ extract locales (stopped: failed)",
        "until Thu 2026-03-12     ◇ cherry pick (as needed)",
        "Thu 2026-03-12           ▷ live push (next) → ○ close push (to come)",
    ]


@pytest.mark.parametrize(
    ("today", "marked"),
    [
        (date(2026, 3, 9), []),
        (TUESDAY, ["Tue 2026-03-10"]),
        (WEDNESDAY, ["until Thu 2026-03-12"]),
        (THURSDAY, ["Thu 2026-03-12"]),
        (date(2026, 3, 13), []),
    ],
)
def test_today_is_marked(today: date, marked: list[str]) -> None:
    assert [day.title for day in diagram(today).days if day.today] == marked


def test_as_html_it_needs_no_script_and_says_each_state_beside_its_colour() -> None:
    shown = diagram().html()
    assert not re.search("<(script|style|svg)", shown) and "&lt;b&gt;approve" in shown
    frames = re.findall(r"border-left-color:(#\w+)\"><b>([^<]*)</b><div>([^<]*)</div>", shown)
    assert [(name, said) for _, name, said in frames] == [
        ("security fixes", "✔ done"),
        ("tag push", "… under way, waiting"),
        ("extract locales", "✘ stopped: failed"),
        ("cherry pick", "◇ as needed"),
        ("live push", "▷ next"),
        ("close push", "○ to come"),
    ]
    assert len({colour for colour, _, _ in frames}) == 5


def test_a_push_that_is_tagged_on_its_own_day_marks_that_day_once() -> None:
    found = week_diagram(PARTS, tagging=THURSDAY, push=THURSDAY, today=THURSDAY)
    assert [day.today for day in found.days] == [True, False, False]


def test_a_runbook_for_which_there_is_nothing_to_do_is_not_in_it() -> None:
    assert "security" not in str(diagram(parts=PARTS[1:]))
    assert len(diagram(parts=PARTS[4:]).days) == 1


def test_as_text_the_table_comes_first_and_in_a_page_the_diagram() -> None:
    shown = WeekTable(Table("The push", ("runbook",), (("tag_push",),)), diagram())
    bundle = shown._repr_mimebundle_()
    assert bundle["text/plain"].startswith("The push\nrunbook\ntag_push\n\nTue 2026-03-10")
    assert bundle["text/html"].index("flex-wrap") < bundle["text/html"].index("<table>")

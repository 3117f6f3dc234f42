"""A team's own words: its headings are read and written beside the usual ones, its tags too."""

from datetime import date

import pytest

from runbook_lib.errors import Refused, UsageError
from runbook_lib.policy.push.notes import (
    Blocker,
    CompareLink,
    Notes,
    Wording,
    fill_template,
    list_blockers,
    put_compare_link,
    read_pick,
    read_template,
    strike_picks,
    write_stat,
)
from runbook_lib.policy.push.notes.wording import HEADINGS
from runbook_lib.policy.push.tag_form import TagForm

SERVER = "https://git.example/pelican/server"
PICK = f"{SERVER}/commit/0123456789abcdef0123456789abcdef01234567"
OWN = Wording(
    {"blockers": "Showstoppers", "pushing": "🚢 What ships?", "picks": "Hotfixes:", "stats": "Uhr"},
    TagForm("v{year}.{week}.{number}"),
)
NOTES = f"""\
# Pelican, Thursday 26th November 2026

This week's push hero is @edith

## Showstoppers

- {SERVER}/issues/1 the tide is high, v2026.48.1
- {SERVER}/issues/2 the feed is empty since v2026.46.0

## Hotfixes

- {PICK} names in the feed, in v2026.48.1
- {SERVER}/commit/89abcdef89abcdef89abcdef89abcdef89abcdef

## 🚢 What ships?

- {SERVER}/compare/v2026.46.0...v2026.48.0

## Uhr

- start time:
- end time:
"""


def test_its_headings_and_tags_are_read() -> None:
    notes = Notes.parse(NOTES, OWN)
    assert [section.kind for section in notes.sections] == ["blockers", "picks", "pushing", "stats"]
    assert [blocker.done for blocker in notes.blockers] == [True, False]
    assert [(pick.picked, pick.tag) for pick in notes.picks] == [(True, "v2026.48.1"), (False, "")]
    assert [link.section for link in notes.compare_links] == ["pushing"]
    assert str(notes) == NOTES


def test_without_its_words_the_same_notes_have_no_section_that_is_known() -> None:
    assert {section.kind for section in Notes.parse(NOTES).sections} == {""}
    with pytest.raises(Refused, match="sections such as Pushing, Blockers; found"):
        write_stat(NOTES, "start", "09:30 PST")


def test_the_usual_headings_are_read_beside_its_own() -> None:
    usual = NOTES.replace("## Showstoppers", "## Blockers:").replace("## Uhr", "## Stats")
    assert Notes.parse(usual, OWN).layout.find("blockers") is not None
    assert "- start time: 09:30 PST\n" in write_stat(usual, "start", "09:30 PST", OWN)


def test_each_edit_is_made_below_its_own_heading() -> None:
    link = CompareLink.between(SERVER, "v2026.46.0", "v2026.48.1")
    text = put_compare_link(NOTES, link, OWN)
    text = strike_picks(text, [read_pick(f"{SERVER}/commit/{'89abcdef' * 5}")], OWN)
    text = list_blockers(text, [Blocker("The map", f"{SERVER}/issues/3", "willow")], OWN)
    text = write_stat(text, "end", "10:00 PST", OWN)
    new = [line for line in text.splitlines() if line not in NOTES.splitlines()]
    assert new == [
        f"- {SERVER}/issues/3 The map (@willow) <!-- runbook: @willow -->",
        f"- ~~{SERVER}/commit/{'89abcdef' * 5}~~",
        f"- {SERVER}/compare/v2026.46.0...v2026.48.1",
        "- end time: 10:00 PST",
    ]


def test_a_section_that_is_missing_is_named_as_the_team_calls_it() -> None:
    without = NOTES.replace("## 🚢 What ships?", "## Else")
    link = CompareLink.between(SERVER, "v2026.46.0", "v2026.48.1")
    with pytest.raises(Refused, match=r"expected a section \*🚢 What ships\?\* in the notes"):
        put_compare_link(without, link, OWN)
    assert "## Uhr\n" in write_stat(NOTES.partition("## Uhr")[0], "start", "09:30 PST", OWN)


def test_new_notes_have_its_headings() -> None:
    text = fill_template(
        read_template(None, OWN),
        project="Pelican",
        push=date(2026, 11, 26),
        hero="edith",
        pages=[SERVER],
        wording=OWN,
    )
    kinds = [section.kind for section in Notes.parse(text, OWN).sections]
    assert kinds == list(HEADINGS)
    assert "## Showstoppers\n" in text and "## Blockers:" not in text and "@edith" in text
    assert f"{SERVER}/compare/YYYY.MM.DD...YYYY.MM.DD\n" in text.partition("What ships?")[2]


@pytest.mark.parametrize(
    "headings",
    [{"blockers": "Stop", "picks": "STOP:"}, {"blockers": "..."}, {"blockers": "One\nTwo"}],
)
def test_headings_that_can_not_be_told_apart_are_refused(headings: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="that differ in their words"):
        Wording(headings)  # type: ignore[arg-type]

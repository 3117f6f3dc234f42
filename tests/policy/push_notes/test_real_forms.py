"""Notes as teams have written them over the years: each part is found where it stands."""

import pytest

from runbook_lib.errors import Refused
from runbook_lib.policy.people import KnownPerson, People
from runbook_lib.policy.push.notes import (
    Blocker,
    CompareLink,
    Notes,
    hero_problem,
    list_blockers,
    put_compare_link,
)
from runbook_lib.policy.push.notes.hero import set_hero
from tests.policy.push_notes.forms import MARKDOWN, MIXED, PLAIN, WRAPPED

SERVER = "https://git.example/pelican/server"
COMPARE = f"{SERVER}/compare"


def kinds(text: str) -> list[str]:
    return [section.kind for section in Notes.parse(text).sections]


def numbers(notes: Notes) -> list[str]:
    """The first digit of each commit that is to be picked."""
    return [pick.commit[0] for pick in notes.picks]


def test_to_pick_is_a_heading_in_the_middle_of_a_paragraph_and_a_verb_elsewhere() -> None:
    notes = Notes.parse(WRAPPED)
    assert notes.form == "plain"
    assert kinds(WRAPPED) == ["blockers", "picks", "pushing", "picks pushing", "stats"]
    links = [blocker.url for blocker in notes.blockers if blocker.url]
    assert links == [f"{SERVER}/issues/430", f"{SERVER}/issues/431"]
    assert numbers(notes) == ["3", "4"]


def test_a_heading_that_is_set_in_or_in_bold_counts_where_there_is_no_other() -> None:
    assert Notes.parse(MIXED).form == "markdown"
    assert kinds(MIXED) == ["blockers", "picks", "pushing", "picks pushing", "stats"]
    nested = MARKDOWN.replace("- [x] https", "  Blockers:\n- [x] https")
    assert kinds(nested) == kinds(MARKDOWN)
    assert nested != MARKDOWN


@pytest.mark.parametrize("text", [WRAPPED, MIXED])
def test_a_heading_with_a_date_has_the_picks_and_the_link_of_a_follow_up(text: str) -> None:
    notes = Notes.parse(text)
    assert numbers(notes) == ["3", "4"]
    first, second = notes.compare_links
    assert (first.section, second.section) == ("pushing", "picks pushing")
    assert second.head == f"{first.head}-1"
    moved = CompareLink.between(SERVER, first.head, f"{first.head}-2")
    changed = put_compare_link(text, moved)
    assert [one.head for one in Notes.parse(changed).compare_links] == [first.head, moved.head]


def test_a_compare_link_of_two_dots_is_one() -> None:
    link = Notes.parse(WRAPPED).compare_links[0]
    assert (link.base, link.head) == ("2018.01.04", "2018.01.11")
    assert link.url == f"{COMPARE}/2018.01.04..2018.01.11"
    same = CompareLink.between(SERVER, link.base, link.head)
    assert put_compare_link(WRAPPED, same) == WRAPPED


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("## Cherry-picks (Thursday 9th January 2020):", "picks"),
        ("## Monday 13 January, cherry-pick and push", "picks pushing"),
        ("### Pushing on 2020.01.09", "pushing"),
        ("## Cherry-picks we gave up:", ""),
        ("## Thursday 9th January 2020", ""),
    ],
)
def test_a_date_beside_a_known_heading_is_no_part_of_it(heading: str, kind: str) -> None:
    assert kinds(f"# Release\n{heading}\n") == [kind]


def test_a_title_with_a_date_is_no_section() -> None:
    notes = Notes.parse("# Pushing Thursday 9th January 2020\n\n## Blockers:\n")
    assert notes.title == "Pushing Thursday 9th January 2020"


@pytest.mark.parametrize(
    ("line", "heroes"),
    [
        ("This week's push heroes are @mat and [x](https://g.example/eviljeff)", "mat eviljeff"),
        ("Push heroes: mat, jeff & bob", "mat jeff bob"),
        ("This push's hero is mat", "mat"),
        ("This week’s hero is @mat", "mat"),
        ("This week's push hero is mat, ask them", "mat"),
        ("The push hero is ~~jeff~~ mat (swapped with jeff)", "mat"),
    ],
)
def test_who_has_the_duty_is_read_as_people_say_it(line: str, heroes: str) -> None:
    notes = Notes.parse(f"{line}\n\n## Blockers:\n")
    assert notes.heroes == tuple(heroes.split())
    assert notes.hero == heroes.split()[0]


def test_a_hero_who_is_only_spoken_of_is_not_named() -> None:
    assert Notes.parse("## Before we push:\n\n- the push hero should have coffee\n").heroes == ()


def test_who_shares_the_duty_is_not_written_over() -> None:
    assert set_hero(MIXED, "willow") == MIXED


def test_words_beside_a_heading_are_the_content_and_the_heading_none() -> None:
    none = PLAIN.replace("Blockers:\n*\n", "Blockers: none so far\n")
    assert Notes.parse(none).blockers == ()
    one = none.replace("none so far", f"{SERVER}/issues/430 short")
    assert [blocker.url for blocker in Notes.parse(one).blockers] == [f"{SERVER}/issues/430"]


def test_two_headings_on_a_line_are_both_read_and_nothing_is_put_between_them() -> None:
    text = f"Blockers: none. To pick. Link to the actual commits:\n* {SERVER}/commit/{'3' * 40}\n"
    notes = Notes.parse(text)
    assert (notes.blockers, numbers(notes)) == ((), ["3"])
    with pytest.raises(Refused, match="two in line 1; break it"):
        list_blockers(text, [Blocker("It breaks", f"{SERVER}/issues/1")])


def test_another_hero_than_whose_turn_it_is_is_said() -> None:
    who = People((KnownPerson("matteo", (("github", "mat-on-git"),)),))
    notes = Notes.parse(MIXED)
    assert notes.heroes == ("mat-on-git", "willow")
    assert hero_problem(notes, "matteo", who) == hero_problem(notes, "Willow", who) == ""
    said = "they name matteo and willow as push hero, and it is the turn of edith"
    assert hero_problem(notes, "edith", who) == said
    assert hero_problem(Notes.parse("## Blockers:\n"), "edith") == ""

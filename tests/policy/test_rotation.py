"""Whose turn it is, by a list, a calendar, or both."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from runbook_lib.errors import Refused, UsageError
from runbook_lib.policy.duty import Duty
from runbook_lib.policy.people import KnownPerson, People
from runbook_lib.policy.push.calendar import PushCalendar
from runbook_lib.policy.push.rotation import Rotation, Turn

FIRST = date(2026, 2, 19)
PUSH = date(2026, 3, 12)
WEEKLY = PushCalendar("Thursday", "Tuesday", time(9), "America/Los_Angeles", 1, FIRST)
PEOPLE = ("willow", "edith", "matteo", "operator")


def week_of(person: str, push: date = PUSH) -> Duty:
    """A duty from the Monday before a push to the Sunday after."""
    monday = push - timedelta(days=push.weekday())
    return Duty(person, monday, monday + timedelta(days=7))


def names(rotation: Rotation, count: int) -> list[str]:
    return [turn.person for turn in rotation.turns(FIRST, count)]


def test_the_list_goes_round() -> None:
    assert names(Rotation(PEOPLE, WEEKLY), 6) == [*PEOPLE, "willow", "edith"]
    assert Rotation(PEOPLE, WEEKLY).turn(PUSH) == Turn("operator", "the rotation", "", PUSH)


def test_a_fortnightly_push_is_one_turn_a_fortnight() -> None:
    calendar = replace(WEEKLY, interval=2)
    assert names(Rotation(PEOPLE, calendar), 3) == ["willow", "edith", "matteo"]
    assert Rotation(PEOPLE, calendar).turn(FIRST + timedelta(weeks=4)).person == "matteo"


def test_a_skipped_week_takes_nobodys_turn() -> None:
    calendar = replace(WEEKLY, skipped=frozenset({date(2026, 2, 26), date(2026, 2, 27)}))
    assert names(Rotation(PEOPLE, calendar), 3) == ["willow", "edith", "matteo"]
    assert Rotation(PEOPLE, calendar).turn(date(2026, 3, 5)).person == "edith"


def test_a_calendar_alone_is_enough() -> None:
    turn = Rotation((), WEEKLY, (week_of("edith"),)).turn(PUSH)
    assert str(turn) == "edith (the calendar)"


def test_the_calendar_wins_and_what_the_list_had_is_said() -> None:
    turn = Rotation(PEOPLE, WEEKLY, (week_of("Edith"),)).turn(PUSH)
    assert turn == Turn("edith", "the calendar", "the rotation has operator", PUSH)
    assert str(turn) == "edith (the calendar; the rotation has operator)"


def test_where_both_agree_nothing_is_said_of_it() -> None:
    assert Rotation(PEOPLE, WEEKLY, (week_of("OPERATOR"),)).turn(PUSH).note == ""


def test_a_push_that_the_calendar_says_nothing_of_goes_by_the_list() -> None:
    duties = (week_of("edith", PUSH + timedelta(weeks=1)),)
    turn = Rotation(PEOPLE, WEEKLY, duties).turn(PUSH)
    assert str(turn) == "operator (the rotation; the calendar names nobody)"


def test_the_end_of_a_duty_is_not_in_it() -> None:
    until, since = Duty("edith", FIRST, PUSH), Duty("matteo", PUSH, PUSH + timedelta(days=1))
    assert Rotation(PEOPLE, WEEKLY, (until, since)).turn(PUSH).person == "matteo"


def test_two_persons_for_one_push_are_refused_with_both_events() -> None:
    rotation = Rotation(PEOPLE, WEEKLY, (week_of("edith"), week_of("matteo")))
    with pytest.raises(Refused, match="expected one person with push duty for Thursday") as refused:
        rotation.turn(PUSH)
    assert "edith from 2026-03-09 to 2026-03-16 and matteo from" in str(refused.value)


def test_two_events_of_the_same_person_are_one() -> None:
    rotation = Rotation(PEOPLE, WEEKLY, (week_of("edith"), week_of("Edith")))
    assert rotation.turn(PUSH).person == "edith"


def test_a_person_missing_from_the_rotation_is_refused_with_what_to_do() -> None:
    with pytest.raises(Refused, match="found 'wilow' in the calendar: correct the event, or add"):
        Rotation(PEOPLE, WEEKLY, (week_of("wilow"),)).turn(PUSH)


def test_nobody_at_all_is_refused() -> None:
    with pytest.raises(Refused, match="found nobody: add an event"):
        Rotation((), WEEKLY).turn(PUSH)
    with pytest.raises(Refused, match="found nobody"):
        Rotation((), WEEKLY, (week_of("edith", FIRST),)).turn(PUSH)


def test_a_day_without_a_push_is_nobodys_turn() -> None:
    with pytest.raises(UsageError, match="expected a push day"):
        Rotation(PEOPLE, WEEKLY, (week_of("edith"),)).turn(date(2026, 3, 11))


def test_trouble_with_one_push_does_not_hide_the_others() -> None:
    rotation = Rotation(PEOPLE, WEEKLY, (week_of("wilow"),))
    before, trouble, after = rotation.turns(date(2026, 3, 5), 3)
    assert (before.person, trouble.person, after.person) == ("matteo", "", "willow")
    assert str(trouble).startswith("nobody: expected one of willow, edith")


WHO = People((KnownPerson("matteo", (("github", "mat-on-git"),), ("Matteo R.",)),))


def test_the_calendar_may_call_somebody_by_another_name_than_the_list() -> None:
    duties = (week_of("Matteo R."), week_of("mat-on-git", PUSH + timedelta(weeks=1)))
    rotation = Rotation(PEOPLE, WEEKLY, duties, WHO)
    assert rotation.turn(PUSH) == Turn("matteo", "the calendar", "the rotation has operator", PUSH)
    listed = Rotation(("willow", "mat-on-git"), WEEKLY, duties, WHO)
    assert str(listed.turn(PUSH)) == "mat-on-git (the calendar)", "the list's own spelling stays"
    assert Rotation((), WEEKLY, duties, WHO).turn(PUSH).person == "matteo"


def test_two_names_of_one_person_are_not_two_persons() -> None:
    duties = (week_of("matteo"), week_of("Matteo R."))
    assert Rotation(PEOPLE, WEEKLY, duties, WHO).turn(PUSH).person == "matteo"
    with pytest.raises(Refused, match="or the name to theirs in its table people"):
        Rotation(PEOPLE, WEEKLY, (week_of("M. R."),), WHO).turn(PUSH)

"""What teams call the tags of their pushes: made, read and ordered by the profile's form."""

import re
from datetime import date, timedelta

import pytest

from runbook_lib.errors import UsageError
from runbook_lib.policy.push.tag_form import USUAL, TagForm
from runbook_lib.policy.push.tags import (
    find_base,
    is_later,
    is_newer,
    last_before,
    newest,
    next_free,
    next_suffixed,
    read_follow_ups,
    tags_of,
)

PUSH = date(2026, 11, 26)
WEEKLY = TagForm("v{year}.{week}.{number}")
DATED = TagForm("release-{year}-{month}-{day}")
LOOSE = TagForm("{year}.{short_month}.{short_day}", "{year}.{short_month}.{short_day}.{number}")
CHANGED = TagForm("v{year}.{week}.{number}", earlier=(USUAL,))


@pytest.mark.parametrize(
    ("form", "day", "tags"),
    [
        (USUAL, PUSH, ["2026.11.26", "2026.11.26-1", "2026.11.26-10"]),
        (WEEKLY, PUSH, ["v2026.48.0", "v2026.48.1", "v2026.48.10"]),
        (WEEKLY, date(2026, 1, 29), ["v2026.05.0", "v2026.05.1", "v2026.05.10"]),
        (WEEKLY, date(2027, 1, 1), ["v2026.53.0", "v2026.53.1", "v2026.53.10"]),  # ISO's year
        (WEEKLY, date(2024, 12, 31), ["v2025.01.0", "v2025.01.1", "v2025.01.10"]),
        (TagForm("{year}w{short_week}"), date(2026, 1, 29), ["2026w5", "2026w5-1", "2026w5-10"]),
        (DATED, PUSH, ["release-2026-11-26", "release-2026-11-26-1", "release-2026-11-26-10"]),
        (LOOSE, date(2026, 3, 5), ["2026.3.5", "2026.3.5.1", "2026.3.5.10"]),
        (TagForm("push/{year}{month}{day}", "push/{year}{month}{day}.{number}"), PUSH,
         ["push/20261126", "push/20261126.1", "push/20261126.10"]),
    ],
)  # fmt: skip
def test_a_form_makes_reads_and_orders_its_tags(form: TagForm, day: date, tags: list[str]) -> None:
    first, second, tenth = tags
    assert [form.name(day, number) for number in (0, 1, 10)] == tags
    assert [str(form.parse(tag)) for tag in tags] == tags
    assert tags_of(form, day, [tenth, "1.9", second, first]) == tuple(tags)
    assert (newest(form, day, tags), next_free(form, day, tags[:2])) == (tenth, form.name(day, 2))
    assert (next_free(form, day, []), next_suffixed(form, day, [])) == (first, second)
    assert is_newer(form, tenth, second) and not is_newer(form, first, second)
    before, after = form.name(day - timedelta(weeks=2)), form.name(day + timedelta(weeks=2))
    assert is_later(form, after, first) and not is_later(form, tenth, first)
    assert last_before(form, day, [*tags, before, after]) == before
    for production in (before, after):
        assert find_base(form, first, [*tags, before, after], production=production) == before
    assert find_base(form, tenth, [*tags, before, after], production=second) == second
    assert [str(one) for one in read_follow_ups(form, f"server {second}", day)] == [
        f"server {second}"
    ]
    assert all(re.fullmatch(form.expression, tag) for tag in tags)
    assert re.findall(form.expression, f"picked in {tenth}, then {first}") == [tenth, first]


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (WEEKLY, "v2026.48"),
        (WEEKLY, "v2026.5.0"),
        (WEEKLY, "v2026.54.0"),
        (WEEKLY, "v2025.53.0"),
        (WEEKLY, "v2026.48.01"),
        (WEEKLY, "2026.48.0"),
        (WEEKLY, "2026.11.26"),
        (DATED, "release-2026-11-31"),
        (DATED, "release-2026-11-26-0"),
        (DATED, "release-2026.11.26"),
        (LOOSE, "2026.03.5"),
        (LOOSE, "2026.3.5.0"),
    ],
)
def test_what_the_form_does_not_make_is_no_tag_of_a_push(form: TagForm, name: str) -> None:
    assert form.find(name) is None
    with pytest.raises(UsageError, match=f"such as {re.escape(form.name(date(2026, 3, 12)))} or"):
        form.parse(name)


def test_tags_of_an_earlier_form_are_past_pushes_and_none_is_made() -> None:
    tags = ["2026.11.12", "2026.11.12-1", "v1", "release-2026-11-19"]
    assert last_before(CHANGED, PUSH, tags) == "2026.11.12-1"
    assert tags_of(CHANGED, date(2026, 11, 12), tags) == ("2026.11.12", "2026.11.12-1")
    assert next_free(CHANGED, PUSH, tags) == "v2026.48.0"
    assert last_before(WEEKLY, PUSH, tags) == "", "a form that is named nowhere is no push's"


def test_a_tag_of_an_earlier_form_counts_for_its_push_and_is_followed_by_one_of_the_new() -> None:
    by_habit = ["2026.11.26", "2026.11.26-1"]
    assert newest(CHANGED, PUSH, by_habit) == "2026.11.26-1"
    assert next_free(CHANGED, PUSH, by_habit) == "v2026.48.2"
    assert newest(CHANGED, PUSH, [*by_habit, "v2026.48.2"]) == "v2026.48.2"
    assert is_newer(CHANGED, "v2026.48.0", "2026.11.26-1")


@pytest.mark.parametrize(
    ("form", "version", "tag"),
    [
        (WEEKLY, "2026.48.0", "v2026.48.0"),
        (WEEKLY, "v2026.48.0", "v2026.48.0"),
        (CHANGED, "2026.11.12-1", "2026.11.12-1"),
        (DATED, "2026-11-26", "release-2026-11-26"),
        (USUAL, "2026.11.26", "2026.11.26"),
        (WEEKLY, "nightly", "nightly"),
    ],
)
def test_a_version_page_may_leave_out_what_stands_before_the_numbers(
    form: TagForm, version: str, tag: str
) -> None:
    assert form.shown_as(version) == tag


def test_git_finds_a_push_s_tags_by_their_names() -> None:
    assert USUAL.globs(PUSH) == ("2026.11.26", "2026.11.26-*")
    assert CHANGED.globs(PUSH) == ("v2026.48.*", "2026.11.26", "2026.11.26-*")


@pytest.mark.parametrize(
    ("first", "further", "why"),
    [
        ("v{version}", "", "{version}"),
        ("{year}.{month}", "", "either"),
        ("{week}.{number}", "", "{year}"),
        ("{year}.{week}.{day}", "", "either"),
        ("{year}.{month}.{day}", "{year}.{month}.{day}-hotfix", "{number}"),
        ("{year}.{month}.{day}", "{year}.{week}.{number}", "both forms by day"),
        ("{year}.{short_month}{short_day}", "", "something between"),
        ("{year}.{month}.{short_day}{number}", "", "something between"),
        ("push {year}.{month}.{day}", "", "git takes"),
        ("-{year}.{month}.{day}", "", "git takes"),
        ("{year}..{month}.{day}", "", "git takes"),
        ("{year}.{month}.{day}", "{year}.{month}.{day}.{number}.lock", "git takes"),
    ],
)
def test_a_form_that_can_not_work_is_refused(first: str, further: str, why: str) -> None:
    with pytest.raises(UsageError, match=re.escape(why)):
        TagForm(first, further)

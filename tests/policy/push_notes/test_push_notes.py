"""Push notes come back byte for byte, and an edit changes its own section's own lines."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.errors import Refused, UsageError
from runbook_lib.policy.plural import ordinal
from runbook_lib.policy.push.notes import (
    Blocker,
    CompareLink,
    Notes,
    check_notes,
    fill_template,
    list_blockers,
    put_compare_link,
    read_pick,
    read_template,
    strike_picks,
    title_problem,
    write_stat,
)
from runbook_lib.policy.push.notes.hero import set_hero
from runbook_lib.policy.push.notes.links import find_compare_links
from runbook_lib.policy.push.notes.stats import Stats
from tests.policy.push_notes.corpus import EDITS, check_edit
from tests.policy.push_notes.forms import FORMS, MARKDOWN, PLAIN

SERVER = "https://git.example/pelican/server"
LINE = st.sampled_from(
    [
        *"".join(FORMS.values()).splitlines(),
        "```",
        "<!--",
        "-->",
        "~~ half",
        "\t- nested",
        "Pushing:",
        "## Pushing",
        "",
    ]
)


@given(st.lists(LINE | st.text(max_size=30), max_size=30), st.sampled_from(["\n", "\r\n"]))
def test_any_text_comes_back_byte_for_byte(lines: list[str], ending: str) -> None:
    text = ending.join(lines)
    notes = Notes.parse(text)
    assert str(notes) == text
    assert "".join(line.text + line.ending for line in notes.layout.lines) == text
    for found in (notes.compare_links, notes.picks, notes.blockers, notes.stats, notes.hero):
        assert found is not None


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_made_once_and_in_its_own_section(form: str, name: str) -> None:
    kind, edit = EDITS[name]
    changed = check_edit(FORMS[form], kind, edit)
    assert changed != FORMS[form] or (form in ("plain", "wrapped") and name == "start")


@given(st.lists(LINE, max_size=20))
def test_edits_of_odd_documents_are_made_once_or_refused(lines: list[str]) -> None:
    text = "\n".join(["# Release", "## Blockers:", *lines, "## Pushing:", ""])
    for _, edit in EDITS.values():
        try:
            changed = edit(text)
        except Refused:
            continue
        assert edit(changed) == changed
        lost = set(text.splitlines()) - set(changed.splitlines())
        assert len(lost) <= 1, "at most the line that is edited"


def placeholders(notes: Notes) -> list[CompareLink]:
    """The compare links that still wait for a tag."""
    return [link for link in find_compare_links(notes.layout) if link.is_placeholder]


def test_both_times_of_a_push_are_read() -> None:
    timed = MARKDOWN.replace("- start time:", "- start time: 09:32 PDT").replace(
        "- end time:", "- end time: 09:51 PDT"
    )
    assert Notes.parse(timed).stats == Stats("09:32 PDT", "09:51 PDT")


def test_what_people_wrote_is_found() -> None:
    notes = Notes.parse(MARKDOWN)
    assert notes.hero == "operator"
    assert [str(link) for link in notes.compare_links] == [
        "pelican/server 2026.03.05-1...2026.03.12"
    ]
    assert [link.repository for link in placeholders(notes)] == ["pelican/frontend"]
    assert [(pick.commit[:2], pick.pull, pick.picked) for pick in notes.picks] == [
        ("11", 0, True),
        ("22", 0, False),
        ("", 77, False),
    ]
    assert [(one.assignee, one.done) for one in notes.blockers] == [("matteo", False), ("", True)]
    assert (notes.stats.start, notes.stats.end) == ("", "")
    plain = Notes.parse(PLAIN)
    assert (plain.form, plain.hero, plain.stats.start) == ("plain", "matteo", "9:17am Pacific")
    assert [pick.commit[:2] for pick in plain.picks] == ["33"]


def test_a_compare_link_fills_the_placeholder_in_and_later_moves() -> None:
    page = "https://git.example/pelican/frontend"
    first = put_compare_link(MARKDOWN, CompareLink.between(page, "2026.03.05", "2026.03.12"))
    assert f"- {page}/compare/2026.03.05...2026.03.12 (the *big* one)\n" in first
    second = put_compare_link(first, CompareLink.between(page, "2026.03.05", "2026.03.12-1"))
    assert second == first.replace("2026.03.05...2026.03.12 ", "2026.03.05...2026.03.12-1 ")


def test_a_follow_up_has_a_link_of_its_own_beside_the_pushs() -> None:
    page = "https://github.com/mozilla/addons-server"
    pushed = put_compare_link(MARKDOWN, CompareLink.between(page, "2026.03.05", "2026.03.12"))
    after = put_compare_link(pushed, CompareLink.between(page, "2026.03.12", "2026.03.12-1"))
    assert [
        str(one).split()[-1] for one in Notes.parse(after).compare_links if page in one.url
    ] == [
        "2026.03.05...2026.03.12",
        "2026.03.12...2026.03.12-1",
    ]
    later = put_compare_link(after, CompareLink.between(page, "2026.03.12", "2026.03.12-2"))
    assert "2026.03.05...2026.03.12\n" in later and "2026.03.12...2026.03.12-2" in later
    assert "...2026.03.12-1" not in later


def test_a_link_that_says_the_same_on_another_host_stays() -> None:
    link = CompareLink.between("http://mirror/pelican/server", "2026.03.05-1", "2026.03.12")
    assert put_compare_link(MARKDOWN, link) == MARKDOWN


def test_a_repository_without_a_link_gets_one_below_the_others() -> None:
    page = "https://git.example/pelican/code-manager"
    changed = put_compare_link(MARKDOWN, CompareLink.between(page, "2026.03.05", "2026.03.12"))
    assert f"(the *big* one)\n- {page}/compare/2026.03.05...2026.03.12\n\n## Before" in changed


def test_picked_commits_are_struck_through_with_the_words_beside_them() -> None:
    done = [read_pick(f"{SERVER}/commit/{'2' * 40}")]
    changed = strike_picks(MARKDOWN, done)
    assert f"* ~~{SERVER}/commit/{'2' * 40} escape names~~\n" in changed
    assert changed.replace("~~", "") == MARKDOWN.replace("~~", "")
    picks = Notes.parse(changed).picks
    assert not next(pick for pick in picks if pick.commit.startswith("22")).is_open


def test_a_pick_is_known_by_a_shortened_commit_and_by_its_pull_request() -> None:
    short = strike_picks(MARKDOWN, [read_pick("2222222")])
    assert "~~" in next(line for line in short.splitlines() if "2222" in line)
    pull = strike_picks(MARKDOWN, [read_pick("https://git.example/pelican/frontend/pull/77")])
    assert "* ~~https://git.example/pelican/frontend/pull/77~~\n" in pull


def test_a_pick_that_nobody_had_listed_is_added_struck_through() -> None:
    done = [read_pick(f"{SERVER}/commit/{'9' * 40}")]
    changed = strike_picks(MARKDOWN, done)
    assert f"pull/77\n* ~~{SERVER}/commit/{'9' * 40}~~\n\n## Pushing" in changed


def test_a_blocker_is_listed_once_with_who_works_on_it() -> None:
    bug = Blocker("Rings are swapped", f"{SERVER}/issues/431", "")
    changed = list_blockers(MARKDOWN, [bug])
    assert f"- [ ] {SERVER}/issues/431 Rings are swapped (nobody yet: find someone)" in changed
    assert Notes.parse(changed).blockers[-1].assignee == ""
    taken = list_blockers(changed, [Blocker("Rings are swapped", bug.url, "edith")])
    assert "(@edith) <!-- runbook: @edith -->" in taken
    assert Notes.parse(taken).blockers[-1].assignee == "edith"


def test_a_line_about_a_blocker_that_people_wrote_stays_theirs() -> None:
    known = Blocker("The export leaves one out", f"{SERVER}/issues/430", "willow")
    assert list_blockers(MARKDOWN, [known]) == MARKDOWN
    ours = list_blockers(MARKDOWN, [Blocker("New", f"{SERVER}/issues/5", "edith")])
    theirs = ours.replace("(@edith)", "(@matteo, Edith is away)")
    assert list_blockers(theirs, [Blocker("New", f"{SERVER}/issues/5", "edith")]) == theirs


def test_a_start_that_somebody_wrote_is_never_overwritten() -> None:
    started = write_stat(MARKDOWN, "start", "09:32 PDT")
    assert "- start time: 09:32 PDT\n- end time:\n" in started
    assert write_stat(started, "start", "11:00 PDT") == started
    assert write_stat(PLAIN, "start", "11:00 PDT") == PLAIN
    assert "end: 11:00 PDT" in write_stat(PLAIN, "end", "11:00 PDT")


def test_notes_without_stats_get_them_at_their_end() -> None:
    without = MARKDOWN.partition("## Stats")[0]
    changed = write_stat(write_stat(without, "start", "09:32"), "end", "10:12")
    assert changed == f"{without}## Stats\n\n- start time: 09:32\n- end time: 10:12\n"


def test_a_template_becomes_the_notes_of_a_push() -> None:
    made = fill_template(
        read_template(None),
        project="Pelican",
        push=date(2026, 3, 19),
        hero="willow",
        pages=[SERVER, "https://git.example/pelican/frontend"],
    )
    notes = Notes.parse(made)
    assert notes.title == "Pelican push of Thursday 19th March 2026"
    assert (notes.hero, title_problem(notes, date(2026, 3, 19))) == ("willow", "")
    assert [link.repository for link in placeholders(notes)] == [
        "pelican/server",
        "pelican/frontend",
    ]
    check_notes(notes)


def test_a_title_with_a_wrong_date_or_day_is_said() -> None:
    notes = Notes.parse(MARKDOWN)
    assert title_problem(notes, date(2026, 3, 12)) == ""
    assert "12th March 2026" in title_problem(notes, date(2026, 3, 19))
    friday = Notes.parse(MARKDOWN.replace("Thursday", "Friday"))
    assert "a Thursday" in title_problem(friday, date(2026, 3, 12))


@pytest.mark.parametrize("name", ["compare link", "blocker"])
def test_a_text_that_is_no_push_notes_is_refused(name: str) -> None:
    with pytest.raises(Refused, match=r"expected push notes with sections such as Pushing"):
        EDITS[name][1]("just a letter\n")


def test_a_missing_section_is_named() -> None:
    without = MARKDOWN.replace("## Pushing:", "## Things")
    link = CompareLink.between(SERVER, "2026.03.05", "2026.03.13")
    with pytest.raises(Refused, match=r"expected a section \*Pushing\*"):
        put_compare_link(without, link)
    with pytest.raises(Refused, match=r"expected a section \*Pushing\*"):
        check_notes(Notes.parse(without), ("shipping", "pushing"))


def test_a_comment_that_hides_all_after_it_is_pointed_out() -> None:
    said = MARKDOWN + "\n`<!--` begins one\n"
    check_notes(Notes.parse(said))
    hidden = said.replace("commits. -->", "commits.")
    line = next(at for at, one in enumerate(hidden.splitlines(), 1) if "commits." in one)
    with pytest.raises(
        Refused, match=rf"each comment of the push notes to be closed.*line {line} "
    ):
        check_notes(Notes.parse(hidden))


def test_a_template_that_cannot_be_read_is_named(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match=r"push\.notes\.template"):
        read_template(tmp_path / "gone.md")


def test_a_hero_is_named_where_nobody_was() -> None:
    without = MARKDOWN.replace("This week's push hero is @operator\n\n", "")
    assert set_hero(without, "@willow") == MARKDOWN.replace("@operator", "@willow")
    plain = PLAIN.replace("This week's push hero is matteo\n\n", "")
    assert set_hero(plain, "willow") == f"This week's push hero is willow\n\n{plain}"


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("@operator", "@willow"),
        ("[@operator](https://git.example/operator/)", "[@willow](https://git.example/willow)"),
        ("[Olive](https://git.example/olive), yes", "[@willow](https://git.example/willow), yes"),
    ],
)
def test_another_hero_is_named_in_the_form_that_the_last_one_was(was: str, now: str) -> None:
    text = MARKDOWN.replace("@operator", was)
    assert set_hero(text, "willow") == MARKDOWN.replace("@operator", now)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (10, "10th"), (11, "11th"), (12, "12th"),
        (13, "13th"), (20, "20th"), (21, "21st"), (22, "22nd"), (23, "23rd"), (31, "31st"),
    ],
)  # fmt: skip
def test_days_are_counted_as_english_does(number: int, said: str) -> None:
    assert ordinal(number) == said


def test_what_nobody_has_written_is_said() -> None:
    assert str(Stats()) == "start not written, end not written"
    assert str(Stats("9:17", "9:40")) == "start 9:17, end 9:40"
    assert str(Blocker("the export is short")) == "the export is short (nobody yet)"
    assert str(Blocker("short", f"{SERVER}/issues/430", "matteo")) == (
        f"{SERVER}/issues/430 (matteo)"
    )

"""Edits of notes that people made awkward: made once, and nothing of theirs is lost."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from runbook_lib.errors import Refused, UsageError
from runbook_lib.policy.push.notes import (
    Blocker,
    Notes,
    check_notes,
    list_blockers,
    read_pick,
    strike_picks,
    write_stat,
)
from runbook_lib.policy.push.notes.lines import hidden_spans, join
from runbook_lib.policy.push.notes.marks import without_struck
from tests.policy.push_notes.corpus import EDITS, check_edit, documents
from tests.policy.push_notes.forms import FORMS, MARKDOWN, PLAIN

SERVER = "https://git.example/pelican/server"
COMMIT = f"{SERVER}/commit/{'7' * 40}"
NEW = Blocker("Rings are swapped", f"{SERVER}/issues/431", "edith")
BLOCKER = "- https://git.example/pelican/server/issues/430 The export is short (@matteo)\n"


def once(edit: Callable[[str], str], text: str) -> str:
    """The edited text, which a second edit leaves as it is."""
    changed = edit(text)
    assert edit(changed) == changed
    return changed


def with_picks(lines: str) -> str:
    """Notes whose cherry-picks begin with these lines."""
    return MARKDOWN.replace("* ~~https", f"{lines}* ~~https", 1)


def with_blockers(lines: str) -> str:
    """Notes whose blockers are these lines alone."""
    before, _, rest = MARKDOWN.partition("## Blockers:\n\n")
    return f"{before}## Blockers:\n\n{lines}\n## Cherry{rest.partition('## Cherry')[2]}"


def strike(text: str) -> str:
    return strike_picks(text, [read_pick(COMMIT)])


def add(text: str) -> str:
    return list_blockers(text, [NEW])


def test_a_commit_that_is_listed_twice_is_struck_twice_at_once() -> None:
    changed = once(strike, with_picks(f"* {COMMIT} first\n  * {COMMIT[:-20]} again\n"))
    assert f"* ~~{COMMIT} first~~\n  * ~~{COMMIT[:-20]} again~~\n" in changed


@pytest.mark.parametrize("words", ["~~old~~ LINK new", "LINK ~~not~~ now", "~~ LINK", "~a~ LINK"])
def test_strikes_of_peoples_own_stay_as_they_are(words: str) -> None:
    changed = once(strike, with_picks(f"* {words.replace('LINK', COMMIT)}\n"))
    assert f"* {words.replace('LINK', f'<del>{COMMIT}</del>')}\n" in changed
    assert not any(one.is_open for one in Notes.parse(changed).picks if one.url == COMMIT)


def test_a_link_with_a_label_is_struck_with_its_label() -> None:
    other = COMMIT.replace("7", "8")
    changed = once(strike, with_picks(f"* [rings]({COMMIT}), [names]({other})\n"))
    assert f"* ~~[rings]({COMMIT})~~, [names]({other})\n" in changed


def test_a_comment_after_a_pick_is_not_struck() -> None:
    changed = once(strike, with_picks(f"* {COMMIT} <!-- ask Edith -->\n"))
    assert f"* ~~{COMMIT}~~ <!-- ask Edith -->\n" in changed


def test_an_id_that_the_notes_do_not_list_is_refused_for_want_of_a_link() -> None:
    with pytest.raises(UsageError, match="expected a link to commit 7777777"):
        strike_picks(MARKDOWN, [read_pick("7777777")])


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("The lights\n\n  are out\n", ["The lights"]),
        ("- The lights\n\n  are out\n", ["The lights", "are out"]),
        ("The lights\nThe map\n", ["The lights", "The map"]),
    ],
)
def test_what_is_indented_below_a_blocker_is_of_it_and_below_an_item_up_to_a_blank_line(
    lines: str, words: list[str]
) -> None:
    assert [one.text for one in Notes.parse(with_blockers(lines)).blockers] == words


def test_a_new_blocker_is_no_part_of_the_note_below_the_last_one() -> None:
    changed = once(add, with_blockers(f"{BLOCKER}  - asked Quinn\n"))
    assert f"  - asked Quinn\n- {NEW.url} Rings" in changed
    assert Notes.parse(changed).blockers[-1].url == NEW.url


@pytest.mark.parametrize("line", [f"QA:\n  - {NEW.url} rings\n", f"- {NEW.url}#comment-2 rings\n"])
def test_a_blocker_that_is_listed_elsewhere_in_the_section_is_not_listed_twice(line: str) -> None:
    assert add(with_blockers(line)) == with_blockers(line)


def test_a_blocker_that_is_only_mentioned_gets_its_own_line() -> None:
    changed = once(add, with_blockers(f"- {SERVER}/issues/430 perhaps because of {NEW.url}\n"))
    assert f"- {NEW.url} Rings" in changed


def test_a_blocker_without_a_link_is_listed_once() -> None:
    changed = once(lambda text: list_blockers(text, [Blocker("The <!-- lights")]), MARKDOWN)
    assert "] The &lt;!-- lights (nobody yet: find someone) <!-- runbook: nobody -->" in changed


def test_a_comment_that_was_never_closed_is_not_closed_by_us() -> None:
    changed = once(add, with_blockers(f"{BLOCKER}<!-- to be sorted\n"))
    assert [one.url for one in Notes.parse(changed).blockers][-1] == NEW.url
    title = Blocker("a --> b", NEW.url)
    assert once(lambda text: list_blockers(text, [title]), MARKDOWN).count("-->") == 2


def test_a_comment_where_the_start_goes_stays() -> None:
    text = MARKDOWN.replace("- start time:", "- **Start time**: <!-- ask ops -->")
    changed = once(lambda text: write_stat(text, "start", "09:32 PDT"), text)
    assert "- **Start time**: 09:32 PDT <!-- ask ops -->\n- end time:\n" in changed


@pytest.mark.parametrize("name", EDITS)
def test_real_notes_keep_each_byte_that_is_not_edited(name: str) -> None:
    """Those in the folder that PUSH_NOTES_DATA names, or the made-up ones."""
    folder = os.environ.get("PUSH_NOTES_DATA")
    texts = [text for _, text in documents(Path(folder))] if folder else list(FORMS.values())
    assert texts, f"expected notes in {folder}"
    kind, edit = EDITS[name]
    for text in texts:
        assert join(Notes.parse(text).layout.lines) == text
        try:
            check_edit(text, kind, edit)
        except Refused as refusal:
            assert "expected a section" in str(refusal)


SIZE = 300_000
HEAD = "# Release Thursday 12th March 2026\n\n## Blockers:\n\n"
PICKS = "# Push\n\n## Cherry-picks:\n\n- "
LONG = {
    "quotes": HEAD + "> " * SIZE,
    "quotes in lines": HEAD + ("> " * 400 + "\n") * (SIZE // 800),
    "headings": HEAD + "## Blockers:\n- https://x.example/1\n" * (SIZE // 33),
    "growing backticks": HEAD + " ".join("`" * length for length in range(1, 770)),
    "picks in one line": PICKS + "https://github.com/a/b/commit/abcdef1234 " * (SIZE // 41),
    "picks in lines": PICKS + ("https://github.com/a/b/commit/abcdef1234 " * 40 + "\n- ") * 180,
    "addresses": HEAD + "- " + "https://" * (SIZE // 8),
    "addresses in lines": HEAD + ("- " + "https://" * 240 + "\n") * 150,
    "dots": HEAD + "- https://x" + "." * SIZE,
    "dots in lines": HEAD + ("- https://x" + "." * 1900 + "\n") * 150,
    "marks in lines": HEAD + ("_" * 1900 + "!\n") * 150,
    "heroes in lines": HEAD + ("push hero " * 190 + "\n") * 150,
    "strikes": HEAD + "- https://x.example/a " + "<del>" * (SIZE // 5),
    "strikes in lines": HEAD + ("- https://x.example/a " + "<del>" * 380 + "\n") * 150,
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_text_is_read_in_time_that_grows_with_its_length(name: str) -> None:
    whole, half = (read_whole(text) for text in (LONG[name], LONG[name][: len(LONG[name]) // 2]))
    assert whole < max(4 * half, 2.0), (whole, half)


def read_whole(text: str) -> float:
    """The seconds that it takes to read all of some notes."""
    began, notes = time.process_time(), Notes.parse(text)
    assert str(notes) == text
    for name in ("form", "title", "hero", "compare_links", "picks", "blockers", "stats"):
        getattr(notes, name)
    return time.process_time() - began


def test_a_line_that_is_too_long_to_be_read_is_refused() -> None:
    with pytest.raises(Refused, match=r"of 2000 characters at most .* found 2001 in line 5; break"):
        check_notes(Notes.parse(HEAD + "x" * 2001))
    check_notes(Notes.parse(HEAD + "x" * 2000))


@pytest.mark.parametrize("nothing", ["- none\n", "* None.\n", "-\n", ""])
def test_where_a_line_says_that_nothing_blocks_nothing_does(nothing: str) -> None:
    assert Notes.parse(with_blockers(nothing)).blockers == ()


def test_a_bullet_that_nobody_has_written_after_takes_the_first_item() -> None:
    changed = once(add, with_blockers("*\n"))
    [blocker] = Notes.parse(changed).blockers
    line = changed.splitlines()[blocker.line]
    assert line.startswith(f"* {NEW.url} ")
    assert len(changed.splitlines()) == len(with_blockers("*\n").splitlines())


def test_an_empty_bullet_below_another_stays_with_it() -> None:
    changed = once(add, with_blockers(f"{BLOCKER}  -\n"))
    assert f"{BLOCKER}  -\n- {NEW.url} " in changed


def test_the_first_item_of_a_section_has_empty_lines_around_it() -> None:
    changed = once(add, "## Blockers:\n## Cherry-picks:\n")
    first, empty, item, gap, last = changed.splitlines()
    assert (first, empty, gap, last) == ("## Blockers:", "", "", "## Cherry-picks:")
    assert item.startswith(f"- {NEW.url}")


@pytest.mark.parametrize("opened", ["<!--", "```\n"])
def test_what_is_never_closed_hides_nothing_and_what_is_closed_behind_it_is_hidden(
    opened: str,
) -> None:
    closed = "~~~\ncode\n~~~"
    text = f"{opened} for ever\n{closed}\nseen\n"
    start = text.index(closed)
    assert [*hidden_spans(text)] == [(start, start + len(closed))]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("a ~~b~~ c", "a       c"),
        ("a ~b~ c", "a     c"),
        ("a <del>b</del> c", "a              c"),
        ("a ~ b ~ c", "a ~ b ~ c"),
    ],
)
def test_what_is_struck_is_blank_and_the_rest_stays_where_it_is(line: str, left: str) -> None:
    assert without_struck(line) == left


def test_a_title_may_stand_below_a_greeting() -> None:
    body = MARKDOWN.partition("\n")[2]
    assert Notes.parse(f"Hello, all.\n\n# The push\n{body}").title == "The push"


def test_a_title_that_people_have_changed_in_a_line_of_ours_stays() -> None:
    ours = add(with_blockers(""))
    theirs = ours.replace(NEW.text, "in other words")
    assert theirs != ours
    assert add(theirs) == theirs


def test_picks_are_asked_for_below_a_heading_of_two_lines_too() -> None:
    heading = "To pick. Link to the actual commits\nwith a word on each:"
    notes = Notes.parse(PLAIN.replace("Cherry-picks:", heading))
    assert [pick.commit for pick in notes.picks] == ["3" * 40]
    assert notes.layout.find("picks").name == heading.replace("\n", " ")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (f"{SERVER}/pull/7", "https://git.example/Pelican/Server/pull/7", True),
        (f"{SERVER}/pull/7", f"{SERVER}/pull/8", False),
        (f"{SERVER}/pull/7", "https://git.example/pelican/frontend/pull/7", False),
        (f"{SERVER}/commit/{'a' * 40}", "a" * 9, True),
        (f"{SERVER}/commit/{'a' * 40}", "b" * 9, False),
        ("https://wiki.example/x/", "https://wiki.example/x", True),
        ("https://wiki.example/x", "https://wiki.example/y", False),
    ],
)  # fmt: skip
def test_two_picks_are_one_where_they_name_the_same(one: str, other: str, same: bool) -> None:
    assert read_pick(one).is_same(read_pick(other)) is same
    assert read_pick(other).is_same(read_pick(one)) is same

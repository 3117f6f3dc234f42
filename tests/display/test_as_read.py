"""What is approved is shown as it will be read; nothing in it loads, runs or leaves its place."""

from datetime import UTC, datetime

import pytest

from runbook_lib.display.as_read import as_read, rendered
from runbook_lib.display.card import Card
from runbook_lib.errors import UsageError
from runbook_lib.policy.accounting import account
from runbook_lib.policy.asked import Asked
from runbook_lib.policy.changelog import Entry
from runbook_lib.policy.changelog.places import revise_entry
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.quorum import Count, Rule
from runbook_lib.policy.version import Version
from runbook_lib.steps.question import Question

NASTY = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> ![seen](https://x.example/seen.png)\n"
    "[here](javascript:alert(1)) <a href='javascript:alert(1)' onclick='x()'>there</a> \u202eend"
)
OLD = "# Changes\n\n## 1.9\n\n* one\n\n## 1.8\n\n* older\n"
NINE = Version.parse("1.9")


def test_markdown_is_rendered_and_what_is_nasty_in_it_is_left_out() -> None:
    html = rendered(f"## 1.9\n\n* **api:** [fix](https://x.example/1) `a<b`\n\n{NASTY}\n")
    assert "<h2>1.9</h2>" in html and "<strong>api:</strong>" in html and "a&lt;b" in html
    assert '<a target="_blank" rel="noopener" href="https://x.example/1">' in html
    for never in ("<script", "<img", "onerror", "onclick", 'href="javascript', "\u202e"):
        assert never not in html, never


def test_a_text_alone_needs_no_other_form_and_one_that_has_one_is_folded_below_it() -> None:
    text = "**one** <two>"
    assert as_read(text) == "" and as_read(None) == ""
    plain = Card(Question("r/p/1", "x", "Do", text, "0" * 64, subject=text)).html()
    assert "<details" not in plain and "**one** &lt;two&gt;" in plain
    asked = Asked(text, markdown=text)
    assert asked == text
    both = Card(Question("r/p/1", "x", "Do", text, "0" * 64, subject=asked)).html()
    assert both.index("<strong>one</strong>") < both.index("<details") < both.index("**one**")


def test_an_entrys_commits_are_shown_with_authors_and_pull_requests() -> None:
    when = datetime(2026, 3, 1, tzinfo=UTC)
    commit = Commit("a" * 40, (), "Ivo <ivo@x.example>", when, "fix: <b>one</b> (#12)")
    entry = Entry(NINE, "## 1.9\n\n* <b>one</b>\n", file="CHANGELOG.md")
    question = account(entry, [commit], page="https://x.example/o/n").question
    assert question is not None and question.digest == entry.digest
    html = as_read(question)
    assert f'href="https://x.example/o/n/commit/{"a" * 40}"' in html
    assert 'href="https://x.example/o/n/pull/12"' in html and ">#12</a>" in html
    assert "fix: &lt;b&gt;one&lt;/b&gt;" in html and "ivo@x.example" not in html
    assert Entry(NINE, "1.9\n---\n", file="CHANGES.rst").markdown == ""


def test_a_card_says_who_may_who_has_and_how_many_are_missing() -> None:
    rule = Rule(2, operator_counts=False, people=("ada", "bob"))
    question = Question("r/p/1", "x", "Do", "it", "0" * 64, rule=rule)
    count = Count(rule, ("ada",), ("olive is the operator, who does not count",))
    card = Card(question, count=count, ahead="8 · Verify")
    assert (
        "Who may: ada, bob, but not the operator. So far: 1 of 2 (ada), 1 more is needed. "
        "olive is the operator, who does not count." in str(card)
    )
    assert "Next: 8 · Verify" in str(card) and "Next: 8 · Verify" in card.html()
    assert "Who may" not in str(Card(question, count=count, passed=True))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_persons_words_take_the_place_of_the_entry_and_of_nothing_else(end: str) -> None:
    text = OLD.replace("\n", end)
    changed = revise_entry(text, NINE, "## 1.9\r\n\r\n* one\n* two\n\n\n")
    assert changed == OLD.replace("* one\n", "* one\n* two\n").replace("\n", end)


@pytest.mark.parametrize(
    "words", ["", "* no heading", "## 1.9\n\n* a\n\n## 1.7\n\n* b", "## 2.0\n"]
)
def test_words_that_are_no_entry_of_that_version_are_refused(words: str) -> None:
    with pytest.raises(UsageError, match=r"expected one entry of 1\.9"):
        revise_entry(OLD, NINE, words)

"""Texts as Jira takes them: whatever is in one, it is a document, and its mark is found again."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runbook_lib.policy.tickets import bears, marked
from runbook_lib.sandbox.services.jira.texts import check_document
from runbook_lib.sandbox.services.jira.texts import wiki as shown
from runbook_lib.services.jira.adf import document, mention_of
from runbook_lib.services.jira.wiki import escaped, wiki

MARK = "runbook ticket 3f2c81d0"
PIECES = st.sampled_from(
    (
        *("\n", "\n\n", " ", "    ", "* ", "1. ", "# ", "> ", "```", "`", "<!-- ", "<pre>", "---"),
        *("[a](https://h.example)", "![i](x.png)", "{code}", "[~qa]", "https://h.example/a_b"),
        *("<b>", "|", "\\", "_x_", "**y**", "[r]: x", "h1. ", "é", "&amp;", "\t", "~~~", "***"),
    )
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@given(TEXTS)
@example("<!-- never closed")
@example("```\nnever closed")
@example("* > ## deep\n\n  ---\n")
def test_whatever_a_text_has_it_is_a_document_whose_mark_is_found_again(text: str) -> None:
    made = document(marked(text, MARK), mention=mention_of("557058:1", "Quinn"))
    check_document(made, "description")
    json.dumps(made)
    assert bears(shown(made), MARK)


@given(TEXTS)
def test_whatever_a_text_has_its_mark_is_found_again_in_wiki_markup(text: str) -> None:
    assert bears(wiki(marked(text, MARK), mention="qa"), MARK)


@pytest.mark.parametrize(
    ("markdown", "markup"),
    [
        ("## 1.9 (2026-03-12)", "h2. 1.9 (2026-03-12)"),
        ("* a **b** _c_ `d`", "* a *b* _c_ {{d}}"),
        ("* a\n  * b\n* c", "* a\n** b\n* c"),
        ("1. a\n2. b", "# a\n# b"),
        ("[a](https://h.example/x_y)", "[a|https://h.example/x_y]"),
        ("see https://h.example/_x_ now", "see https://h.example/_x_ now"),
        ("{code} [x] !y! a|b", r"\{code\} \[x\] \!y\! a\|b"),
        ("fix: -x- --help a-b x_y_z", r"fix: \-x\- \-\-help a-b x_y_z"),
        ("h1. no heading", r"\h1. no heading"),
        ("```sh\n{a}\n```", "{noformat}\n{a}\n{noformat}"),
        ("a\nb", "a\nb"),
        ("> a", "{quote}\na\n{quote}"),
        ("---", "----"),
    ],
)
def test_markdown_is_read_as_it_would_be_and_nothing_else_is_markup(
    markdown: str, markup: str
) -> None:
    assert wiki(markdown) == markup


def test_what_stands_in_a_document_is_what_was_written() -> None:
    text = "{code} [x] !y! -x- https://h.example/a_b."
    (block,) = document(text)["content"]
    assert "".join(part["text"] for part in block["content"]) == text
    (link,) = [part for part in block["content"] if part.get("marks")]
    assert link["marks"] == [{"type": "link", "attrs": {"href": "https://h.example/a_b"}}]


def test_a_backslash_is_no_way_to_get_markup_in() -> None:
    assert escaped("\\[x|https://h.example]") == r"\\\[x\|https://h.example]"

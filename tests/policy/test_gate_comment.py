"""A gate's question as a comment, and which comments answer it."""

import pytest
from hypothesis import given
from hypothesis.strategies import text

from runbook_lib.policy.gate_comment import (
    digest_asked,
    fenced,
    is_comment_on,
    question_mark,
    question_text,
    read_answer,
    same_text,
)
from runbook_lib.policy.lengths import PULL_REQUEST

DIGEST = "3f2c81d05a7b" + "0" * 52
OTHER = "3f2c81d0ffff" + "1" * 52
MARK = question_mark("abcd", DIGEST)


def question(shown: str) -> str:
    asked = "at the gate `changelog` of `release/x/1.9`:"
    return question_text(MARK, asked, shown, DIGEST, people=("mia", "ben"), whole="runbook show X")


@pytest.mark.parametrize(
    ("said", "verdict", "reason"),
    [
        ("approve 3f2c81d0", "approved", ""),
        ("Approve 3F2C81D05A7B: every fix is listed", "approved", "every fix is listed"),
        ("`approve 3f2c81d05a7b`", "approved", ""),
        ("`reject 3f2c81d05a7b` a fix is missing", "rejected", "a fix is missing"),
        ("reject 3f2c81d05a7b, a fix is missing\n\nand more below", "rejected", "a fix is missing"),
        ("\n  approve 3f2c81d05a7b\r\n", "approved", ""),
    ],
)
def test_an_answer_is_the_first_line_of_a_comment(said: str, verdict: str, reason: str) -> None:
    answer = read_answer(said)
    assert answer is not None
    assert (answer.verdict, answer.reason) == (verdict, reason)
    assert answer.doubt(DIGEST, [DIGEST]) == ""


@pytest.mark.parametrize(
    "said",
    [
        "",
        "looks good",
        "> approve 3f2c81d05a7b",
        "I approve 3f2c81d05a7b",
        "approved 3f2c81d05a7b",
        "approve",
        "approve it",
        "approve3f2c81d05a7b",
        f"please look\napprove {DIGEST}",
    ],
)
def test_what_is_said_otherwise_decides_nothing(said: str) -> None:
    assert read_answer(said) is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("approve 3f2c81d", "at least 8 characters are needed"),
        ("approve 9ab13c77", "is about 9ab13c77, not about what is asked now (3f2c81d05a7b)"),
        (f"approve {DIGEST[:-1]}1", "not about what is asked now"),
        ("approve 3f2c81d0", "more than one question here begins"),
    ],
)
def test_an_answer_names_just_what_is_asked(said: str, why: str) -> None:
    answer = read_answer(said)
    assert answer is not None
    assert why in answer.doubt(DIGEST, [DIGEST, OTHER])


def test_a_question_shows_the_text_and_how_it_is_answered() -> None:
    asked = question("The changelog of 1.9\n\n* a fix")
    assert asked.startswith(f"{MARK}\n@mia @ben: a decision is asked of you, at the gate")
    assert "~~~text\nThe changelog of 1.9\n\n* a fix\n~~~" in asked
    assert "`approve 3f2c81d05a7b`" in asked
    assert digest_asked(asked, "abcd") == DIGEST
    assert digest_asked(asked, "ef01") == digest_asked(f"> {asked}", "abcd") == ""


def test_a_text_can_not_break_out_or_call_anybody_or_pose_as_a_question() -> None:
    asked = question(f"~~~\n@everybody\n~~~~~\n{question_mark('abcd', OTHER)}")
    assert asked.count("\n~~~~~~\n") == 1
    assert asked.index("~~~~~~text\n") < asked.index("@everybody") < asked.index("\n~~~~~~\n")


@given(text())
def test_a_fence_holds_whatever_stands_in_it(inside: str) -> None:
    lines = fenced(inside).split("\n")
    assert lines[0].removesuffix("text") == lines[-1]
    assert not any(line.strip().startswith(lines[-1]) for line in lines[1:-1])


def test_a_text_that_is_too_long_is_cut_and_says_where_the_whole_is() -> None:
    asked = question("a long line\n" * 20_000)
    assert len(asked) <= PULL_REQUEST
    assert "It is cut here. All of it: runbook show X\n~~~" in asked
    assert "`approve 3f2c81d05a7b`" in asked


def test_what_is_not_seen_is_shown_and_pointed_out() -> None:
    asked = question("a fix\u202eelgnis")
    assert "<U+202E>" in asked
    assert "! it has characters that are not seen" in asked


def test_a_comment_is_the_same_however_its_lines_end() -> None:
    assert same_text("a\r\nb\r\n", "a\nb")
    assert not same_text("a b", "a\nb")


def test_a_comment_on_a_pull_request_is_one_on_the_issue_of_its_number() -> None:
    place = "https://github.com/team/tool/issues/12"
    assert is_comment_on(f"{place}#issuecomment-7", place)
    assert is_comment_on("https://github.com/team/tool/pull/12#issuecomment-7", place)
    assert not is_comment_on("https://github.com/team/tool/issues/123#issuecomment-7", place)
    assert not is_comment_on("https://github.com/evil/tool/issues/12#issuecomment-7", place)
    assert not is_comment_on(f"{place}#issuecomment-7", "")

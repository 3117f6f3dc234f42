"""What came of a question on a ticket, told by the marks in its comments."""

from datetime import UTC, datetime, timedelta

import pytest

from runbook_lib.errors import Conflict, Refused
from runbook_lib.policy.tickets import (
    SILENT,
    Question,
    Said,
    bears,
    marked,
    refuse_lacking,
    refuse_other_title,
    title_of,
)

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)
ASKS = "asks 3f2c81d0 "


def said(*texts: tuple[str, str]) -> tuple[Said, ...]:
    return tuple(
        Said(who, who.title(), text, NOON + timedelta(minutes=at), f"https://t.example/{at}")
        for at, (who, text) in enumerate(texts)
    )


def question(
    *texts: tuple[str, str], closing: Said | None = None, refused: bool = False
) -> Question:
    return Question("T-1", "qa", "Quinn", ASKS, said(*texts), closing, refused)


ASKED, OTHER = ("me", f"Well?\n\n{ASKS}1"), ("me", f"And now?\n\n{ASKS}2")


def test_all_that_is_said_after_the_newest_question_is_the_answer() -> None:
    before = (("qa", "early"), OTHER, ("qa", "a"))
    answer = question(*before, ASKED, ("QA", "b"), ("ops", "c"), ("qa", "d")).answer
    assert answer is not None
    assert (answer.text, answer.verdict, answer.who) == ("b\n\nd", "answered", "Qa")
    assert answer.question == "Qa answered (https://t.example/6):\n\nb\n\nd"


def test_an_answer_between_two_questions_that_were_put_at_once_is_not_lost() -> None:
    found = question(ASKED, ("qa", "failed"), ASKED)
    assert found.answer is not None
    assert found.answer.text == "failed"
    assert [one.text for one in question(ASKED, ("ops", "done"), ASKED).later] == ["done"]


def test_an_answer_to_an_earlier_question_is_none_to_another() -> None:
    assert question(ASKED, ("qa", "failed"), OTHER).answer is None


def test_a_question_that_somebody_quotes_is_none() -> None:
    quoted = ("qa", f"> {ASKS}1\n\nWhat do you mean?")
    assert question(ASKED, quoted).answer is not None
    with pytest.raises(Refused, match="expected a question to Quinn on T-1, found none in its 1"):
        question(quoted).answer  # noqa: B018 - it raises


def test_as_long_as_it_is_open_it_says_who_wrote_last() -> None:
    assert str(question(ASKED)) == "Quinn has not answered on T-1"
    told = str(question(ASKED, ("ops", "deployed\nnow")))
    assert told.endswith("; Ops wrote there: 'deployed now'; it counts once Quinn says it")


@pytest.mark.parametrize(
    ("who", "refused", "verdict"),
    [
        ("qa", False, "answered"),
        ("qa", True, "refused"),
        ("ops", True, "refused"),
        ("ops", False, ""),
    ],
)
def test_a_ticket_that_is_closed_without_a_word_is_answered_by_qa_or_a_no(
    who: str, refused: bool, verdict: str
) -> None:
    (closing,) = said((who, ""))
    answer = question(ASKED, closing=closing, refused=refused).answer
    assert (answer.verdict if answer else "") == verdict
    assert answer is None or answer.text == SILENT


def test_words_before_a_no_are_its_reason() -> None:
    (closing,) = said(("ops", ""))
    answer = question(ASKED, ("qa", "frozen"), closing=closing, refused=True).answer
    assert answer is not None
    assert str(answer) == "Qa refused: frozen"


def test_a_mark_is_the_beginning_of_a_line() -> None:
    assert bears(marked("a text\n\n", ASKS), ASKS)
    assert not bears(f"a text {ASKS}", ASKS)


def test_what_no_service_takes_as_a_title_is_refused() -> None:
    assert title_of(" a\n b ") == "a b"
    assert title_of("x" * 255) == "x" * 255
    for wrong in ("", " ", "x" * 256):
        with pytest.raises(Refused, match="expected a title of 1 to 255 characters"):
            title_of(wrong)
    with pytest.raises(Conflict, match="titled 'a', found it titled 'b'; look at https://t"):
        refuse_other_title("b", "a", link="https://t")


def test_all_that_is_lacking_is_said_at_once() -> None:
    refuse_lacking([])
    with pytest.raises(Refused, match="^one\ntwo$"):
        refuse_lacking(["one", "two"])

"""A card asks for what its question needs; what lacks it is no answer yet."""

from collections.abc import Callable
from typing import Any

import pytest

from runbook_lib.display import asking
from runbook_lib.display.asking import Buttons, CardApprover
from runbook_lib.display.card import Card
from runbook_lib.display.lines import StepLine
from runbook_lib.journal.decision import Decision
from runbook_lib.policy.questions import BY_HAND, GATE, WAIVER
from runbook_lib.policy.quorum import Count, Rule
from runbook_lib.steps.question import Question
from runbook_lib.steps.report import Report

LINK = r"https?://\S+"
DIGEST = "3f2c81d09" * 8


class Asked:
    """A question at a card, and what was decided there."""

    def __init__(self, kind: str, pattern: str = "") -> None:
        question = Question("r/p/1", "x", "Do <it>", "Do <it>", DIGEST, kind=kind, evidence=pattern)
        self.kept: list[Decision] = []
        self.cards: list[Card] = []
        self.buttons = Buttons(question, "olive", self.keep, self.cards.append)
        self.buttons.answer = self  # type: ignore[assignment]

    def keep(self, decision: Decision) -> Decision:
        self.kept.append(decision)
        return decision

    def update(self, _: Any) -> None:
        """The output of the buttons."""

    @property
    def labels(self) -> list[str]:
        return [button.description for button, _ in self.buttons.buttons]

    def told(self) -> str:
        return str(self.buttons.box.children[-1].value)


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        (GATE, ["Approve", "Reject"]),
        (BY_HAND, ["Confirm", "Can't be done"]),
        (WAIVER, ["Waive"]),
    ],
)
def test_each_kind_of_question_has_its_buttons(kind: str, labels: list[str]) -> None:
    assert Asked(kind).labels == labels
    assert not Asked(kind).buttons.evidence


def test_a_step_by_hand_is_confirmed_with_evidence_that_fits() -> None:
    asked = Asked(BY_HAND, LINK)
    [field] = asked.buttons.evidence
    assert field.placeholder == "the evidence: a link"
    for given, said in (("", "found none"), ("<b>no</b>", "&lt;b&gt;no&lt;/b&gt;")):
        field.value = given
        asked.buttons.click("approved")
        assert asked.kept == [] and said in asked.told()
        assert "expected a link as evidence" in asked.told()
    field.value = " https://x.example "
    asked.buttons.click("approved")
    asked.buttons.click("approved")
    [made] = asked.kept
    assert (made.evidence, made.kind, made.how) == ("https://x.example", BY_HAND, "card")
    [card] = asked.cards
    assert "x 3f2c81d093f2 confirmed by olive (card" in str(card)
    assert "Run this cell again" in str(card)


def test_what_cannot_be_done_has_a_reason_and_no_evidence() -> None:
    asked = Asked(BY_HAND, LINK)
    asked.buttons.evidence[0].value = "https://x.example"
    asked.buttons.click("rejected")
    assert asked.kept == [] and "expected a reason" in asked.told()
    asked.buttons.reason.value = "no hands"
    asked.buttons.click("rejected")
    assert (asked.kept[0].evidence, asked.kept[0].reason) == ("", "no hands")
    assert "Nothing goes on until what was not done has changed." in str(asked.cards[0])


def test_a_waiver_has_a_reason() -> None:
    asked = Asked(WAIVER)
    asked.buttons.click("approved")
    assert asked.kept == [] and "expected a reason" in asked.told()
    asked.buttons.reason.value = "known"
    asked.buttons.click("approved")
    assert "x 3f2c81d093f2 waived by olive" in str(asked.cards[0])


def test_a_waived_check_is_shown_as_such_with_what_it_refused() -> None:
    report = Report("check_lag", "waived", detail="lag 3f2c waived by ada: known\nfound <5 s>")
    line = StepLine(report)
    assert str(line).startswith("~ waived    lag 3f2c waived by ada: known")
    assert "found <5 s>" in str(line)
    assert "waived</b>" in line.html() and "found &lt;5 s&gt;" in line.html()


class Others:
    """Somebody else, who is there and approves."""

    def ask(self, question: Question, decide: Callable[[Decision], Decision]) -> None:
        decide(Decision(question.gate, question.digest, "approved", "quinn", "", "", ""))


def test_what_another_decides_is_shown_on_the_card_that_waits_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cards: list[Card] = []

    class Handle:
        update = staticmethod(cards.append)

    monkeypatch.setattr(asking, "show_changing", lambda card: cards.append(card) or Handle)
    question = Question("r/p/1", "qa", "Push it", "1.9", DIGEST, rule=Rule(operator_counts=False))
    kept: list[Decision] = []

    def keep(decision: Decision) -> Decision:
        kept.append(decision)
        return decision

    def counted(asked: Question) -> Count:
        return Count(asked.rule, tuple(one.by for one in kept))

    approver = CardApprover("olive", Others(), counted)
    approver.ask(question, keep)
    before, after = cards
    assert before.decision is None and before.count == Count(question.rule)
    assert after.decision == kept[0] and after.count == Count(question.rule, ("quinn",))
    assert "approved by quinn" in str(after)

"""Gates: a decision is bound to the digest of what was decided on."""

import os
import pwd
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.display.step_display import PlainDisplay
from runbook_lib.errors import Refused, UsageError, Waiting
from runbook_lib.journal.decision import Decision
from runbook_lib.journal.journal import Journal, digest
from runbook_lib.journal.summary import summarise
from runbook_lib.notebook.gate_places import GatePlaces
from runbook_lib.notebook.reference import ReferenceCell
from runbook_lib.steps.decisions import find_question, keep_answer, record_decision
from runbook_lib.steps.gate import Gates, Rule, whoami
from runbook_lib.steps.guard import GateGuard
from runbook_lib.steps.question import Question, as_question, as_rule
from runbook_lib.steps.step import Planned
from tests.conftest import MakeRunner


class Somebody:
    """Decides at once, as told."""

    def __init__(self, verdict: str, by: str = "rowan") -> None:
        self.verdict, self.by = verdict, by
        self.asked: list[Question] = []

    def ask(self, question: Question, decide: Callable[[Decision], None]) -> None:
        self.asked.append(question)
        decide(decided(question, self.verdict, self.by))


def decided(question: Question, verdict: str, by: str) -> Decision:
    return Decision(question.gate, question.digest, verdict, by, "desk", "card", "looks right")  # type: ignore[arg-type]


def test_a_gate_without_a_decision_ends_as_waiting_and_says_how_to_approve(
    make_runner: MakeRunner,
) -> None:
    gates = Gates(make_runner(), approver=None)
    short = digest("an entry")[:12]
    said = f"^The changelog: changelog {short} is waiting for an approval: decide on the card, or"
    with pytest.raises(Waiting, match=f"{said} with: runbook approve release/tidewatch/1.9 chang"):
        gates.approve("changelog", "an entry", title="The changelog")
    assert [report.outcome for report in gates.runner.reports] == ["waiting"]


def test_each_gates_step_has_the_gates_name_where_people_read_of_it(
    make_runner: MakeRunner, capsys: pytest.CaptureFixture[str]
) -> None:
    gates = Gates(make_runner(), approver=None)
    gates.runner.display = PlainDisplay()
    for gate in ("changelog", "version"):
        with pytest.raises(Waiting):
            gates.approve(gate, "an entry", title="T")
    assert [report.title for report in gates.runner.reports] == [
        "approve changelog",
        "approve version",
    ]
    assert capsys.readouterr().out.startswith("… approve changelog\n")
    summary = summarise(gates.runner.journal.own)
    assert [(one.step, one.title) for one in summary.steps] == [
        ("approve", "approve changelog"),
        ("approve", "approve version"),
    ]


def test_a_gate_passes_when_somebody_approves_at_once(make_runner: MakeRunner) -> None:
    gates = Gates(make_runner(), approver=Somebody("approved"))
    decision = gates.approve("changelog", "an entry", title="The changelog")
    assert (decision.by, decision.host, decision.reason) == ("rowan", "desk", "looks right")
    assert decision.signature == ""
    assert [report.outcome for report in gates.runner.reports] == ["done"]


def test_an_approval_counts_in_each_later_session_and_nobody_is_asked_again(
    make_runner: MakeRunner,
) -> None:
    Gates(make_runner(), approver=Somebody("approved")).approve("changelog", "an entry", title="T")
    later = Somebody("rejected")
    gates = Gates(make_runner(), approver=later)
    assert gates.approve("changelog", "an entry", title="T").verdict == "approved"
    assert later.asked == []


def test_an_approval_is_void_when_what_was_approved_changes(make_runner: MakeRunner) -> None:
    gates = Gates(make_runner(), approver=Somebody("approved"))
    gates.approve("changelog", "an entry", title="T")
    gates.approver = None
    with pytest.raises(Waiting):
        gates.approve("changelog", "another entry", title="T")


def test_an_approval_of_one_gate_does_not_open_another(make_runner: MakeRunner) -> None:
    gates = Gates(make_runner(), approver=Somebody("approved"))
    gates.approve("changelog", "an entry", title="T")
    gates.approver = None
    with pytest.raises(Waiting):
        gates.approve("version", "an entry", title="T")


def test_a_rejection_is_refused_until_somebody_approves_after_all(make_runner: MakeRunner) -> None:
    runner = make_runner()
    gates = Gates(runner, approver=Somebody("rejected"))
    for _ in range(2):
        with pytest.raises(Refused, match="rejected by rowan"):
            gates.approve("changelog", "an entry", title="T")
    other = make_runner(operator="quinn").journal
    record_decision(other, decided(find_question(other, "changelog"), "approved", "quinn"))
    assert gates.approve("changelog", "an entry", title="T").by == "quinn"


def test_an_approval_given_in_another_session_meanwhile_is_seen(make_runner: MakeRunner) -> None:
    gates = Gates(make_runner(), approver=None)
    with pytest.raises(Waiting):
        gates.approve("changelog", "an entry", title="T")
    terminal = make_runner(operator="rowan").journal
    question = find_question(terminal, "changelog")
    record_decision(terminal, decided(question, "approved", "rowan"))
    assert gates.approve("changelog", "an entry", title="T").by == "rowan"


def test_a_subject_without_text_needs_no_approval(make_runner: MakeRunner) -> None:
    gates = Gates(make_runner(), approver=None)
    decision = gates.approve("version", "", title="T")
    assert decision == Decision("version", decision.digest, "not needed", "", "", "", "")


def test_a_rule_can_ask_for_somebody_other_than_the_operator(make_runner: MakeRunner) -> None:
    rules = {"changelog": Rule(operator_counts=False)}
    gates = Gates(make_runner(), approver=Somebody("approved", by="olive"), rules=rules)
    with pytest.raises(Waiting):
        gates.approve("changelog", "an entry", title="T")
    gates.approver = Somebody("approved", by="rowan")
    assert gates.approve("changelog", "an entry", title="T").by == "rowan"


def test_a_rule_can_ask_for_several_people(make_runner: MakeRunner) -> None:
    rules = {"changelog": Rule(approvals=2)}
    gates = Gates(make_runner(), approver=Somebody("approved", by="rowan"), rules=rules)
    for _ in range(2):
        with pytest.raises(Waiting):
            gates.approve("changelog", "an entry", title="T")
    gates.approver = Somebody("approved", by="quinn")
    gates.approve("changelog", "an entry", title="T")


def test_a_plan_asks_nobody(make_runner: MakeRunner) -> None:
    somebody = Somebody("approved")
    gates = Gates(make_runner(plan=True), approver=somebody)
    assert isinstance(gates.approve("changelog", "an entry", title="T"), Planned)
    assert somebody.asked == []


def test_an_approval_of_what_has_changed_since_is_refused(make_runner: MakeRunner) -> None:
    gates = Gates(make_runner(), approver=None)
    with pytest.raises(Waiting):
        gates.approve("changelog", "an entry", title="T")
    journal = make_runner().journal
    with pytest.raises(UsageError, match="found 000000"):
        find_question(journal, "changelog", "000000")
    with pytest.raises(UsageError, match="it has asked for: changelog"):
        find_question(journal, "version")


def test_an_approval_that_its_giver_has_taken_back_does_not_count(make_runner: MakeRunner) -> None:
    gates = Gates(make_runner(), approver=None, rules={"changelog": Rule(approvals=2)})
    with pytest.raises(Waiting):
        gates.approve("changelog", "an entry", title="T")
    journal = gates.runner.journal
    question = find_question(journal, "changelog")
    for verdict, by in (("approved", "rowan"), ("rejected", "rowan"), ("approved", "quinn")):
        record_decision(journal, decided(question, verdict, by))
    with pytest.raises(Waiting):
        gates.approve("changelog", "an entry", title="T")
    record_decision(journal, decided(question, "approved", "rowan"))
    gates.approve("changelog", "an entry", title="T")


def test_a_digest_is_named_with_as_many_characters_as_are_shown(make_runner: MakeRunner) -> None:
    gates = Gates(make_runner(), approver=None)
    with pytest.raises(Waiting):
        gates.approve("changelog", "an entry", title="T")
    journal = gates.runner.journal
    whole = find_question(journal, "changelog").digest
    assert find_question(journal, "changelog", whole[:12]).digest == whole
    with pytest.raises(UsageError, match="expected the digest"):
        find_question(journal, "changelog", whole[:1])


def test_an_account_without_a_name_goes_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless(_uid: int) -> str:
        raise KeyError("getpwuid(): uid not found: 4242")

    monkeypatch.setattr(pwd, "getpwuid", nameless)
    assert whoami() == f"uid {os.getuid()}"


def test_who_somebody_is_does_not_hang_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "bob")
    assert whoami() == pwd.getpwuid(os.getuid()).pw_name != "bob"


def test_the_first_click_decides_and_a_second_one_is_none(make_runner: MakeRunner) -> None:
    gates = Gates(make_runner(), approver=None)
    with pytest.raises(Waiting):
        gates.approve("changelog", "an entry", title="T")
    journal = gates.runner.journal
    question = find_question(journal, "changelog")
    kept = [gates.record(question, decided(question, say, "rowan")) for say in CLICKS]
    assert [one.verdict for one in kept] == ["approved"] * 3
    events = [event.kind for event in journal.events() if event.kind in ("approved", "rejected")]
    assert events == ["approved"]


CLICKS = ("approved", "approved", "rejected")


def test_a_later_word_from_a_terminal_is_a_new_decision_that_says_so(
    make_runner: MakeRunner,
) -> None:
    gates = Gates(make_runner(), approver=Somebody("approved"))
    gates.approve("changelog", "an entry", title="T")
    journal = make_runner(operator="rowan").journal
    question = find_question(journal, "changelog")
    record_decision(journal, decided(question, "rejected", "rowan"))
    assert journal.own[-1].said["instead"] == "approved"
    with pytest.raises(Refused, match="rejected by rowan"):
        gates.approve("changelog", "an entry", title="T")


def test_a_gate_that_is_another_persons_does_not_count_the_operator(
    make_runner: MakeRunner,
) -> None:
    gates = Gates(make_runner(), approver=Somebody("approved", by="olive"))
    with pytest.raises(Waiting, match="approval by QA .*the operator does not count"):
        gates.approve("qa", "these tags", title="T", of="QA")
    gates.approver = Somebody("approved", by="rowan")
    assert gates.approve("qa", "these tags", title="T", of="QA").by == "rowan"


def test_the_operator_is_known_by_their_account_under_any_name(make_runner: MakeRunner) -> None:
    gates = Gates(make_runner(), approver=None, rules={"qa": Rule(operator_counts=False)})
    with pytest.raises(Waiting):
        gates.approve("qa", "these tags", title="T")
    journal = gates.runner.journal
    said = decided(find_question(journal, "qa"), "approved", "bob")
    record_decision(journal, replace(said, account=whoami(), host=socket.gethostname()))
    with pytest.raises(Waiting, match="bob is the operator, who does not count"):
        gates.approve("qa", "these tags", title="T")


def test_a_decision_whose_signature_is_in_doubt_does_not_open_a_gate(
    make_runner: MakeRunner,
) -> None:
    gates = Gates(
        make_runner(), approver=Somebody("approved"), doubt=lambda one: "has not signed it"
    )
    with pytest.raises(Waiting, match="rowan has not signed it"):
        gates.approve("changelog", "an entry", title="T")


def test_what_is_asked_is_on_record_with_all_that_it_takes_to_decide(
    make_runner: MakeRunner,
) -> None:
    rule = Rule(approvals=2, operator_counts=False, people=("rowan", "quinn"))
    gates = Gates(make_runner(), approver=None, rules={"changelog": rule})
    gates.note = "an old kernel"
    with pytest.raises(Waiting) as caught:
        gates.approve("changelog", "an entry", title="The changelog", of="QA")
    short = digest("an entry")[:12]
    assert str(caught.value) == (
        f"The changelog: changelog {short} is waiting for an approval by QA (0 of 2; "
        "the operator does not count; who may: rowan, quinn): decide on the card, or with: "
        f"runbook approve release/tidewatch/1.9 changelog --digest {short} --reason '…'; "
        "then run this again"
    )
    journal = make_runner().journal
    [intent] = [event for event in journal.events() if event.kind == "intent"]
    assert intent.said["announced"] == (f"ask for the approval of changelog {short}: The changelog")
    [asked] = [event for event in journal.events() if event.kind == "asked"]
    here = (asked.said["account"], asked.said["host"], asked.said["signed"])
    assert here == (whoami(), socket.gethostname(), False)
    assert find_question(journal, "changelog") == Question(
        "release/tidewatch/1.9", "changelog", "The changelog", "an entry", digest("an entry"),
        "QA", "an old kernel", rule,
    )  # fmt: skip


def test_a_subject_that_has_a_digest_is_approved_by_that_one(make_runner: MakeRunner) -> None:
    class Tags:
        digest = "d" * 64

        def __str__(self) -> str:
            return "two tags"

    gates = Gates(make_runner(), approver=Somebody("approved"))
    assert gates.approve("tags", Tags(), title="T").digest == "d" * 64
    assert gates.approve("text", "two tags", title="T").digest == digest("two tags")
    assert gates.approve("nothing", " \n", title="T").verdict == "not needed"


def test_a_decision_says_who_how_and_why() -> None:
    said = Decision("cups", "d" * 64, "approved", "rowan", "desk", "card", "white is right")
    assert str(said) == f"cups {'d' * 12} approved by rowan (card): white is right"
    assert str(replace(said, reason="", account="rowan")) == (
        f"cups {'d' * 12} approved by rowan (card)"
    )
    assert str(replace(said, account="root", how="command")) == (
        f"cups {'d' * 12} approved by rowan (command, account root): white is right"
    )
    assert str(replace(said, verdict="not needed")) == "cups: nothing to approve"


def test_the_last_word_is_the_last_in_time_whatever_session_it_was_said_in(
    make_runner: MakeRunner,
) -> None:
    gates = Gates(make_runner(), approver=None)
    with pytest.raises(Waiting):
        gates.approve("changelog", "an entry", title="T")
    first, second = gates.runner.journal, make_runner(operator="rowan").journal
    question = find_question(second, "changelog")
    record_decision(second, decided(question, "approved", "rowan"))
    time.sleep(0.005)
    record_decision(first, decided(question, "rejected", "quinn"))
    with pytest.raises(Refused, match="rejected by quinn .*have it approved after all: runbook"):
        gates.approve("changelog", "an entry", title="T")


def test_the_newest_question_counts_whatever_session_has_asked_it(make_runner: MakeRunner) -> None:
    first, second = (Gates(make_runner(), approver=None) for _ in range(2))
    for gates, text in ((second, "an entry"), (first, "another entry")):
        with pytest.raises(Waiting):
            gates.approve("changelog", text, title="T")
        time.sleep(0.005)
    assert find_question(make_runner().journal, "changelog").text == "another entry"


def test_what_was_not_asked_is_refused_with_what_was(make_runner: MakeRunner) -> None:
    with pytest.raises(UsageError, match="found 'cups'; it has asked for: none yet"):
        find_question(make_runner().journal, "cups")
    gates = Gates(make_runner(), approver=None)
    for gate in ("mugs", "cans"):
        with pytest.raises(Waiting):
            gates.approve(gate, "white", title="T")
    with pytest.raises(UsageError, match="found 'cups'; it has asked for: cans, mugs$"):
        find_question(gates.runner.journal, "cups")


def test_what_was_decided_elsewhere_is_had_here_first(make_runner: MakeRunner) -> None:
    gates = Gates(make_runner(), approver=None)
    with pytest.raises(Waiting):
        gates.approve("changelog", "an entry", title="T")
    journal = make_runner(operator="rowan").journal
    question = find_question(journal, "changelog")
    gates.refresh = lambda: record_decision(journal, decided(question, "approved", "rowan"))
    assert gates.approve("changelog", "an entry", title="T").by == "rowan"
    assert [report.outcome for report in gates.runner.reports] == ["waiting", "good"]


def test_a_decision_is_kept_with_the_signature_of_who_decided(make_runner: MakeRunner) -> None:
    gates = Gates(
        make_runner(),
        approver=Somebody("approved"),
        sign=lambda question, decision: f"{decision.by} signs {question.text}",
    )
    assert gates.approve("changelog", "an entry", title="T").signature == "rowan signs an entry"
    [asked] = [one for one in gates.runner.journal.own if one.kind == "asked"]
    assert asked.said["signed"] is True


class Comments:
    """Where people answer in their own time."""

    def __init__(self, *verdicts: str) -> None:
        self.verdicts, self.asked = verdicts, list[Question]()

    def place(self, gate: str) -> str:
        return f"https://git.example/{gate}"

    def ask(self, question: Question) -> list[Decision]:
        self.asked.append(question)
        made = "2026-11-27T12:00:00+00:00"
        answers = [decided(question, verdict, "rowan") for verdict in self.verdicts]
        return [replace(one, link=f"#{at}", made=made) for at, one in enumerate(answers)]


def test_what_was_answered_by_a_comment_is_kept_and_asked_there_no_more(
    make_runner: MakeRunner,
) -> None:
    comments = Comments("approved")
    gates = Gates(make_runner(), approver=None, elsewhere=comments)
    for _ in range(2):
        assert gates.approve("changelog", "an entry", title="T").by == "rowan"
    assert [one.comments for one in comments.asked] == ["https://git.example/changelog"]
    assert gates.approve("version", "", title="T").verdict == "not needed"
    comments.verdicts = ()
    with pytest.raises(Waiting):
        gates.approve("cups", "a cup", title="T")
    assert [one.gate for one in comments.asked] == ["changelog", "cups"]


def test_a_question_of_a_session_without_a_run_names_none(
    make_runner: MakeRunner, tmp_path: Path
) -> None:
    runner = make_runner()
    runner.journal = Journal(tmp_path / "s9" / "journal.jsonl", session="s9", operator="olive")
    assert Gates(runner, approver=None).question("cups", "a cup", "T").run == ""


@pytest.mark.parametrize(
    ("link", "made", "by", "kept"),
    [
        ("#1", "12:00", "rowan", False),
        ("#2", "12:01", "rowan", True),
        ("#2", "11:59", "rowan", False),
        ("#2", "11:59", "quinn", True),
        ("#1", "12:01", "quinn", False),
    ],
)
def test_a_comment_is_kept_once_and_none_from_before_what_its_author_said_since(
    make_runner: MakeRunner, link: str, made: str, by: str, kept: bool
) -> None:
    gates = Gates(make_runner(), approver=None)
    with pytest.raises(Waiting):
        gates.approve("changelog", "an entry", title="T")
    journal = gates.runner.journal
    first = replace(
        decided(find_question(journal, "changelog"), "rejected", "rowan"),
        link="#1",
        made="2026-11-27T12:00:00+00:00",
    )
    said = replace(first, verdict="approved", by=by, link=link, made=f"2026-11-27T{made}:00+00:00")
    keep_answer(journal, first, Rule())
    keep_answer(journal, said, Rule())
    answers = [one.said["link"] for one in journal.own if one.kind in ("approved", "rejected")]
    assert answers == ["#1", link][: 1 + kept]


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        (None, Rule()),
        ({}, Rule()),
        ({"approvals": 2, "operator_counts": False}, Rule(2, False)),
        ({"people": ["rowan", "quinn"]}, Rule(1, None, ("rowan", "quinn"))),
        ({"hours": 24}, Rule(hours=24)),
    ],
)
def test_a_question_of_an_older_journal_has_the_plainest_rule(said: Any, rule: Rule) -> None:
    assert as_rule(said) == rule
    assert as_question({"gate": "cups", "rule": said}) == Question(
        "", "cups", "", "", "", rule=rule
    )


def test_an_approval_that_is_over_is_asked_for_anew_and_holds_what_is_behind_it(
    make_runner: MakeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = {"changelog": Rule(hours=0.05 / 3600)}
    gates = Gates(make_runner(), approver=Somebody("approved"), rules=rules)
    gates.approve("changelog", "an entry", title="T")
    guard = GateGuard(gates, GatePlaces([ReferenceCell("code", "run.approve('changelog', e)")]))
    assert guard.not_passed() == []
    time.sleep(0.06)
    [held] = guard.not_passed()
    assert "counted for 1.38889e-05 h and has to be said anew" in held
    gates.approver = None
    with pytest.raises(Waiting, match="has to be said anew"):
        gates.approve("changelog", "an entry", title="T")
    gates.approver = Somebody("approved")
    assert gates.approve("changelog", "an entry", title="T").by == "rowan"
    kept = [event for event in gates.runner.journal.events() if event.kind == "approved"]
    assert len(kept) == 2

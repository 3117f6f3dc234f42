"""A check that refused is let pass by a person: that very refusal, where the profile allows it."""

from collections.abc import Callable, Generator
from typing import Any

import pytest

from runbook_lib.errors import AccessDenied, Conflict, Failed, Refused, UsageError, Waiting
from runbook_lib.journal.decision import Decision
from runbook_lib.journal.events import digest
from runbook_lib.journal.journal import Journal
from runbook_lib.policy.questions import WAIVER
from runbook_lib.policy.quorum import Rule
from runbook_lib.services.github.answers import Rejected
from runbook_lib.steps.decisions import find_question, record_decision
from runbook_lib.steps.gate import Gates
from runbook_lib.steps.question import Question
from runbook_lib.steps.runner import Runner
from runbook_lib.steps.step import check, step, waivable_as
from runbook_lib.steps.wait import NotYet, wait
from runbook_lib.steps.waive import Waivers, refusal_digest
from runbook_lib.steps.waived import Waived
from tests.conftest import MakeRunner, Quiet

OTHERS = {"lag": Rule(operator_counts=False), "ci": Rule(operator_counts=False)}


class Database:
    """A service with checks, a wait and a step."""

    def __init__(self, runner: Runner, error: Exception | None = None) -> None:
        self.runner = runner
        self.error: Any = error or Refused("expected a lag below 1 s, found 5 s")
        self.looks = 0

    @check
    @waivable_as("lag")
    def check_lag(self, replica: str = "r1") -> str:
        self.looks += 1
        raise self.error

    @check
    def check_disk(self) -> str:
        raise self.error

    @check
    def check_both(self) -> str:
        return f"both: {self.check_lag().strip()}"

    @wait
    @waivable_as("ci")
    def wait_for_ci(self) -> str:
        self.looks += 1
        raise self.error

    @step
    def promote(self, after: object = "") -> Generator[str, None, str]:
        if self.looks < 0:
            return "promoted"
        yield f"promote the replica {str(after)[:4]}"
        self.looks = -1
        return ""

    @step
    def stop(self) -> Generator[str, None, str]:
        raise self.error
        yield ""


class Waives:
    """Somebody who lets it pass at once."""

    def __init__(self, by: str = "rowan", reason: str = "known and harmless") -> None:
        self.by, self.reason = by, reason
        self.asked: list[Question] = []

    def ask(self, question: Question, decide: Callable[[Decision], Decision]) -> None:
        self.asked.append(question)
        decide(waiver(question, self.by, self.reason))


def waiver(question: Question, by: str, reason: str = "known and harmless") -> Decision:
    desk = f"desk of {by}"
    decided = (question.gate, question.digest, "approved", by, desk, "card", reason)
    return Decision(*decided, kind=question.kind)  # type: ignore[arg-type]


def database(
    runner: Runner,
    somebody: Waives | None = None,
    rules: dict[str, Rule] = OTHERS,
    error: Exception | None = None,
) -> Database:
    runner.waivers = Waivers(Gates(runner, approver=somebody), rules)
    return Database(runner, error)


def outcomes(one: Database) -> list[str]:
    return [report.outcome for report in one.runner.reports]


def test_without_a_line_in_the_profile_nothing_is_waived(make_runner: MakeRunner) -> None:
    for one in (
        database(make_runner(), somebody := Waives(), {}),
        Database(make_runner()),
        database(make_runner(), somebody, {"check_lag": Rule()}),
    ):
        with pytest.raises(Refused, match="found 5 s$"):
            one.check_lag()
        assert one.runner.journal.find("asked") is None
    late = database(make_runner(), somebody, {}, error=NotYet("CI is at it"))
    with pytest.raises(Waiting, match="run this again to go on$"):
        late.wait_for_ci()
    assert somebody.asked == []


def test_a_refusal_says_how_it_may_be_let_pass(make_runner: MakeRunner) -> None:
    one = database(make_runner())
    with pytest.raises(Refused) as refused:
        one.check_lag()
    short = find_question(one.runner.journal, "lag", kind=WAIVER).digest[:12]
    said = f"runbook waive release/tidewatch/1.9 lag --digest {short} --reason '…'"
    assert str(refused.value).endswith(f"let pass (the operator does not count): {said}")
    assert outcomes(one) == ["refused"]


def test_what_was_let_pass_is_waived_in_each_later_session(make_runner: MakeRunner) -> None:
    with pytest.raises(Refused):
        database(make_runner()).check_lag()
    journal = make_runner(operator="rowan").journal
    record_decision(journal, waiver(find_question(journal, "lag", kind=WAIVER), "rowan"))
    one = database(make_runner())
    found = one.check_lag()
    assert outcomes(one) == ["waived"] and one.looks == 1
    assert "waived by rowan (card): known and harmless" in str(found)
    [report] = one.runner.reports
    assert report.detail.endswith("\nexpected a lag below 1 s, found 5 s")
    said = one.runner.journal.own[-1].said
    assert said["digest"] == refusal_digest("lag", {}, said["text"])
    assert (said["gate"], said["text"]) == ("lag", "expected a lag below 1 s, found 5 s")


def test_what_stands_for_a_refusal_is_the_same_for_good() -> None:
    """What was let pass yesterday would be asked again, if it were computed otherwise."""
    said = '{"arguments":{"replica":"r1"},"refusal":"5 s","waive":"lag"}'
    assert refusal_digest("lag", {"replica": "r1"}, "5 s") == digest(said)


def test_the_operator_alone_does_not_let_it_pass(make_runner: MakeRunner) -> None:
    one = database(make_runner(), Waives(by="olive"))
    with pytest.raises(Refused, match="olive is the operator, who does not count"):
        one.check_lag()
    may = database(make_runner(), Waives(by="olive"), {"lag": Rule(operator_counts=True)})
    may.check_lag("r2")
    assert outcomes(may) == ["waived"]


def test_who_may_and_how_many_is_the_profiles_to_say(make_runner: MakeRunner) -> None:
    rules = {"lag": Rule(2, False, ("rowan", "quinn"))}
    for somebody, said in ((Waives("otto"), "is not one of those"), (Waives(), "1 of 2")):
        with pytest.raises(Refused, match=said):
            database(make_runner(), somebody, rules).check_lag()
    one = database(make_runner(), Waives("quinn"), rules)
    assert "waived by rowan, quinn" in str(one.check_lag())


def test_another_refusal_is_not_let_pass(make_runner: MakeRunner) -> None:
    one = database(make_runner(), somebody := Waives())
    one.check_lag()
    one.runner.waivers.gates.approver = None  # type: ignore[union-attr]
    one.check_lag()
    with pytest.raises(Refused):
        one.check_lag("r2")
    one.error = Refused("expected a lag below 1 s, found 500 s")
    with pytest.raises(Refused, match="500 s"):
        one.check_lag()
    assert len(somebody.asked) == 1


@pytest.mark.parametrize(
    "error",
    [
        Conflict("there is another"),
        AccessDenied("who are you"),
        Rejected("GitHub will not"),
        UsageError("no such table"),
        Failed("it broke"),
        Waiting("ask later"),
        ZeroDivisionError("a bug"),
    ],
)
def test_nothing_but_a_rules_no_is_waived(make_runner: MakeRunner, error: Exception) -> None:
    one = database(make_runner(), somebody := Waives(), error=error)
    with pytest.raises(type(error)):
        one.check_lag()
    assert somebody.asked == []


def test_a_step_is_never_waived(make_runner: MakeRunner) -> None:
    one = database(make_runner(), somebody := Waives(), {"stop": Rule(operator_counts=False)})
    with pytest.raises(Refused):
        one.stop()
    assert somebody.asked == []


def test_a_wait_that_is_over_its_limit_is_waived_and_then_waits_no_more(
    make_runner: MakeRunner,
) -> None:
    one = database(make_runner(), error=NotYet("CI is at it: 2 of 3"))
    with pytest.raises(Waiting, match="waited 0 s; run this again to go on. It may be let pass"):
        one.wait_for_ci()
    journal = make_runner(operator="rowan").journal
    question = find_question(journal, "ci", kind=WAIVER)
    assert question.text == "CI is at it: 2 of 3"
    record_decision(journal, waiver(question, "rowan"))
    later = database(make_runner(), error=one.error)
    later.wait_for_ci()
    assert (outcomes(later), later.looks) == (["waived"], 1)
    later.error = NotYet("CI is at it: 1 of 3")
    with pytest.raises(Waiting):
        later.wait_for_ci()


def test_a_wait_over_its_limit_that_somebody_lets_pass_at_once_is_waived(
    make_runner: MakeRunner,
) -> None:
    one = database(make_runner(), Waives(), error=NotYet("CI is at it"))
    assert "waived by rowan" in repr(one.wait_for_ci())
    assert outcomes(one) == ["waived"]


def test_a_wait_that_is_refused_is_waived_too(make_runner: MakeRunner) -> None:
    one = database(make_runner(), Waives(), error=Refused("CI is red", value="red on 3f2c"))
    assert one.wait_for_ci() == "red on 3f2c"
    assert outcomes(one) == ["waived"]


def test_what_was_let_pass_before_hands_on_what_is_found_now(make_runner: MakeRunner) -> None:
    for somebody in (Waives(), None):
        one = database(make_runner(), somebody, error=Refused("CI is red", value="red on 3f2c"))
        assert one.wait_for_ci() == "red on 3f2c"


def test_a_waiver_is_asked_for_with_the_note_of_all_gates(make_runner: MakeRunner) -> None:
    waivers = Waivers(Gates(make_runner(), approver=None), OTHERS)
    waivers.gates.note = "an old kernel"
    assert waivers.question("lag", {}, "5 s").note == "an old kernel"


def test_a_value_that_nobody_found_is_shown_and_handed_on_and_not_used(
    make_runner: MakeRunner,
) -> None:
    one = database(make_runner(), Waives())
    found: Any = one.check_lag()
    one.promote(found)
    assert outcomes(one) == ["waived", "done"]
    with pytest.raises(Refused, match="its seconds is needed here; found that it was let pass"):
        one.promote(found.seconds)
    for use in (len, int, bool, iter, lambda value: value + 1, lambda value: value < 1):
        with pytest.raises(Refused, match="the value itself is needed here"):
            use(found)
    assert isinstance(found, Waived) and "waived by rowan" in repr(found)


def test_a_check_that_needs_what_was_waived_refuses_itself(make_runner: MakeRunner) -> None:
    one = database(make_runner(), Waives())
    with pytest.raises(Refused, match="its strip is needed here"):
        one.check_both()
    assert outcomes(one) == ["waived", "refused"]


def test_a_gate_can_be_asked_about_what_was_waived(make_runner: MakeRunner) -> None:
    one = database(make_runner(), Waives())
    gates = Gates(one.runner, approver=None)
    with pytest.raises(Waiting):
        gates.approve("start", one.check_lag(), title="Start all the same")
    assert "known and harmless" in find_question(one.runner.journal, "start").text


def test_a_waiver_has_a_reason(make_runner: MakeRunner) -> None:
    one = database(make_runner(), Waives(reason=" "))
    with pytest.raises(UsageError, match="expected a reason"):
        one.check_lag()
    assert one.runner.journal.find("approved") is None


def test_a_plan_asks_nobody_and_sees_what_was_waived(make_runner: MakeRunner) -> None:
    plan = database(make_runner(plan=True), somebody := Waives())
    with pytest.raises(Refused, match="found 5 s$"):
        plan.check_lag()
    assert somebody.asked == []
    database(make_runner(), somebody).check_lag()
    again = database(make_runner(plan=True))
    again.check_lag()
    assert outcomes(again) == ["waived"]


def test_before_the_run_has_joined_nothing_is_asked_and_that_is_said(
    make_runner: MakeRunner,
) -> None:
    folder = make_runner().journal.path.parent.parent.parent.parent
    journal = Journal(folder / "new" / "journal.jsonl", session="new", operator="olive")
    one = database(Runner(journal, Quiet()), somebody := Waives())
    with pytest.raises(Refused, match=r"found 5 s\. It may be .*the run has to join its subject"):
        one.check_lag()
    assert somebody.asked == []


def test_a_session_that_dies_right_after_the_waiver_has_kept_it(make_runner: MakeRunner) -> None:
    class Dies(Waives):
        def ask(self, question: Question, decide: Callable[[Decision], Decision]) -> None:
            super().ask(question, decide)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        database(make_runner(), Dies()).check_lag()
    later = database(make_runner(), somebody := Waives())
    later.check_lag()
    assert (outcomes(later), somebody.asked) == (["waived"], [])


def test_a_waiver_holds_nothing_and_is_no_gate(make_runner: MakeRunner) -> None:
    one = database(make_runner())
    with pytest.raises(Refused):
        one.check_lag()
    with pytest.raises(UsageError, match="which is a check: runbook waive"):
        find_question(one.runner.journal, "lag", kind="gate")
    one.promote()


def test_a_waiver_is_no_approval_of_a_gate_that_is_called_as_the_check_is(
    make_runner: MakeRunner,
) -> None:
    one = database(make_runner(), Waives())
    passed = one.check_lag()
    gates = Gates(one.runner, approver=None)
    with pytest.raises(Waiting, match="is waiting for an approval"):
        gates.approve("lag", passed, title="Promote all the same")


def test_a_gate_that_was_rejected_within_a_check_is_not_waived(make_runner: MakeRunner) -> None:
    class Rejects:
        def ask(self, question: Question, decide: Callable[[Decision], Decision]) -> None:
            decide(Decision("upload", question.digest, "rejected", "mia", "desk", "card", "no"))

    runner, somebody = make_runner(), Waives()
    one, gates = database(runner, somebody), Gates(runner, approver=Rejects())

    def ask(_: Database) -> object:
        return gates.approve("upload", "the sacks", title="Upload")

    for again in (ask, check(waivable_as("lag")(ask))):
        with pytest.raises(Refused, match="rejected by mia"):
            again(one)
    assert somebody.asked == []

"""Steps by hand: asked, confirmed with evidence, held behind and found again, as a gate is."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from runbook_lib.errors import Refused, UsageError, Waiting
from runbook_lib.journal.decision import Decision
from runbook_lib.journal.journal import Journal
from runbook_lib.notebook.gate_places import GatePlaces, Position
from runbook_lib.notebook.reference import ReferenceCell
from runbook_lib.policy.questions import BY_HAND
from runbook_lib.steps.attempt import Planned
from runbook_lib.steps.by_hand import DoneByHand, HandSteps
from runbook_lib.steps.decisions import find_question, record_decision
from runbook_lib.steps.gate import Gates, Rule
from runbook_lib.steps.guard import GateGuard
from runbook_lib.steps.question import Question
from runbook_lib.steps.runner import Runner
from tests.conftest import MakeRunner, Quiet
from tests.steps.test_guard import Shelf

NAME = "restart-the-replica"
LINK = "https://grafana.example/d/1"
CELLS = (
    "shelf.put('cup')",
    "run.by_hand('Restart the replica', good='lag below 1 s', evidence='link')",
    "shelf.put('plate')",
)


class Confirms:
    """A person who does it at once, and says so."""

    def __init__(self, evidence: str = LINK, verdict: str = "approved", by: str = "rowan") -> None:
        self.evidence, self.verdict, self.by = evidence, verdict, by
        self.asked: list[Question] = []

    def ask(self, question: Question, decide: Callable[[Decision], Decision]) -> None:
        self.asked.append(question)
        decide(answer(question, self.by, self.evidence, self.verdict))


def answer(
    question: Question, by: str, evidence: str = LINK, verdict: str = "approved"
) -> Decision:
    said = "no hands free" if verdict == "rejected" else "looks right"
    return Decision(
        question.gate,
        question.digest,
        verdict,  # type: ignore[arg-type]
        *(by, f"desk of {by}", "card", said),
        kind=question.kind,
        evidence="" if verdict == "rejected" else evidence,
    )


class Checklist:
    """A runbook with a step by hand."""

    def __init__(
        self,
        runner: Runner,
        person: Confirms | None = None,
        *,
        cells: tuple[str, ...] = CELLS,
        rules: dict[str, Rule] | None = None,
    ) -> None:
        self.at, self.cells = Position(), cells
        self.gates = Gates(runner, approver=person, rules=rules, position=lambda: self.at)
        places = GatePlaces([ReferenceCell("code", cell) for cell in cells])
        self.guard = GateGuard(self.gates, places)
        self.steps = HandSteps(self.gates, self.guard)
        runner.guard = self.guard
        self.shelf = Shelf(runner)

    def restart(self, good: str = "lag below 1 s", name: str = "") -> DoneByHand:
        self.at = Position(1, 1, self.cells[1])
        return self.steps.carry_out("Restart the replica", good=good, evidence="link", name=name)

    def put(self, cell: int) -> str:
        self.at = Position(cell, 1, self.cells[cell])
        return self.shelf.put(f"thing of {cell}")

    @property
    def outcomes(self) -> list[str]:
        return [report.outcome for report in self.gates.runner.reports]


def confirm(journal: Journal, by: str, verdict: str = "approved", evidence: str = LINK) -> Decision:
    """What `runbook confirm` leaves in the journal of its session."""
    question = find_question(journal, NAME, kind=BY_HAND)
    return record_decision(journal, answer(question, by, evidence, verdict))


def test_it_waits_until_somebody_confirms_and_says_how(make_runner: MakeRunner) -> None:
    checklist = Checklist(make_runner())
    with pytest.raises(Waiting) as waiting:
        checklist.restart()
    said = str(waiting.value)
    assert "Restart the replica: restart-the-replica" in said
    assert f"runbook confirm release/tidewatch/1.9 {NAME} --digest" in said
    assert "--evidence '…'" in said and "--reason" not in said
    confirm(make_runner(operator="rowan").journal, "rowan")
    done = checklist.restart()
    assert (done.by, done.evidence, done.link) == ("rowan", LINK, LINK)
    assert checklist.outcomes == ["waiting", "done"]
    assert (
        f"Restart the replica: confirmed by rowan at {done.time[:10]} {done.time[11:16]} "
        in str(done)
    )
    begun = next(one.said for one in make_runner().journal.events() if one.kind == "started")
    assert begun["arguments"]["of"] == NAME
    assert str(done).endswith(f"UTC (card): {LINK}; looks right")


def test_it_is_done_in_the_session_that_found_it_and_already_afterwards(
    make_runner: MakeRunner,
) -> None:
    with pytest.raises(Waiting):
        Checklist(make_runner()).restart()
    confirm(make_runner(operator="rowan").journal, "rowan")
    for wanted in ("done", "already"):
        checklist = Checklist(make_runner())
        checklist.restart()
        assert checklist.outcomes == [wanted]
    checklist.restart()
    assert checklist.outcomes == ["already", "already"]


def test_a_session_that_dies_between_decision_and_step_loses_neither(
    make_runner: MakeRunner,
) -> None:
    """The confirmation is kept, and then the kernel dies before the step has seen it."""

    class Dies(Confirms):
        def ask(self, question: Question, decide: Callable[[Decision], Decision]) -> None:
            super().ask(question, decide)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Checklist(make_runner(), Dies()).restart()
    later = Checklist(make_runner(), person := Confirms())
    assert later.restart().by == "rowan"
    assert (person.asked, later.outcomes) == ([], ["done"])


def test_it_is_recorded_with_what_it_stands_on(make_runner: MakeRunner) -> None:
    checklist = Checklist(make_runner(), Confirms())
    done = checklist.restart()
    runner = checklist.gates.runner
    outcome = runner.journal.find("outcome", step="by_hand", gate=NAME, digest=done.digest)
    assert outcome and outcome.said["outcome"] == "done"
    [report] = runner.reports
    assert (report.announced, report.link) == ("by hand: Restart the replica", LINK)


def test_what_stands_behind_it_is_held_and_what_stands_before_is_not(
    make_runner: MakeRunner,
) -> None:
    checklist = Checklist(make_runner())
    checklist.put(0)
    with pytest.raises(Refused, match=f"expected the step by hand {NAME}, which stands above"):
        checklist.put(2)
    with pytest.raises(Waiting):
        checklist.restart()
    with pytest.raises(Refused, match="is waiting for somebody to do it"):
        checklist.put(2)
    assert "is waiting for somebody" in "".join(checklist.guard.not_passed())
    confirm(make_runner(operator="rowan").journal, "rowan")
    checklist.restart()
    checklist.put(2)
    assert checklist.guard.not_passed() == []
    [_, intent] = [e for e in checklist.gates.runner.journal.own if e.matches("intent", step="put")]
    assert list(intent.said["behind"]) == [NAME]


def test_it_stands_behind_the_gates_above_it_itself(make_runner: MakeRunner) -> None:
    cells = ("run.approve('start', plan, title='T')", *CELLS[1:])
    checklist = Checklist(make_runner(), person := Confirms(), cells=cells)
    with pytest.raises(Refused, match="expected the gate start, which stands above this"):
        checklist.restart()
    assert person.asked == []


def test_two_in_one_cell_are_asked_one_after_the_other(make_runner: MakeRunner) -> None:
    cell = "run.by_hand('First')\nrun.by_hand('Second')"
    checklist = Checklist(make_runner(), cells=(cell,))
    checklist.at = Position(0, 1, cell)
    with pytest.raises(Waiting):
        checklist.steps.carry_out("First")
    checklist.at = Position(0, 2, cell)
    with pytest.raises(Refused, match="expected the step by hand first, which stands above"):
        checklist.steps.carry_out("Second")


def test_a_changed_text_is_asked_anew(make_runner: MakeRunner) -> None:
    checklist = Checklist(make_runner(), Confirms())
    checklist.restart()
    checklist.gates.approver = None
    with pytest.raises(Waiting):
        checklist.restart(good="lag below 5 s")
    with pytest.raises(Refused, match="is void, for what was confirmed"):
        checklist.put(2)
    assert checklist.restart().evidence == LINK


def test_what_cannot_be_done_is_refused_until_it_changes_or_somebody_can(
    make_runner: MakeRunner,
) -> None:
    checklist = Checklist(make_runner(), Confirms(verdict="rejected"))
    for _ in range(2):
        with pytest.raises(Refused, match=r"not done by rowan .*no hands free. Change what was"):
            checklist.restart()
    assert checklist.outcomes == ["refused", "refused"]
    with pytest.raises(Refused):
        checklist.put(2)
    checklist.gates.approver = Confirms()
    assert checklist.restart(good="lag below 5 s").by == "rowan"
    confirm(make_runner(operator="quinn").journal, "quinn")


def test_one_that_could_not_be_done_and_is_gone_from_the_runbook_holds_nothing(
    make_runner: MakeRunner,
) -> None:
    with pytest.raises(Refused):
        Checklist(make_runner(), Confirms(verdict="rejected")).restart()
    cells = (CELLS[0], "run.by_hand('Restart both replicas')", CELLS[2])
    later = Checklist(make_runner(), Confirms(), cells=cells)
    later.at = Position(1, 1, cells[1])
    later.steps.carry_out("Restart both replicas", evidence="link")
    later.put(2)


def test_one_that_is_open_and_gone_from_the_runbook_holds(make_runner: MakeRunner) -> None:
    with pytest.raises(Waiting):
        Checklist(make_runner()).restart()
    later = Checklist(make_runner(), cells=(CELLS[0], "pass", CELLS[2]))
    with pytest.raises(Refused, match=f"expected the .* {NAME}, which stands above this"):
        later.put(2)


def test_two_people_confirm_where_the_profile_asks_for_two(make_runner: MakeRunner) -> None:
    checklist = Checklist(make_runner(), rules={NAME: Rule(approvals=2)})
    with pytest.raises(Waiting):
        checklist.restart()
    confirm(make_runner(operator="rowan").journal, "rowan")
    with pytest.raises(Waiting, match="1 of 2"):
        checklist.restart()
    confirm(make_runner(operator="quinn").journal, "quinn", evidence=f"{LINK}/2")
    done = checklist.restart()
    assert (done.by, done.evidence) == ("rowan, quinn", f"{LINK}; {LINK}/2")


def test_the_evidence_of_one_who_does_not_count_is_not_told(make_runner: MakeRunner) -> None:
    checklist = Checklist(make_runner(), rules={NAME: Rule(people=("rowan",))})
    with pytest.raises(Waiting):
        checklist.restart()
    confirm(make_runner(operator="rowan").journal, "rowan")
    confirm(make_runner(operator="quinn").journal, "quinn", evidence=f"{LINK}/2")
    assert (done := checklist.restart()).evidence == LINK and done.by == "rowan"


def test_the_first_word_of_a_person_counts(make_runner: MakeRunner) -> None:
    checklist = Checklist(make_runner(), Confirms())
    checklist.restart()
    again = confirm(make_runner(operator="rowan").journal, "rowan", evidence=f"{LINK}/2")
    assert again.evidence == LINK


@pytest.mark.parametrize("evidence", ["", "no link", f"{LINK} and more"])
def test_evidence_that_does_not_fit_is_no_answer(make_runner: MakeRunner, evidence: str) -> None:
    checklist = Checklist(make_runner(), Confirms(evidence))
    with pytest.raises(UsageError, match="expected a link as evidence, found"):
        checklist.restart()
    assert checklist.gates.runner.journal.find("approved") is None


def test_evidence_that_is_a_secret_is_no_answer_and_is_not_kept(make_runner: MakeRunner) -> None:
    runner = make_runner()
    runner.journal.mask = lambda text: text.replace("s3cr3t", "a b")
    checklist = Checklist(runner, Confirms(f"{LINK}?token=s3cr3t"))
    with pytest.raises(UsageError, match="expected a link as evidence"):
        checklist.restart()
    assert "s3cr3t" not in runner.journal.path.read_text()


def test_a_plan_asks_nobody(make_runner: MakeRunner) -> None:
    checklist = Checklist(make_runner(plan=True), person := Confirms())
    assert isinstance(checklist.restart(), Planned)
    assert (person.asked, checklist.outcomes) == ([], ["planned"])
    assert isinstance(checklist.gates.runner.reports[0].said, str)
    assert checklist.gates.runner.journal.find("asked") is None


def test_what_was_confirmed_is_found_by_a_plan(make_runner: MakeRunner) -> None:
    Checklist(make_runner(), Confirms()).restart()
    plan = Checklist(make_runner(plan=True))
    assert plan.restart().by == "rowan"
    assert plan.outcomes == ["already"]


def test_an_example_has_to_fit(make_runner: MakeRunner) -> None:
    steps = Checklist(make_runner()).steps
    with pytest.raises(UsageError, match="expected example='lag' to fit the evidence"):
        steps.carry_out("Restart the replica", evidence="number", example="lag")
    with pytest.raises(UsageError, match="expected a title that says what to do"):
        steps.carry_out("…")


@pytest.mark.parametrize(
    "cells",
    [
        (CELLS[1], CELLS[1]),
        (CELLS[1], f"run.approve('{NAME}', x, title='T')"),
        (CELLS[1], f"run.by_hand('Another', name='{NAME}')"),
    ],
)
def test_a_name_is_given_once(make_runner: MakeRunner, cells: tuple[str, ...]) -> None:
    checklist = Checklist(make_runner(), Confirms(), cells=("pass", *cells))
    with pytest.raises(UsageError, match=f"expected one step by hand or gate called {NAME}"):
        checklist.restart()


def test_a_computed_name_is_given_once(make_runner: MakeRunner) -> None:
    cells = ("run.by_hand(f'Restart {a}', name='x')", "run.by_hand(f'Stop {a}', name=b)")
    checklist = Checklist(make_runner(), Confirms(), cells=cells)
    checklist.at = Position(0, 1, cells[0])
    checklist.steps.carry_out("Restart a", evidence="link", name="x")
    checklist.at = Position(1, 1, cells[1])
    with pytest.raises(UsageError, match="give this one a name of its own"):
        checklist.steps.carry_out("Stop a", evidence="link", name="x")


def test_the_commands_name_what_was_asked(make_runner: MakeRunner) -> None:
    with pytest.raises(Waiting):
        Checklist(make_runner()).restart()
    journal = make_runner().journal
    with pytest.raises(UsageError, match="did you mean restart-the-replica"):
        find_question(journal, "restart-replica", kind=BY_HAND)
    with pytest.raises(UsageError, match="which is a step by hand: runbook confirm"):
        find_question(journal, NAME, kind="gate")
    assert find_question(journal, NAME, kind=BY_HAND).evidence.startswith("https")


@pytest.mark.parametrize("plan", [False, True])
def test_nobody_is_asked_before_the_run_has_joined_its_subject(
    make_runner: MakeRunner, plan: bool
) -> None:
    runner = make_runner()
    folder = runner.journal.path.parent.parent.parent.parent
    journal = Journal(folder / "new" / "journal.jsonl", session="new", operator="olive")
    alone = Checklist(Runner(journal, Quiet(), plan=plan), person := Confirms())
    for ask in (alone.restart, lambda: alone.gates.approve("cups", "a cup", title="T")):
        with pytest.raises(UsageError, match="expected a run that has joined its subject before"):
            ask()
    assert person.asked == []
    assert not [event for event in journal.own if event.kind in ("asked", "intent")]


def test_a_confirmation_survives_as_it_was_asked(make_runner: MakeRunner) -> None:
    with pytest.raises(Waiting):
        Checklist(make_runner()).restart()
    question = find_question(make_runner().journal, NAME)
    assert (question.kind, question.text) == (
        BY_HAND,
        "Restart the replica\nGood: lag below 1 s\nEvidence: a link",
    )
    assert replace(question, example="") == question

"""Faults are tried in few worlds, in the same order each time, and soon everywhere."""

import os
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from runbook_lib.journal.events import START, Event
from tests.proof.faults.plans import BESIDE, SESSIONS, halves, plans, spread
from tests.proof.faults.points import ANY, Counted, Fault, Point, Strike
from tests.proof.faults.results import Results
from tests.proof.faults.scenarios import SCENARIOS
from tests.proof.faults.sessions import Ended, changed_by
from tests.proof.faults.trying import Plan, Undisturbed, told_of
from tests.proof.faults.working import Worker

LOOKS = tuple(
    Point(what, nth)
    for nth in (1, 2)
    for what in ("GET /api/v3/user", "GET /bugzilla/rest/version", "git rev-parse", "git status")
)
CHANGES = tuple(Point(what, 1) for what in ("POST /api/v3/pulls", "git push", "git commit-tree"))
ONCE = (Point("GET /grafana/api/health", 1),)
BEFORE = Undisturbed({}, (*LOOKS, *ONCE, *CHANGES), LOOKS)
FAULTS = [Fault("release", point, kind) for point in BEFORE.points for kind in point.kinds]


def faults_of(plan: Plan) -> list[Fault]:
    return [fault for faults in plan for fault in faults]


def test_each_fault_is_in_one_plan() -> None:
    met = Counter(fault for plan in plans(FAULTS, BEFORE) for fault in faults_of(plan))
    assert met == Counter(FAULTS)


def test_the_order_is_the_same_each_time_however_the_faults_come() -> None:
    assert [*plans(FAULTS, BEFORE)] == [*plans(reversed(FAULTS), BEFORE)]


def test_the_first_faults_are_of_all_services_and_kinds() -> None:
    strata = {(fault.point.service, fault.kind) for fault in FAULTS}
    first = spread(FAULTS)[: len(strata)]
    assert {(fault.point.service, fault.kind) for fault in first} == strata


def test_no_session_meets_two_faults_of_one_request_and_one_alone_may_end_it() -> None:
    for plan in plans(FAULTS, BEFORE):
        for number, faults in enumerate(plan):
            assert len({fault.point.what for fault in faults}) == len(faults)
            ending = [fault for fault in faults if fault.may_end]
            assert len(faults) - len(ending) <= BESIDE
            assert len(ending) <= (SESSIONS if number == ANY else 1)


def test_what_a_session_bears_comes_before_what_ends_it() -> None:
    for plan in plans(FAULTS, BEFORE):
        for faults in plan[1:]:
            places = [LOOKS.index(fault.point) for fault in faults]
            assert places == [] or not faults[-1].may_end or max(places) == places[-1]


def test_what_changes_something_is_met_by_whichever_session_comes_to_it() -> None:
    known = {*CHANGES, *ONCE}
    for plan in plans(FAULTS, BEFORE):
        assert {fault.point in known for fault in plan[ANY]} <= {True}
        assert {fault.point in known for faults in plan[1:] for fault in faults} <= {False}


def test_halves_have_the_same_faults_each_in_its_sort_of_session() -> None:
    for plan in plans(FAULTS, BEFORE):
        if len(faults_of(plan)) > 1:
            made = [*halves(plan)]
            assert [fault for half in made for fault in faults_of(half)] == faults_of(plan)
            assert [fault for half in made for fault in half[ANY]] == plan[ANY]


def test_a_strike_of_any_session_counts_what_the_earlier_ones_have_asked() -> None:
    counted = Counted([Strike(ANY, "git push", 3, "ended")], ["git push", "git fetch"])
    assert counted.count(2, "git push")["struck"] == ""
    assert counted.count(2, "git push") == {
        "session": 2,
        "what": "git push",
        "nth": 2,
        "ever": 3,
        "struck": "ended",
    }


@pytest.mark.parametrize(
    ("redone", "found"),
    [
        ([], ["session 3 did what one that ended well had left undone: push_tag: push 1.9"]),
        (["push_tag"], []),
    ],
)
def test_what_a_later_session_still_had_to_do_is_told(redone: list[str], found: list[str]) -> None:
    done = Ended(changed=["push_tag: push 1.9"])
    killed = Ended(killed=True)
    before = Undisturbed({}, (), (), frozenset(redone))
    assert [*told_of([killed, Ended(), done], before)] == found
    assert [*told_of([killed, done], before)] == []


@pytest.mark.parametrize(
    ("reason", "excused"),
    [("no verdict can be given: 1 s without an answer", True), ("41 against a median of 3", False)],
)
def test_a_question_is_told_with_its_text_and_excused_where_a_later_look_saw_less(
    reason: str, excused: bool
) -> None:
    asks = f"ask for the approval of monitoring {'a' * 12}: 2026.03.12 is well in production"
    asked = {"event": "asked", "digest": "a" * 64, "text": f"the graphs\nErrors: {reason}"}
    done = {"event": "outcome", "outcome": "done", "step": "approve", "announced": asks}
    changed = [*changed_by([Event(asked, START, ""), Event(done, START, "")])]
    assert changed == [f"approve: {asks}: the graphs Errors: {reason}"]
    [told] = told_of([Ended(), Ended(changed=changed)], Undisturbed({}, (), ()))
    assert bool(re.search(SCENARIOS["live_push"].besides, told)) == excused


def test_a_worker_whose_folder_is_gone_tries_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RUNBOOK_HOME", "HOME", "PATH", "GIT_CONFIG_GLOBAL", "RUNBOOK_CONFIG"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    worker, tried = Worker(Results(tmp_path), tmp_path / "slot", []), list[Plan]()
    monkeypatch.setattr(worker, "planned", lambda *_: plans(FAULTS, BEFORE))

    def try_plan(plan: Plan) -> None:
        tried.append(plan)
        shutil.rmtree(tmp_path / "slot")

    monkeypatch.setattr(worker, "try_plan", try_plan)
    worker.work(60, 1, 0)
    assert tried == [next(plans(FAULTS, BEFORE))]

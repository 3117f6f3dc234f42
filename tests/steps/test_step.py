"""Look, announce, act, look again: each way a step can go, and each way it can break."""

import json
import re
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.errors import (
    AccessDenied,
    Conflict,
    Failed,
    NotHeld,
    Refused,
    RunbookError,
    Unavailable,
    Waiting,
)
from runbook_lib.journal.journal import Journal, read_journal, unsettled
from runbook_lib.steps.report import Pace
from runbook_lib.steps.step import Patience, Planned, Report, Runner, check, look, step
from runbook_lib.steps.wait import NotYet, wait
from tests.conftest import MakeRunner


class Silent:
    """A display that keeps what it was told."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.progressed: list[str] = []

    def start(self, title: str) -> "Silent":
        return self

    def progress(self, text: str, fraction: float | None = None) -> None:
        self.progressed.append(text)

    def finish(self, report: Report) -> None:
        self.reports.append(report)


@dataclass
class Shelf:
    """A service with one effect: a thing on a shelf; `trouble` comes in turn at each act."""

    runner: Runner
    things: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    look_trouble: list[Exception] = field(default_factory=list)
    late: int = 0
    acts: int = 0

    @step
    def put(self, thing: str) -> Generator[str, None, str]:
        """Put a thing on the shelf."""
        if self.look_trouble:
            raise self.look_trouble.pop(0)
        if thing in self.things:
            if self.late == 0:
                return f"{thing} is on the shelf"
            self.late -= 1
        yield f"put {thing} on the shelf"
        self.acts += 1
        self.act(thing, self.trouble.pop(0) if self.trouble else "")
        return "what an act returns is never used"

    def act(self, thing: str, trouble: str) -> None:
        if trouble == "refused":
            raise Unavailable("ask me later", retry_after=3.0, may_have_acted=False)
        if trouble == "for an hour":
            raise Unavailable("ask me later", retry_after=3600.0, may_have_acted=False)
        if trouble == "before":
            raise Unavailable("connection lost")
        if trouble == "invalid":
            raise Failed("422: no such shelf")
        if trouble == "bug":
            raise KeyError(thing)
        if trouble == "taken":
            raise Conflict("somebody else has put it there")
        if trouble == "forgotten":
            return
        self.things.append(thing)
        if trouble == "after":
            raise Unavailable("connection lost")
        if trouble == "repeated":
            raise Conflict("it is there already")
        if trouble == "broken":
            raise Failed("broken pipe")
        if trouble == "killed":
            raise KeyboardInterrupt

    @check
    def count(self, at_least: int) -> int:
        """Count what is on the shelf."""
        if len(self.things) < at_least:
            raise Refused(f"expected {at_least} things, found {len(self.things)}")
        return len(self.things)

    @look
    def look_in(self) -> int:
        """How many things are on the shelf; no step."""
        if self.look_trouble:
            raise self.look_trouble.pop(0)
        return len(self.things)

    @check
    def check_inside(self) -> int:
        """Check what is on the shelf, by a look."""
        return self.look_in()

    @wait
    def wait_for(self, thing: str) -> str:
        """Wait until somebody has put a thing on the shelf."""
        if self.look_trouble:
            raise self.look_trouble.pop(0)
        self.late -= 1
        if self.late > 0:
            raise NotYet(f"{thing} is not there yet")
        return f"{thing} is there"

    @step
    def put_on(self, thing: str, under: str) -> Generator[str, None, str]:
        """Put a thing on another."""
        yield f"put {thing} on {under}"
        self.things.append(thing)
        return ""

    @step
    def put_two(self, thing: str) -> Generator[str, None, str]:
        """Put a thing on the shelf, and announce another."""
        for what in (thing, "another"):
            yield f"put {what} on the shelf"
            self.things.append(what)
        return ""


def throw(error: Exception) -> None:
    raise error


@pytest.fixture
def sleeps() -> list[float]:
    return []


@pytest.fixture
def shelf(tmp_path: Path, sleeps: list[float]) -> Shelf:
    return make_shelf(tmp_path, sleeps, plan=False)


def make_shelf(folder: Path, sleeps: list[float], *, plan: bool, limit: float = 60.0) -> Shelf:
    journal = Journal(folder / "s1" / "journal.jsonl", session="s1", operator="olive")
    patience = Patience(waiting=limit)
    return Shelf(Runner(journal, Silent(), plan=plan, patience=patience, sleep=sleeps.append))


def outcomes(shelf: Shelf) -> list[str]:
    return [report.outcome for report in shelf.runner.reports]


def kinds(shelf: Shelf) -> list[str]:
    return [event.kind for event in read_journal(shelf.runner.journal.path)]


def test_a_step_looks_announces_acts_and_looks_again(shelf: Shelf) -> None:
    assert shelf.put("lamp") == "lamp is on the shelf"
    assert outcomes(shelf) == ["done"]
    assert kinds(shelf) == ["started", "intent", "outcome"]
    assert shelf.runner.reports[0].arguments == '{"thing":"lamp"}'
    shelf.put("cup")
    events = read_journal(shelf.runner.journal.path)
    assert [one.said["number"] for one in events] == [1, 1, 1, 2, 2, 2]


@dataclass(frozen=True)
class Linked:
    """What a look finds that has a page of its own."""

    link: str = "https://shelf.example/lamp"

    def __str__(self) -> str:
        return f"lamp, {'b' * 3}"


@pytest.mark.parametrize(
    ("found", "detail", "link"),
    [(Linked(), "lamp, bbb", "https://shelf.example/lamp"), ("lamp", "lamp", "")],
)
def test_what_a_look_has_found_is_on_record_with_its_link_and_how_long_it_took(
    make_runner: MakeRunner, found: object, detail: str, link: str
) -> None:
    runner, done = make_runner(), []

    def put() -> Generator[str, None, object]:
        if not done:
            yield "put a lamp (hunter2)"
            done.append(found)
            time.sleep(0.02)
        return found

    runner.journal.mask = lambda text: text.replace("hunter2", "•••")
    assert runner.perform("put", put, {}) is found
    [report] = runner.reports
    [ended] = [event.said for event in runner.journal.own if event.kind == "outcome"]
    for name, said in (("announced", "put a lamp (•••)"), ("detail", detail), ("link", link)):
        assert (getattr(report, name), ended[name]) == (said, said)
    assert 0.02 <= report.seconds < 60
    assert ended["seconds"] == round(report.seconds, 3)


def test_a_look_that_breaks_in_an_unforeseen_way_has_failed(shelf: Shelf) -> None:
    shelf.look_trouble = [KeyError("lamp")]
    with pytest.raises(KeyError):
        shelf.put("lamp")
    assert (outcomes(shelf), shelf.acts) == (["failed"], 0)
    assert shelf.runner.reports[-1].detail == "KeyError: 'lamp'"


def test_a_step_whose_effect_is_there_already_does_nothing(shelf: Shelf) -> None:
    shelf.things.append("lamp")
    assert shelf.put("lamp") == "lamp is on the shelf"
    assert (outcomes(shelf), shelf.acts) == (["already"], 0)
    assert kinds(shelf) == ["started", "outcome"]


def test_the_intent_is_on_disk_before_the_act_begins(shelf: Shelf) -> None:
    seen: list[str] = []
    shelf.act = lambda thing, trouble: (seen.extend(kinds(shelf)), shelf.things.append(thing))[0]  # type: ignore[assignment,method-assign,misc]
    shelf.put("lamp")
    assert seen == ["started", "intent"]


def test_an_act_whose_answer_was_lost_is_not_made_again(shelf: Shelf) -> None:
    shelf.trouble = ["after"]
    assert shelf.put("lamp") == "lamp is on the shelf"
    assert (outcomes(shelf), shelf.acts, shelf.things) == (["done"], 1, ["lamp"])


def test_a_lost_answer_is_looked_for_several_times_before_acting_again(
    shelf: Shelf, sleeps: list[float]
) -> None:
    shelf.trouble = ["after"]
    shelf.late = 3
    shelf.put("lamp")
    assert (shelf.acts, shelf.things) == (1, ["lamp"])
    assert len(sleeps) == 4


def test_an_act_that_was_lost_on_its_way_is_made_again(shelf: Shelf) -> None:
    shelf.trouble = ["before"]
    shelf.put("lamp")
    assert (outcomes(shelf), shelf.acts, shelf.things) == (["done"], 2, ["lamp"])


def test_a_service_that_asks_for_a_pause_gets_it(shelf: Shelf, sleeps: list[float]) -> None:
    shelf.trouble = ["refused"]
    shelf.put("lamp")
    assert (shelf.acts, sleeps) == (2, [3.0])


def test_pauses_double_up_to_the_longest(
    shelf: Shelf, sleeps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", lambda _, highest: highest)
    shelf.runner.patience = Patience(first_pause=10.0, longest_pause=25.0, settling=())
    shelf.look_trouble = [Unavailable("502")] * 3
    shelf.put("lamp")
    assert sleeps == [10.0, 20.0, 25.0]
    sleeps.clear()
    shelf.trouble = ["before"] * 3
    shelf.put("cup")
    assert sleeps == [10.0, 20.0, 25.0]


def test_a_service_that_asks_for_an_hour_is_not_waited_for(
    shelf: Shelf, sleeps: list[float]
) -> None:
    shelf.trouble = ["for an hour"]
    with pytest.raises(Unavailable, match="ask me later") as caught:
        shelf.put("lamp")
    assert (outcomes(shelf), sleeps) == (["waiting"], [])
    told = re.search(r"; go on after (\S+ \S+) UTC$", str(caught.value))
    assert told is not None
    left = datetime.fromisoformat(f"{told[1]}+00:00") - datetime.now(UTC)
    assert 3500 < left.total_seconds() <= 3600
    assert told[0] in shelf.runner.reports[-1].detail


def test_what_another_made_after_our_refused_request_is_not_called_ours(shelf: Shelf) -> None:
    shelf.trouble = ["refused"]
    shelf.runner.sleep = lambda _: shelf.things.append("lamp")
    shelf.put("lamp")
    assert (outcomes(shelf), shelf.acts) == (["already"], 1)


def test_retries_are_bounded_and_an_open_end_is_unknown(shelf: Shelf) -> None:
    shelf.trouble = ["before"] * 99
    with pytest.raises(Unavailable):
        shelf.put("lamp")
    assert (outcomes(shelf), shelf.acts) == (["unknown"], Patience().attempts)


def test_what_the_last_attempt_has_done_although_its_answer_was_lost_is_done(shelf: Shelf) -> None:
    shelf.trouble = [*["before"] * (Patience().attempts - 1), "after"]
    assert shelf.put("lamp") == "lamp is on the shelf"
    assert (outcomes(shelf), shelf.things) == (["done"], ["lamp"])


def test_an_act_that_is_refused_for_good_is_not_repeated(shelf: Shelf) -> None:
    shelf.trouble = ["invalid"]
    with pytest.raises(Failed, match="422"):
        shelf.put("lamp")
    assert (outcomes(shelf), shelf.acts) == (["failed"], 1)


@pytest.mark.parametrize("trouble", ["repeated", "broken"])
def test_a_refusal_of_what_is_there_is_done(
    shelf: Shelf, sleeps: list[float], trouble: str
) -> None:
    shelf.trouble, shelf.late = [trouble], 2
    assert shelf.put("lamp") == "lamp is on the shelf"
    assert (outcomes(shelf), shelf.acts, shelf.things) == (["done"], 1, ["lamp"])
    assert len(sleeps) == 2


def test_a_refusal_stands_where_the_effect_is_surely_not_there(
    shelf: Shelf, sleeps: list[float]
) -> None:
    shelf.trouble = ["taken"]
    with pytest.raises(Conflict, match="somebody else has put it there"):
        shelf.put("lamp")
    assert (outcomes(shelf), shelf.acts) == (["refused"], 1)
    assert sleeps == list(Patience().settling)


def in_the_way(shelf: Shelf, *trouble: Exception) -> None:
    """Let the looks after the next act go wrong."""
    act = shelf.act

    def act_and_be_in_the_way(thing: str, said: str) -> None:
        shelf.look_trouble, shelf.act = list(trouble), act  # type: ignore[method-assign]
        act(thing, said)

    shelf.act = act_and_be_in_the_way  # type: ignore[method-assign]


@pytest.mark.parametrize("kind", [AccessDenied, Failed, Unavailable])
@pytest.mark.parametrize("said", ["taken", "repeated"])
def test_a_refusal_that_nobody_can_look_behind_is_unknown(
    shelf: Shelf, said: str, kind: type[RunbookError]
) -> None:
    shelf.trouble = [said]
    in_the_way(shelf, *[kind("no sight") for _ in range(Patience().attempts)])
    with pytest.raises(kind, match="(?s)no sight.*there"):
        shelf.put("lamp")
    assert outcomes(shelf) == ["unknown"]
    assert len(unsettled(read_journal(shelf.runner.journal.path))) == 1
    shelf.look_trouble.clear()
    shelf.put("lamp")
    assert outcomes(shelf)[-1] == {"taken": "done", "repeated": "already"}[said]


def test_a_look_that_is_refused_itself_has_seen_that_it_is_not_there(
    shelf: Shelf, sleeps: list[float]
) -> None:
    shelf.trouble = ["taken"]
    in_the_way(shelf, Conflict("a cup stands in its place"))
    with pytest.raises(Conflict, match="(?s)somebody else.*a cup stands in its place"):
        shelf.put("lamp")
    assert (outcomes(shelf), sleeps) == (["refused"], [])


def test_what_the_act_and_the_look_say_alike_is_said_once(shelf: Shelf) -> None:
    shelf.trouble = ["taken"]
    in_the_way(shelf, Conflict("somebody else has put it there"))
    with pytest.raises(Conflict) as caught:
        shelf.put("lamp")
    assert str(caught.value) == "somebody else has put it there"


def test_who_interrupts_the_look_behind_a_refusal_leaves_it_unknown(shelf: Shelf) -> None:
    shelf.trouble = ["repeated"]
    in_the_way(shelf, KeyboardInterrupt())  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        shelf.put("lamp")
    shelf.put("lamp")
    assert outcomes(shelf) == ["unknown", "already"]


@pytest.mark.parametrize(
    "error", [Waiting("nobody has decided"), NotHeld("the cup that stood there is broken")]
)
def test_what_an_act_has_looked_at_by_itself_is_not_looked_behind(
    shelf: Shelf, sleeps: list[float], error: RunbookError
) -> None:
    shelf.act = lambda thing, trouble: throw(error)  # type: ignore[method-assign]
    with pytest.raises(type(error), match=str(error)):
        shelf.put("lamp")
    assert (outcomes(shelf), sleeps) == ([error.outcome], [])


def test_a_step_that_announces_twice_has_done_nobody_knows_what(shelf: Shelf) -> None:
    with pytest.raises(Failed, match="a step makes one"):
        shelf.put_two("lamp")
    assert (outcomes(shelf), shelf.things) == (["unknown"], ["lamp"])


def test_an_act_that_breaks_in_an_unforeseen_way_is_unknown(shelf: Shelf) -> None:
    shelf.trouble = ["bug"]
    with pytest.raises(KeyError):
        shelf.put("lamp")
    assert outcomes(shelf) == ["unknown"]


def test_an_interrupted_act_is_unknown_until_the_step_has_looked_again(shelf: Shelf) -> None:
    shelf.trouble = ["killed"]
    with pytest.raises(KeyboardInterrupt):
        shelf.put("lamp")
    shelf.put("lamp")
    assert (outcomes(shelf), shelf.acts) == (["unknown", "already"], 1)


def test_what_a_session_died_with_may_show_late_to_the_one_that_goes_on_at_once(
    shelf: Shelf, sleeps: list[float]
) -> None:
    shelf.trouble = ["killed"]
    with pytest.raises(KeyboardInterrupt):
        shelf.put("lamp")
    shelf.late = 3
    assert shelf.put("lamp") == "lamp is on the shelf"
    assert (outcomes(shelf), shelf.acts, shelf.things) == (["unknown", "already"], 1, ["lamp"])
    assert sleeps == list(Patience().settling[:2])


def test_what_a_session_died_with_before_its_effect_is_made_after_the_settling_time(
    shelf: Shelf, sleeps: list[float]
) -> None:
    shelf.trouble = ["bug"]
    with pytest.raises(KeyError):
        shelf.put("lamp")
    assert shelf.put("lamp") == "lamp is on the shelf"
    assert (outcomes(shelf), shelf.things) == (["unknown", "done"], ["lamp"])
    assert sleeps == list(Patience().settling)


def test_what_was_announced_long_ago_shows_at_the_first_look(
    shelf: Shelf, sleeps: list[float]
) -> None:
    shelf.trouble = ["bug"]
    with pytest.raises(KeyError):
        shelf.put("lamp")
    shelf.runner.patience = Patience(settling=(0.0,))
    shelf.put("lamp")
    assert (outcomes(shelf), sleeps) == (["unknown", "done"], [])


def test_an_act_without_effect_did_not_hold(shelf: Shelf) -> None:
    shelf.trouble = ["forgotten"]
    with pytest.raises(NotHeld, match="expected that this had been done: put lamp"):
        shelf.put("lamp")
    assert outcomes(shelf) == ["failed"]


def test_a_look_without_an_answer_is_repeated(shelf: Shelf) -> None:
    shelf.look_trouble = [Unavailable("502"), Unavailable("502")]
    shelf.put("lamp")
    assert (outcomes(shelf), shelf.acts) == (["done"], 1)


def test_a_look_that_never_gets_an_answer_waits_with_nothing_done(shelf: Shelf) -> None:
    shelf.look_trouble = [Unavailable("502")] * 99
    with pytest.raises(Unavailable):
        shelf.put("lamp")
    assert (outcomes(shelf), shelf.acts) == (["waiting"], 0)


def test_a_step_says_what_it_was_given_by_name_and_of_which_of_several_it_is(
    shelf: Shelf,
) -> None:
    shelf.put("lamp")
    shelf.of = "the kitchen"  # type: ignore[attr-defined]
    shelf.put(thing="cup")
    shelf.count(at_least=1)
    said = [one.said["arguments"] for one in shelf.runner.journal.own if one.kind == "started"]
    assert said == [
        {"thing": "lamp"},
        {"of": "the kitchen", "thing": "cup"},
        {"of": "the kitchen", "at_least": "1"},
    ]


def test_what_is_left_open_in_one_is_not_settled_by_the_same_step_of_another(
    shelf: Shelf,
) -> None:
    shelf.of, shelf.trouble = "the kitchen", ["killed"]  # type: ignore[attr-defined]
    with pytest.raises(KeyboardInterrupt):
        shelf.put("lamp")
    shelf.of = "the hall"  # type: ignore[attr-defined]
    shelf.put("lamp")
    assert len(unsettled(shelf.runner.journal.own)) == 1
    shelf.of = "the kitchen"  # type: ignore[attr-defined]
    shelf.put("lamp")
    assert unsettled(shelf.runner.journal.own) == []


def test_a_plan_stops_at_the_announcement(tmp_path: Path) -> None:
    shelf = make_shelf(tmp_path, [], plan=True)
    assert isinstance(shelf.put("lamp"), Planned)
    assert (outcomes(shelf), shelf.acts, shelf.things) == (["planned"], 0, [])
    assert kinds(shelf) == ["started", "outcome"]


def test_a_step_given_what_is_only_planned_says_after_which_step(tmp_path: Path) -> None:
    shelf = make_shelf(tmp_path, [], plan=True)
    lamp = shelf.put("lamp")
    shelf.put_on("cup", lamp.title)  # type: ignore[arg-type]
    assert shelf.runner.reports[-1].detail == "planned, after put"


def test_a_step_of_what_is_only_planned_is_planned_itself(tmp_path: Path) -> None:
    shelf = make_shelf(tmp_path, [], plan=True)
    lit = shelf.put("lamp").light(bright=True)  # type: ignore[attr-defined]
    assert (str(lit), str([*lit])) == ("planned, after put", "[planned, after put]")
    report = shelf.runner.reports[-1]
    assert (report.step, report.outcome, report.detail) == ("light", "planned", str(lit))
    started = [event for event in shelf.runner.journal.own if event.kind == "started"][-1]
    assert started.said["arguments"] == {"after": "planned, after put"}


def test_a_text_that_is_only_planned_is_no_step_in_another_form_either(tmp_path: Path) -> None:
    shelf = make_shelf(tmp_path, [], plan=True)
    text = shelf.put("lamp").upper().strip()
    assert str(text) == "planned, after put"
    assert outcomes(shelf) == ["planned"]
    with pytest.raises(AttributeError, match="_repr_html_"):
        text._repr_html_  # type: ignore[attr-defined]  # noqa: B018


def test_a_step_that_is_done_already_is_no_plan(tmp_path: Path) -> None:
    shelf = make_shelf(tmp_path, [], plan=True)
    shelf.things.append("lamp")
    assert shelf.put("lamp") == "lamp is on the shelf"


def test_a_check_refuses_and_changes_nothing(shelf: Shelf) -> None:
    with pytest.raises(Refused, match="expected 1 things, found 0"):
        shelf.count(1)
    assert outcomes(shelf) == ["refused"]


def test_a_wait_asks_again_until_the_world_has_moved(shelf: Shelf, sleeps: list[float]) -> None:
    shelf.late = 3
    assert shelf.wait_for("lamp") == "lamp is there"
    assert (outcomes(shelf), len(sleeps)) == (["done"], 2)
    assert sleeps[1] > sleeps[0]
    assert shelf.runner.display.progressed == ["lamp is not there yet"] * 2  # type: ignore[attr-defined]


def test_a_wait_shows_how_much_of_its_limit_is_over_and_never_sleeps_past_it(
    shelf: Shelf, sleeps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, passed = time.monotonic, 0.0
    monkeypatch.setattr("time.monotonic", lambda: real() + passed)
    shown: list[float | None] = []
    monkeypatch.setattr(Silent, "progress", lambda _, text, fraction=None: shown.append(fraction))

    def sleep(seconds: float) -> None:
        nonlocal passed
        sleeps.append(seconds)
        passed += 450.0 if len(sleeps) == 1 else seconds

    shelf.runner.patience = Patience(waiting=600.0, first_pause=200.0, longest_poll=400.0)
    shelf.runner.sleep = sleep
    shelf.late = 99
    with pytest.raises(Waiting, match="lamp is not there yet; waited 60[0-9] s; run this again"):
        shelf.wait_for("lamp")
    assert shown == pytest.approx([0.0, 0.75], abs=0.02)
    assert sleeps == pytest.approx([200.0, 150.0], abs=10.0)


@pytest.mark.parametrize(
    ("long", "kept"), [(500, "x" * 500), (501, f"{'x' * 500}… (501 characters)")]
)
def test_a_long_argument_is_cut_for_the_journal_and_its_length_is_told(
    shelf: Shelf, long: int, kept: str
) -> None:
    shelf.put("x" * long)
    assert read_journal(shelf.runner.journal.path)[0].said["arguments"] == {"thing": kept}


@pytest.mark.parametrize("heading", ["3 · Put it", ""])
def test_a_step_is_journaled_below_its_heading_if_it_has_one(shelf: Shelf, heading: str) -> None:
    shelf.runner.heading = lambda: heading
    shelf.put("lamp")
    assert read_journal(shelf.runner.journal.path)[0].said.get("under", "") == heading


def test_a_wait_says_for_what_and_whom_and_reminds_them(shelf: Shelf, sleeps: list[float]) -> None:
    link, reminded = "https://git.example/hunter2", list[tuple[str, ...]]()
    shelf.runner.journal.mask = lambda text: text.replace("hunter2", "•••")
    shelf.runner.remind = lambda *said: str(reminded.append(said) or "mia was reminded")
    shelf.look_trouble = [NotYet("no lamp yet", link=link, whom="mia")]
    shelf.wait_for("lamp")
    pace = shelf.runner.display.progressed[0].pace  # type: ignore[attr-defined]
    assert (pace.limit, pace.link, pace.whom) == (60.0, link, "mia")
    assert (pace.next - pace.looked, pace.began <= pace.looked) == (pytest.approx(sleeps[0]), True)
    assert pace.remind() == "mia was reminded"
    assert reminded == [("no lamp yet", "https://git.example/•••", "mia")]


@pytest.mark.parametrize(("whom", "said"), [("", ""), ("mia", "; waiting for mia")])
def test_how_a_wait_stands_is_said_in_clock_times(whom: str, said: str) -> None:
    assert str(Pace(0, 60, 90, 600, whom=whom)) == (
        f"since 00:00:00, looked at 00:01:00, next 00:01:30, until 00:10:00 UTC{said}"
    )


def test_a_plan_looks_once_for_what_it_would_wait_for(tmp_path: Path) -> None:
    sleeps: list[float] = []
    shelf = make_shelf(tmp_path, sleeps, plan=True)
    shelf.late = 99
    assert str(shelf.wait_for("lamp")) == "planned, after wait for"
    report = shelf.runner.reports[-1]
    assert (report.outcome, report.detail, sleeps) == ("planned", "lamp is not there yet", [])
    assert isinstance(shelf.wait_for("lamp").upper(), Planned)


def test_a_wait_for_what_is_there_is_good(shelf: Shelf) -> None:
    shelf.wait_for("lamp")
    assert outcomes(shelf) == ["good"]


def test_a_wait_past_its_limit_ends_as_waiting_with_what_is_missing(tmp_path: Path) -> None:
    shelf = make_shelf(tmp_path, [], plan=False, limit=0.0)
    shelf.late = 99
    with pytest.raises(Waiting, match="lamp is not there yet"):
        shelf.wait_for("lamp")
    assert outcomes(shelf) == ["waiting"]


def test_an_intent_without_an_outcome_is_found_in_the_journal(shelf: Shelf) -> None:
    shelf.runner.journal.append("intent", step="put", number=7, announced="put lamp")
    assert [
        event.said["number"] for event in unsettled(read_journal(shelf.runner.journal.path))
    ] == [7]


def test_the_journal_masks_secrets_in_arguments_announcements_and_outcomes(
    tmp_path: Path,
) -> None:
    shelf = make_shelf(tmp_path, [], plan=False)
    shelf.runner.journal.mask = lambda text: text.replace("hunter2", "•••")
    shelf.put("hunter2")
    text = shelf.runner.journal.path.read_text()
    assert "hunter2" not in text
    assert json.loads(text.splitlines()[0])["arguments"] == {"thing": "•••"}


def test_what_a_crash_left_unknown_is_settled_though_an_argument_does_not_show_itself(
    shelf: Shelf,
) -> None:
    journal = shelf.runner.journal
    for _ in range(2):
        shelf.runner.begin("put", {"onto": object(), "by": [outcomes]})
    said = [event.said["arguments"] for event in journal.own]
    assert said == [{"onto": "object", "by": "[outcomes]"}] * 2
    journal.append("intent", step="put", number=1, announced="put lamp")
    journal.append("outcome", step="put", number=2, outcome="already")
    assert unsettled(read_journal(journal.path)) == []


@pytest.mark.parametrize("trouble", ["after", ""])
def test_what_was_done_and_cannot_be_looked_for_is_unknown(shelf: Shelf, trouble: str) -> None:
    shelf.trouble = [trouble]
    act = shelf.act

    def act_and_lock_out(thing: str, trouble: str) -> None:
        shelf.look_trouble = [AccessDenied("401: the token has expired")]
        act(thing, trouble)

    shelf.act = act_and_lock_out  # type: ignore[method-assign]
    with pytest.raises(AccessDenied):
        shelf.put("lamp")
    assert outcomes(shelf) == ["unknown"]
    assert len(unsettled(read_journal(shelf.runner.journal.path))) == 1
    assert shelf.put("lamp") == "lamp is on the shelf"
    assert unsettled(read_journal(shelf.runner.journal.path)) == []


def test_what_a_step_raises_has_no_secret_in_it(shelf: Shelf) -> None:
    shelf.runner.journal.mask = lambda text: text.replace("hunter2", "•••")
    shelf.look_trouble = [Refused("expected a token, found hunter2")]
    with pytest.raises(Refused, match="found •••"):
        shelf.put("lamp")


@pytest.mark.parametrize("where", ["between two looks", "in a look"])
def test_a_wait_that_is_interrupted_ends_as_waiting_with_what_is_missing(
    shelf: Shelf, where: str
) -> None:
    shelf.late = 99

    def interrupt(_: float) -> None:
        if where == "between two looks":
            raise KeyboardInterrupt
        shelf.look_trouble = [KeyboardInterrupt()]  # type: ignore[list-item]

    shelf.runner.sleep = interrupt
    with pytest.raises(Waiting, match=r"lamp is not there yet; interrupted; run this again"):
        shelf.wait_for("lamp")
    assert outcomes(shelf) == ["waiting"]


def test_a_wait_bears_with_a_service_that_is_away_for_a_while(shelf: Shelf) -> None:
    shelf.late = 2
    shelf.runner.sleep = lambda _: None
    first = [NotYet("not yet")]
    shelf.look_trouble = [*first, *[Unavailable("502")] * (Patience().attempts + 1)]
    assert shelf.wait_for("lamp") == "lamp is there"
    assert outcomes(shelf) == ["done"]


def test_a_wait_for_a_service_that_was_never_reached_is_not_waited_for_longer(shelf: Shelf) -> None:
    shelf.look_trouble = [Unavailable("no such host")] * Patience().attempts
    with pytest.raises(Unavailable):
        shelf.wait_for("lamp")
    assert outcomes(shelf) == ["waiting"]


def test_a_wait_pauses_as_long_as_a_service_asks_and_ends_where_that_outlasts_it(
    shelf: Shelf, sleeps: list[float]
) -> None:
    shelf.look_trouble = [
        NotYet("no lamp yet"),
        *[Unavailable("busy", retry_after=30.0)] * Patience().attempts,
        NotYet("no lamp yet"),
        Unavailable("a limit", retry_after=3000.0),
    ]
    with pytest.raises(Unavailable, match="a limit; go on after"):
        shelf.wait_for("lamp")
    assert sleeps.count(30.0) == Patience().attempts
    assert "busy" in shelf.runner.display.progressed[1]  # type: ignore[attr-defined]
    assert outcomes(shelf) == ["waiting"]


def test_what_is_asked_outside_of_steps_is_borne_with_like_a_look(shelf: Shelf) -> None:
    shelf.look_trouble = [Unavailable("502"), Unavailable("502")]
    assert shelf.look_in() == 0
    assert outcomes(shelf) == []


def test_within_a_step_it_is_asked_once_a_look(shelf: Shelf, sleeps: list[float]) -> None:
    shelf.look_trouble = [Unavailable("502")] * 99
    with pytest.raises(Unavailable):
        shelf.check_inside()
    assert len(sleeps) == Patience().attempts - 1


def test_nothing_is_looked_at_while_another_session_has_the_run(make_runner: MakeRunner) -> None:
    shelf = Shelf(make_runner(), look_trouble=[Failed("somebody has looked")])

    def held() -> None:
        raise Waiting("another session has the run")

    shelf.runner.hold = held
    with pytest.raises(Waiting, match="another session"):
        shelf.put("cup")
    assert [report.outcome for report in shelf.runner.reports] == ["waiting"]


def test_a_step_that_announces_no_text_is_refused_and_leaves_a_journal_that_can_be_read(
    make_runner: MakeRunner,
) -> None:
    class Odd:
        def __init__(self, runner: Runner) -> None:
            self.runner = runner

        @step
        def put(self) -> Generator[str, None, str]:
            """Announce a number."""
            number: Any = 7
            yield number
            return "it is never put"

    runner = make_runner()
    with pytest.raises(Failed, match="expected it to announce its change as text, found 7"):
        Odd(runner).put()
    assert [report.outcome for report in runner.reports] == ["failed"]
    assert [event.kind for event in read_journal(runner.journal.path)][-1] == "outcome"

"""The kit that steps of one's own are tested with: what it finds, and what it won't let pass."""

import json
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from runbook_lib import OwnRun, Service, Settings, UsageError, step
from runbook_lib.errors import Failed
from runbook_lib.journal.journal import read_journal
from runbook_lib.services.http import open_session, send
from runbook_lib.steps.gate import Gates
from runbook_lib.testing.trial import Trial
from tests.services.answering import Answering, answering

OpenTrial = Callable[..., Trial]


class ShelfSettings(Settings):
    """Where things are put."""

    folder: Path


class Shelf(Service):
    """A folder with things."""

    settings: ShelfSettings

    @step
    def put(self, thing: str) -> Generator[str, None, str]:
        """Put a thing there, in two strokes."""
        place = self.settings.folder / thing
        if place.exists() and place.read_text() == "whole":
            return f"{thing} is there"
        yield f"put {thing} there"
        place.write_text("half")
        place.write_text("whole")
        return "what an act returns is never used"

    @step
    def forget(self, thing: str) -> Generator[str, None, str]:
        """Put a thing there anew each time."""
        place = self.settings.folder / thing
        if place.exists():
            place.unlink()
            return f"{thing} was there"
        yield f"put {thing} there"
        place.touch()
        return ""


@step
def put(run: OwnRun, file: Path, text: str) -> Generator[str, None, Path]:
    """Write a file."""
    if file.exists():
        return file
    yield f"write {file.name}"
    file.write_text(text)
    return file


@step
def post(run: OwnRun, url: str) -> Generator[str, None, str]:
    """Post in a look."""
    send(open_session(url), "POST", url)
    yield "post it"
    return "posted"


@pytest.fixture
def shelf(open_trial: OpenTrial, tmp_path: Path) -> Trial:
    (tmp_path / "shelf").mkdir()
    return open_trial({"shelf": {"folder": str(tmp_path / "shelf")}})


def test_what_is_carried_out_is_planned_then_done_and_done_once(shelf: Trial) -> None:
    assert shelf.carried_out(shelf.run.use(Shelf).put, "lamp") == "lamp is there"
    assert shelf.outcomes == ["planned", "done", "already"]
    assert shelf.announced == ["put lamp there", "put lamp there"]
    assert [said["event"] for said in shelf.events if "step" in said] == [
        *("started", "outcome", "started", "intent", "outcome", "started", "outcome")
    ]


def test_a_plain_function_is_carried_out_with_the_run(trial: Trial, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    assert trial.carried_out(put, trial.run, file, "x") == file
    assert trial.run.name.startswith("trial/")


def test_a_step_that_does_not_find_what_it_has_done_is_told_so(shelf: Trial) -> None:
    with pytest.raises(AssertionError, match="done already when it is carried out again, found"):
        shelf.carried_out(shelf.run.use(Shelf).forget, "lamp")


def test_a_step_that_has_nothing_to_do_was_not_tried(shelf: Trial) -> None:
    shelf.run.use(Shelf).put("lamp")
    with pytest.raises(AssertionError, match="found already, already, already: 'lamp is there'"):
        shelf.carried_out(shelf.run.use(Shelf).put, "lamp")


def test_a_plan_ends_at_the_announcement(open_trial: OpenTrial, tmp_path: Path) -> None:
    trial = open_trial({"shelf": {"folder": str(tmp_path)}}, plan=True)
    trial.run.use(Shelf).put("lamp")
    assert (trial.announced, trial.outcomes) == (["put lamp there"], ["planned"])
    assert not (tmp_path / "lamp").exists()


@pytest.mark.parametrize("what", ["request", "answer"])
def test_what_is_lost_on_its_way_is_made_once(shelf: Trial, what: str) -> None:
    put = shelf.run.use(Shelf).put
    shelf.loses(what)  # type: ignore[arg-type]
    assert put("lamp") == "lamp is there"
    intents = [said for said in shelf.events if said["event"] == "intent"]
    assert (shelf.outcomes, len(intents)) == (["done"], 2 if what == "request" else 1)


@pytest.mark.parametrize(
    ("moment", "left", "outcome"),
    [("before", None, "done"), ("during", "half", "done"), ("after", "whole", "already")],
)
def test_a_session_that_is_killed_leaves_what_it_had_and_the_next_goes_on(
    shelf: Trial, tmp_path: Path, moment: str, left: str | None, outcome: str
) -> None:
    dead, file = shelf.run, tmp_path / "shelf" / "lamp"
    again = shelf.killed(moment, dead.use(Shelf).put, "lamp")  # type: ignore[arg-type]
    assert (file.read_text() if file.exists() else None) == left
    kinds = [event.kind for event in read_journal(dead.journal.path)]
    assert kinds[-4:] == ["started", "intent", "recovered", "ended"], "it is known to have died"
    assert again.use(Shelf).put("lamp") == "lamp is there"
    assert (again.name, shelf.outcomes) == (dead.name, [outcome])
    assert again.journal.session != dead.journal.session
    with pytest.raises(UsageError, match="found one that has ended"):
        dead.use(Shelf).put("cup")


def test_a_step_that_does_not_act_cannot_be_killed(shelf: Trial) -> None:
    shelf.run.use(Shelf).put("lamp")
    with pytest.raises(AssertionError, match="expected a step that acts, found .*already"):
        shelf.killed("during", shelf.run.use(Shelf).put, "lamp")


def test_a_session_that_has_ended_well_is_gone_on_with(shelf: Trial) -> None:
    assert shelf.run.decide("size", 3) == 3
    assert shelf.again().decide("size", 4) == 3


def test_a_look_that_writes_is_found(trial: Trial) -> None:
    with answering(Answering(200, "{}")) as url, pytest.raises(Failed, match="step post .* looks"):
        trial.carried_out(post, trial.run, url)


def test_it_does_not_matter_who_has_the_runner(trial: Trial) -> None:
    gates = Gates(trial.run.runner, approver=None)
    assert gates.approve("empty", "", title="x").verdict == "not needed"
    assert trial.outcomes == ["good"]


def test_a_profile_is_checked_as_runbook_toml_is(open_trial: OpenTrial) -> None:
    with pytest.raises(UsageError, match="folder"):
        open_trial({"shelf": {"folders": "x"}}).run.use(Shelf)


def test_what_stands_in_a_runbook_toml_nearby_is_not_read(
    open_trial: OpenTrial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "runbook.toml").write_text(json.dumps("no TOML"))
    monkeypatch.chdir(tmp_path / "there")
    assert open_trial({}).run.setting.name == "trial"

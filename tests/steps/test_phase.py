"""A look never writes: clients refuse what changes something until a step acts, and only there."""

import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.errors import Failed
from runbook_lib.services.api import Api, Key
from runbook_lib.services.command import Command
from runbook_lib.services.git.changing import changes
from runbook_lib.services.git.git import Git
from runbook_lib.services.github import GitHub
from runbook_lib.services.http import open_session, send
from runbook_lib.steps.phase import (
    Phase,
    acting,
    looking,
    refuse_unless_acting,
    show_progress,
    under_way,
)
from runbook_lib.steps.report import Report
from runbook_lib.steps.step import Runner, check, look, step
from runbook_lib.steps.wait import wait
from tests.conftest import MakeRunner
from tests.services.answering import Answering, answering


@dataclass
class Place:
    """Something that is written to; each write asks whether a step acts."""

    runner: Runner
    looked: Callable[[], object] = bool
    """What a look does besides."""
    acted: Callable[[], object] = bool
    written: list[str] = field(default_factory=list)

    def write(self, text: str = "x") -> None:
        refuse_unless_acting(f"write {text}")
        self.written.append(text)

    @step
    def put(self, text: str) -> Generator[str, None, str]:
        self.looked()
        if text not in self.written:
            yield f"write {text}"
            self.acted()
            self.write(text)
        return text

    @check
    def check_it(self) -> str:
        self.looked()
        return "checked"

    @wait
    def wait_for_it(self) -> str:
        self.looked()
        return "there"

    @look
    def look_at_it(self) -> str:
        self.looked()
        return "seen"


@pytest.fixture
def place(make_runner: MakeRunner) -> Iterator[Place]:
    yield Place(make_runner())
    assert not under_way


CALLS: dict[str, Callable[[Place], object]] = {
    "put": lambda place: place.put("x"),
    "check_it": lambda place: place.check_it(),
    "wait_for_it": lambda place: place.wait_for_it(),
}


@pytest.mark.parametrize("plan", [False, True])
@pytest.mark.parametrize("name", CALLS)
def test_what_writes_while_it_looks_is_refused_and_named(
    place: Place, name: str, plan: bool
) -> None:
    place.looked, place.runner.plan = place.write, plan
    said = rf"step {name} \(.*test_phase.py:\d+\): expected that it changes nothing while it only "
    with pytest.raises(Failed, match=f"{said}looks; not done: write x. Move it behind the step's"):
        CALLS[name](place)
    assert (place.written, place.runner.reports[-1].outcome) == ([], "failed")


def test_what_writes_outside_of_steps_is_refused(place: Place) -> None:
    place.looked = place.write
    for write in (place.write, place.look_at_it):
        with pytest.raises(Failed, match=r"none under way; not done: write x\. Put it behind"):
            write()
    assert place.written == []


def test_what_acts_may_write_and_only_until_it_has(place: Place) -> None:
    assert place.put("x") == "x"
    assert place.written == ["x"]
    with pytest.raises(Failed, match="none under way"):
        place.write()


def test_the_look_behind_an_act_writes_nothing_either(place: Place) -> None:
    place.looked = lambda: place.written and place.write("again")
    with pytest.raises(Failed, match="not done: write again"):
        place.put("x")
    assert (place.written, place.runner.reports[-1].outcome) == (["x"], "unknown")


def test_what_a_pool_does_counts_as_the_step_s(place: Place) -> None:
    def side_by_side() -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(place.write, ("one", "two")))

    place.acted = side_by_side
    place.put("x")
    assert sorted(place.written) == ["one", "two", "x"]
    place.looked = side_by_side
    with pytest.raises(Failed, match=r"step check_it .* not done: write one"):
        place.check_it()


def test_a_session_that_acts_lets_no_other_s_look_write(
    place: Place, make_runner: MakeRunner
) -> None:
    other = Place(make_runner())
    other.looked = other.write
    refused: list[Failed] = []

    def at_the_same_time() -> None:
        try:
            other.wait_for_it()  # a wait, for sessions of a run take turns at the rest
        except Failed as error:
            refused.append(error)

    def in_a_thread() -> None:
        thread = threading.Thread(target=at_the_same_time)
        thread.start()
        thread.join()

    place.acted = in_a_thread
    place.put("x")
    assert (len(refused), other.written, place.written) == (1, [], ["x"])


def test_a_step_within_an_act_looks_first_and_acts_for_itself(place: Place) -> None:
    inner = Place(place.runner)
    place.acted = lambda: inner.put("inner")
    place.put("x")
    assert (inner.written, place.written) == (["inner"], ["x"])
    inner.looked = inner.write
    with pytest.raises(Failed, match="step put .* while it only looks; not done: write x"):
        place.put("y")


def test_a_step_that_is_called_in_a_look_does_not_act(place: Place) -> None:
    inner = Place(place.runner)
    place.looked = lambda: inner.put("inner")
    with pytest.raises(Failed, match=r"step check_it .* only looks; not done: write inner"):
        place.check_it()
    assert inner.written == []
    inner.written.append("inner")
    assert place.check_it() == "checked", "one that is done already is a look"


def client(url: str, runner: Runner) -> GitHub:
    return GitHub(f"{url}/api/v3", "harbor/tidewatch", token="t", runner=runner)


def api(url: str) -> Api:
    return Api("Index", url, Key("secret", "a token", "make one"))


def written_by(url: str, folder: Path, runner: Runner) -> dict[str, Callable[[], Any]]:
    """How the kit's clients change something, each in the plainest way."""
    session, elsewhere = open_session(url), Git(folder)
    return {
        "http": lambda: send(session, "POST", url),
        "http, by a GET": lambda: send(session, "GET", url, may_act=True),
        "api": lambda: api(url).send("PUT", "files", "one"),
        "github": lambda: client(url, runner).remote.create_pull("x", "y", title="z"),
        "git push": lambda: Git(folder, whose="the run's").run("push", "origin", "x"),
        "git commit": lambda: Git(folder, whose="the run's").run("commit", "-m", "x"),
        "git elsewhere": lambda: elsewhere.run("update-ref", "refs/heads/x", "HEAD"),
        "command": lambda: Command(runner, folder).carry_out(["true"], None, 0.0),  # type: ignore[arg-type]
    }


WRITES = tuple(written_by("http://127.0.0.1:1", Path(), None))  # type: ignore[arg-type]


@pytest.mark.parametrize("how", WRITES)
def test_no_client_sends_anything_in_a_look(place: Place, tmp_path: Path, how: str) -> None:
    answer = Answering(200, "{}", {})
    with answering(answer) as url:
        place.looked = written_by(url, tmp_path, place.runner)[how]
        with pytest.raises(Failed, match="step check_it .* while it only looks; not done: "):
            place.check_it()
        with pytest.raises(Failed, match="none under way; not done: "):
            place.looked()


READS: dict[str, Callable[[str], Any]] = {
    "http": lambda url: send(open_session(url), "GET", url),
    "http, by a POST that only asks": lambda url: send(
        open_session(url), "POST", url, may_act=False
    ),
    "the sandbox's control": lambda url: send(open_session(url), "POST", url, service=""),
    "api": lambda url: api(url).send("GET", "files"),
}


@pytest.mark.parametrize("how", READS)
def test_what_only_asks_is_asked_anywhere(place: Place, how: str) -> None:
    with answering(Answering(200, "{}", {})) as url:
        place.looked = lambda: READS[how](url)
        place.check_it()
        assert READS[how](url).ok


@pytest.mark.parametrize(
    ("command", "elsewhere", "own"),
    [
        ("log -1", False, False),
        ("config --get user.name", False, False),
        ("config user.name x", True, False),
        ("tag --list", False, False),
        ("tag 1.9", True, True),
        ("push origin", True, True),
        ("commit -m x", True, True),
        ("fetch", True, False),
        ("reset --hard", True, False),
        ("-c a.b=c push", True, True),
    ],
)
def test_which_of_git_s_commands_are_announced(command: str, elsewhere: bool, own: bool) -> None:
    given = command.split()
    assert changes("another's", *given) == elsewhere
    assert changes("the run's", *given) == own
    assert not changes("nobody's", *given)


def test_a_pools_thread_may_work_for_the_step_that_acts_while_another_looks() -> None:
    acts, looks, over = Phase("push"), Phase("look on"), threading.Event()
    begun = threading.Event()

    def look_on() -> None:
        with looking(looks):
            begun.set()
            over.wait(10)

    with ThreadPoolExecutor(2) as pool, looking(acts), acting(acts):
        other = pool.submit(look_on)
        assert begun.wait(10)
        pool.submit(refuse_unless_acting, "push a tag").result(10)
        over.set()
        other.result(10)


class Screen:
    """A step's line, which keeps how far it was told to be."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, float | None]] = []

    def progress(self, text: str, fraction: float | None = None) -> None:
        self.shown.append((text, fraction))

    def finish(self, report: Report) -> None:
        """Nothing: none ends here."""


def test_what_takes_long_is_shown_with_the_step_under_way_and_nowhere_without_one() -> None:
    screen = Screen()
    show_progress("fetching", 0.1)
    with looking(Phase("fetch", line=screen)):
        show_progress("fetching", 0.5)
    with looking(Phase("fetch")):
        show_progress("fetching")
    assert screen.shown == [("fetching", 0.5)]

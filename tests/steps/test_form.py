"""Steps that are written wrongly are told so: where, what, and what to do; and nothing is done."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
import requests

import runbook_lib
from runbook_lib.errors import Failed, UsageError
from runbook_lib.journal.journal import read_journal
from runbook_lib.steps.form import check_ways
from runbook_lib.steps.step import Planned, Runner, check, step
from runbook_lib.steps.wait import wait
from tests.conftest import MakeRunner

Decorator = Callable[[Any], Any]


class Owner:
    """Something of a run, whose `made` are the effects of its steps."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.made: list[str] = []


def silent(run: Owner) -> str:
    return "never announces"


async def late(run: Owner) -> str:
    return "later"


async def late_yield(run: Owner) -> Any:
    yield "later"


def nobody() -> Generator[str, None, str]:
    yield "make it"
    return "made"


def many(*runs: Owner) -> Generator[str, None, str]:
    yield "make it"
    return "made"


def named(*, run: Owner) -> Generator[str, None, str]:
    yield "make it"
    return "made"


def twice(run: Owner) -> Generator[str, None, str]:
    if run.made:
        return "made"
    yield "make one"
    run.made.append("one")
    with run.runner.journal.turn():
        yield "make another"
    return "made"


def twice_on_one_branch(run: Owner, big: bool) -> Generator[str, None, str]:
    yield "make one"
    if big:
        for _ in range(3):
            yield "make more"
    return "made"


def number(run: Owner) -> Generator[Any, None, str]:
    yield 7
    return "made"


def bare(run: Owner) -> Generator[Any, None, str]:
    yield
    return "made"


def nothing(run: Owner) -> Generator[str, None, None]:
    if run.made:
        return
    yield "make it"
    run.made.append("it")


def nothing_said(run: Owner) -> Generator[str, None, None]:
    if not run.made:
        yield "make it"
        run.made.append("it")


def none(run: Owner) -> Generator[str, None, str | None]:
    if run.made:
        return None
    yield "make it"
    return "made"


def looks_at_nothing(run: Owner) -> None:
    print(run.made)


@pytest.mark.parametrize(
    ("decorator", "function", "said"),
    [
        (step, silent, "expected a yield of what it changes, found none"),
        (step, late, "expected a plain function, found an async one; leave out the async"),
        (step, late_yield, "expected a plain function, found an async one"),
        (check, late, "expected a plain function, found an async one"),
        (step, nobody, "as its first argument, found none; take it: def f(run)"),
        (step, many, "as its first argument, found none"),
        (step, named, "as its first argument, found none"),
        (check, lambda: "looked", "as its first argument, found none"),
        (check, nobody, "as its first argument, found none"),
        (check, number, "expected no yield, for it changes nothing, found one; make it a @step"),
        (wait, number, "expected no yield, for it changes nothing, found one; make it a @step"),
        (step, twice, "expected one yield, found another behind it in line LINE+6"),
        (step, twice_on_one_branch, "expected one yield, found another behind it in line LINE+4"),
        (step, number, "found one of something else in line LINE+1; announce the change before"),
        (step, bare, "expected a yield of text, found one of something else in line LINE+1"),
        (step, nothing, "expected a return of what it found, found a return of nothing in line"),
        (step, none, "found a return of nothing in line LINE+2; return what it found, which"),
        (step, nothing_said, "expected a return of what it found, found none"),
        (check, looks_at_nothing, "expected a return of what it found, found none"),
        (wait, looks_at_nothing, "expected a return of what it found, found none"),
        (step, staticmethod(nobody), "expected a function or a method, found something else; put"),
    ],
)
def test_what_is_seen_in_a_function_is_said_where_it_is_decorated(
    decorator: Decorator, function: Any, said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        decorator(function)
    line = function.__code__.co_firstlineno if inspect.isfunction(function) else 0
    numbered = re.sub(r"LINE\+(\d)", lambda found: str(line + int(found[1])), said)
    assert numbered in str(caught.value)
    assert f"@{decorator.__name__} {function.__name__}" in str(caught.value)
    if line:
        assert f"({__file__}:{line}): expected" in str(caught.value)


def branches(run: Owner, how: str) -> Generator[str, None, str]:
    if how in run.made:
        return "made"
    if how == "gently":
        yield "make it gently"
    elif how == "fast":
        yield "make it fast"
    else:
        raise Failed("unknown")
    run.made.append(how)
    return "made"


def ends_first(run: Owner) -> Generator[str, None, str]:
    if not run.made:
        yield "make it"
        run.made.append("it")
        return "made"
    return "it was there"


def tried(run: Owner) -> Generator[str, None, str]:
    try:
        if run.made:
            return "made"
        yield "make it"
    finally:
        run.runner.journal.refresh()
    while True:
        run.made.append("it")
        return "made"


def in_cases(run: Owner, how: object) -> Generator[str, None, str]:
    match how:
        case str():
            yield "make it"
        case int():
            yield "make more of it"
    return f"made {how}"


def abstract(run: Owner) -> Generator[str, None, str]:
    raise NotImplementedError
    yield


def inner(run: Owner) -> Generator[str, None, str]:
    def texts() -> Iterator[str]:
        yield "one"
        yield "another"
        return

    yield from texts() if not run.made else ()
    return "made"


@pytest.mark.parametrize("function", [abstract, branches, ends_first, in_cases, inner, tried])
def test_ways_with_one_announcement_each_are_fine(function: Any) -> None:
    assert step(function).__wrapped__ is function


def test_what_is_defined_where_no_source_is_at_hand_is_looked_at_when_it_runs(
    make_runner: MakeRunner,
) -> None:
    names: dict[str, Any] = {}
    exec("def put(run):\n    yield 'put one'\n    yield 'put two'\n", names)
    with pytest.raises(Failed, match=r"step put \(<string>:1\) announces a second change"):
        step(names["put"])(Owner(make_runner()))


@step
def fill(run: Owner, found: Any) -> Generator[str, None, Any]:
    """Make what is not there; find `found`."""
    if "it" not in run.made:
        yield "make it"
        run.made.append("it")
    return found


@check
def look_for(run: Owner, found: Any) -> Any:
    """Find `found`."""
    return found


@wait
def wait_for(run: Owner, found: Any) -> Any:
    """Find `found`."""
    return found


@pytest.mark.parametrize("looked", [look_for, wait_for])
def test_a_look_that_returns_nothing_has_failed(make_runner: MakeRunner, looked: Any) -> None:
    owner = Owner(make_runner())
    said = rf"step {looked.__name__} \(.*test_form.py:\d+\): expected it to return what it found, "
    with pytest.raises(Failed, match=f"{said}found None; nothing was done; have it return that"):
        looked(owner, None)
    assert [one.outcome for one in owner.runner.reports] == ["failed"]


def test_a_step_that_returns_nothing_says_what_it_has_done(make_runner: MakeRunner) -> None:
    owner = Owner(make_runner())
    with pytest.raises(Failed, match="expected it to return what .* None; done already: make it;"):
        fill(owner, None)
    with pytest.raises(Failed, match="found None; nothing was done"):
        fill(owner, None)
    assert (owner.made, [one.outcome for one in owner.runner.reports]) == (["it"], ["failed"] * 2)


def test_a_second_announcement_that_only_shows_when_it_runs_says_where(
    make_runner: MakeRunner,
) -> None:
    owner = Owner(make_runner())
    said = r"step inner \(.*test_form.py:\d+\) announces a second change, after it has begun: one"
    with pytest.raises(Failed, match=said):
        step(inner)(owner)
    assert [one.outcome for one in owner.runner.reports] == ["unknown"]


@pytest.mark.parametrize("decorated", [fill, look_for, wait_for])
@pytest.mark.parametrize("first", ["dist/one.whl", None, Owner])
def test_a_first_argument_that_is_no_run_and_no_service_is_named(
    decorated: Any, first: Any
) -> None:
    said = rf"step {decorated.__name__} \(.*test_form.py:\d+\): expected its first argument to be "
    with pytest.raises(UsageError, match=f"{said}the run, or a service of it, found .*: call it"):
        decorated(first, "x")


@step
def fetch(run: Owner, errors: list[BaseException], when: str) -> Generator[str, None, str]:
    """Make it; raise the next error in a look, or while it acts."""
    if when == "look" and errors:
        raise errors.pop()
    if not run.made:
        yield "make it"
        run.made.append("it")
        if errors:
            raise errors.pop()
    return "made"


@pytest.mark.parametrize("kind", [KeyError, requests.ConnectionError, ZeroDivisionError])
@pytest.mark.parametrize(
    ("when", "outcome", "then"), [("look", "failed", "done"), ("act", "unknown", "already")]
)
def test_an_error_of_one_s_own_ends_a_step_and_shows_where_it_came_from(
    make_runner: MakeRunner, kind: type[Exception], when: str, outcome: str, then: str
) -> None:
    owner, error = Owner(make_runner()), kind("hunter2")
    owner.runner.journal.mask = lambda text: text.replace("hunter2", "•••")
    with pytest.raises(kind) as caught:
        fetch(owner, [error], when)
    assert caught.value is error
    names = [entry.frame.f_globals["__name__"] for entry in caught.traceback]
    assert caught.traceback[-1].name == "fetch", "the traceback leads to the line of one's own"
    assert len(names) < 8 and not [name for name in names if name.startswith("tenacity")]
    kept = read_journal(owner.runner.journal.path)[-1].said
    assert (kept["outcome"], kept["announced"]) == (outcome, "make it" if when == "act" else "")
    assert kept["detail"] == f"{kind.__name__}: {error}".replace("hunter2", "•••")
    assert fetch(owner, [], when) == "made"
    assert [one.outcome for one in owner.runner.reports] == [outcome, then]


def test_a_function_of_what_is_only_planned_is_planned_itself(make_runner: MakeRunner) -> None:
    runner = make_runner(plan=True)
    planned: Any = Planned("make it", runner)
    assert str(fill(planned, "x")) == "planned, after make it"
    assert [one.outcome for one in runner.reports] == ["planned"]
    said = read_journal(runner.journal.path)[-2].said
    assert said["arguments"] == {"after": "planned, after make it", "found": "x"}


def library_steps() -> Iterator[Any]:
    """Every function of the library that is a step, a check or a wait."""
    for found in pkgutil.walk_packages(runbook_lib.__path__, "runbook_lib."):
        if "__main__" not in found.name and "sandbox" not in found.name:
            for one in list(vars(importlib.import_module(found.name)).values()):
                members = list(vars(one).values()) if inspect.isclass(one) else [one]
                yield from (each for each in members if is_decorated(each))


def is_decorated(member: Any) -> bool:
    return inspect.isfunction(member) and member.__qualname__ and hasattr(member, "__wrapped__")


def test_our_own_steps_are_read_here_and_not_at_each_start() -> None:
    read = {one.__wrapped__ for one in library_steps() if "/steps/" in one.__code__.co_filename}
    assert len(read) > 70
    for function in read:
        check_ways("step" if inspect.isgeneratorfunction(function) else "check", function)


@pytest.mark.parametrize("looked", [look_for, wait_for])
def test_a_look_that_returns_false_is_never_taken_for_good(
    make_runner: MakeRunner, looked: Any
) -> None:
    owner = Owner(make_runner())
    with pytest.raises(Failed, match="found False; nothing was done; have it raise Refused"):
        looked(owner, False)
    assert [one.outcome for one in owner.runner.reports] == ["failed"]

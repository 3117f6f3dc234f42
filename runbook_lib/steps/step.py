"""Look, announce, act, look again: how every step is carried out.

A step is a generator function whose first argument has a `runner`: a function of a run, or a method
of a service of it. What stands before its
one `yield` only looks; the `yield` announces the change; what stands after it acts. A step that
finds its effect there already returns it before it yields. Whatever a step returns is therefore
always what a look has found, and the act's own answer is never trusted.

A check is a plain function that changes nothing, and returns what it found or raises `Refused`.
"""

import inspect
from collections.abc import Callable, Generator
from functools import partial, wraps
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from runbook_lib.errors import Refused, UsageError
from runbook_lib.steps.attempt import Attempt, Checked, Found, Look, Planned
from runbook_lib.steps.form import check_form, where
from runbook_lib.steps.patience import Patience
from runbook_lib.steps.report import Report
from runbook_lib.steps.runner import Runner

__all__ = [
    "Attempt",
    "Found",
    "Look",
    "Patience",
    "Planned",
    "Report",
    "Runner",
    "check",
    "look",
    "step",
    "waivable_as",
]

P = ParamSpec("P")
T = TypeVar("T")


class HasRunner(Protocol):
    """What the first argument of a step is: a run, or a service of it."""

    @property
    def runner(self) -> "Runner":
        """Who carries the steps out."""


def step(function: Callable[P, Generator[str, None, T]]) -> Callable[P, T]:
    """Make a generator function a step: calling it carries it out and returns what it found.

    Raises `UsageError` for one that is not written as steps are; so do the two below.
    """
    check_form("step", function)

    @wraps(function)
    def carried_out(*args: P.args, **kwargs: P.kwargs) -> T:
        runner, arguments = bound(function, args, kwargs)
        look = partial(function, *args, **kwargs)
        return runner.perform(function.__name__, look, arguments, where=where(function))

    return carried_out


def check(function: Callable[P, T]) -> Callable[P, T]:
    """Make a function that only looks a step of its own, with an outcome in journal and display."""
    check_form("check", function)

    @wraps(function)
    def carried_out(*args: P.args, **kwargs: P.kwargs) -> T:
        runner, arguments = bound(function, args, kwargs)
        checked = Checked(waiver_name(function), arguments)
        look = partial(only_look, partial(may_pass, runner, checked, function, args, kwargs))
        return runner.perform(
            function.__name__, look, arguments, holds="good", where=where(function)
        )

    return carried_out


def waivable_as(name: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Give a check or a wait the name by which a profile lets it be waived (`waivable`).

    It stands below `check` or `wait`; without it, that is the function's own name. One with an
    empty name is never waived.
    """

    def named(function: Callable[P, T]) -> Callable[P, T]:
        function.waivable_as = name  # type: ignore[attr-defined]
        return function

    return named


def waiver_name(function: Callable[..., Any]) -> str:
    """The name by which a check or a wait is waived."""
    return str(getattr(function, "waivable_as", function.__name__))


def may_pass(
    runner: Runner, checked: Checked, function: Callable[..., T], args: Any, kwargs: Any
) -> T:
    """What a check finds; where it refuses, what a person lets pass."""
    try:
        return function(*args, **kwargs)
    except Refused as refusal:
        return cast(T, runner.waive(checked, refusal))


def look(function: Callable[P, T]) -> Callable[P, T]:
    """Make a method that only asks a service, and is no step, bear with it as steps do.

    Within a step, it is a part of the step's own look.
    """

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        return runner_of(args[0], function).ask(partial(function, *args, **kwargs))

    return asked


def only_look(function: Callable[[], T]) -> Generator[str, None, T]:
    """A look that never announces anything."""
    return function()
    yield


def bound(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Runner, dict[str, Any]]:
    """The runner of the step's object, and the step's other arguments by their names.

    Where a run has several objects of a kind, one to each repository, say, the object's `of` tells
    its steps from the others'. One that is only planned is an argument: it is looked at no further.
    """
    arguments = dict(inspect.signature(function).bind(*args, **kwargs).arguments)
    owner = arguments.pop(next(iter(arguments)))
    if isinstance(owner, Planned):
        return owner._runner, {"after": owner, **arguments}
    of = getattr(owner, "of", "")
    return runner_of(owner, function), {"of": of, **arguments} if of else arguments


def runner_of(owner: object, function: Callable[..., Any]) -> Runner:
    """Who carries out what is done with a run, or a service of it; `UsageError` for another."""
    runner = getattr(owner, "runner", None)
    if not isinstance(runner, Runner):
        raise UsageError(
            f"step {function.__name__} ({where(function)}): expected its first argument to be the "
            f"run, or a service of it, found {type(owner).__name__} {owner!r:.80}; nothing was "
            "done: call it with the run"
        )
    return runner

"""Look, announce, act, look again: how every step is carried out.

A step is a generator function, a method of something that has a `runner`. What stands before its
one `yield` only looks; the `yield` announces the change; what stands after it acts. A step that
finds its effect there already returns it before it yields. Whatever a step returns is therefore
always what a look has found, and the act's own answer is never trusted.

A check is a plain function that changes nothing, and returns what it found or raises `Refused`.
"""

import inspect
from collections.abc import Callable, Generator
from functools import partial, wraps
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from runbook_lib.steps.report import Report
from runbook_lib.steps.runner import Attempt, Found, Look, Patience, Planned, Runner

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
]

P = ParamSpec("P")
T = TypeVar("T")


class HasRunner(Protocol):
    """What steps are methods of."""

    @property
    def runner(self) -> "Runner":
        """Who carries the steps out."""


def step(function: Callable[P, Generator[str, None, T]]) -> Callable[P, T]:
    """Make a generator method a step: calling it carries it out and returns what it found."""

    @wraps(function)
    def carried_out(*args: P.args, **kwargs: P.kwargs) -> T:
        runner, arguments = bound(function, args, kwargs)
        return runner.perform(function.__name__, partial(function, *args, **kwargs), arguments)

    return carried_out


def check(function: Callable[P, T]) -> Callable[P, T]:
    """Make a method that only looks a step of its own, with an outcome in journal and display."""

    @wraps(function)
    def carried_out(*args: P.args, **kwargs: P.kwargs) -> T:
        runner, arguments = bound(function, args, kwargs)
        look = partial(only_look, partial(function, *args, **kwargs))
        return runner.perform(function.__name__, look, arguments, holds="good")

    return carried_out


def look(function: Callable[P, T]) -> Callable[P, T]:
    """Make a method that only asks a service, and is no step, bear with it as steps do.

    Within a step, it is a part of the step's own look.
    """

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        runner = cast(HasRunner, args[0]).runner
        return runner.ask(partial(function, *args, **kwargs))

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
    its steps from the others'.
    """
    arguments = dict(inspect.signature(function).bind(*args, **kwargs).arguments)
    owner = cast(HasRunner, arguments.pop(next(iter(arguments))))
    of = getattr(owner, "of", "")
    return owner.runner, {"of": of, **arguments} if of else arguments

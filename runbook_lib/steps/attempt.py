"""One carrying-out of a step: what it looks for and finds, and what stands for it in a plan."""

import re
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from runbook_lib.errors import Failed, Outcome, Refused, RunbookError, Unavailable, Waiting
from runbook_lib.frozen import frozen
from runbook_lib.policy.titles import step_title
from runbook_lib.steps.phase import Phase
from runbook_lib.steps.report import Line
from runbook_lib.steps.waived import LetPass

if TYPE_CHECKING:
    from runbook_lib.steps.runner import Runner

T = TypeVar("T")
OBJECT = re.compile(r"<(?:\w+[. ])*?(\w+)(?: object)? at 0x[0-9a-f]+>")
"""How Python shows what doesn't show itself: by its module, and where it is in this process."""


MACHINERY = re.compile(r"(runbook_lib\.steps|tenacity|concurrent\.futures|contextlib)\b")
"""The modules that stand between a step and its own code."""


class Planned:
    """Stands in a plan for what a step would have made.

    A step that is given one looks no further, and so does a step that would be a method of it.
    """

    def __init__(self, after: str, runner: "Runner", name: str = "") -> None:
        self._after = after
        self._runner = runner
        self._name = name

    def __getattr__(self, name: str) -> "Planned":
        if name.startswith("_"):
            raise AttributeError(name)
        return Planned(self._after, self._runner, name)

    def __call__(self, *_args: object, **_kwargs: object) -> "Planned":
        """A step of what is only planned: it is shown as planned itself."""
        if hasattr(str, self._name):  # a text that is not known yet, in some other form
            return self
        return self._runner.perform(self._name, nothing, {"after": self})

    def __iter__(self) -> Iterator["Planned"]:
        return iter((self,))

    def __str__(self) -> str:
        return f"planned, after {self._after}"

    __repr__ = __str__


def nothing() -> Generator[str, None, Planned]:
    """The look of a step that a plan does not come to."""
    raise AssertionError("a step that is given a stand-in is never looked at")
    yield


@frozen
class Found(Generic[T]):
    """A look found the effect: there is nothing to do."""

    value: T


@frozen
class Wanted(Generic[T]):
    """A look found that there is something to do, and is ready to act."""

    announced: str
    rest: Generator[str, None, T]


Look = Callable[[], Generator[str, None, T]]


Guard = Callable[[], dict[str, Any]]
"""Raises where nothing may be done; else has what the intent is to say of what it stands on."""


class Waives(Protocol):
    """Lets a check or a wait pass that refuses, where a person has said so."""

    def earlier(self, name: str, arguments: Mapping[str, Any], said: str) -> LetPass | None:
        """That somebody has let it pass with just these words; None where nobody has."""

    def waive(
        self, name: str, arguments: Mapping[str, Any], refusal: Refused | Waiting, said: str
    ) -> LetPass:
        """That somebody has let it pass; else they are asked, and the refusal is raised."""


@dataclass
class Attempt:
    """One carrying-out of a step, for its journal events and its line."""

    number: int
    name: str
    line: Line
    arguments: str
    where: str = ""
    """Where its function is written."""
    began: float = field(default_factory=time.monotonic)
    holds: Outcome = "already"
    """What it came to where its first look finds nothing to do."""
    guard: Guard = dict
    of: str = ""
    """What the step is of, where a run has several of a kind."""
    gate: str = ""
    """The gate that it asks for, if it does."""
    told: dict[str, str] = field(default_factory=dict)
    """What its outcome says besides: the question that it stands on."""
    announced: str = ""
    unseen: bool = False
    """Whether something may have been done that no look has come back from yet."""

    @property
    def title(self) -> str:
        """The step's name in words, and what it is of."""
        title = step_title(self.name, {"gate": self.gate})
        return f"{title} of {self.of}" if self.of else title

    @cached_property
    def phase(self) -> Phase:
        """Whether it looks or acts."""
        name = f"{self.name} ({self.where})" if self.where else self.name
        return Phase(name, line=self.line)

    def misshapen(self, expected: str, found: object, mend: str) -> Failed:
        """The error of a step that is not written as steps are."""
        done = f"done already: {self.announced}" if self.announced else "nothing was done"
        return Failed(
            f"step {self.phase.step}: expected it to {expected}, found {found}; {done}; {mend}"
        )


@frozen
class Checked:
    """A check or a wait to whoever may waive it: what it is called there, what it was given."""

    name: str
    arguments: dict[str, Any]


def find_planned(values: Iterable[object]) -> Iterator[Planned]:
    """What is only planned yet among some values, and in the lists of them."""
    for value in values:
        if isinstance(value, Planned):
            yield value
        elif isinstance(value, list | tuple):
            yield from find_planned(value)


def look_once(look: Look[T]) -> Found[T] | Wanted[T]:
    """Run a step up to its announcement, or to its end where there is nothing to do."""
    rest = look()
    try:
        return Wanted(next(rest), rest)
    except StopIteration as stop:
        return Found(stop.value)


def check_announced(attempt: Attempt, wanted: Wanted[T]) -> None:
    """Raise `Failed` where a step announces no text."""
    if not isinstance(wanted.announced, str):
        said = repr(wanted.announced)
        raise attempt.misshapen("announce its change as text", said, "correct the step's yield")


def own_part(trace: TracebackType | None) -> TracebackType | None:
    """A traceback without the machinery that has led to a step's own code, if it leads there."""
    own = trace
    while own and MACHINERY.match(own.tb_frame.f_globals.get("__name__", "")):
        own = own.tb_next
    return own or trace


def lost(error: RunbookError) -> bool:
    """Whether it leaves open if the act was carried out."""
    return isinstance(error, Unavailable) and error.may_have_acted


def show_arguments(arguments: dict[str, Any]) -> dict[str, str]:
    """What a step is carried out with, as its journal has it."""
    return {key: shorten(lasting(str(value))) for key, value in arguments.items()}


def lasting(text: str) -> str:
    """The text of an argument that a later session's are compared with, whatever moves."""
    return OBJECT.sub(r"\1", text)


def shorten(text: str, limit: int = 500) -> str:
    """The text, cut where it is too long for a journal's line."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"

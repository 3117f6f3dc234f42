"""What bad input may lead to: one of our errors, or a result that shows nothing as anything else.

Never to another exception, to more time or memory than an input may take, to an element of HTML
that acts, or to a character that steers a terminal.
"""

import resource
import signal
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from types import FrameType
from typing import Any

from hypothesis import strategies as st

from runbook_lib.display.error_card import card_of
from runbook_lib.errors import RunbookError, Unavailable
from runbook_lib.policy.visible import STEERING, visible

MESSAGE = 20_000
"""Characters of an error, unless it repeats what it was given."""
SECONDS = 6.0
"""What one input may take of a processor's time; a tenth of it would be much."""
HANGS = 60
"""Seconds after which an input is said to hang."""
MEMORY = 6 * 2**30
"""What the process may have of the machine's address space while it is fed."""
ACTIVE = {"script", "iframe", "object", "embed", "form", "input", "link", "meta", "base", "svg"}
"""Elements of HTML that a result has none of, whatever came in."""


class Wrong(AssertionError):
    """An input has led to what no input may lead to."""


@dataclass(frozen=True)
class Kind:
    """A kind of outside input: what is made of it, and how it is fed, in a folder of its own.

    `rooms` are the modules of the library that read it, as paths below it.
    """

    name: str
    rooms: tuple[str, ...]
    prepare: Callable[[Path], "Fed"]


@dataclass(frozen=True)
class Fed:
    """The inputs, and what takes one."""

    inputs: st.SearchStrategy[Any]
    take: Callable[[Any], object]
    terse: bool = False
    """Whether an error is short however long the input is; else it may repeat a given value."""


def feed(fed: Fed, given: Any) -> str:
    """Have an input taken; what it came to: the name of our error, or `right`."""
    began = time.thread_time()
    try:
        with bounded():
            came_to = outcome(fed, given)
    except Wrong:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{last.filename}:{last.lineno}"
        raise Wrong(f"{type(error).__name__} at {place}: {str(error)[:300]}") from error
    took = time.thread_time() - began
    if took > SECONDS:
        raise Wrong(f"took {took:.1f} s of a processor")
    return came_to


def outcome(fed: Fed, given: Any) -> str:
    """What an input came to; whatever is shown of that is harmless."""
    try:
        found = fed.take(given)
    except RunbookError as error:
        check_error(error, MESSAGE if fed.terse else MESSAGE + 6 * len(repr(given)))
        return type(error).__name__
    check_shown(found)
    return "right"


@contextmanager
def bounded() -> Iterator[None]:
    """While an input is taken it has so much time and memory, and no more."""

    def give_up(_signal: int, _frame: FrameType | None) -> None:
        raise Wrong(f"hangs: no end within {HANGS} s")

    before = resource.getrlimit(resource.RLIMIT_AS)
    handler = signal.signal(signal.SIGALRM, give_up)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, before[1]))
    signal.setitimer(signal.ITIMER_REAL, HANGS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        resource.setrlimit(resource.RLIMIT_AS, before)


def check_error(error: RunbookError, longest: int = MESSAGE) -> None:
    """An error says something, of a length to be read; its card is harmless."""
    said = str(error)
    if not said.strip():
        raise Wrong(f"{type(error).__name__} says nothing")
    if len(said) > longest:
        raise Wrong(f"{type(error).__name__} is too long: {len(said)} characters: {said[:200]!r}")
    if isinstance(error, Unavailable) and error.retry_after is not None:
        _ = error.goes_on
    check_shown(card_of(error))


def check_shown(found: object) -> None:
    """What a result shows of itself has nothing in it that acts."""
    for one in found if isinstance(found, list | tuple) else [found]:
        if isinstance(one, Html):
            check_html(one.text)
        elif show := getattr(one, "_repr_mimebundle_", None):
            shown = show()
            shown = shown[0] if isinstance(shown, tuple) else shown
            check_plain(shown.get("text/plain", ""), f"the text of {type(one).__name__}")
            check_html(shown.get("text/html", ""))


@dataclass(frozen=True)
class Html:
    """HTML that is served or shown."""

    text: str


def check_plain(text: str, what: str) -> None:
    """A text steers no terminal, and no reader's eye."""
    if found := STEERING.search(text):
        raise Wrong(f"{what} has {visible(found[0])}: {visible(text[:200])!r}")


class Elements(HTMLParser):
    """What in some HTML acts, or may be opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.acts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        if tag in ACTIVE:
            self.acts.append(f"<{tag}>")
        for name, value in attrs:
            opened = name in ("href", "src", "action") and scheme_of(value or "") in SCRIPTS
            if name.startswith("on") or opened:
                self.acts.append(f'{name}="{value}"')


SCRIPTS = ("javascript", "vbscript", "file")


def scheme_of(address: str) -> str:
    """The scheme of an address, as a browser reads it."""
    return "".join(address.split()).lower().partition(":")[0]


def check_html(html: str) -> None:
    """Nothing in some HTML acts."""
    if acts := Elements(html).acts:
        raise Wrong(f"HTML with {acts[0][:200]}")

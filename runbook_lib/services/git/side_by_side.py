"""The same work in several repositories at once, and what came of each."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from runbook_lib.errors import RunbookError, Unavailable

T = TypeVar("T")
R = TypeVar("R")
ABREAST = 8
"""How many repositories are worked in at once; each is a git process of its own."""


def side_by_side(work: Callable[[T], R], items: Iterable[T]) -> list[R | RunbookError]:
    """What the work came to for each, in their order: its result, or the error that it raised.

    Threads know nothing of steps: a runner carries out one at a time, so the work is part of one.
    """

    def attempt(item: T) -> R | RunbookError:
        try:
            return work(item)
        except RunbookError as error:
            return error

    with ThreadPoolExecutor(ABREAST, thread_name_prefix="repository") as pool:
        return list(pool.map(attempt, items))


def results(found: Sequence[R | RunbookError], names: Sequence[str]) -> list[R]:
    """All results; raises one error for what failed, in which each is named."""
    failed = {
        name: one for name, one in zip(names, found, strict=True) if isinstance(one, RunbookError)
    }
    if failed:
        told = "\n".join(f"{name}: {error}" for name, error in failed.items())
        raise together(list(failed.values()), told)
    return [one for one in found if not isinstance(one, RunbookError)]


def together(errors: Sequence[RunbookError], told: str) -> RunbookError:
    """One error for several, of the kind that a reader acts on first.

    Where an answer was lost, that: another look may find everything done.
    """
    lost = [error for error in errors if isinstance(error, Unavailable)]
    if lost:
        pauses = [error.retry_after for error in lost if error.retry_after is not None]
        return Unavailable(
            told,
            retry_after=max(pauses, default=None),
            may_have_acted=any(error.may_have_acted for error in lost),
        )
    return type(errors[0])(told)

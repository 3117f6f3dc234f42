"""Searches for issues, as far as the sandbox's Sentry knows them.

https://docs.sentry.io/concepts/search/
"""

import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime

from runbook_lib.frozen import frozen

TOKEN = re.compile(r'([\w.]+):("[^"]*"|\[[^\]]*\]|\S+)\s*')
STATES = ("unresolved", "resolved", "ignored", "archived", "new", "ongoing", "regressed")
COMPARES: dict[str, Callable[[datetime, datetime], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


class BadSearch(Exception):
    """A search, or another parameter, that is refused; its text is what Sentry says."""


@frozen
class Search:
    """What a search asks of issues; all of it has to be met."""

    states: tuple[str, ...] = ()
    first_seen: tuple[tuple[Callable[[datetime, datetime], bool], datetime], ...] = ()
    first_releases: tuple[str, ...] = ()


def parse_search(query: str | None) -> Search:
    """The search of a query; without one, for what is unresolved."""
    if query is None:
        return Search(states=("unresolved",))
    tokens = TOKEN.findall(query)
    if "".join(f"{name}:{value}" for name, value in tokens) != re.sub(r"\s+(?=[\w.]+:)", "", query):
        raise BadSearch(f"Error parsing search query: {query}")
    unknown = {name for name, _ in tokens} - {"is", "firstSeen", "firstRelease"}
    if unknown:
        raise BadSearch(f"The sandbox knows no search for {', '.join(sorted(unknown))}")
    return Search(
        tuple(read_state(value) for name, value in tokens if name == "is"),
        tuple(read_compare(value) for name, value in tokens if name == "firstSeen"),
        tuple(value.strip('"') for name, value in tokens if name == "firstRelease"),
    )


def read_state(value: str) -> str:
    """A state of issues."""
    if value not in STATES:
        known = ", ".join(STATES)
        raise BadSearch(f'Invalid value for "is" search, valid values are {known}')
    return value


def read_compare(value: str) -> tuple[Callable[[datetime, datetime], bool], datetime]:
    """A comparison with a time."""
    for sign, compare in COMPARES.items():
        if value.startswith(sign):
            return compare, read_time(value.removeprefix(sign))
    raise BadSearch(f"{value!r} is not a comparison with a time")


def read_time(text: str) -> datetime:
    """A time, in UTC where it says nothing else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadSearch(f"{text!r} is not a valid ISO8601 date") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)

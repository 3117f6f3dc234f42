"""How a service is examined: whether it answers, what its clock says, and whom it takes us for."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

import requests
from requests.auth import AuthBase

from runbook_lib.errors import RunbookError
from runbook_lib.policy.diagnosis import Diagnosis, good, judge_clock, told_by
from runbook_lib.profile.section import Means
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.services.http import Moved, Timeout, host, open_session, read_date, send

BRIEF: Timeout = (5.0, 10.0)
"""Seconds to connect within, and of silence: who is asked only whether it is there."""


class Opens(Protocol):
    """A table of a service that its secret opens, and that checks who it takes us for."""

    def secret_place(self) -> SecretPlace:
        """Where the secret is."""

    def open(self, secret: str, runner: Any) -> Any:
        """The service."""


def examine_service(
    name: str, url: str, table: Opens, means: Means, *wanted: object
) -> Iterator[Diagnosis]:
    """Whether a service answers at `url`, and what it lets the secret of its table do."""
    yield from reach(name, url)
    yield let_in(
        f"{name} access",
        lambda: table.open(means.secret(table.secret_place()), means.runner).check_access(*wanted),
    )


def examine_plainly(
    name: str, urls: Iterable[str], places: Iterable[SecretPlace], means: Means
) -> Iterator[Diagnosis]:
    """Whether addresses answer and secrets are here, where no more is known of either."""
    for url in dict.fromkeys(urls):
        if url.startswith(("https://", "http://")):
            yield from reach(name, url)
    for place in places:
        yield let_in(f"{name} secret", partial(find, means, place))


def find(means: Means, place: SecretPlace) -> str:
    """What is told of a secret of which no more is known; raises `UsageError` without it."""
    means.secret(place)
    return "is here; what it may do was not tried"


def reach(name: str, url: str) -> Iterator[Diagnosis]:
    """Whether a service answers at an address, whatever it says, and how its clock differs."""
    try:
        answer = ask(url)
    except Moved:
        yield good(name, f"{host(url)} answers")
    except RunbookError as error:
        yield told_by(name, str(error))
    else:
        yield from heard(name, answer)


def ask(url: str, auth: AuthBase | None = None) -> requests.Response:
    """What a service answers; it is asked once."""
    return send(open_session(url), "GET", url, auth=auth, timeout=BRIEF)


def heard(name: str, answer: requests.Response) -> Iterator[Diagnosis]:
    """That a service has answered, and how its clock differs from this machine's."""
    yield good(name, f"{host(answer.url)} answers in {answer.elapsed.total_seconds():.1f} s")
    theirs = read_date(answer.headers.get("Date", ""))
    if theirs:
        yield judge_clock(f"{name} clock", theirs, datetime.now(UTC))


def let_in(name: str, check: Callable[[], object]) -> Diagnosis:
    """What a service's own check of our access finds, or what stands against it."""
    try:
        return good(name, str(check()))
    except RunbookError as error:
        return told_by(name, str(error))

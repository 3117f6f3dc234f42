"""One HTTP request, its transport's failures told as this library's errors."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from runbook_lib.errors import Failed, Refused, RunbookError, Unavailable, UsageError
from runbook_lib.secrets.credentials import keeps_secrets, on_this_machine
from runbook_lib.services.bounds import LARGEST, BoundedSession, TooLarge, TooSlow
from runbook_lib.services.traffic import count_call
from runbook_lib.steps.phase import refuse_unless_acting

Timeout = tuple[float, float]
"""Seconds to connect within, and seconds of silence to bear while an answer is read."""

LONGEST_PAUSE = 31_536_000.0
"""Seconds: no service is waited for longer than a year, whatever it asks for."""
TIMEOUT: Timeout = (10.0, 60.0)
READING = ("GET", "HEAD", "OPTIONS")
"""The methods that are to change nothing (RFC 9110, 9.2.1)."""


class Moved(Refused):
    """What was asked for is at `location` now: nothing is sent there, least of all a secret."""

    waivable = False

    def __init__(self, message: str, *, location: str) -> None:
        super().__init__(message)
        self.location = location


def check_url(url: str, *, service: str) -> str:
    """A service's address without a slash at its end, for requests that carry its secret.

    Raises `UsageError` where it is no address, holds a secret, or would let one be read on the way.
    """
    address = check_public_url(url, service=service)
    if not keeps_secrets(address):
        raise UsageError(
            f"expected {service} at an https address, found {url}: its secret could be read on the "
            "way; only this machine is asked without TLS"
        )
    return address


def check_public_url(url: str, *, service: str) -> str:
    """The same for an address that no secret is ever sent to."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"expected an http(s) address for {service}, found {url!r}; correct it")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageError(
            f"expected the bare address of {service} at {parts.hostname}, found one with a name, a "
            "password, a query or a fragment in it; leave these out"
        )
    return url.rstrip("/")


def open_session(url: str, *, largest: int = LARGEST) -> requests.Session:
    """A session that repeats nothing by itself, and reads no answer without an end.

    This machine is never asked through a proxy.
    """
    session = BoundedSession(largest=largest)
    session.trust_env = not on_this_machine(urlsplit(url).hostname or "")
    return session


class NoAuth(AuthBase):
    """Sends no credentials, not even those that requests would find in a netrc file."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Leave the request as it is."""
        return request


def send(
    session: requests.Session,
    method: str,
    url: str,
    *,
    may_act: bool | None = None,
    service: str | None = None,
    auth: AuthBase | None = None,
    timeout: Timeout = TIMEOUT,
    **request: Any,
) -> requests.Response:
    """Send one request once, and return its answer, whatever it refuses.

    `may_act` says whether the request can have an effect; by default its method does, so a POST
    that only asks has to say so. One that can is sent by a step that acts alone. It is counted as
    one to `service`, by default the address's host; to "", the sandbox's own control, say, it is no
    request of the run: neither counted nor held back. Redirects are not followed: they would take
    secrets elsewhere and make a GET of a POST. Raises `Moved` for one, `Unavailable` for a lost
    connection, a time-out, a 5xx and a 429, `Failed` where no trust can be built, an answer is too
    large or no step acts, `UsageError` for a request that cannot be sent.
    """
    named = host(url) if service is None else service
    may_act = method not in READING if may_act is None else may_act
    if may_act and named:
        refuse_unless_acting(f"{method} {host(url)}{urlsplit(url).path}")
    try:
        answer = session.request(
            method,
            url,
            timeout=timeout,
            allow_redirects=False,
            auth=auth or NoAuth(),
            **request,
        )
    except requests.exceptions.SSLError as error:
        raise Failed(
            f"expected {host(url)} to prove who it is, found: {deepest(error)}; "
            "check its certificate, and this machine's clock and certificates"
        ) from error
    except ValueError as error:
        # Its text is left out: requests repeats a header that it cannot send.
        raise UsageError(
            f"{method} {url} cannot be sent ({type(error).__name__}); check address and secrets"
        ) from None
    except requests.exceptions.RequestException as error:
        if not never_sent(error):
            count_call(named)
        raise unanswered(error, method, url, may_act=may_act) from error
    count_call(named)
    return answered(answer, method, url, may_act=may_act)


def unanswered(
    error: requests.exceptions.RequestException, method: str, url: str, *, may_act: bool
) -> RunbookError:
    """What a lost connection or a time-out means; what was never sent had no effect."""
    asked = f"{method} {urlsplit(url).path}"
    if isinstance(error, TooLarge) and (not may_act or method == "GET"):
        return Failed(f"expected less of {host(url)} for {asked}, found {error}; ask for less")
    unsent = never_sent(error)
    verb = "could not be reached" if unsent else "gave no answer"
    why = str(error) if isinstance(error, TooLarge | TooSlow) else deepest(error)
    return Unavailable(
        f"{host(url)} {verb} for {asked}: {why}; check the address and the network, then run this "
        "again",
        may_have_acted=may_act and not unsent,
    )


def never_sent(error: BaseException) -> bool:
    """Whether a request failed before anything of it was sent."""
    return any(isinstance(e, NewConnectionError | ConnectTimeoutError) for e in causes(error))


def answered(
    answer: requests.Response, method: str, url: str, *, may_act: bool
) -> requests.Response:
    """The answer, unless it asks to be asked later, or elsewhere."""
    if answer.is_redirect:
        raise moved(f"{host(url)} to answer {method} {urlsplit(url).path}", answer)
    limited = answer.status_code == requests.codes.too_many_requests
    if answer.status_code < 500 and not limited:
        return answer
    reason = "asks for a pause" if limited else "has a failure of its own"
    raise Unavailable(
        f"{host(url)} {reason}: {answer.status_code} for {method} {urlsplit(url).path}; "
        "run this again later",
        retry_after=retry_after(answer),
        may_have_acted=may_act and not limited,
    )


def moved(expected: str, answer: requests.Response) -> Moved:
    """The refusal to follow a redirect; what stands behind its address's `?` is not shown."""
    location = answer.headers["location"]
    shown = excerpt(re.split("[?#]", urljoin(answer.url, location))[0])
    return Moved(
        f"expected {expected}, found that it moved to {shown}; nothing is sent there: if that is "
        "its new address, name it in the profile (is a login in front of it?)",
        location=location,
    )


@contextmanager
def described(what: str, *, by: str, may_act: bool = False) -> Iterator[None]:
    """While something of a service's is read, which may be of another form than it describes.

    Raises `Failed` then, and after a request that may have acted `Unavailable`: a look tells.
    """
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        said = (
            f"expected {what} as {by} describes it, found another form "
            f"({type(error).__name__}: {excerpt(str(error))}); is this a {by} of another age?"
        )
        raise (Unavailable(said) if may_act else Failed(said)) from error


def json_of(answer: requests.Response) -> Any:
    """An answer's JSON; raises `ValueError` for what is none, or is nested to no end."""
    try:
        return answer.json()
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def pages(limit: int, *, of: str, narrowed: str) -> Iterator[int]:
    """Counts the pages of a list as they are asked for; raises `Failed` where there are more."""
    yield from range(limit)
    raise Failed(f"expected at most {limit} pages of {of}, found more; {narrowed}")


def retry_after(answer: requests.Response) -> float | None:
    """The pause in seconds that an answer asks for, or None (RFC 9110, 10.2.3)."""
    asked = answer.headers.get("Retry-After", "").strip()
    if asked.isdecimal():
        return min(float(asked), LONGEST_PAUSE)
    until = read_date(asked)
    if until is None:
        return None
    now = read_date(answer.headers.get("Date", "")) or datetime.now(UTC)
    return min(max(0.0, (until - now).total_seconds()), LONGEST_PAUSE)


def read_date(text: str) -> datetime | None:
    """A date of HTTP's, or None where it is not one."""
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def host(url: str) -> str:
    """The host of an address, with its port, as it is named in messages."""
    return urlsplit(url).netloc


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error, and what it came from, down to the first."""
    following: BaseException | None = error
    while following is not None:
        yield following
        following = following.__cause__ or following.__context__


def deepest(error: BaseException) -> str:
    """The first of an error's causes that says anything, in its own words."""
    said = [str(cause) for cause in causes(error) if str(cause)]
    return excerpt(said[-1]) if said else type(error).__name__


def excerpt(text: str, limit: int = 200) -> str:
    """A foreign text on one line, cut where it is too long for a message."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[:limit]}…"

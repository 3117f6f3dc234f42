"""What GitHub's answers mean: the one place where a refusal becomes one of our errors."""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from github.GithubException import GithubException

from runbook_lib.errors import AccessDenied, Conflict, Refused, RunbookError, Unavailable
from runbook_lib.secrets.credentials import gh_login, token_variables
from runbook_lib.services.http import LONGEST_PAUSE, excerpt

SECONDARY_PAUSE = 60.0
"""Seconds to wait for where a secondary limit names no pause.

https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""


class Rejected(Refused):
    """GitHub understood the request, and will not do it."""

    waivable = False


class Missing(Rejected):
    """GitHub has no such thing, or does not show it to this token."""


class AlreadyExists(Rejected):
    """GitHub has what was to be made already."""


def translate(request: str, error: GithubException, host: str = "") -> RunbookError:
    """The error that an answer of 400 and above stands for; `request` names what was asked."""
    headers = {key.lower(): str(value) for key, value in (error.headers or {}).items()}
    said = f"{said_by(error.data)} (status {error.status})"
    if limited(error.status, said, headers):
        return Unavailable(
            f"GitHub limits {request}: {said}; run this again later",
            retry_after=pause_asked(headers, SECONDARY_PAUSE),
            may_have_acted=False,
        )
    if error.status >= 500:
        return Unavailable(
            f"GitHub failed at {request}: {said}; run this again when it is well",
            retry_after=pause_asked(headers),
        )
    return refusal(error.status, request, said, headers, host)


def refusal(
    status: int, request: str, said: str, headers: Mapping[str, str], host: str = ""
) -> Refused:
    """The refusal that a status between 400 and 499 stands for."""
    if status == 401:
        return AccessDenied(
            f"expected a token that GitHub accepts for {request}, found: {said}; it may have "
            f"expired: {token_advice(host, 'to a valid one')}"
        )
    if status == 403:
        return AccessDenied(
            f"expected to be allowed {request}, found: {said}{permissions(headers)}; "
            "ask for the permission, or use another token"
        )
    if status == 404:
        return Missing(
            f"GitHub has nothing for {request}: {said}; check the name, and that the token may "
            "see it (GitHub hides what it may not)"
        )
    kind = Conflict if status == 409 else AlreadyExists if "already exists" in said else Rejected
    return kind(f"GitHub refuses {request}: {said}; mend what it names, then run this again")


def token_advice(host: str, to: str = "") -> str:
    """What to do for a token of a GitHub."""
    first, *_ = token_variables("GITHUB_TOKEN", host)
    return f"{' '.join(filter(None, ('set', first, to)))}, or run `{gh_login(host)}`"


def permissions(headers: Mapping[str, str]) -> str:
    """What GitHub says that the request needs and the token has, where it says so."""
    needed = headers.get("x-accepted-github-permissions") or headers.get("x-accepted-oauth-scopes")
    words = [f"it needs {needed}"] if needed else []
    if "x-oauth-scopes" in headers:
        words.append(f"the token has the scopes {headers['x-oauth-scopes'] or '(none)'}")
    if "x-github-sso" in headers:
        words.append("the token is not authorised for the organisation's single sign-on")
    return "".join(f"; {word}" for word in words)


def said_by(data: Any) -> str:
    """GitHub's own message and the errors in it, on one line."""
    if not isinstance(data, dict):
        return "no message"
    errors = data.get("errors")
    parts = [str(data.get("message") or data.get("data") or "no message")]
    parts += [said_in(one) for one in errors] if isinstance(errors, list) else []
    return excerpt(": ".join(filter(None, (parts[0], ", ".join(parts[1:])))), 500)


def said_in(error: Any) -> str:
    """One of the errors in a message: `Release.tag_name: already exists`."""
    if not isinstance(error, dict):
        return str(error)
    what = ".".join(str(error[key]) for key in ("resource", "field") if error.get(key))
    why = error.get("message") or str(error.get("code", "")).replace("_", " ")
    return f"{what}: {why}" if what else str(why)


def limited(status: int, said: str, headers: Mapping[str, str]) -> bool:
    """Whether a refusal is a primary or secondary rate limit.

    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    if status not in (403, 429):
        return False
    exhausted = headers.get("x-ratelimit-remaining") == "0"
    return status == 429 or exhausted or "retry-after" in headers or "rate limit" in said.lower()


def pause_asked(headers: Mapping[str, str], otherwise: float | None = None) -> float | None:
    """The pause in seconds that an answer asks for: its Retry-After, else its limit's reset."""
    asked = headers.get("retry-after", "")
    if asked.isdecimal():
        return min(float(asked), LONGEST_PAUSE)
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        # A second more: nobody knows when in its second the limit is reset.
        pause = max(float(reset) - server_time(headers), 0.0) + 1.0
        return min(pause, LONGEST_PAUSE)
    return otherwise


def server_time(headers: Mapping[str, str]) -> float:
    """The server's own time in seconds since 1970, for its clock may differ from ours."""
    try:
        return parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError):
        return time.time()

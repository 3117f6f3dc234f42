"""Requests to Sentry's web API, and what its refusals mean.

https://docs.sentry.io/api/ describes the API. The token travels in one header and nowhere else:
not in a URL, a message or a `repr`.
"""

from collections.abc import Iterator
from email.utils import formatdate
from typing import Any
from urllib.parse import quote

import requests
from requests.auth import AuthBase

from runbook_lib.errors import AccessDenied, Failed, Refused, RunbookError, UsageError
from runbook_lib.services.http import Timeout, check_url, excerpt, host, open_session, pages, send

PAGE = 100
"""As many as Sentry gives in one answer."""
PAGES = 10

Parameters = dict[str, str | list[str]]


class Bearer(AuthBase):
    """Puts the token into its header; shows itself without it."""

    def __init__(self, token: str) -> None:
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise UsageError(
                "expected a Sentry token of visible ASCII characters, found "
                f"{'none' if not token else 'something else'}; make one with the scopes "
                "org:read, project:read and event:read"
            )
        self.value = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the token into the request's header."""
        request.headers["Authorization"] = f"Bearer {self.value}"
        return request

    def __repr__(self) -> str:
        return "Bearer(***)"

    def hide(self, text: str) -> str:
        """The text without the token, should a service repeat it."""
        return text.replace(self.value, "***")


class Client:
    """One organization of one Sentry, with one token."""

    def __init__(self, url: str, organization: str, token: str, *, timeout: Timeout) -> None:
        self.url = check_url(url, service="Sentry")
        self.organization = organization
        self.token = Bearer(token)
        self.timeout = timeout
        self.session = open_session(self.url)
        self.session.hooks["response"].append(say_reset)

    def __repr__(self) -> str:
        return f"Client({self.url!r}, {self.organization!r})"

    def one(self, *path: str, **parameters: str | list[str]) -> dict[str, Any]:
        """One object of the organization's; the path's parts are quoted."""
        found = self.read(path, parameters)[0]
        if not isinstance(found, dict):
            raise Failed(self.strange(path, "an object"))
        return found

    def every(self, *path: str, **parameters: str | list[str]) -> Iterator[dict[str, Any]]:
        """All objects of a list, page by page; raises `Failed` where there are too many.

        https://docs.sentry.io/api/pagination/
        """
        asked: Parameters = dict(parameters)
        what = f"{'/'.join(path)} at {host(self.url)}"
        for _ in pages(PAGES, of=what, narrowed="name fewer projects, or an environment"):
            found, more = self.read(path, asked)
            if not isinstance(found, list):
                raise Failed(self.strange(path, "a list"))
            yield from found
            if more.get("results") != "true":
                return
            asked["cursor"] = str(more.get("cursor", ""))

    def read(self, path: tuple[str, ...], parameters: Parameters) -> tuple[Any, dict[str, str]]:
        """What is answered, and the link to what follows upon it."""
        answer = self.send(path, parameters)
        try:
            return answer.json(), answer.links.get("next", {})
        except requests.exceptions.JSONDecodeError:
            raise Failed(self.strange(path, "JSON")) from None

    def send(self, path: tuple[str, ...], parameters: Parameters) -> requests.Response:
        """Ask for something; raises what a refusal means."""
        place = "".join(f"{quote(part, safe='')}/" for part in (self.organization, *path))
        answer = send(
            self.session,
            "GET",
            f"{self.url}/api/0/organizations/{place}",
            may_act=False,
            auth=self.token,
            timeout=self.timeout,
            headers={"Accept": "application/json"},
            params=parameters,
        )
        if answer.status_code != requests.codes.ok:
            raise self.refusal(answer, place)
        return answer

    def refusal(self, answer: requests.Response, place: str) -> RunbookError:
        """What an answer other than 200 means."""
        found = f"{host(self.url)} answers {answer.status_code}: {self.reason(answer)}"
        if answer.status_code in (401, 403):
            return AccessDenied(
                f"{found}; make a token with the scopes org:read, project:read and event:read"
            )
        if answer.status_code == requests.codes.not_found:
            return Refused(
                f"expected {place} at {host(self.url)}, found none; check the organization "
                f"({self.organization}), and whether the token may see it"
            )
        if answer.status_code == requests.codes.bad_request:
            return Refused(f"{found}; is this Sentry too old for the question?")
        return Failed(f"{found}; check Sentry's address ({self.url})")

    def reason(self, answer: requests.Response) -> str:
        """What an answer says of itself, on one line."""
        try:
            said = answer.json().get("detail")
        except (requests.exceptions.JSONDecodeError, AttributeError):
            said = None
        return excerpt(self.token.hide(str(said or answer.text)), 200) or "nothing"

    def strange(self, path: tuple[str, ...], expected: str) -> str:
        """What it means that something else than Sentry's API answered."""
        return (
            f"expected {host(self.url)} to answer {'/'.join(path)} with {expected}, found "
            f"something else; check Sentry's address ({self.url}), and what stands in front of it"
        )


def say_reset(answer: requests.Response, **_: Any) -> None:
    """Say when a rate limit ends in HTTP's own words; Sentry has a header of its own for it.

    https://docs.sentry.io/api/ratelimits/
    """
    reset = answer.headers.get("X-Sentry-Rate-Limit-Reset", "")
    if answer.status_code == requests.codes.too_many_requests and reset.isdecimal():
        answer.headers.setdefault("Retry-After", formatdate(int(reset), usegmt=True))

"""Requests to Sentry's web API, and what its refusals mean.

https://docs.sentry.io/api/ describes the API.
"""

from email.utils import formatdate
from typing import Any

import requests

from runbook_lib.errors import AccessDenied, Failed, Refused, RunbookError
from runbook_lib.frozen import frozen
from runbook_lib.services.api import Api, Key
from runbook_lib.services.http import Timeout, json_of

PAGE = 100
"""As many as Sentry gives in one answer."""
PAGES = 10
SCOPES = "the scopes org:read, project:read and event:read"

Parameters = dict[str, str | list[str]]


@frozen
class Listed:
    """The items of a list's first pages, and whether there are more."""

    items: tuple[dict[str, Any], ...]
    more: bool


class Client(Api):
    """One organization of one Sentry, with one token."""

    def __init__(self, url: str, organization: str, token: str, *, timeout: Timeout) -> None:
        key = Key(token, "a Sentry token", f"make one with {SCOPES}")
        super().__init__("Sentry", url, key, below="/api/0/organizations", timeout=timeout)
        self.organization = organization
        self.session.hooks["response"].append(say_reset)

    def one(self, *path: str, **parameters: str | list[str]) -> dict[str, Any]:
        """One object of the organization's."""
        return self.read(self.ask(path, parameters), "/".join(path))

    def every(self, *path: str, **parameters: str | list[str]) -> tuple[dict[str, Any], ...]:
        """All objects of a list, page by page; raises `Failed` where there are too many."""
        found = self.some(PAGES, *path, **parameters)
        if found.more:
            raise Failed(
                f"expected at most {PAGES} pages of {'/'.join(path)} at {self.host}, found more; "
                "name fewer projects, or an environment"
            )
        return found.items

    def some(self, most: int, *path: str, **parameters: str | list[str]) -> Listed:
        """The objects of a list's first pages, `most` of them at most.

        https://docs.sentry.io/api/pagination/
        """
        asked: Parameters = dict(parameters)
        found: list[dict[str, Any]] = []
        for _ in range(most):
            answer = self.ask(path, asked)
            found += self.read_list(answer, "/".join(path))
            more = answer.links.get("next", {})
            if more.get("results") != "true":
                return Listed(tuple(found), more=False)
            asked["cursor"] = str(more.get("cursor", ""))
        return Listed(tuple(found), more=True)

    def read_list(self, answer: requests.Response, asked: str) -> list[dict[str, Any]]:
        """An answer's JSON list; anything else is no answer of Sentry's."""
        try:
            found = json_of(answer)
        except ValueError:
            found = None
        if not isinstance(found, list):
            raise Failed(self.strange(answer, asked, "a list"))
        return found

    def ask(self, path: tuple[str, ...], parameters: Parameters) -> requests.Response:
        """Ask for something of the organization's; raises what a refusal means."""
        where = (self.organization, *path)
        answer = self.send("GET", *where, "", params=parameters)
        if answer.status_code != requests.codes.ok:
            raise self.refusal(answer, "/".join(where))
        return answer

    def refusal(self, answer: requests.Response, place: str) -> RunbookError:
        """What an answer other than 200 means."""
        found = f"{self.host} answers {answer.status_code}: {self.reason(answer, 'detail')}"
        if answer.status_code in (401, 403):
            return AccessDenied(f"{found}; make a token with {SCOPES}")
        if answer.status_code == requests.codes.not_found:
            return Refused(
                f"expected {place} at {self.host}, found none; check the organization "
                f"({self.organization}), and whether the token may see it"
            )
        if answer.status_code == requests.codes.bad_request:
            return Refused(f"{found}; is this Sentry too old for the question?")
        return Failed(f"{found}; check Sentry's address ({self.url})")


def say_reset(answer: requests.Response, **_: Any) -> None:
    """Say when a rate limit ends in HTTP's own words; Sentry has a header of its own for it.

    https://docs.sentry.io/api/ratelimits/
    """
    reset = answer.headers.get("X-Sentry-Rate-Limit-Reset", "")
    if answer.status_code == requests.codes.too_many_requests and reset.isdecimal():
        answer.headers.setdefault("Retry-After", formatdate(int(reset), usegmt=True))

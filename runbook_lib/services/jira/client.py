"""Requests to Jira's REST API, and what its refusals mean.

Version 2 is asked everywhere; in the cloud, texts are written by version 3, in whose documents
every character stays what it is.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/ and
https://developer.atlassian.com/server/jira/platform/rest/ describe them.
"""

import base64
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import requests

from runbook_lib.errors import AccessDenied, Failed, Refused, RunbookError, Unavailable
from runbook_lib.frozen import frozen
from runbook_lib.services.api import Api, Key
from runbook_lib.services.http import Timeout, json_of

ADVICE = (
    "make one: in the cloud at https://id.atlassian.com/manage-profile/security/api-tokens, in a "
    "data center in your profile, under personal access tokens"
)
MEND = (
    "check the profile's jira.user (the cloud asks for the address of the token's account) and the "
    f"token, or {ADVICE}"
)
CLOUD, SERVER = "Cloud", ("Server", "Data Center")
OLD, NEW = "2", "3"
"""The versions of the API."""


@frozen
class Reply:
    """What Jira answered; `message` is that of a refusal, else empty."""

    asked: str
    status: int
    body: Any
    message: str

    @property
    def refused(self) -> bool:
        """Whether it is a refusal."""
        return self.status >= 400

    @property
    def missing(self) -> bool:
        """Whether it says that there is no such thing, or that we may not see it."""
        return self.status == 404

    def require(self) -> Any:
        """The body of an answer that is no refusal; raises what a refusal means."""
        if self.refused:
            raise self.refusal()
        return self.body

    def refusal(self) -> RunbookError:
        """What a refusal means to whoever asked."""
        found = f"{self.asked} was refused: {self.message} (status {self.status})"
        if self.status == 401:
            return AccessDenied(f"{found}; {MEND}")
        if self.status == 403:
            return AccessDenied(f"{found}; ask for the account's permission")
        return Refused(f"{found}; correct what was sent")


class Client(Api):
    """Jira's REST API at one address, with one token; `user` is whose, where Jira asks for that."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        user: str,
        timeout: Timeout,
        session: requests.Session | None,
    ) -> None:
        self.user = user
        secret = Key(token, "a Jira token", ADVICE)
        if user:
            pair = base64.b64encode(f"{user}:{token}".encode()).decode()
            secret = Key(pair, "a Jira token", ADVICE, scheme="Basic ")
        super().__init__("Jira", url, secret, below="/rest/api", timeout=timeout, session=session)

    @cached_property
    def cloud(self) -> bool:
        """Whether this is Atlassian's cloud; raises `Refused` where it says neither."""
        kind = self.get("serverInfo").require().get("deploymentType")
        if kind == CLOUD and not self.user:
            raise Refused(
                f"expected the address of the token's account, for {self.url} is in Atlassian's "
                "cloud, found none: add user to the profile's jira"
            )
        if kind != CLOUD and kind not in SERVER:
            raise Refused(
                f"expected a Jira in the cloud, or a data center's, at {self.url}, found {kind!r}: "
                "correct the profile's jira.url"
            )
        return bool(kind == CLOUD)

    def get(self, *path: str | int, **parameters: str) -> Reply:
        """Ask for something; the path's parts are quoted."""
        return self.ask("GET", (OLD, *path), params=parameters)

    def fetch(self, *path: str | int, said: dict[str, Any]) -> Reply:
        """Ask for something by a POST, which changes nothing."""
        return self.ask("POST", (OLD, *path), may_act=False, json=said)

    def post(self, *path: str | int, said: dict[str, Any], version: str = OLD) -> Reply:
        """Make something."""
        return self.ask("POST", (version, *path), json=said)

    def pages(self, *path: str | int, of: str, **parameters: str) -> Iterator[dict[str, Any]]:
        """The items of a list, which a page has under the name `of`, or as `values`."""
        start, total = 0, 1
        while start < total:
            said = self.get(*path, startAt=str(start), **parameters).require()
            items = said.get(of) or said.get("values") or []
            yield from items
            start, total = start + len(items), int(said.get("total") or 0) if items else 0

    def ask(
        self,
        method: str,
        path: tuple[str | int, ...],
        *,
        may_act: bool | None = None,
        **request: Any,
    ) -> Reply:
        """Send one request; what is no JSON is no answer of Jira's API."""
        acts = method != "GET" if may_act is None else may_act
        asked = f"{method} {'/'.join(map(str, path))}"
        answer = self.send(method, *path, may_act=acts, **request)
        body = read_body(answer)
        if body is None:
            raise self.stranger(answer, asked, acts)
        message = self.shown(said_by(body), 500) if answer.status_code >= 400 else ""
        return Reply(f"{self.host}: {asked}", answer.status_code, body, message)

    def stranger(self, answer: requests.Response, asked: str, may_act: bool) -> RunbookError:
        """What it means that something else than Jira's API answered."""
        found = self.strange(answer, asked, "JSON")
        if answer.status_code in (401, 403, 407):
            return AccessDenied(f"{found}; {MEND}")
        lost = may_act and answer.status_code < 300
        return Unavailable(found) if lost else Failed(found)


def read_body(answer: requests.Response) -> Any:
    """An answer's JSON, an empty object where it has no content, or None where it is no JSON."""
    if answer.status_code == 204 and not answer.content:
        return {}
    try:
        found = json_of(answer)
    except ValueError:
        return None
    return found if isinstance(found, dict | list) else None


def said_by(body: Any) -> str:
    """Jira's own words in a refusal: those about the whole, then those about each field."""
    if not isinstance(body, dict):
        return "no reason given"
    errors = body.get("errors")
    of_fields = errors.items() if isinstance(errors, dict) else ()
    words = [*(body.get("errorMessages") or ()), *(f"{name}: {why}" for name, why in of_fields)]
    return "; ".join(map(str, words)) or str(body.get("message") or "no reason given")

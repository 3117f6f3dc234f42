"""Requests to Grafana's HTTP API, and what its refusals mean.

https://grafana.com/docs/grafana/latest/developers/http_api/ describes the API. The token travels
in one header and nowhere else: not in a URL, a message or a `repr`.
"""

from functools import partial
from typing import Any
from urllib.parse import quote

import requests
from requests.auth import AuthBase

from runbook_lib.errors import AccessDenied, Failed, Refused, UsageError
from runbook_lib.services.http import (
    Timeout,
    check_url,
    described,
    excerpt,
    host,
    open_session,
    send,
)

reading = partial(described, by="Grafana")
"""While something of Grafana's is read: raises `Failed` where its form is another."""


class Bearer(AuthBase):
    """Puts the token into its header; shows itself without it."""

    def __init__(self, token: str) -> None:
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise UsageError(
                "expected a Grafana token of visible ASCII characters, found "
                f"{'none' if not token else 'something else'}; make one for a service account "
                "with the role Viewer"
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
    """Grafana's HTTP API at one address, with one token."""

    def __init__(self, url: str, token: str, *, timeout: Timeout) -> None:
        self.url = check_url(url, service="Grafana")
        self.token = Bearer(token)
        self.timeout = timeout

    def get(self, *path: str, missing: str) -> dict[str, Any]:
        """The JSON object of a path, whose parts are quoted; `missing` says what a 404 means."""
        answer = self.send("GET", "/".join(quote(part, safe="") for part in path))
        asked = f"GET /api/{'/'.join(path)}"
        if answer.status_code == requests.codes.not_found:
            raise Refused(f"{missing}; {host(self.url)} answers {self.reason(answer)}")
        if answer.status_code != requests.codes.ok:
            raise Failed(
                f"expected {host(self.url)} to answer {asked}, found status {answer.status_code}: "
                f"{self.reason(answer)}; check Grafana's address ({self.url})"
            )
        return self.read(answer, asked)

    def send(self, method: str, path: str, **request: Any) -> requests.Response:
        """Send one request, once; raises `AccessDenied` where the token is not accepted.

        Each has a connection of its own: panels are asked for side by side.
        """
        with open_session(self.url) as session:
            answer = send(
                session,
                method,
                f"{self.url}/api/{path}",
                may_act=False,
                auth=self.token,
                timeout=self.timeout,
                headers={"Accept": "application/json"},
                **request,
            )
        if answer.status_code in (requests.codes.unauthorized, requests.codes.forbidden):
            raise AccessDenied(
                f"{host(self.url)} does not let this token {method} /api/{path} (status "
                f"{answer.status_code}): {self.reason(answer)}; make a token of a service account "
                "that has the role Viewer, and may query the data sources"
            )
        return answer

    def read(self, answer: requests.Response, asked: str) -> dict[str, Any]:
        """An answer's JSON object; a page of anything else is no answer of Grafana's."""
        found = json_object(answer)
        if found is None:
            kind = answer.headers.get("Content-Type", "no content type")
            raise Failed(
                f"expected {host(self.url)} to answer {asked} with a JSON object, found status "
                f"{answer.status_code} and {kind}: {self.reason(answer)}; check Grafana's address "
                f"({self.url}), and what stands in front of it"
            )
        return found

    def reason(self, answer: requests.Response) -> str:
        """What an answer says of itself, on one line."""
        said = (json_object(answer) or {}).get("message")
        return excerpt(self.token.hide(str(said or answer.text)), 200) or "nothing"


def json_object(answer: requests.Response) -> dict[str, Any] | None:
    """An answer's body, or None where it is no JSON object."""
    try:
        found = answer.json()
    except requests.exceptions.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None

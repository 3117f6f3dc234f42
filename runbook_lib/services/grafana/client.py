"""Requests to Grafana's HTTP API, and what its refusals mean.

https://grafana.com/docs/grafana/latest/developers/http_api/ describes the API.
"""

import threading
from functools import partial
from typing import Any

import requests

from runbook_lib.errors import AccessDenied, Failed, Refused
from runbook_lib.services.api import Api, Key
from runbook_lib.services.http import Timeout, described, open_session

reading = partial(described, by="Grafana")
"""While something of Grafana's is read: raises `Failed` where its form is another."""


class Client(Api):
    """Grafana's HTTP API at one address, with one token."""

    def __init__(self, url: str, token: str, *, timeout: Timeout) -> None:
        advice = "make one for a service account with the role Viewer"
        key = Key(token, "a Grafana token", advice)
        super().__init__("Grafana", url, key, below="/api", timeout=timeout)
        self.own = threading.local()

    def get(self, *path: str, missing: str, **request: Any) -> dict[str, Any]:
        """The JSON object of a path; `missing` says what a 404 means."""
        answer = self.ask("GET", *path, **request)
        asked, said = f"GET /api/{'/'.join(path)}", self.reason(answer, "message")
        if answer.status_code == requests.codes.not_found:
            raise Refused(f"{missing}; {self.host} answers {said}")
        if answer.status_code != requests.codes.ok:
            raise Failed(
                f"expected {self.host} to answer {asked}, found status {answer.status_code}: "
                f"{said}; check Grafana's address ({self.url})"
            )
        return self.read(answer, asked)

    def ask(self, method: str, *path: str, **request: Any) -> requests.Response:
        """Send one request; raises `AccessDenied` where the token is not accepted.

        Panels are asked for side by side: each thread has a connection of its own, and keeps it.
        """
        if not hasattr(self.own, "session"):
            self.own.session = open_session(self.url)
        answer = self.send(method, *path, may_act=False, session=self.own.session, **request)
        if answer.status_code in (requests.codes.unauthorized, requests.codes.forbidden):
            raise AccessDenied(
                f"{self.host} does not let this token {method} /api/{'/'.join(path)} (status "
                f"{answer.status_code}): {self.reason(answer, 'message')}; make a token of a "
                "service account that has the role Viewer, and may query the data sources"
            )
        return answer

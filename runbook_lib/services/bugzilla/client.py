"""Requests to Bugzilla's REST API, and what its refusals mean.

https://bmo.readthedocs.io/en/latest/api/ describes the API. The key travels in one header and
nowhere else: not in a URL, a message or a `repr`.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests
from requests.auth import AuthBase

from runbook_lib.errors import AccessDenied, Failed, Refused, RunbookError, Unavailable, UsageError
from runbook_lib.services.http import Timeout, check_url, excerpt, host, open_session, send

KEY_HEADER = "X-BUGZILLA-API-KEY"

UNKNOWN = frozenset({51, 100, 101})
"""Codes that say that there is no such thing (Bugzilla/WebService/Constants.pm)."""
NO_RESOURCE = 32614
NO_ALIAS = frozenset({103, 115})
"""Codes that an alias is refused with: it does not fit, it is taken, or it may not be set."""
NOT_LOGGED_IN = frozenset({300, 301, 302, 304, 305, 306, 307, 410})
NOT_ALLOWED = frozenset({102, 106, 109, 110, 113, 115, 120, 505})


class ApiKey(AuthBase):
    """Puts the key into its header; shows itself without it."""

    def __init__(self, key: str) -> None:
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise UsageError(
                "expected a Bugzilla API key of visible ASCII characters, found "
                f"{'none' if not key else 'something else'}; make one in Bugzilla's preferences"
            )
        self.value = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the key into the request's header."""
        request.headers[KEY_HEADER] = self.value
        return request

    def __repr__(self) -> str:
        return "ApiKey(***)"

    def hide(self, text: str) -> str:
        """The text without the key, should a service repeat it."""
        return text.replace(self.value, "***")


@dataclass(frozen=True)
class Reply:
    """What Bugzilla answered: `code` and `message` are those of a refusal, else 0 and empty."""

    asked: str
    status: int
    body: dict[str, Any]
    code: int
    message: str

    @property
    def refused(self) -> bool:
        """Whether it is a refusal."""
        return self.status >= 400 or bool(self.body.get("error"))

    @property
    def unknown(self) -> bool:
        """Whether it says that there is no such thing."""
        return self.refused and self.code in UNKNOWN

    @property
    def nowhere(self) -> bool:
        """Whether it says that this version has no such part of the API."""
        return self.refused and self.code == NO_RESOURCE

    def require(self) -> dict[str, Any]:
        """The body of an answer that is no refusal; raises what a refusal means."""
        if self.refused:
            raise self.refusal()
        return self.body

    def refusal(self) -> RunbookError:
        """What a refusal means to whoever asked."""
        found = f"{self.asked} was refused: {self.message} (status {self.status}, code {self.code})"
        if self.code in NOT_LOGGED_IN:
            return AccessDenied(
                f"{found}; check the Bugzilla API key, make a new one in Bugzilla's preferences, "
                "or ask whether this Bugzilla is too old to read keys from a header"
            )
        if self.code in NOT_ALLOWED or self.status in (401, 403):
            return AccessDenied(f"{found}; check the names, and ask for the account's permission")
        if self.code:
            return Refused(f"{found}; correct what was sent")
        return Failed(f"{found}; check the address, and what stands in front of Bugzilla")


class Client:
    """Bugzilla's REST API at one address, with one key."""

    def __init__(
        self, url: str, key: str, *, timeout: Timeout, session: requests.Session | None
    ) -> None:
        self.url = check_url(url, service="Bugzilla")
        self.key = ApiKey(key)
        self.timeout = timeout
        self.session = session or open_session(self.url)

    def get(self, *path: str | int, **parameters: str) -> Reply:
        """Ask for something; the path's parts are quoted."""
        return self.send("GET", path, params=parameters)

    def post(self, *path: str | int, said: dict[str, Any]) -> Reply:
        """Make something."""
        return self.send("POST", path, json=said)

    def put(self, *path: str | int, said: dict[str, Any]) -> Reply:
        """Change something."""
        return self.send("PUT", path, json=said)

    def send(self, method: str, path: tuple[str | int, ...], **request: Any) -> Reply:
        """Send one request, once."""
        address = "/".join((f"{self.url}/rest", *(quote(str(part), safe="") for part in path)))
        may_act = method != "GET"
        answer = send(
            self.session,
            method,
            address,
            may_act=may_act,
            auth=self.key,
            timeout=self.timeout,
            headers={"Accept": "application/json"},
            **request,
        )
        return self.read(answer, f"{method} {'/'.join(str(part) for part in path)}", may_act)

    def read(self, answer: requests.Response, asked: str, may_act: bool) -> Reply:
        """An answer's JSON object; a page of anything else is no answer of Bugzilla's."""
        try:
            body = answer.json()
        except requests.exceptions.JSONDecodeError:
            body = None
        if not isinstance(body, dict):
            raise self.stranger(answer, asked, may_act)
        message = excerpt(self.key.hide(str(body.get("message") or "no reason given")), 500)
        refused = answer.status_code >= 400 or bool(body.get("error"))
        code = read_code(body.get("code")) if refused else 0
        return Reply(
            f"{host(self.url)}: {asked}", answer.status_code, body, code, message if refused else ""
        )

    def stranger(self, answer: requests.Response, asked: str, may_act: bool) -> RunbookError:
        """What it means that something else than Bugzilla's API answered."""
        kind = answer.headers.get("Content-Type", "no content type")
        found = (
            f"expected {host(self.url)} to answer {asked} with a JSON object, found status "
            f"{answer.status_code} and {kind}: {excerpt(self.key.hide(answer.text), 80)!r}; check "
            f"Bugzilla's address ({self.url}), and what stands in front of it"
        )
        if answer.status_code in (401, 403, 407):
            return AccessDenied(found)
        lost = may_act and answer.status_code < 300
        return Unavailable(found) if lost else Failed(found)


def read_code(code: object) -> int:
    """An error's code: a number in some versions, a text in others; 0 where it is neither."""
    try:
        return int(str(code))
    except ValueError:
        return 0

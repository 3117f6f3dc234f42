"""Requests to Bugzilla's REST API, and what its refusals mean.

https://bmo.readthedocs.io/en/latest/api/ describes the API.
"""

from dataclasses import dataclass
from typing import Any

import requests

from runbook_lib.errors import AccessDenied, Failed, Refused, RunbookError, Unavailable
from runbook_lib.services.api import Api, Key, json_object
from runbook_lib.services.http import Timeout

KEY_HEADER = "X-BUGZILLA-API-KEY"

UNKNOWN = frozenset({51, 100, 101})
"""Codes that say that there is no such thing (Bugzilla/WebService/Constants.pm)."""
NO_RESOURCE = 32614
NO_ALIAS = frozenset({103, 115})
"""Codes that an alias is refused with: it does not fit, it is taken, or it may not be set."""
NOT_LOGGED_IN = frozenset({300, 301, 302, 304, 305, 306, 307, 410})
NOT_ALLOWED = frozenset({102, 106, 109, 110, 113, 115, 120, 505})


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


class Client(Api):
    """Bugzilla's REST API at one address, with one key."""

    def __init__(
        self, url: str, key: str, *, timeout: Timeout, session: requests.Session | None
    ) -> None:
        advice = "make one in Bugzilla's preferences"
        secret = Key(key, "a Bugzilla API key", advice, header=KEY_HEADER, scheme="")
        super().__init__("Bugzilla", url, secret, below="/rest", timeout=timeout, session=session)

    def get(self, *path: str | int, **parameters: str) -> Reply:
        """Ask for something; the path's parts are quoted."""
        return self.ask("GET", path, params=parameters)

    def post(self, *path: str | int, said: dict[str, Any]) -> Reply:
        """Make something."""
        return self.ask("POST", path, json=said)

    def put(self, *path: str | int, said: dict[str, Any]) -> Reply:
        """Change something."""
        return self.ask("PUT", path, json=said)

    def ask(self, method: str, path: tuple[str | int, ...], **request: Any) -> Reply:
        """Send one request; a page of anything but a JSON object is no answer of Bugzilla's."""
        may_act, asked = method != "GET", f"{method} {'/'.join(map(str, path))}"
        answer = self.send(method, *path, **request)
        body = json_object(answer)
        if body is None:
            raise self.stranger(answer, asked, may_act)
        message = self.shown(str(body.get("message") or "no reason given"), 500)
        refused = answer.status_code >= 400 or bool(body.get("error"))
        code = read_code(body.get("code")) if refused else 0
        where = f"{self.host}: {asked}"
        return Reply(where, answer.status_code, body, code, message if refused else "")

    def stranger(self, answer: requests.Response, asked: str, may_act: bool) -> RunbookError:
        """What it means that something else than Bugzilla's API answered."""
        found = self.strange(answer, asked)
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

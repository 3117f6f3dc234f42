"""One service's HTTP API: its address and its secret, how it is asked, and that it answers JSON.

A service's own client says the rest: what it asks for, and what a refusal means.
"""

from typing import Any
from urllib.parse import quote

import requests
from requests.auth import AuthBase

from runbook_lib.errors import Failed, UsageError
from runbook_lib.services.http import (
    TIMEOUT,
    Timeout,
    check_public_url,
    check_url,
    excerpt,
    host,
    json_of,
    open_session,
    send,
)


class Key(AuthBase):
    """A secret that travels in one header and nowhere else; shows itself without it."""

    def __init__(
        self,
        value: str,
        what: str,
        advice: str,
        *,
        header: str = "Authorization",
        scheme: str = "Bearer ",
    ) -> None:
        if not value or not value.isascii() or not value.isprintable() or " " in value:
            raise UsageError(
                f"expected {what} of visible ASCII characters, found "
                f"{'something else' if value else 'none'}; {advice}"
            )
        self.value = value
        self.header = header
        self.scheme = scheme

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the secret into the request's header."""
        request.headers[self.header] = f"{self.scheme}{self.value}"
        return request

    def __repr__(self) -> str:
        return "Key(***)"

    def hide(self, text: str) -> str:
        """The text without the secret, should a service repeat it."""
        return text.replace(self.value, "***")


class Api:
    """A service's API, `below` its address; each request is sent once, with its secret, if any."""

    def __init__(
        self,
        service: str,
        url: str,
        key: Key | None,
        *,
        below: str = "",
        timeout: Timeout = TIMEOUT,
        session: requests.Session | None = None,
    ) -> None:
        self.service = service
        check = check_url if key else check_public_url
        self.url = check(url, service=service)
        self.host = host(self.url)
        self.below = below
        self.key = key
        self.timeout = timeout
        self.session = session or open_session(self.url)

    def __repr__(self) -> str:
        """The service and its address; never the secret."""
        return f"<{self.service} at {self.url}>"

    def send(
        self,
        method: str,
        *path: str | int,
        may_act: bool | None = None,
        session: requests.Session | None = None,
        **request: Any,
    ) -> requests.Response:
        """Send one request, once; the path's parts are quoted. Raises what `http.send` does."""
        place = "/".join(quote(str(part), safe="") for part in path)
        return send(
            session or self.session,
            method,
            f"{self.url}{self.below}/{place}",
            may_act=may_act,
            service=self.service,
            auth=self.key,
            timeout=self.timeout,
            headers={"Accept": "application/json"},
            **request,
        )

    def read(self, answer: requests.Response, asked: str) -> dict[str, Any]:
        """An answer's JSON object; raises `Failed` where somebody else than the API answered."""
        found = json_object(answer)
        if found is None:
            raise Failed(self.strange(answer, asked))
        return found

    def strange(
        self, answer: requests.Response, asked: str, expected: str = "a JSON object"
    ) -> str:
        """What it means that something else than the API answered."""
        kind = answer.headers.get("Content-Type", "no content type")
        return (
            f"expected {self.host} to answer {asked} with {expected}, found status "
            f"{answer.status_code} and {kind}: {self.shown(answer.text, 80)!r}; check "
            f"{self.service}'s address ({self.url}), and what stands in front of it"
        )

    def reason(self, answer: requests.Response, name: str) -> str:
        """What an answer says of itself under a name, else its text, on one line."""
        said = (json_object(answer) or {}).get(name)
        return self.shown(str(said or answer.text)) or "nothing"

    def shown(self, text: str, limit: int = 200) -> str:
        """A text of the service's as a message shows it: on one line, without the secret."""
        return excerpt(self.key.hide(text) if self.key else text, limit)


def json_object(answer: requests.Response) -> dict[str, Any] | None:
    """An answer's body, or None where it is no JSON object."""
    try:
        found = json_of(answer)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None

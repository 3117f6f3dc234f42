"""A caller of the sandbox's own services, over HTTP, with a token."""

import base64
import json
from dataclasses import field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from runbook_lib.errors import Failed, Unavailable
from runbook_lib.frozen import frozen


@frozen
class Answer:
    """What a service answered: the status, and the JSON (or text) of its body."""

    status: int
    data: Any

    @property
    def found(self) -> bool:
        """Whether the answer is a success."""
        return self.status < 400


@frozen
class Client:
    """Somebody who calls the sandbox; `timeout` in seconds.

    Where `user` is named, it is sent with the token, as Jira's cloud asks for it.
    """

    url: str
    token: str = field(default="", repr=False)
    timeout: float = 30.0
    user: str = ""

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """Send one request and return its answer, whatever its status.

        Raises Unavailable where no answer came.
        """
        place = urlsplit(self.url)
        connection = HTTPConnection(place.hostname or "", place.port, timeout=self.timeout)
        try:
            payload = None if body is None else json.dumps(body)
            connection.request(method, path, payload, self.headers())
            response = connection.getresponse()
            return Answer(response.status, decoded(response.read()))
        except (OSError, HTTPException) as error:
            raise Unavailable(
                f"the sandbox at {self.url} gave no answer to {method} {path}: {error}"
            ) from error
        finally:
            connection.close()

    def expect(self, method: str, path: str, body: Any = None) -> Any:
        """Send one request and return what it answered; Failed where it was turned down."""
        return self.accepted(method, path, self.ask(method, path, body))

    def accepted(self, method: str, path: str, answer: Answer) -> Any:
        """What an answer holds; raises Failed where it is a refusal."""
        if not answer.found:
            raise Failed(
                f"{method} {path} was expected to succeed, the sandbox at {self.url} "
                f"answered {answer.status}: {self.masked(str(answer.data))}"
            )
        return answer.data

    def masked(self, text: str) -> str:
        """A text without the token: who fails may repeat what was sent, and no run masks it yet."""
        for secret in filter(None, (self.token, self.basic)):
            text = text.replace(secret, "•••")
        return text

    @property
    def basic(self) -> str:
        """User and token as HTTP has them where a user is named; else empty."""
        pair = f"{self.user}:{self.token}".encode()
        return base64.b64encode(pair).decode() if self.user else ""

    def headers(self) -> dict[str, str]:
        """The headers of every request: what it carries, and whose it is."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.user:
            return {**headers, "Authorization": f"Basic {self.basic}"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
            headers["X-BUGZILLA-API-KEY"] = self.token
        return headers


def decoded(body: bytes) -> Any:
    """A body as JSON where it is that, else as text."""
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode("utf-8", "replace")

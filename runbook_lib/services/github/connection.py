"""How GitHub is asked: PyGithub over a connection that counts, and never tries again by itself.

PyGithub sleeps and retries by default, writes included; here each request is sent once, and what
comes of it is an answer or one of our errors. The runner alone decides whether to ask again.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from github.Requester import RequestsResponse
from requests import RequestException, Response, codes

from runbook_lib.services.github.kept import Asked, Kept, KeptAnswers
from runbook_lib.services.http import (
    READING,
    Moved,
    NoAuth,
    never_sent,
    open_session,
    unanswered,
)
from runbook_lib.services.traffic import count_call, count_unmodified
from runbook_lib.steps.phase import refuse_unless_acting

TIMEOUT = 15
"""Seconds without a byte after which a request is given up."""

RENAMED = re.compile(r"/(?:[\w/]+/)?repositories/\d+(?=/|\Z)")
"""Where GitHub sends whoever asks for a repository by a name that it had: below its own address."""


@dataclass
class Traffic:
    """How many requests were really sent, by all threads, pages and polls included.

    `kept` is what has been answered to them that can be asked for on condition.
    """

    calls: int = 0
    writes: int = 0
    unmodified: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    kept: KeptAnswers = field(default_factory=KeptAnswers, repr=False)

    def count(self, verb: str) -> None:
        """Note that a request was sent."""
        with self.lock:
            self.calls += 1
            self.writes += verb not in READING
        count_call("GitHub")

    def count_unmodified(self) -> None:
        """Note that one of them was answered by a 304."""
        with self.lock:
            self.unmodified += 1
        count_unmodified("GitHub")


class Connection:
    """One kept-alive connection, in the shape that PyGithub talks to."""

    def __init__(self, api_url: str, traffic: Traffic) -> None:
        parts = urlsplit(api_url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.traffic = traffic
        self.session = open_session(api_url)
        self.asks_only = False
        """Whether what is sent now can have no effect, whatever its method."""

    def request(
        self, verb: str, url: str, body: Any, headers: dict[str, str], _stream: bool = False
    ) -> None:
        """Take what is to be sent."""
        # PyGithub sends the same headers with each page of a list: they stay as they are.
        self.verb, self.path, self.body, self.headers = verb, url, body, dict(headers)

    def getresponse(self) -> RequestsResponse | Kept:
        """Send it, once; raises `Unavailable` without an answer, `Moved` where it is elsewhere.

        What could change something is sent by a step that acts alone. What was answered before is
        asked for on condition, unless something was written since.
        """
        request = f"{self.verb} {urlsplit(self.path).path}"
        if self.verb not in READING and not self.asks_only:
            refuse_unless_acting(f"{request} to {self.origin}")
            self.traffic.kept.forget()
        asked, known = self.asked, self.traffic.kept.find(self.asked)
        if known:
            self.headers["If-None-Match"] = known.headers["etag"]
        answer = self.answer()
        if answer.is_redirect:
            raise self.moved(request, answer.headers["location"])
        if known and answer.status_code == codes.not_modified:
            self.traffic.count_unmodified()
            return known.fresh(answer.headers)
        self.traffic.kept.keep(asked, answer)
        return RequestsResponse(answer)

    @property
    def asked(self) -> Asked:
        """What is asked for: the token is the same each time."""
        return Asked(self.verb, self.path, self.headers.get("Accept", ""))

    def answer(self) -> Response:
        """What is answered, counted; raises `Unavailable` without an answer."""
        failure = None
        try:
            answer = self.send()
        except RequestException as error:
            if not never_sent(error):
                self.traffic.count(self.verb)
            failure = unanswered(error, self.verb, self.origin + self.path, may_act=True)
        if failure is not None:
            raise failure
        self.traffic.count(self.verb)
        return answer

    def moved(self, request: str, location: str) -> Moved:
        """The refusal to follow a redirect: a renamed repository is told by its new name.

        https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
        """
        found = RENAMED.match(location.removeprefix(self.origin))
        name = self.name_of(found[0]) if found else ""
        now = f"it is {name} now" if name else f"it leads to {urlsplit(location).path}"
        return Moved(
            f"expected an answer to {request}, found that the repository was renamed or "
            f"transferred: {now}; name it so in the profile, and in your clone "
            "(git remote set-url)",
            location=location,
        )

    def name_of(self, path: str) -> str:
        """The name that a repository has now, asked for by its number; empty where none is told."""
        self.verb, self.path, self.body = "GET", path, None
        self.headers.pop("If-None-Match", None)
        try:
            answer = self.send()
            self.traffic.count("GET")
            return str(answer.json()["full_name"])
        except (RequestException, ValueError, TypeError, KeyError):
            return ""

    def send(self) -> Response:
        """One request over the session; its answer is read whole."""
        return self.session.request(
            self.verb,
            self.origin + self.path,
            data=self.body,
            headers=self.headers,
            timeout=TIMEOUT,
            auth=NoAuth(),
            allow_redirects=False,
        )

    @contextmanager
    def asking(self) -> Iterator[None]:
        """While the block lasts, what is sent can have no effect, as its sender knows."""
        self.asks_only = True
        try:
            yield
        finally:
            self.asks_only = False

    def close(self) -> None:
        """Let go of the connection."""
        self.session.close()

"""What every service answers: true answers with something wrong in them, of any type and size.

The services' own clients ask a sandbox once, by the steps that ask; from then on they are answered
what was noted then, with one answer or several not as they were.
"""

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO, RawIOBase
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from runbook_lib.errors import RunbookError
from runbook_lib.journal.journal import Journal
from runbook_lib.services.bounds import BoundedAdapter, BoundedSession
from runbook_lib.steps.step import Patience, Runner
from tests.conftest import Quiet
from tests.proof.fuzz.feeding import Fed
from tests.proof.fuzz.texts import Maker, seeded
from tests.proof.fuzz.values import as_bytes, mutated, wrong

LARGEST = 1_000_000
"""Bytes that an answer may have here; 50 times as many elsewhere, which take their time to make."""
STATUSES = (
    200,
    200,
    200,
    201,
    204,
    206,
    301,
    304,
    400,
    401,
    403,
    404,
    409,
    410,
    422,
    429,
    500,
    503,
)


@dataclass(frozen=True)
class Said:
    """An answer: to what, and what it is."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        """Its JSON; None where it has none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True)
class Wrongly:
    """What is wrong with an answer: the `number` that it is, and what it is like instead."""

    number: int
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    end: str = ""


class Endless(RawIOBase):
    """A body that never ends."""

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        into[:] = b" " * len(into)
        return len(into)


class Broken(BytesIO):
    """A body behind which there is an error, in place of its end."""

    def __init__(self, data: bytes, error: Exception) -> None:
        super().__init__(data)
        self.error = error

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        if not found:
            raise self.error
        return found


@dataclass(frozen=True)
class Ask:
    """One thing that is asked of a service by the library: `carry_out` with a new client of it."""

    name: str
    carry_out: Callable[[Runner], object]


@contextmanager
def runner() -> Iterator[Runner]:
    """A runner that shows nothing, waits for nothing and sleeps never."""
    patience = Patience(attempts=2, settling=(0.0,), first_pause=0.0, waiting=0.0)
    with TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "s" / "journal.jsonl", session="s", operator="olive")
        yield Runner(journal, Quiet(), patience=patience, sleep=lambda _: None)
        journal.close()


@contextmanager
def noted(into: list[Said]) -> Iterator[None]:
    """While the block lasts, each answer is noted as well."""
    send = BoundedSession.send

    def note(self: BoundedSession, request: Any, **options: Any) -> requests.Response:
        answer = send(self, request, **options)
        path = request.path_url.partition("?")[0]
        into.append(
            Said(request.method, path, answer.status_code, dict(answer.headers), answer.content)
        )
        return answer

    with patch.object(BoundedSession, "send", note):
        yield


@contextmanager
def answered(said: list[Said], wrongly: list[Wrongly]) -> Iterator[None]:
    """While the block lasts, nobody is asked: what was noted is answered, some of it wrongly."""
    queues: dict[tuple[str, str], deque[Said]] = {}
    for one in said:
        queues.setdefault((one.method, one.path), deque()).append(one)
    count = iter(range(10**9))
    wrong_by_number = {one.number: one for one in wrongly}

    def answer(self: HTTPAdapter, request: Any, **_: Any) -> requests.Response:
        queue = queues.get((request.method, request.path_url.partition("?")[0]))
        found = (queue.popleft() if len(queue) > 1 else queue[0]) if queue else NOTHING
        raw = response(found, wrong_by_number.get(next(count)))
        if isinstance(self, BoundedAdapter):
            self.largest = LARGEST
        return self.build_response(request, raw)

    with patch.object(HTTPAdapter, "send", answer):
        yield


NOTHING = Said("GET", "/", 404, {"Content-Type": "application/json"}, b'{"message": "Not Found"}')


def response(said: Said, wrongly: Wrongly | None) -> HTTPResponse:
    """An answer as it comes from a connection."""
    kept = {
        name: value
        for name, value in said.headers.items()
        if name.lower() not in ("content-length", "content-encoding", "transfer-encoding")
    }
    data = said.body
    if wrongly and wrongly.body is not None:
        data = wrongly.body
    bodies: dict[str, Any] = {
        "endless": Endless,
        "cut": lambda: Broken(data[: len(data) // 2], ProtocolError("cut off")),
        "stuck": lambda: Broken(data, ReadTimeoutError(None, "", "it drips")),  # type: ignore[arg-type]
    }
    body = bodies.get(wrongly.end if wrongly else "", lambda: BytesIO(data))()
    status = wrongly.status if wrongly and wrongly.status else said.status
    headers = {**kept, **(wrongly.headers if wrongly else {})}
    return HTTPResponse(body, headers, status, preload_content=False, reason="x")


HEADERS = {
    "Content-Type": ("text/html", "application/json; charset=utf-7", "", "application/json"),
    "Link": (
        '<https://evil.example/x>; rel="next"',
        "<>; rel=next",
        "<x",
        ";" * 5_000,
        '<a>; rel="next',
    ),
    "Retry-After": (
        "nan",
        "-1",
        "1e9",
        "0",
        "9" * 400,
        "Wed, 21 Oct 2099 07:28:00 GMT",
        "٣",
        "\xb2",
    ),
    "Location": (
        "https://evil.example/",
        "file:///etc/passwd",
        "//x",
        "",
        "\x1b[2J",
        "http://[::1",
    ),
    "X-RateLimit-Remaining": ("0", "x", "-1"),
    "X-RateLimit-Reset": ("x", "9" * 30, "-5", "nan"),
    "ETag": ('"x"', ""),
    "Date": ("x", "Wed, 21 Oct 1015 07:28:00 GMT"),
    "X-OAuth-Scopes": ("", "repo, \x1b[2J<script>"),
    "X-Jira-Version": ("x",),
    "Set-Cookie": ("a=b; Domain=evil.example",),
}
PAGE = b"<!DOCTYPE html><html><title>Log in</title><script>alert(1)</script></html>"


def wrongs(said: list[Said], random: Random) -> list[Wrongly]:
    """One answer or two that are not as they should be."""
    return [one_wrong(said, random) for _ in range(random.choice((1, 1, 1, 2)))]


def one_wrong(said: list[Said], random: Random) -> Wrongly:
    """An answer with something else in it, or another one."""
    number = random.randrange(len(said))
    true = said[number]
    kind = random.choice(("data",) * 10 + ("whole", "status", "header", "header", "end"))
    if kind == "data" and true.data is not None:
        return Wrongly(number, body=as_bytes(mutated(true.data, random)))
    if kind == "status":
        body = random.choice((None, b"", PAGE, b'{"message": null}', b"[]"))
        return Wrongly(number, random.choice(STATUSES), body=body)
    if kind == "header":
        name = random.choice(sorted(HEADERS))
        headers = {name: random.choice(HEADERS[name])}
        return Wrongly(number, random.choice((0, 301, 403, 429, 503)), headers)
    if kind == "end":
        return Wrongly(number, end=random.choice(("cut", "cut", "stuck", "endless")))
    text = Maker(true.body.decode(errors="replace")).text(random)
    other = text.encode("utf-8", "surrogatepass")
    return Wrongly(number, body=random.choice((other, as_bytes(wrong(random)), PAGE, b"", b"\xff")))


def fed_by(asks: list[Ask]) -> Fed:
    """The inputs of a service: each thing that it is asked, answered wrongly."""
    known = [(ask, note_answers(ask)) for ask in asks]

    def make(random: Random) -> tuple[int, list[Wrongly]]:
        number = random.randrange(len(known))
        return number, wrongs(known[number][1], random)

    def take(asked: tuple[int, list[Wrongly]]) -> object:
        ask, said = known[asked[0]]
        with answered(said, asked[1]), runner() as made:
            return ask.carry_out(made)

    return Fed(seeded(make), take, terse=True)


def note_answers(ask: Ask) -> list[Said]:
    """What a service answers in truth, when it is asked so."""
    said: list[Said] = []
    with noted(said), runner() as made:
        try:
            ask.carry_out(made)
        except RunbookError as error:
            if not said:
                raise AssertionError(f"{ask.name} has asked nothing: {error}") from error
    return said

"""The way to a server, which can be disturbed: a request is held on either side, or lost."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Literal

import requests

from tests.serving import serving

LIMIT = 60.0
KEPT = ("Authorization", "Content-Type", "User-Agent")
"""Which headers of a request go on to the server."""

Trouble = Literal["", "held before", "held behind", "lost"]
"""What befalls a request: it stops before the server or behind it, or its answer is lost."""


@dataclass
class Gateway:
    """Where clients ask in the server's place, and what befalls them."""

    url: str
    matters: str
    """How the paths of the POSTs end that are counted, and may be in trouble."""
    troubles: dict[int, Trouble] = field(default_factory=dict)
    """By the number of the request, from 1 on."""
    passed: list[bytes] = field(default_factory=list)
    """The bodies of those that came through to the server, in their order."""
    begun: int = 0
    held: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def next_trouble(self, path: str) -> Trouble:
        """What befalls a request that has come."""
        if not path.endswith(self.matters):
            return ""
        self.begun += 1
        return self.troubles.get(self.begun, "")

    def hold(self) -> None:
        """Stop a request until it is released."""
        self.held.set()
        self.released.wait(LIMIT)


def handler(gateway: Gateway, server: str) -> type[BaseHTTPRequestHandler]:
    """Passes requests on to a server."""

    class Passing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(self.ask("GET"))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            trouble = gateway.next_trouble(self.path)
            if trouble == "held before":
                return gateway.hold()
            if self.path.endswith(gateway.matters):
                gateway.passed.append(body)
            found = self.ask("POST", body)
            if trouble == "held behind":
                return gateway.hold()
            return None if trouble == "lost" else self.answer(found)

        def ask(self, method: str, body: bytes = b"") -> requests.Response:
            kept = {key: self.headers[key] for key in KEPT if key in self.headers}
            given = {"data": body, "headers": kept, "timeout": LIMIT, "allow_redirects": False}
            return requests.request(method, server + self.path, **given)  # type: ignore[arg-type]

        def answer(self, found: requests.Response) -> None:
            with suppress(BrokenPipeError):
                self.send_response(found.status_code)
                self.send_header("Content-Type", found.headers.get("Content-Type", "text/html"))
                self.send_header("Content-Length", str(len(found.content)))
                self.end_headers()
                self.wfile.write(found.content)

        def log_message(self, *_: object) -> None:
            pass

    return Passing


@contextmanager
def run_gateway(server: str, *, matters: str) -> Iterator[Gateway]:
    """A gateway to a server on this machine."""
    gateway = Gateway("", matters)
    with serving(handler(gateway, server)) as port:
        gateway.url = f"http://127.0.0.1:{port}"
        try:
            yield gateway
        finally:
            gateway.released.set()

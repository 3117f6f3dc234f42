"""A proxy in front of all services of a sandbox, which lets what a session asks go wrong."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tests.proof.faults.points import Counted
from tests.proof.faults.told import UNDER_WAY, tell

OWN = "/sandbox/"
"""The control of the sandbox is no outside service."""
LATE = 1.5
"""Seconds until what is late is answered; a session of the suite waits for half of it."""
ALONG = {"content-length", "transfer-encoding", "connection", "keep-alive", "date"}
"""The headers that belong to one connection, or are written anew."""

STATUSES: Mapping[str, tuple[int, str]] = {
    "500": (500, "Server Error."),
    "502": (502, "Bad Gateway."),
    "429": (429, "Too Many Requests."),
    "limit": (403, "You have exceeded a secondary rate limit."),
}
PAGE = b"<!doctype html><title>Sign in</title><p>Please sign in to the network.</p>"
REPEATED = 2000
"""How many bytes of what was sent the answers above repeat: a service that fails may do so."""


class Answer(NamedTuple):
    """What the service has answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Proxy(ThreadingHTTPServer):
    """Stands between the sessions of one world and its server."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, behind: Mapping[str, int], told: Path, counted: Counted) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.behind, self.told, self.counted = behind, told, counted
        self.lock = threading.Lock()
        self.elsewhere = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
        self.elsewhere.__dict__["note"] = self.note

    def start(self) -> None:
        """Serve, beside whatever else this process does."""
        for server in (self, self.elsewhere):
            threading.Thread(target=server.serve_forever, daemon=True).start()

    @property
    def session(self) -> tuple[int, int] | None:
        """The number of the session that is under way, if one is, and its process."""
        with suppress(FileNotFoundError):
            number, pid = (self.told / UNDER_WAY).read_text().split()
            return int(number), int(pid)
        return None

    def port_of(self, path: str) -> int:
        """The port of whom a path asks; a place that ends with a space is that path alone."""
        return next(port for place, port in self.behind.items() if f"{path} ".startswith(place))

    def note(self, **seen: Any) -> None:
        """Keep what was seen."""
        with self.lock:
            tell(self.told, **seen)

    def strike(self, what: str) -> str:
        """What happens to a request; nothing to those that the suite asks when no session does."""
        if (session := self.session) is None:
            return ""
        with self.lock:
            seen = self.counted.count(session[0], what)
            tell(self.told, **seen)
        return str(seen["struck"])

    def kill(self) -> None:
        """Kill the session, and whatever it has started, as a machine that loses its power does."""
        for pid in family(self.session[1]) if self.session else ():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


class Handler(BaseHTTPRequestHandler):
    """One connection to the proxy."""

    server: Proxy
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        """Answer at once."""
        super().setup()
        self.connection.setsockopt(6, 1, 1)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def serve(self) -> None:
        """Pass one request on, unless something strikes it."""
        body = self.read_body()
        path = urlsplit(self.path).path
        kind = "" if path.startswith(OWN) else self.server.strike(f"{self.command} {path}")
        with suppress(BrokenPipeError, ConnectionResetError):
            KINDS.get(kind, Handler.status)(self, kind, body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = serve  # noqa: N815

    def read_body(self) -> bytes:
        """The request's body, in whichever of HTTP's two forms it comes."""
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return b"".join(self.chunks())

    def chunks(self) -> Iterator[bytes]:
        """The pieces of a body in chunks."""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def forward(self, body: bytes, meanwhile: Callable[[], object] = bool) -> Answer:
        """Have the service carry it out; `meanwhile` is called while it does."""
        service = HTTPConnection("127.0.0.1", self.server.port_of(self.path), timeout=60)
        try:
            headers = {k: v for k, v in self.headers.items() if k.lower() not in ALONG}
            service.request(self.command, self.path, body, headers)
            meanwhile()
            found = service.getresponse()
            return Answer(found.status, found.getheaders(), found.read())
        except (OSError, HTTPException) as error:
            return Answer(502, [], str(error).encode())
        finally:
            service.close()

    def answer(self, answer: Answer, part: float = 1.0) -> None:
        """Send an answer, or only its first part and no more."""
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            if name.lower() not in ALONG:
                self.send_header(name, value)
        whole = len(answer.body)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(whole))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[: int(whole * part)])
        self.close_connection = part < 1

    def hang_up(self) -> None:
        """Close the connection without a word."""
        self.close_connection = True

    def well(self, _: str, body: bytes) -> None:
        """Nothing strikes."""
        self.answer(self.forward(body))

    def killed(self, kind: str, body: bytes) -> None:
        """Kill the session before it is carried out, during that, or before the answer arrives."""
        if kind == "killed before":
            self.server.kill()
        elif kind == "killed during":
            self.forward(body, self.server.kill)
        else:
            self.forward(body)
            self.server.kill()
        self.hang_up()

    def status(self, kind: str, body: bytes) -> None:
        """Answer in the service's place."""
        status, said = STATUSES[kind]
        told = json.dumps({"message": f"{said} It was sent: {self.sent(body)}"})
        self.answer(Answer(status, [("Content-Type", "application/json")], told.encode()))

    def sent(self, body: bytes) -> str:
        """What was sent: each header, and the body's begin."""
        return f"{self.headers}{body[:REPEATED].decode(errors='replace')}"

    def lost(self, kind: str, body: bytes) -> None:
        """Carry it out, and let the answer not arrive."""
        answer = self.forward(body)
        if kind == "502 after":
            return self.status("502", body)
        if kind == "cut" and len(answer.body) > 1:
            return self.answer(answer, 0.5)
        if kind == "late":
            time.sleep(LATE)
            return self.answer(answer)
        return self.hang_up()

    def html(self, _: str, body: bytes) -> None:
        """Answer as the gate of a hotel's network."""
        page = PAGE + self.sent(body).encode()
        self.answer(Answer(200, [("Content-Type", "text/html; charset=utf-8")], page))

    def redirect(self, _: str, body: bytes) -> None:
        """Send whoever asks to another host."""
        place = f"http://127.0.0.1:{self.server.elsewhere.server_address[1]}{self.path}"
        status = 302 if self.command == "GET" else 307
        self.answer(Answer(status, [("Location", place)], b""))


KINDS: Mapping[str, Callable[[Handler, str, bytes], None]] = {
    "": Handler.well,
    "killed before": Handler.killed,
    "killed during": Handler.killed,
    "killed after": Handler.killed,
    "502 after": Handler.lost,
    "cut": Handler.lost,
    "lost": Handler.lost,
    "late": Handler.lost,
    "html": Handler.html,
    "redirect": Handler.redirect,
}


class Elsewhere(BaseHTTPRequestHandler):
    """Another host, to which nothing is ever to be sent."""

    def serve(self) -> None:
        """Tell of it."""
        self.server.__dict__["note"](elsewhere=f"{self.command} {self.path}")
        self.send_error(404)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = serve  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def family(pid: int) -> list[int]:
    """A process, and all that it has started, the youngest last."""
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *(one for child in children for one in family(int(child)))]
    return [pid]

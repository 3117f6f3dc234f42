"""Servers that give one answer to whatever they are asked, or one that is made of that."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.serving import serving


@dataclass(frozen=True)
class Answering:
    """The answer."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


def answering(answer: Answering) -> AbstractContextManager[str]:
    """A server with that answer, on loopback; yields its address."""
    return answering_by(lambda _: answer)


@contextmanager
def answering_by(answers: Callable[[str], Answering]) -> Iterator[str]:
    """The same with an answer to what was sent: its path, its headers' values and its body."""

    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said = body.decode(errors="replace")
            answer = answers(" ".join([self.path, *self.headers.values(), said]))
            self.send_response(answer.status)
            length = {"Content-Length": str(len(answer.body.encode()))}
            for name, value in (length | {**answer.headers}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body.encode())

        def do_GET(self) -> None:
            self.do()

        def do_POST(self) -> None:
            self.do()

        def do_PUT(self) -> None:
            self.do()

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def raw_server(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that has each connection served as told, byte by byte if need be."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=handle, args=(connection,), daemon=True).start()

        def handle(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                serve(connection)

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"

"""What an answer may take at most: bytes, and seconds from its request to its last byte.

A time-out of requests is one of silence: who sends a byte now and then is never over it.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

SECONDS = 180.0
LARGEST = 50_000_000
"""Bytes of one answer, unpacked."""

here = threading.local()
"""The deadline of the request that this thread has sent."""


class TooLarge(requests.RequestException):
    """An answer has more bytes than it may have."""


class TooSlow(requests.RequestException):
    """An answer did not end in time."""


class Deadline:
    """Cuts this thread's connection when the time for an answer is over."""

    def __init__(self, seconds: float) -> None:
        self.over = False
        self.socket: socket.socket | None = None
        self.timer = threading.Timer(seconds, self.cut)
        self.timer.daemon = True

    def __enter__(self) -> "Deadline":
        """Let the time begin."""
        here.deadline = self
        self.timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Let it end; raises `TooSlow` in place of what the cut has made of the answer."""
        here.deadline = None
        self.timer.cancel()
        if self.over and (kind is None or issubclass(kind, Exception)):
            raise TooSlow(f"no whole answer within {self.timer.interval:.0f} s") from error

    def watch(self, used: socket.socket) -> None:
        """Take the connection that is to be cut."""
        self.socket = used
        if self.over:
            self.cut()

    def cut(self) -> None:
        """End the connection: whoever reads from it finds its end."""
        self.over = True
        if self.socket is not None:
            with suppress(OSError):
                # Not SSLSocket's own, which takes from under the reader what it reads with.
                socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


class Watched(HTTPConnection):
    """A connection that says which one it is whenever it sends something."""

    def send(self, data: Any) -> None:
        """Send some of a request."""
        if self.sock is None:
            self.connect()
        deadline = getattr(here, "deadline", None)
        if deadline is not None:
            deadline.watch(self.sock)
        super().send(data)


class WatchedTls(Watched, HTTPSConnection):
    """The same over TLS."""


class Counted:
    """A body that is read no further than it may be."""

    def __init__(self, raw: Any, largest: int) -> None:
        self.raw = raw
        self.largest = largest

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)

    def stream(self, *arguments: Any, **options: Any) -> Iterator[bytes]:
        """The body in pieces; raises `TooLarge`, and closes the connection, where it goes on."""
        left = self.largest
        for piece in self.raw.stream(*arguments, **options):
            left -= len(piece)
            if left < 0:
                self.raw.close()
                raise TooLarge(f"more than {self.largest / 1_000_000:g} MB")
            yield piece


class BoundedAdapter(HTTPAdapter):
    """Opens connections that are watched, and counts what they answer."""

    def __init__(self, largest: int) -> None:
        self.largest = largest
        super().__init__()

    def get_connection_with_tls_context(self, *arguments: Any, **options: Any) -> Any:
        """The connections to a host."""
        pool: Any = super().get_connection_with_tls_context(*arguments, **options)
        pool.ConnectionCls = WatchedTls if pool.scheme == "https" else Watched
        return pool

    def build_response(self, request: requests.PreparedRequest, raw: Any) -> requests.Response:
        """The answer, before its body is read."""
        answer = super().build_response(request, raw)
        answer.raw = Counted(raw, self.largest)
        return answer


class BoundedSession(requests.Session):
    """A session whose answers end in time, and are not larger than they may be."""

    def __init__(self, *, seconds: float = SECONDS, largest: int = LARGEST) -> None:
        super().__init__()
        self.seconds = seconds
        for scheme in ("http://", "https://"):
            self.mount(scheme, BoundedAdapter(largest))

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send a request, and read its answer whole."""
        with Deadline(self.seconds):
            return super().send(request, **{**options, "stream": False})

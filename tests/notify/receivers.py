"""Receivers on loopback, as a notification finds them: a mail server, and an HTTP endpoint."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler
from typing import Any

from aiosmtpd.controller import Controller

from tests.serving import serving


@dataclass
class Hook:
    """What an HTTP endpoint has received; `statuses` are its next answers, then 200."""

    port: int
    received: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    asked: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    """Released with each request, before it is answered."""
    hold: threading.Event = field(default_factory=threading.Event)
    """While it is not set, nobody is answered."""

    def __post_init__(self) -> None:
        self.hold.set()

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.port}/hook"

    @property
    def titles(self) -> list[str]:
        return [str(one["title"]) for one in self.received]


@contextmanager
def open_hook() -> Iterator[Hook]:
    """An endpoint that takes Apprise's `json://`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.asked.release()
            hook.hold.wait(30)
            status = hook.statuses.pop(0) if hook.statuses else 200
            if status == 200:
                hook.received.append(json.loads(body))
            with suppress(ConnectionError):
                self.send_response(status)
                self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as port:
        hook = Hook(port)
        yield hook


class Mailbox:
    """What a mail server has taken."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.port = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    @property
    def address(self) -> str:
        return f"mailto://127.0.0.1:{self.port}/?from=runbook@example.org&to=ops@example.org"


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    """A mail server that takes everything."""
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        mailbox.port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()

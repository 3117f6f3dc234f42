"""A real index of Python packages on this machine, and the way there, which can be disturbed."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import requests

from tests.services.homeservers import free_port, wait_for

LIMIT = 60.0

Trouble = Literal["", "held before", "held behind", "lost"]
"""What befalls an upload: it stops before the index or behind it, or its answer is lost."""


@dataclass
class Index:
    """An index, the folder of its files, and how its clients get there."""

    url: str
    folder: Path
    troubles: dict[int, Trouble] = field(default_factory=dict)
    """By the number of the upload, from 1 on."""
    uploads: list[str] = field(default_factory=list)
    """The files that came through to the index, in their order."""
    begun: int = 0
    held: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def files(self) -> dict[str, str]:
        """What the index has, each file with its SHA-256."""
        found = [path for path in self.folder.iterdir() if path.is_file()]
        return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(found)}

    def hold(self) -> None:
        """Stop a request until it is released."""
        self.held.set()
        self.released.wait(LIMIT)


def handler(index: Index, address: str) -> type[BaseHTTPRequestHandler]:
    """Passes requests on to the index at an address."""

    class Passing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(requests.get(address + self.path, timeout=LIMIT, allow_redirects=False))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            index.begun += 1
            trouble = index.troubles.get(index.begun, "")
            if trouble == "held before":
                return index.hold()
            _, _, rest = body.partition(b'filename="')
            index.uploads.append(rest.partition(b'"')[0].decode())
            kept = {key: self.headers[key] for key in ("Content-Type", "User-Agent")}
            found = requests.post(address + self.path, data=body, headers=kept, timeout=LIMIT)
            if trouble == "held behind":
                return index.hold()
            return None if trouble == "lost" else self.answer(found)

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
def run_index(folder: Path) -> Iterator[Index]:
    """A pypiserver that takes files from everybody, each once."""
    packages, out, port = folder / "packages", folder / "out", free_port()
    packages.mkdir(parents=True)
    command = [sys.executable, "-m", "pypiserver", "run", "-p", str(port), "-i", "127.0.0.1"]
    command += ["-a", ".", "-P", ".", "--disable-fallback", str(packages)]
    with out.open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    index = Index("", packages)
    gateway = ThreadingHTTPServer(("127.0.0.1", 0), handler(index, address))
    index.url = f"http://127.0.0.1:{gateway.server_port}"
    threading.Thread(target=gateway.serve_forever, daemon=True).start()
    try:
        wait_for(f"{address}/simple/", process, out)
        yield index
    finally:
        index.released.set()
        gateway.shutdown()
        gateway.server_close()
        process.terminate()
        process.wait(20)

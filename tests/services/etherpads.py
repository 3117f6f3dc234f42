"""Etherpads to test with: the real one, where ETHERPAD_HOME names it, and the sandbox's twin."""

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from starlette.applications import Starlette
from uvicorn import Config, Server

from runbook_lib.sandbox.services import etherpad
from runbook_lib.sandbox.world.world import World

LIMIT = 120


@dataclass(frozen=True)
class Etherpad:
    """A running Etherpad and its API key."""

    url: str
    key: str

    def ask(self, function: str, **form: str) -> tuple[int, object]:
        """The status and the JSON of an API call."""
        form = {"apikey": self.key, **form}
        answer = requests.post(f"{self.url}/api/1.2.15/{function}", data=form, timeout=30)
        return answer.status_code, answer.json()


@contextmanager
def twin(folder: Path) -> Iterator[Etherpad]:
    """The sandbox's."""
    world = World(folder / "world")
    app = Starlette(routes=etherpad.routes(world))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(Config(app, log_config=None, lifespan="off", http="h11"))
        run = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        run.start()
        account = world.account("operator")
        assert account is not None
        yield Etherpad(f"http://127.0.0.1:{listener.getsockname()[1]}/etherpad", account.token)
        server.should_exit = True
        run.join(timeout=5)
    world.close()


@contextmanager
def real(folder: Path) -> Iterator[Etherpad]:
    """The real one, version 1.8.14, with a database of its own."""
    home = os.environ.get("ETHERPAD_HOME")
    if not home:
        pytest.skip("ETHERPAD_HOME does not name an Etherpad 1.8.14 (see .ci/run)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "settings.json").write_text(
        f'{{"ip": "127.0.0.1", "port": {port}, "dbType": "dirty", '
        f'"dbSettings": {{"filename": "{folder / "pads.db"}"}}}}'
    )
    (folder / "APIKEY.txt").write_text("a-key-of-this-test")
    command = ["node", "src/node/server.js", "--settings", str(folder / "settings.json")]
    command += ["--apikey", str(folder / "APIKEY.txt")]
    command += ["--sessionkey", str(folder / "SESSIONKEY.txt")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=home, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/api", process)
        yield Etherpad(f"http://127.0.0.1:{port}", "a-key-of-this-test")
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)


def wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until an address answers."""
    until = time.monotonic() + LIMIT
    while time.monotonic() < until and process.poll() is None:
        try:
            requests.get(url, timeout=10)
        except requests.RequestException:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"no answer from {url}")


KINDS = {"real": real, "twin": twin}

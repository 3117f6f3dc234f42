"""Etherpads to test with: real ones, and the sandbox's twins of each.

ETHERPAD_HOME names a real 1.8.14, from npm. 2.x is not there: where ETHERPAD2_HOME names the folder
of one, with its dependencies installed, all is held on it as well, by either way in.
"""

import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
import requests
from starlette.applications import Starlette
from uvicorn import Config, Server

from runbook_lib.sandbox.services import etherpad
from runbook_lib.sandbox.world.world import World
from runbook_lib.services.etherpad.client import Client
from runbook_lib.services.etherpad.pad import Pad

LIMIT = 120
KEY = "a-key-of-this-test"
OneOf = TypeVar("OneOf", bound=Pad)


@dataclass(frozen=True)
class Etherpad:
    """A running Etherpad: its API key, or the secret of its client, and how it tells old texts."""

    url: str
    key: str
    client_id: str = ""
    attributed: bool = False

    def client(self, key: str = "") -> Client:
        """What we ask it by."""
        return Client(self.url, key or self.key, client_id=self.client_id)

    def pad(self, name: str, kind: type[OneOf]) -> OneOf:
        """One of its pads."""
        return kind(self.client(), name)

    def ask(self, function: str, **form: str) -> tuple[int, object]:
        """The status and the JSON of an API call."""
        form = form if self.client_id else {"apikey": self.key, **form}
        headers = {"Authorization": f"Bearer {self.token()}"} if self.client_id else {}
        return self.post(function, headers, **form)

    def post(self, function: str, headers: dict[str, str], **form: str) -> tuple[int, object]:
        """The same, let in by just these."""
        url = f"{self.url}/api/1.2.15/{function}"
        answer = requests.post(url, data=form, headers=headers, timeout=30)
        return answer.status_code, answer.json()

    def token(self) -> str:
        """A token of its provider's."""
        form = {"grant_type": "client_credentials", "resource": self.url}
        return str(self.grant(**form)[1]["access_token"])

    def grant(self, **form: str) -> tuple[int, dict[str, str]]:
        """What its provider answers to its client, unless the form says another."""
        form = {"client_id": self.client_id, "client_secret": self.key, **form}
        answer = requests.post(f"{self.url}/oidc/token", data=form, timeout=30)
        return answer.status_code, answer.json()


@contextmanager
def twin(folder: Path, *, path: str, provider: bool) -> Iterator[Etherpad]:
    """One of the sandbox's."""
    world = World(folder / "world")
    app = Starlette(routes=etherpad.routes(world))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(Config(app, log_config=None, lifespan="off", http="h11"))
        run = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        run.start()
        account = world.account("operator")
        assert account is not None
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/{path}"
        client = account.login if provider else ""
        yield Etherpad(url, account.token, client, attributed=path == "etherpad")
        server.should_exit = True
        run.join(timeout=5)
    world.close()


@contextmanager
def real(folder: Path) -> Iterator[Etherpad]:
    """The real 1.8.14, with a database of its own."""
    home = os.environ.get("ETHERPAD_HOME")
    if not home:
        pytest.skip("ETHERPAD_HOME does not name an Etherpad 1.8.14 (see .ci/run)")
    with started(folder, ["node", "src/node/server.js"], Path(home), {}) as url:
        yield Etherpad(url, KEY, attributed=True)


@contextmanager
def real_2(folder: Path, *, method: str) -> Iterator[Etherpad]:
    """A real 2.x, with a client that its provider lets in."""
    command = ["node", "--require", "tsx/cjs", "node/server.ts"]
    client = {
        "client_id": "runbook",
        "client_secret": KEY,
        "grant_types": ["client_credentials"],
        "response_types": [],
        "redirect_uris": [],
        "extraParams": [{"name": "admin", "value": "true"}],
    }
    said = {
        "authenticationMethod": method,
        "updateServer": "http://127.0.0.1:9",
        "sso": {"issuer": "http://localhost:9001", "clients": [client]},
        "ttl": {"ClientCredentials": 3600},
    }
    home = Path(os.environ["ETHERPAD2_HOME"]) / "src"
    with started(folder, command, home, said) as url:
        yield Etherpad(url, KEY, "runbook" if method == "sso" else "")


@contextmanager
def started(folder: Path, command: list[str], home: Path, said: dict[str, object]) -> Iterator[str]:
    """A real Etherpad's address, started with a database of its own and some more settings."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    database = {"dbType": "dirty", "dbSettings": {"filename": str(folder / "pads.db")}}
    settings = {"ip": "127.0.0.1", "port": port, **database, **said}
    (folder / "settings.json").write_text(json.dumps(settings))
    (folder / "APIKEY.txt").write_text(KEY)
    command = [*command, "--settings", str(folder / "settings.json")]
    command += ["--apikey", str(folder / "APIKEY.txt")]
    command += ["--sessionkey", str(folder / "SESSIONKEY.txt")]
    with (folder / "log").open("wb") as log:
        environment = {**os.environ, "NODE_ENV": "production"}
        process = subprocess.Popen(command, cwd=home, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/api", process)
        yield f"http://127.0.0.1:{port}"
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


REAL_2 = {f"real 2.x, {method}": partial(real_2, method=method) for method in ("sso", "apikey")}
KINDS = {
    "real": real,
    "twin": partial(twin, path="etherpad", provider=False),
    "twin of 2.x, sso": partial(twin, path="etherpad2", provider=True),
    "twin of 2.x, apikey": partial(twin, path="etherpad2-apikey", provider=False),
    **(REAL_2 if os.environ.get("ETHERPAD2_HOME") else {}),
}

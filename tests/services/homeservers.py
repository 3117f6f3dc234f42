"""Matrix homeservers to test with: a real Synapse, by SYNAPSE_PYTHON, and the sandbox's twin."""

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from starlette.applications import Starlette
from uvicorn import Config, Server

from runbook_lib.sandbox.services import matrix
from runbook_lib.sandbox.world.world import World

NAME = "sandbox.example"
ALIAS = f"#pelican:{NAME}"
LIMIT = 90
SECRET = "a-secret-of-this-test"
CONFIG = """
server_name: {name}
report_stats: false
pid_file: {folder}/synapse.pid
signing_key_path: {folder}/signing.key
media_store_path: {folder}/media
registration_shared_secret: {secret}
suppress_key_server_warning: true
trusted_key_servers: []
listeners:
  - port: {port}
    bind_addresses: [127.0.0.1]
    type: http
    resources: [{{names: [client]}}]
database:
  name: sqlite3
  args: {{database: {folder}/synapse.db}}
log_config: {folder}/log.yaml
rc_message: {{per_second: {rate}, burst_count: {burst}}}
rc_login: {{address: {{per_second: 100, burst_count: 100}}}}
"""
LOG = """
version: 1
handlers: {{file: {{class: logging.FileHandler, filename: {folder}/synapse.log}}}}
root: {{level: WARNING, handlers: [file]}}
"""


@dataclass
class Homeserver:
    """A running homeserver with the room, and the tokens of its people."""

    url: str
    tokens: dict[str, str]
    room: str = ""

    def ask(self, login: str, method: str, path: str, body: Any = None) -> Any:
        """What the server answers somebody; it must not refuse."""
        answer = requests.request(
            method,
            f"{self.url}/_matrix/client/v3/{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.tokens[login]}"},
            timeout=30,
        )
        assert answer.ok, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The room's events of a kind, newest first."""
        path = f"rooms/{quote(self.room)}/messages?dir=b&limit=100"
        found = self.ask("operator", "GET", path)["chunk"]
        return [event for event in found if event["type"] == kind]

    def set_topic(self, login: str, topic: str) -> None:
        """Have somebody set the topic."""
        self.ask(login, "PUT", f"rooms/{quote(self.room)}/state/m.room.topic/", {"topic": topic})


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def twin(folder: Path, *, slow: bool = False) -> Iterator[Homeserver]:
    """The sandbox's; it has no limit of its own."""
    if slow:
        pytest.skip("the sandbox limits nobody; its answers are broken by its faults instead")
    world = World(folder / "world")
    app = Starlette(routes=matrix.routes(world))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(Config(app, log_config=None, lifespan="off", http="h11"))
        run = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        run.start()
        people = ("operator", "edith", "reader", "stranger")
        accounts = {login: world.account(login) for login in people}
        tokens = {login: account.token for login, account in accounts.items() if account}
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/matrix"
        yield Homeserver(url, tokens, matrix.ROOM)
        server.should_exit = True
        run.join(timeout=5)
    world.close()


@contextmanager
def real(folder: Path, *, slow: bool = False) -> Iterator[Homeserver]:
    """A real Synapse with a database of its own; a `slow` one bears few messages a minute."""
    python = os.environ.get("SYNAPSE_PYTHON")
    if not python:
        pytest.skip("SYNAPSE_PYTHON names no python with matrix-synapse (see .ci/run)")
    port = free_port()
    rate, burst = (0.01, 2) if slow else (1000, 1000)
    values = {"folder": folder, "name": NAME, "port": port, "secret": SECRET}
    (folder / "homeserver.yaml").write_text(CONFIG.format(**values, rate=rate, burst=burst))
    (folder / "log.yaml").write_text(LOG.format(**values))
    command = [python, "-m", "synapse.app.homeserver", "-c", str(folder / "homeserver.yaml")]
    subprocess.run([*command, "--generate-keys"], check=True, capture_output=True, timeout=LIMIT)
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/health", process, folder / "out")
        people = ("operator", "edith", "reader", "stranger")
        tokens = {login: register(url, login) for login in people}
        server = Homeserver(url, tokens)
        made = {
            "room_alias_name": "pelican",
            "preset": "public_chat",
            "power_level_content_override": {"users": level_of({"edith": 50})},
        }
        server.room = server.ask("operator", "POST", "createRoom", made)["room_id"]
        for login in ("edith", "reader"):
            server.ask(login, "POST", f"rooms/{quote(server.room)}/join", {})
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)


def level_of(levels: dict[str, int]) -> dict[str, int]:
    """Power levels by users' ids."""
    return {f"@{login}:{NAME}": level for login, level in levels.items()}


def register(url: str, login: str) -> str:
    """Make an account by the shared secret; its token."""
    import hashlib
    import hmac

    path = f"{url}/_synapse/admin/v1/register"
    nonce = requests.get(path, timeout=30).json()["nonce"]
    said = "\0".join((nonce, login, "a password", "notadmin")).encode()
    mac = hmac.new(SECRET.encode(), said, hashlib.sha1).hexdigest()
    body = {"nonce": nonce, "username": login, "password": "a password", "admin": False}
    answer = requests.post(path, json=body | {"mac": mac}, timeout=60)
    assert answer.ok, answer.text
    return str(answer.json()["access_token"])


def wait_for(url: str, process: "subprocess.Popen[bytes]", out: Path) -> None:
    """Wait until an address answers."""
    until = time.monotonic() + LIMIT
    while time.monotonic() < until and process.poll() is None:
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.1)
    raise AssertionError(f"no answer from {url}: {out.read_text()[-2000:]}")


KINDS = {"real": real, "twin": twin}

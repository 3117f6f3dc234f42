"""Nobody gets in: without a token, from another site, by another name, out of a folder."""

import json
import os
import re
import socket
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from starlette.routing import Route

from runbook_lib.sandbox.server import bodies
from runbook_lib.sandbox.server.client import Answer, Client
from runbook_lib.sandbox.server.later import Later
from runbook_lib.sandbox.server.server import build_app
from runbook_lib.sandbox.world.world import World
from tests.proof.faults.worlds import see
from tests.sandbox.conftest import Sandbox

NAMES = {
    "owner": "harbor",
    "repo": "tidewatch",
    "name": "tidewatch",
    "project": "tidewatch",
    "role": "reviewer",
    "bug": "1",
    "ref": "master",
    "branch": "master",
    "method": "chat.postMessage",
    "function": "createPad",
}
"""What stands for a part of a path: what is there, where there is anything."""
ANYBODYS = {
    "GET /sandbox/alive",
    "GET /bugzilla/rest/version",
    "GET /bugzilla/rest/field/bug",
    "GET /grafana/api/health",
    "GET /calendar/push-duty.ics",
}
"""What the real services tell anybody, too; besides what is public on GitHub, and deployed."""
PUBLIC = re.compile(
    r"GET /(api/v3/repos/\{owner\}/\{repo\}|\{owner\}/\{name\}|(stage|production)/\{project\}"
    r"|jira(-cloud)?/rest/api/\d/serverInfo|slack/archives|sentry/organizations/pelican/issues)"
)


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Each method and path that a world is served by."""
    with World(tmp_path_factory.mktemp("world")) as world:
        put_off = [
            one.routes if isinstance(one, Later) else [one] for one in build_app(world).routes
        ]
        routes = [one for some in put_off for one in some if isinstance(one, Route)]
        return [
            (method, route.path)
            for route in routes
            for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"})
        ]


def filled(path: str) -> str:
    """A path with something for each of its parts."""
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda part: NAMES.get(part[1], "1"), path)


def is_let_in(answer: Answer) -> bool:
    """Whether something was answered; Slack refuses with a 200."""
    refused = isinstance(answer.data, dict) and answer.data.get("ok") is False
    return answer.status < 300 and not refused


@pytest.mark.parametrize("token", ["", "sandbox_" + "0" * 32])
def test_without_a_token_only_what_is_public_is_told_and_nothing_is_done(
    token: str, paths: list[tuple[str, str]], shared_sandbox: Sandbox
) -> None:
    client = Client(shared_sandbox.url, token)
    for late in ("/grafana/api/health", "/jira", "/"):
        client.ask("GET", late)  # what is imported now makes its tables
    before = see(shared_sandbox.folder)
    body = {"token": token, "name": "x", "title": "x", "tag_name": "x", "summary": "x"}
    told = {
        f"{method} {path}"
        for method, path in paths
        if is_let_in(client.ask(method, filled(path), None if method == "GET" else body))
    }
    assert {one for one in told - ANYBODYS if not PUBLIC.match(one)} == set()
    assert see(shared_sandbox.folder) == before
    assert len(paths) > 200


def ask(sandbox: Sandbox, request: bytes) -> bytes:
    """What is answered to these very bytes."""
    place = urlsplit(sandbox.url)
    with closing(socket.create_connection((place.hostname, place.port or 0), timeout=60)) as here:
        here.sendall(request)
        return b"".join(iter(lambda: here.recv(65536), b""))


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "localhost.evil", ""])
def test_a_name_that_was_made_to_lead_here_is_answered_nothing(
    name: str, shared_sandbox: Sandbox
) -> None:
    token = shared_sandbox.token()
    head = f"GET /sandbox/state HTTP/1.1\r\nHost: {name}\r\nAuthorization: Bearer {token}\r\n"
    answer = ask(shared_sandbox, f"{head}Connection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 400") and token.encode() not in answer


@pytest.mark.parametrize("method", ["OPTIONS", "GET", "POST"])
def test_a_page_of_another_site_is_allowed_nothing(method: str, shared_sandbox: Sandbox) -> None:
    place = urlsplit(shared_sandbox.url)
    connection = HTTPConnection(place.hostname or "", place.port)
    headers = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "PATCH",
        "Content-Type": "text/plain",
    }
    connection.request(method, "/sandbox/approvals", b'{"gate": "x"}', headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status in (401, 405)
    allowed = [name for name, _ in answer.getheaders() if name.lower().startswith("access-control")]
    assert allowed == []
    connection.close()


def ways_out() -> Iterator[str]:
    """Paths that lead out of a folder, in the forms that servers have fallen for."""
    for up in ("..", "%2e%2e", "..%2f..", "%2e%2e%2f%2e%2e", "..\\..", "..;", ".%00."):
        yield f"/harbor/{up}/{up}/world.sqlite"
        yield f"/{up}/{up}/{up}/etc/passwd"
        yield f"/harbor/{up}/tidewatch.git/config"
        yield f"/harbor/tidewatch.git/{up}/{up}/{up}/world.sqlite"
        yield f"/api/v3/repos/harbor/tidewatch/contents/{up}/{up}/{up}/{up}/etc/passwd"
        yield f"/api/v3/repos/{up}/{up}/contents/server.json"


@pytest.mark.parametrize("path", [*ways_out()])
def test_no_path_leads_out_of_its_folder(path: str, shared_sandbox: Sandbox) -> None:
    token = shared_sandbox.token()
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    answer = ask(shared_sandbox, f"{head}Connection: close\r\n\r\n".encode())
    assert int(answer.split(b" ", 2)[1]) in (301, 303, 307, 400, 404, 422), answer[:300]
    assert b"SQLite format" not in answer and b"root:" not in answer and b"page_key" not in answer


@pytest.mark.parametrize(("known", "status"), [(True, 413), (False, 401)])
def test_a_body_over_the_limit_is_refused_before_it_is_read(
    known: bool, status: int, shared_sandbox: Sandbox
) -> None:
    token = shared_sandbox.token() if known else "sandbox_" + "0" * 40
    head = (
        "POST /sandbox/approvals HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {(bodies.LARGEST if known else bodies.ANYBODYS) + 1}\r\n\r\n"
    )
    place = urlsplit(shared_sandbox.url)
    with closing(socket.create_connection((place.hostname, place.port or 0), timeout=60)) as here:
        here.sendall(head.encode())
        assert here.recv(65536).startswith(f"HTTP/1.1 {status}".encode())


def test_nothing_in_a_world_can_be_opened_by_another_user(shared_sandbox: Sandbox) -> None:
    assert stat.S_IMODE(shared_sandbox.folder.stat().st_mode) == 0o700
    made = [path for path in shared_sandbox.folder.rglob("*") if not path.is_symlink()]
    open_to_others = [path for path in made if path.stat().st_mode & 0o077 and path.is_file()]
    open_to_others = [path for path in open_to_others if path.stat().st_size]
    assert len(made) > 50 and [path for path in open_to_others if "git" not in path.parts] == []


LOAD = float(os.environ.get("PROOF_LOAD_SECONDS", "0"))
"""For how many seconds the sandbox is sent two hundred requests at once; once, by default."""


def test_of_two_hundred_requests_at_once_none_is_lost(sandbox: Sandbox) -> None:
    sandbox.people_off()
    client, path = sandbox.client(), "/api/v3/repos/harbor/tidewatch/issues"

    def write(number: int) -> int:
        return int(client.expect("POST", path, {"title": f"issue {number}"})["number"])

    numbers: list[int] = []
    until = time.monotonic() + LOAD
    with ThreadPoolExecutor(200) as pool:
        while not numbers or time.monotonic() < until:
            numbers += pool.map(write, range(len(numbers), len(numbers) + 200))
    assert len(set(numbers)) == len(numbers)
    titles = json.dumps(see(sandbox.folder)["github_issue"]).replace("\\\\", "\\")
    assert [n for n in range(len(numbers)) if f'issue {n}\\"' not in titles] == []
    print(f"{len(numbers)} requests, 200 at once, none lost")

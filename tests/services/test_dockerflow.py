"""What a deployed service says of itself, read over HTTP; and how answers are told in general."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from runbook_lib.errors import Failed, Refused, Unavailable, UsageError, Waiting
from runbook_lib.journal.journal import Journal
from runbook_lib.policy.version_page import Place
from runbook_lib.services.api import Key
from runbook_lib.services.dockerflow import Deployment, Dockerflow, VersionPage, shows
from runbook_lib.services.http import retry_after
from runbook_lib.steps.step import Patience, Runner
from tests.conftest import Quiet

COMMIT = "3f2c81d09e1b4a5c6d7e8f90123456789abcdef0"
SAID = {
    "source": "https://github.com/mozilla-services/server-syncstorage",
    "version": "1.9",
    "commit": COMMIT,
    "build": "https://ci.example/builds/7",
}


@dataclass
class Service:
    """A deployed service: what it answers to anything, and what it was asked."""

    url: str = ""
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    sent: dict[str, str] = field(default_factory=dict)

    def says(self, body: str, *, status: int = 200, **headers: str) -> None:
        self.status, self.body, self.headers = status, body.encode(), headers
        self.asked.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(f"{scope['method']} {scope['path']}")
        self.sent = {key.decode(): value.decode() for key, value in scope["headers"]}
        headers = [(key.encode(), value.encode()) for key, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    service = Service()
    listening = socket.create_server(("127.0.0.1", 0))
    service.url = f"http://127.0.0.1:{listening.getsockname()[1]}/stage/syncstorage"
    running = uvicorn.Server(uvicorn.Config(service, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=running.run, args=([listening],))
    thread.start()
    yield service
    running.should_exit = True
    thread.join()


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    journal = Journal(tmp_path / "session" / "journal.jsonl", session="s", operator="o")
    return Runner(journal, Quiet(), sleep=lambda seconds: None)


def test_what_is_deployed_is_read(service: Service, runner: Runner) -> None:
    service.says(json.dumps({**SAID, "more": 1}))
    found = Dockerflow(f"{service.url}/", runner).read_version()
    link = f"{service.url}/__version__"
    assert found == Deployment(SAID["source"], "1.9", COMMIT, SAID["build"], link)
    assert str(found) == f"{link} shows 1.9 at 3f2c81d09"
    assert service.asked == ["GET /stage/syncstorage/__version__"]


@pytest.mark.parametrize(
    ("body", "status", "error", "message"),
    [
        ("<html>Welcome</html>", 200, Failed, r"expected JSON at .*found .*<html>Welcome"),
        ("[1]", 200, Failed, r"expected an object at .*found \[1\]"),
        ("{}", 200, Failed, "without source, version, commit, build"),
        (json.dumps({**SAID, "commit": None}), 200, Failed, "without commit; mend"),
        (json.dumps({**SAID, "version": 1.9}), 200, Failed, "without version; mend"),
        ("Not Found", 404, Refused, "whether anything has been deployed yet"),
        ("no", 403, Failed, "found status 403: no"),
        ("", 302, Failed, "found status 302"),
        ("down", 503, Unavailable, "503 for GET"),
    ],
)
def test_what_is_no_description_of_a_deployment_is_told_as_what_it_is(
    service: Service, runner: Runner, body: str, status: int, error: type[Exception], message: str
) -> None:
    service.says(body, status=status)
    with pytest.raises(error, match=message):
        Dockerflow(service.url, runner).read_version()


@pytest.mark.parametrize("url", ["", "stage.example", "file:///etc/passwd", "https://u:p@stage"])
def test_an_address_that_cannot_be_one_is_refused_at_once(runner: Runner, url: str) -> None:
    with pytest.raises(UsageError):
        Dockerflow(url, runner)


def test_a_service_that_cannot_be_reached_is_unavailable(runner: Runner) -> None:
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    with pytest.raises(Unavailable, match="could not be reached") as caught:
        Dockerflow(f"http://127.0.0.1:{port}", runner).read_version()
    assert not caught.value.may_have_acted


def page(service: Service, runner: Runner, **places: Place | Key) -> VersionPage:
    """A page that is not as Dockerflow describes it."""
    said: dict[str, Any] = {"version": Place("/app/version"), "commit": Place(), **places}
    return VersionPage(service.url, runner, page="health", **said)


def test_any_page_that_tells_a_version_is_waited_for(service: Service, runner: Runner) -> None:
    service.says(json.dumps({"app": {"version": "1.9.0", "sha": COMMIT[:9]}}))
    found = page(service, runner).await_version("v1.9.0", commit=COMMIT)
    assert str(found) == f"{service.url}/health shows 1.9.0"
    assert service.asked == ["GET /stage/syncstorage/health"]
    both = page(service, runner, commit=Place("/app/sha"))
    assert both.await_version("release-1.9.0", commit=COMMIT).commit == COMMIT[:9]


def test_a_commit_that_the_page_tells_has_to_be_the_tags(service: Service, runner: Runner) -> None:
    service.says("version 1.9, built from deadbeef1")
    runner.patience = Patience(waiting=0.0)
    places = {"version": Place(pattern=r"version ([\d.]+)"), "commit": Place(pattern=r"from (\w+)")}
    with pytest.raises(Waiting, match="shows 1.9 at deadbeef1, not yet 1.9 at 3f2c81d09"):
        page(service, runner, **places).await_version("1.9", commit=COMMIT)


def test_a_page_that_asks_for_a_token_gets_it_in_its_header_and_no_error_shows_it(
    service: Service, runner: Runner
) -> None:
    key = Key("s3cret", "a token", "set it", header="X-Api-Key", scheme="")
    service.says("no, s3cret", status=403)
    with pytest.raises(Failed, match=r"status 403: no, \*\*\*"):
        page(service, runner, key=key).read_version()
    assert service.sent["x-api-key"] == "s3cret"
    with pytest.raises(UsageError, match="expected the deployed service at an https address"):
        VersionPage(
            "http://stage.example", runner, page="v", version=Place("/v"), commit=Place(), key=key
        )


def deployed(version: str, commit: str = COMMIT) -> Deployment:
    return Deployment("source", version, commit, "build", "link")


@pytest.mark.parametrize("version", ["1.9", "1.9.0", "v1.9.0", "V1.9", " 1.9 ", "01.09"])
@pytest.mark.parametrize("tag", ["1.9", "v1.9", "1.9.0"])
def test_versions_are_the_same_with_and_without_v_and_zeros(version: str, tag: str) -> None:
    assert shows(deployed(version), tag, COMMIT)


@pytest.mark.parametrize(
    "version",
    ["", "1", "1.9.1", "1.90", "19", "1.9rc1", "1.9.0-rc.1", "0.1.9", "v", "1.9.", "x1.9"],
)
def test_another_version_is_not_shown(version: str) -> None:
    assert not shows(deployed(version), "1.9", COMMIT)


def test_a_name_that_is_no_version_is_compared_as_it_is() -> None:
    assert shows(deployed("nightly"), "nightly", COMMIT)
    assert not shows(deployed("nightly"), "beta", COMMIT)
    assert shows(deployed("2.0.0-rc.1"), "v2.0-rc.1", COMMIT)


@given(st.integers(min_value=0, max_value=40))
def test_a_short_commit_matches_from_seven_digits_on(length: int) -> None:
    cut = COMMIT[:length]
    assert shows(deployed("1.9", cut), "1.9", COMMIT) == (length >= 7)
    assert shows(deployed("1.9", COMMIT.upper()), "1.9", cut) == (length >= 7)


@pytest.mark.parametrize("commit", ["", "f" * 40, COMMIT[1:], f"{COMMIT}0", "unknown", "3f2c81x"])
def test_another_commit_is_not_shown(commit: str) -> None:
    assert not shows(deployed("1.9", commit), "1.9", COMMIT)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "120"}, 120.0),
        ({"Retry-After": " 0 "}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        (
            {
                "Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT",
                "Date": "Wed, 21 Oct 2015 07:26:30 GMT",
            },
            90.0,
        ),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 -0000", "Date": "never"}, 0.0),
    ],
)
def test_the_pause_that_is_asked_for_is_read(
    headers: dict[str, str], seconds: float | None
) -> None:
    answer = requests.Response()
    answer.headers.update(headers)
    assert retry_after(answer) == seconds

"""What every service's client keeps to: no secret goes elsewhere, and no answer is without end."""

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from runbook_lib.errors import Failed, RunbookError, Unavailable, UsageError
from runbook_lib.services.bounds import BoundedSession
from runbook_lib.services.bugzilla.fields import Wanted
from runbook_lib.services.bugzilla.service import Bugzilla
from runbook_lib.services.dockerflow import Dockerflow
from runbook_lib.services.etherpad.client import Client
from runbook_lib.services.etherpad.pad import Pad
from runbook_lib.services.github import GitHub
from runbook_lib.services.grafana.service import Grafana
from runbook_lib.services.http import Moved, open_session, pages, send
from runbook_lib.services.matrix.service import Matrix
from runbook_lib.services.sentry.service import Sentry
from runbook_lib.services.slack.service import Slack
from runbook_lib.services.traffic import called, calls_since, sent
from tests.conftest import MakeRunner
from tests.services.answering import Answering, answering, raw_server

SECRET = "a-secret-of-forty-characters-or-something"
WANTED = Wanted("P", "C")
Ask = Callable[[str, Any], object]

ASKS: dict[str, Ask] = {
    "Bugzilla": lambda url, runner: Bugzilla(url, key=SECRET, runner=runner).check_access(WANTED),
    "Slack": lambda url, runner: Slack("#x", SECRET, runner, api_url=url).check_access(),
    "Matrix": lambda url, runner: Matrix(url, "#x:y.example", SECRET, runner).check_access(),
    "Sentry": lambda url, runner: Sentry(url, "org", SECRET, runner).check_access(),
    "Grafana": lambda url, runner: Grafana(url, SECRET, runner).check_access(),
    "Etherpad": lambda url, _: Pad(Client(url, SECRET), "pad").read(),
    "GitHub": lambda url, runner: GitHub(
        url, "owner/name", token=SECRET, runner=runner
    ).check_access(),
}


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("name", ASKS)
def test_no_client_follows_a_redirect(name: str, status: int, make_runner: MakeRunner) -> None:
    asked: list[bytes] = []
    with raw_server(lambda there: asked.append(there.recv(65536))) as elsewhere:
        moved = Answering(status, "", {"Location": f"{elsewhere}/new?code={SECRET}"})
        with answering(moved) as url, pytest.raises(Moved) as error:
            ASKS[name](url, make_runner())
    assert asked == []
    assert error.value.location.startswith(f"{elsewhere}/new")
    assert "/new" in str(error.value) and SECRET not in str(error.value)


@pytest.mark.parametrize("name", ASKS)
def test_each_client_is_counted_by_its_name(name: str, make_runner: MakeRunner) -> None:
    before = sent.copy()
    with answering(Answering(404, "")) as url, pytest.raises(RunbookError):
        ASKS[name](url, make_runner())
    assert list(calls_since(before)) == [name]


def test_what_has_no_name_is_counted_by_its_host_and_what_was_never_sent_is_not() -> None:
    before = sent.copy()
    with answering(Answering(404, "")) as url:
        send(open_session(url), "GET", url, may_act=False)
        send(open_session(url), "GET", url, may_act=False, service="")
    with pytest.raises(Unavailable):
        send(open_session(url), "GET", url, may_act=False)
    assert calls_since(before) == {url.removeprefix("http://"): 1}


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        ({}, []),
        ({"GitHub": 31}, ["GitHub was called 31 times."]),
        ({"GitHub": 31, "Bugzilla": 1}, ["GitHub was called 31 times, Bugzilla 1 time."]),
        ({"the calendar": 2, "a": 3}, ["the calendar was called 2 times, a 3 times."]),
    ],
)
def test_each_service_that_was_called_says_so_and_none_says_nothing(
    calls: dict[str, int], said: list[str]
) -> None:
    assert called(calls) == said


def test_what_was_not_modified_is_told_beside_what_was_called() -> None:
    calls, same = {"GitHub": 31, "Bugzilla": 1}, {"GitHub": 12}
    said = "GitHub was called 31 times (12 not modified), Bugzilla 1 time."
    assert called(calls, same) == [said]


@pytest.mark.parametrize("name", ASKS)
def test_no_client_sends_its_secret_where_it_can_be_read_on_the_way(
    name: str, make_runner: MakeRunner
) -> None:
    with pytest.raises(UsageError, match=r"https"):
        ASKS[name]("http://service.example", make_runner())


def test_what_is_deployed_may_be_asked_without_tls(make_runner: MakeRunner) -> None:
    assert Dockerflow("http://stage.example", make_runner()).url == "http://stage.example"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "[::1]"])
def test_this_machine_is_never_asked_through_a_proxy(host: str) -> None:
    assert not open_session(f"http://{host}:1234/").trust_env


def drip(before: bytes, byte: bytes) -> Callable[[socket.socket], None]:
    """Answers that go on for ever, a byte at a time."""

    def serve(there: socket.socket) -> None:
        there.recv(65536)
        there.sendall(before)
        while True:
            there.sendall(byte)
            time.sleep(0.02)

    return serve


DRIPS = {
    "in its body": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
    "in its headers": drip(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
    "without a length": drip(b"HTTP/1.0 200 OK\r\n\r\n", b" "),
    "in pieces": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
}


@pytest.mark.parametrize("where", DRIPS)
@pytest.mark.usefixtures("acts")
def test_an_answer_that_drips_has_its_time(where: str) -> None:
    began = time.monotonic()
    session, slow = BoundedSession(seconds=0.4), r"no whole answer within 0 s"
    with raw_server(DRIPS[where]) as url, pytest.raises(Unavailable, match=slow) as error:
        send(session, "POST", url, may_act=True, timeout=(5, 5))
    assert error.value.may_have_acted and time.monotonic() - began < 4


def test_a_connection_is_used_again_after_an_answer_in_time() -> None:
    ports = set()

    def serve(there: socket.socket) -> None:
        ports.add(there.getpeername())
        while there.recv(65536):
            there.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    session = BoundedSession(seconds=0.5)
    with raw_server(serve) as url:
        for _ in range(3):
            assert send(session, "GET", url, may_act=False).text == "ok"
            time.sleep(0.3)
    assert len(ports) == 1


def endless(there: socket.socket) -> None:
    there.recv(65536)
    there.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 400000000\r\n\r\n")
    while True:
        there.sendall(b" " * 65536)


@pytest.mark.parametrize(("may_act", "kind"), [(False, Failed), (True, Unavailable)])
@pytest.mark.usefixtures("acts")
def test_an_answer_that_is_too_large_is_not_read(may_act: bool, kind: type[RunbookError]) -> None:
    session = BoundedSession(largest=1_000_000)
    with raw_server(endless) as url, pytest.raises(kind, match="more than 1 MB"):
        send(session, "POST", url, may_act=may_act)


def test_pages_have_an_end() -> None:
    counted = pages(2, of="bugs", narrowed="ask for open ones")
    assert [next(counted), next(counted)] == [0, 1]
    with pytest.raises(Failed, match="at most 2 pages of bugs, found more; ask for open ones"):
        next(counted)

"""A Matrix room's topic and announcements, on a real Synapse and on the sandbox's twin."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from runbook_lib.errors import AccessDenied, Refused, Unavailable, UsageError
from runbook_lib.services.matrix.service import Matrix
from tests.conftest import MakeRunner, Quiet
from tests.services.homeservers import ALIAS, KINDS, Homeserver, real

TOPIC = "m.room.topic"
MESSAGE = "m.room.message"
Open = Callable[..., Matrix]


@pytest.fixture(scope="module", params=KINDS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Homeserver]:
    with KINDS[request.param](tmp_path_factory.mktemp("matrix")) as found:
        yield found


@pytest.fixture
def open_room(server: Homeserver, make_runner: MakeRunner) -> Open:
    def made(
        login: str = "operator", *, room: str = ALIAS, url: str = "", token: str = ""
    ) -> Matrix:
        return Matrix(url or server.url, room, token or server.tokens[login], make_runner())

    return made


def outcomes(room: Matrix) -> list[str]:
    display = room.runner.display
    assert isinstance(display, Quiet)
    return [report.outcome for report in display.reports]


def test_a_topic_is_set_once_and_read_back(server: Homeserver, open_room: Open) -> None:
    room = open_room()
    before = len(server.events(TOPIC))
    assert room.set_topic("Push & <tags> · „one“").text == "Push & <tags> · „one“"
    assert room.set_topic("Push & <tags> · „one“").text == room.read_topic().text
    assert outcomes(room) == ["done", "already", "good"]
    assert len(server.events(TOPIC)) == before + 1


def test_a_person_is_found_and_told_by_an_announcement(server: Homeserver, open_room: Open) -> None:
    room = open_room()
    found = room.find_person("@Operator")
    assert found.mention == room.user and room.find_person(found.id) == found
    with pytest.raises(Refused, match="one person called 'nobody' in .* found nobody"):
        room.find_person("nobody")
    room.announce("told/people", f"{found.mention}, this is yours; mail ops@example.org")
    assert server.events(MESSAGE)[0]["content"]["m.mentions"] == {"user_ids": [room.user]}


def test_the_same_topic_of_the_same_person_again_is_no_event(server: Homeserver) -> None:
    server.set_topic("operator", "said twice")
    before = len(server.events(TOPIC))
    server.set_topic("operator", "said twice")
    assert len(server.events(TOPIC)) == before


def test_what_somebody_set_meanwhile_is_read_first(server: Homeserver, open_room: Open) -> None:
    room = open_room()
    room.set_topic("ours")
    server.set_topic("edith", "Edith was here")
    assert room.read_topic().text == "Edith was here"
    assert room.set_topic("ours").text == "ours"


def test_the_room_may_be_named_by_its_id(server: Homeserver, open_room: Open) -> None:
    open_room().set_topic("by its id")
    assert open_room(room=server.room).read_topic().text == "by its id"
    assert "operator" in str(open_room(room=server.room).check_access())


def test_who_may_not_set_the_topic_changes_nothing(server: Homeserver, open_room: Open) -> None:
    open_room().set_topic("as it was")
    with pytest.raises(AccessDenied, match=r"M_FORBIDDEN.*power level"):
        open_room("reader").set_topic("as it is not")
    assert open_room().read_topic().text == "as it was"


def test_who_is_not_in_the_room_is_told_to_join(open_room: Open) -> None:
    with pytest.raises(AccessDenied, match="has not joined; invite it"):
        open_room("stranger").check_access()
    with pytest.raises(AccessDenied, match="have the account join the room"):
        open_room("stranger").set_topic("from outside")


def test_an_unknown_room_and_token_are_refused(open_room: Open) -> None:
    with pytest.raises(Refused, match=r"expected a room #gone:sandbox\.example.*check its alias"):
        open_room(room="#gone:sandbox.example").set_topic("nowhere")
    with pytest.raises(AccessDenied, match="log in again") as denied:
        open_room(token="not-a-token").set_topic("by nobody")
    assert "not-a-token" not in str(denied.value)


def test_an_announcement_is_made_once(server: Homeserver, open_room: Open) -> None:
    room, handle = open_room(), "close_push/pelican/2026-03-12 hand-over"
    first = room.announce(handle, "The next one is yours, willow")
    again = open_room().announce(handle, "The next one is yours, willow")
    assert first == again
    assert abs(datetime.now(UTC) - first.at) < timedelta(minutes=5)
    said = [event["content"]["body"] for event in server.events(MESSAGE)]
    assert said.count(f"The next one is yours, willow [{handle}]") == 1


def test_somebody_elses_message_with_the_handle_is_not_ours(open_room: Open) -> None:
    open_room("edith").announce("shared handle", "said by Edith")
    room = open_room()
    room.announce("shared handle", "said by us")
    assert outcomes(room) == ["done"]


def test_an_announcement_is_found_behind_many_others(server: Homeserver, open_room: Open) -> None:
    open_room().announce("old handle", "said long ago")
    for number in range(120):
        path = f"rooms/{requests.utils.quote(server.room)}/send/{MESSAGE}/old-{number}"
        server.ask("edith", "PUT", path, {"msgtype": "m.text", "body": f"chat {number}"})
    room = open_room()
    room.announce("old handle", "said long ago")
    assert outcomes(room) == ["already"]


def test_a_text_that_is_too_large_is_refused(open_room: Open) -> None:
    room = open_room()
    room.set_topic("short")
    with pytest.raises(Refused, match="shorten the text"):
        room.set_topic("x" * 70_000)
    assert room.read_topic().text == "short"


def test_a_lost_answer_sets_the_topic_once(server: Homeserver, open_room: Open) -> None:
    before = len(server.events(TOPIC))
    with losing_answers(server.url) as url:
        room = open_room(url=url)
        assert room.set_topic("said while answers were lost").text.startswith("said while")
    assert len(server.events(TOPIC)) == before + 1
    assert outcomes(room) == ["done"]


@pytest.mark.usefixtures("acts")
def test_too_many_messages_are_asked_to_come_later(
    tmp_path_factory: pytest.TempPathFactory, make_runner: MakeRunner
) -> None:
    with real(tmp_path_factory.mktemp("slow"), slow=True) as server:
        room = Matrix(server.url, ALIAS, server.tokens["edith"], make_runner())
        with pytest.raises(Unavailable, match="asks for a pause|M_LIMIT_EXCEEDED") as limited:
            for number in range(12):
                room.ask("PUT", *room.topic_path, json={"topic": f"topic {number}"})
        assert not limited.value.may_have_acted
        assert limited.value.retry_after is not None and limited.value.retry_after > 0


def test_a_room_and_a_token_that_can_be_none_are_usage_errors(make_runner: MakeRunner) -> None:
    with pytest.raises(UsageError, match=r"such as #name:server\.org"):
        Matrix("http://127.0.0.1:1", "pelican", "token", make_runner())
    with pytest.raises(UsageError, match="found none; log in"):
        Matrix("http://127.0.0.1:1", ALIAS, "", make_runner())
    assert "secret" not in repr(
        Matrix("http://127.0.0.1:1", ALIAS, "secret", make_runner()).api.key
    )


class losing_answers:  # noqa: N801
    """A proxy before a homeserver that passes each change on, and loses the first one's answer."""

    def __init__(self, url: str) -> None:
        lost: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                names = ("Authorization", "Content-Type")
                answer = requests.request(
                    self.command,
                    url + self.path,
                    data=self.rfile.read(size),
                    headers={name: self.headers[name] for name in names if self.headers[name]},
                    timeout=30,
                )
                if self.command == "PUT" and not lost:
                    lost.append(self.path)
                    self.close_connection = True
                    return
                self.send_response(answer.status_code)
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            def do_GET(self) -> None:
                self.do()

            def do_PUT(self) -> None:
                self.do()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def test_a_message_that_no_server_takes_is_refused_before_it_is_sent(open_room: Open) -> None:
    with pytest.raises(Refused, match="a message of at most 15000 characters"):
        open_room().announce("long", "x" * 15_000)

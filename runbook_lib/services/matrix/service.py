"""Matrix: a room's topic, and announcements that are made once.

A handful of requests of the client-server API: https://spec.matrix.org/latest/client-server-api/
"""

from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import requests

from runbook_lib.errors import AccessDenied, Failed, Refused, RunbookError, Unavailable, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy import lengths
from runbook_lib.policy.chat import Announcement, Topic
from runbook_lib.policy.chat_people import Person, one_person
from runbook_lib.policy.visible import Shown
from runbook_lib.services.api import Api, Key, json_object
from runbook_lib.services.form import check_form
from runbook_lib.services.http import TIMEOUT, Timeout, retry_after
from runbook_lib.services.matrix.forms import form_of
from runbook_lib.services.matrix.people import message, read_members
from runbook_lib.steps.step import Runner, check, look, step

API = "/_matrix/client/v3"
PAGE, PAGES = 100, 25
"""So many pages of so many messages are looked through at most."""
NOT_KNOWN = ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED")


@frozen
class JoinedRoom(Shown):
    """Who the token is, and the room that it has joined."""

    user: str
    room: str

    def __str__(self) -> str:
        return f"{self.user} has joined {self.room}"


class Matrix:
    """The room with an alias (`#name:server`) or an id (`!…`), on the homeserver at `url`."""

    place = "matrix"
    """What names of people are for here."""

    def __init__(
        self,
        url: str,
        room: str,
        token: str,
        runner: Runner,
        *,
        timeout: Timeout = TIMEOUT,
        session: requests.Session | None = None,
    ) -> None:
        if not room.startswith("!") and (room[:1] != "#" or ":" not in room):
            raise UsageError(
                f"expected a Matrix room such as #name:server.org, found {room!r}; correct it"
            )
        key = Key(token, "a Matrix access token", "log in to get one")
        self.api = Api("Matrix", url, key, below=API, timeout=timeout, session=session)
        self.room = room
        self.runner = runner
        self.of = f"Matrix {room}"

    def __repr__(self) -> str:
        """The room and its server; never the token."""
        return f"Matrix({self.room!r} at {self.api.url!r})"

    @property
    def link(self) -> str:
        """Where people open the room.

        https://spec.matrix.org/latest/appendices/#matrixto-navigation
        """
        return f"https://matrix.to/#/{quote(self.room, safe='!')}"

    @cached_property
    def user(self) -> str:
        """Who the token is."""
        return str(self.ask("GET", "account", "whoami")["user_id"])

    @cached_property
    def room_id(self) -> str:
        """The room's id; raises `Refused` where the server knows no such room."""
        if self.room.startswith("!"):
            return self.room
        found = self.look("directory", "room", self.room)
        if found is None:
            raise Refused(
                f"expected a room {self.room} at {self.api.host}, found none; check its alias"
            )
        return str(found["room_id"])

    @check
    def check_access(self) -> JoinedRoom:
        """Check that the token is accepted, and that its user is in the room."""
        if self.room_id not in self.ask("GET", "joined_rooms")["joined_rooms"]:
            raise AccessDenied(
                f"expected {self.user} in {self.room}, found that it has not joined; invite it, "
                "and have it join"
            )
        return JoinedRoom(self.user, self.room)

    @check
    def read_topic(self) -> Topic:
        """The room's topic."""
        return self.find_topic()

    @step
    def set_topic(self, text: str) -> Generator[str, None, Topic]:
        """Have this topic; one that says it already is left, for each set is told to everybody."""
        found = self.find_topic()
        if found.text == text:
            return found
        yield f"set the topic of {self.room}: {text}"
        self.ask("PUT", *self.topic_path, json={"topic": text})
        return self.find_topic()

    @step
    def announce(
        self, handle: str, text: str, *, calls: Mapping[str, str] = MappingProxyType({})
    ) -> Generator[str, None, Announcement]:
        """Send a message that ends with its handle; one that we have sent already is found.

        The request's own id comes from both, so that the server, too, takes a repeated one once.
        `calls` has the Matrix ID of each who is called (`m.mentions`), by their name in the text.
        https://spec.matrix.org/latest/client-server-api/#user-and-room-mentions
        """
        found = self.find_own(handle)
        if found is not None:
            return found
        said = lengths.fitting(f"{text} [{handle}]", lengths.MATRIX, "a message")
        yield f"send to {self.room}: {text}"
        transaction = sha256(f"{handle}\0{text}".encode()).hexdigest()
        path = ("rooms", self.room_id, "send", "m.room.message", transaction)
        sent = self.ask("PUT", *path, json=message(said, calls.values()))
        return Announcement(text, datetime.now(UTC), f"{self.link}/{sent['event_id']}")

    @look
    def find_person(self, name: str) -> Person:
        """Somebody who has joined the room, by display name or id, in whatever case.

        Their `mention` in an announcement tells them of it. Raises `Refused` where nobody is called
        so, and with the candidates where several are.
        """
        said = self.ask("GET", "rooms", self.room_id, "joined_members")
        return one_person(read_members(said), name, where=self.room)

    @property
    def topic_path(self) -> tuple[str, ...]:
        """Where the topic is kept."""
        return ("rooms", self.room_id, "state", "m.room.topic", "")

    def find_topic(self) -> Topic:
        """The topic as it is now; none where nobody has set one."""
        found = self.look(*self.topic_path) or {}
        return Topic(str(found.get("topic") or ""), self.link)

    def find_own(self, handle: str) -> Announcement | None:
        """Our own message with a handle, if there is one."""
        end = f" [{handle}]"
        for event in self.history():
            body = str((event.get("content") or {}).get("body") or "")
            if event.get("sender") == self.user and body.endswith(end):
                at = datetime.fromtimestamp(event["origin_server_ts"] / 1000, UTC)
                link = f"{self.link}/{event['event_id']}"
                return Announcement(body.removesuffix(end), at, link)
        return None

    def history(self) -> Iterator[dict[str, Any]]:
        """The room's messages, newest first, within bounds."""
        asked = {"dir": "b", "limit": str(PAGE)}
        for _ in range(PAGES):
            found = self.ask("GET", "rooms", self.room_id, "messages", params=asked)
            for event in found.get("chunk") or ():
                if event.get("type") == "m.room.message":
                    yield event
            if not found.get("end"):
                return
            asked["from"] = str(found["end"])

    def look(self, *path: str) -> dict[str, Any] | None:
        """What is there, or None where there is nothing of the kind."""
        answer = self.api.send("GET", *path)
        if answer.status_code == 404 and code_of(answer) in ("M_NOT_FOUND", "M_INVALID_PARAM"):
            return None
        return self.required(answer, "GET", path)

    def ask(self, method: str, *path: str, **request: Any) -> dict[str, Any]:
        """What the server answers; raises what its refusal means."""
        answer = self.api.send(method, *path, **request)
        return self.required(answer, method, path)

    def required(
        self, answer: requests.Response, method: str, path: tuple[str, ...]
    ) -> dict[str, Any]:
        """The body of an answer that is no refusal."""
        asked = f"{method} {path[0]} of {self.room}"
        if answer.status_code >= 400:
            raise self.refusal(answer, asked)
        found = self.api.read(answer, asked)
        check_form(form_of(method, path), found, asked=asked, by="Matrix", may_act=method != "GET")
        return found

    def refusal(self, answer: requests.Response, asked: str) -> RunbookError:
        """What a refusal means to whoever asked."""
        code, words = code_of(answer), self.api.shown(said_of(answer, "error"))
        said = f"{self.api.host} refused {asked}: {code or answer.status_code} {words}".rstrip()
        if code == "M_LIMIT_EXCEEDED":
            return Unavailable(
                f"{said}; run this again later",
                retry_after=retry_after(answer),
                may_have_acted=False,
            )
        if code in NOT_KNOWN or answer.status_code == 401:
            return AccessDenied(f"{said}; log in again for a new access token")
        if code == "M_FORBIDDEN":
            return AccessDenied(
                f"{said}; have the account join the room, and give it the power level that this "
                "needs"
            )
        if code in ("M_TOO_LARGE", "M_BAD_JSON"):
            return Refused(f"{said}; shorten the text")
        return Failed(f"{said}; check the homeserver's address, and the room")


def code_of(answer: requests.Response) -> str:
    """The code of a refusal, such as M_FORBIDDEN."""
    return said_of(answer, "errcode")


def said_of(answer: requests.Response, name: str) -> str:
    """One text of a refusal's body; empty where it has none."""
    return str((json_object(answer) or {}).get(name) or "")

"""What a homeserver answers, as far as it is read.

https://spec.matrix.org/latest/client-server-api/
"""

from runbook_lib.services.form import Form, Milliseconds, Text


class User(Form):
    """Who a token is."""

    user_id: str


class Room(Form):
    """The room of an alias."""

    room_id: str


class Rooms(Form):
    """The rooms that somebody has joined."""

    joined_rooms: list[str]


class Topic(Form):
    """A room's topic."""

    topic: Text = None


class Sent(Form):
    """An event that was sent."""

    event_id: str


class Person(Form):
    """Somebody in a room."""

    display_name: Text = None


class People(Form):
    """Who has joined a room, by their ids."""

    joined: dict[str, Person | None] | None = None


class Content(Form):
    """What an event says."""

    body: object = None


class Event(Form):
    """An event of a room's; that of a message that was taken back says nothing."""

    type: Text = None
    sender: Text = None
    event_id: str
    origin_server_ts: Milliseconds
    content: Content | None = None


class Messages(Form):
    """Some of a room's events, and where there are more."""

    chunk: list[Event] | None = None
    end: Text = None


FORMS: dict[str, type[Form]] = {
    "GET whoami": User,
    "GET room": Room,
    "GET joined_rooms": Rooms,
    "GET m.room.topic": Topic,
    "PUT send": Sent,
    "GET joined_members": People,
    "GET messages": Messages,
}
"""The forms, by a request's method and what it asks for; of what another answers nothing is read.
"""


def form_of(method: str, path: tuple[str, ...]) -> type[Form]:
    """The form of what is answered to a request."""
    named = (FORMS.get(f"{method} {part}") for part in path)
    return next(filter(None, named), Form)

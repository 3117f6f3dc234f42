"""The people of a workspace, by the names that they have there."""

from functools import cached_property
from typing import Any

from runbook_lib.policy.chat_people import Person, one_person
from runbook_lib.services.slack.client import Client, Unknown


class People:
    """Who is in a workspace; a token needs the scope users:read to ask for them."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.known: dict[str, Person] = {}

    def find(self, name: str) -> Person:
        """Who has that name or id; raises `Refused` for nobody, and for several."""
        return one_person(self.every, name, where="Slack")

    @cached_property
    def every(self) -> tuple[Person, ...]:
        """Everybody who has not left."""
        listed = self.client.pages("users.list", "members")
        return tuple(read_person(one) for one in listed if not one.get("deleted"))

    def by_id(self, user: str) -> Person:
        """Somebody by id; somebody whom Slack does not tell of has no names."""
        if user not in self.known:
            try:
                said = self.client.ask_on("users.info", user=user)["user"]
            except Unknown:
                said = {"id": user}
            self.known[user] = read_person(said)
        return self.known[user]


def read_person(said: dict[str, Any]) -> Person:
    """A person of Slack's: the display name, the real name and the handle, each once.

    https://docs.slack.dev/reference/objects/user-object
    """
    profile = said.get("profile") or {}
    names = (
        profile.get("display_name"),
        profile.get("real_name") or said.get("real_name"),
        said.get("name"),
        profile.get("display_name_normalized"),
        profile.get("real_name_normalized"),
    )
    known = tuple(dict.fromkeys(str(name) for name in names if name))
    return Person(str(said["id"]), known, f"<@{said['id']}>")

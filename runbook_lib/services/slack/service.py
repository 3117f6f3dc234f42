"""One channel of a Slack workspace."""

import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

from runbook_lib.errors import AccessDenied, Refused, Unavailable
from runbook_lib.policy import lengths
from runbook_lib.policy.chat import Announcement, Topic
from runbook_lib.policy.chat_people import Person
from runbook_lib.policy.deploy_message import Deployment, compile_pattern, read_deployments
from runbook_lib.services.slack.client import Client
from runbook_lib.services.slack.messages import Member, authors, moment
from runbook_lib.services.slack.people import People
from runbook_lib.services.slack.text import calling, escaped, plain, with_mentions, with_people
from runbook_lib.steps.step import Runner, check, look, step

ID = re.compile(r"[CGD][A-Z0-9]{6,}")
MEMORY = 45 * 24 * 3600.0
"""How far behind the newest message one of ours is looked for, in seconds."""
AT_ONCE = 3600.0
"""How long ago another machine may have posted what this one has not found, in seconds."""
KINDS = "public_channel,private_channel"


class Slack:
    """The channel `#name` (or its id) of a workspace.

    `bot` narrows down who writes deployment messages (a user's or bot's id or name), `deployment`
    is a pattern for them (see `policy.deploy_message`).
    """

    place = "slack"
    """What names of people are for here."""

    def __init__(
        self,
        channel: str,
        token: str,
        runner: Runner,
        *,
        api_url: str = "https://slack.com/api",
        bot: str = "",
        deployment: str = "",
    ) -> None:
        self.name = channel
        self.client = Client(api_url, token)
        self.runner = runner
        self.bot = bot
        self.people = People(self.client)
        self.pattern = compile_pattern(deployment)
        self.of = f"Slack {channel}"

    def __repr__(self) -> str:
        return f"Slack({self.name!r})"

    @cached_property
    def me(self) -> dict[str, Any]:
        """Who the token is, and where its workspace is."""
        return self.client.ask("auth.test")

    @cached_property
    def channel(self) -> str:
        """The channel's id; raises `Refused` where the token sees no channel of that name."""
        if ID.fullmatch(self.name):
            return self.name
        wanted = self.name.removeprefix("#")
        listed = self.client.pages(
            "conversations.list", "channels", types=KINDS, exclude_archived="true"
        )
        found = next((one["id"] for one in listed if one["name"] == wanted), None)
        if found is None:
            raise Refused(
                f"expected a channel #{wanted} that the bot sees, found none; check the name, "
                "invite the bot, or name the channel's id"
            )
        return str(found)

    @check
    def check_access(self) -> Member:
        """Check that the token is accepted, and that its bot is in the channel."""
        found = self.read_channel()
        if not found.get("is_member", True):
            raise AccessDenied(
                f"expected {self.me['user']} in {self.name}, found that it is not a member; "
                f"write /invite @{self.me['user']} there"
            )
        return Member(str(self.me["user"]), self.name, self.link())

    @check
    def read_topic(self) -> Topic:
        """The channel's topic as people read it."""
        return self.find_topic()

    @step
    def set_topic(self, text: str) -> Generator[str, None, Topic]:
        """Have this topic; one that says it already is left, for each set posts a message."""
        found = self.find_topic()
        if found.text == text:
            return found
        yield f"set the topic of {self.name}: {text}"
        self.client.ask("conversations.setTopic", channel=self.channel, topic=with_mentions(text))
        return self.find_topic()

    @step
    def announce(
        self, handle: str, text: str, *, calls: Mapping[str, str] = MappingProxyType({})
    ) -> Generator[str, None, Announcement]:
        """Post a message that ends with its handle; one that we have posted already is found.

        `calls` has the member's ID of each who is called by their name in the text.
        """
        found = self.find_own(handle)
        if found is not None:
            return found
        called = calling(with_people(text), calls)
        said = lengths.fitting(f"{called}{escaped(f' [{handle}]')}", lengths.SLACK, "a message")
        yield f"post into {self.name}: {text}"
        posted = self.client.ask(
            "chat.postMessage", channel=self.channel, text=said, unfurl_links="false"
        )
        self.leave_to_first(handle, str(posted["ts"]))
        return self.announced(text, str(posted["ts"]))

    def leave_to_first(self, handle: str, ts: str) -> None:
        """Delete our message of `ts`, and have the step look again, where it is not our first.

        Slack has no condition to post on: two machines that have both found none post both.
        https://docs.slack.dev/reference/methods/chat.delete
        """
        try:
            found = [*self.find_all(handle, self.history(float(ts) - AT_ONCE))]
        except Unavailable:
            return  # ours is there all the same
        if any(float(one["ts"]) < float(ts) for one in found):
            self.client.ask("chat.delete", channel=self.channel, ts=ts)
            raise Unavailable(
                "another machine has announced it at the same moment, and ours is deleted; "
                "run this again",
                may_have_acted=False,
            )

    @look
    def find_deployments(self, since: datetime) -> tuple[Deployment, ...]:
        """The deployments that the channel tells of since a moment, newest first."""
        messages = self.history(since.timestamp())
        return tuple(one for message in messages for one in self.deployments_of(message))

    def deployments_of(self, message: dict[str, Any]) -> Iterator[Deployment]:
        """The deployments that one message tells of, if it is written by whom the profile names."""
        text, at = plain(str(message.get("text") or "")), moment(str(message["ts"]))
        link = self.link(str(message["ts"]))
        for found in read_deployments(text, self.pattern, at=at, by="", link=link):
            if self.is_written_by_bot(message):
                yield replace(found, by=self.writer(message))

    def is_written_by_bot(self, message: dict[str, Any]) -> bool:
        """Whether a message is by whom the profile names, by any name or id; anybody's by default.

        Names are asked for where the message itself does not tell.
        """
        if not self.bot or self.bot in authors(message):
            return True
        user = str(message.get("user") or "")
        return bool(user) and self.people.by_id(user).is_called(self.bot)

    def writer(self, message: dict[str, Any]) -> str:
        """What the writer of a message is called; by id where the token may not ask for names."""
        best, user = next(iter(authors(message)), ""), str(message.get("user") or "")
        if not user or best != user:
            return best
        try:
            names = self.people.by_id(user).names
        except AccessDenied:
            return best
        return names[0] if names else best

    @look
    def find_person(self, name: str) -> Person:
        """Somebody of the workspace by display name, real name, handle or id, in whatever case.

        Their `mention` in an announcement tells them of it. Who has left is not found. Raises
        `Refused` where nobody is called so, and with the candidates where several are.
        """
        return self.people.find(name)

    def find_topic(self) -> Topic:
        """The topic as it is now."""
        said = (self.read_channel().get("topic") or {}).get("value") or ""
        return Topic(plain(str(said)), self.link())

    def read_channel(self) -> dict[str, Any]:
        """What Slack says of the channel."""
        return dict(self.client.ask("conversations.info", channel=self.channel)["channel"])

    def find_own(self, handle: str) -> Announcement | None:
        """Our own message with a handle, if there is one in the channel's last `MEMORY`."""
        for found in self.find_all(handle, self.remembered()):
            text = plain(str(found["text"])).removesuffix(f" [{handle}]")
            return self.announced(text, str(found["ts"]))
        return None

    def find_all(self, handle: str, messages: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Those of some messages that are our own, with a handle."""
        mine = {str(self.me.get("user_id") or ""), str(self.me.get("bot_id") or "")} - {""}
        for message in messages:
            by = {str(message.get("user") or ""), str(message.get("bot_id") or "")}
            if mine & by and plain(str(message.get("text") or "")).endswith(f" [{handle}]"):
                yield message

    def remembered(self) -> Iterator[dict[str, Any]]:
        """The channel's messages of the last `MEMORY` before the newest, newest first."""
        newest = 0.0
        for message in self.history():
            newest = max(newest, float(message["ts"]))
            if newest - float(message["ts"]) > MEMORY:
                return
            yield message

    def announced(self, text: str, ts: str) -> Announcement:
        """A message of ours, by Slack's own time."""
        return Announcement(text, moment(ts), self.link(ts))

    def history(self, since: float = 0.0) -> Iterator[dict[str, Any]]:
        """The channel's messages since a time, newest first, within bounds.

        Slack is asked for these alone; what it tells besides is left out, and ends it.
        """
        bound = {"oldest": f"{since:.6f}", "inclusive": "true"} if since else {}
        asked = {"channel": self.channel, **bound}
        for page in self.client.each_page("conversations.history", "messages", **asked):
            kept = [message for message in page if float(message["ts"]) >= since]
            yield from kept
            if len(kept) < len(page):
                return

    def link(self, ts: str = "") -> str:
        """Where people find the channel, or one of its messages."""
        home = f"{str(self.me.get('url') or '').rstrip('/')}/archives/{self.channel}"
        return f"{home}/p{ts.replace('.', '')}" if ts else home

"""One channel of a Slack workspace."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from runbook_lib.errors import AccessDenied, Refused
from runbook_lib.policy import lengths
from runbook_lib.policy.chat import Announcement, Topic
from runbook_lib.policy.deploy_message import Deployment, compile_pattern, read_deployments
from runbook_lib.policy.visible import Shown
from runbook_lib.services.slack.client import Client
from runbook_lib.services.slack.text import escaped, plain, with_mentions
from runbook_lib.steps.step import Runner, check, look, step

ID = re.compile(r"[CGD][A-Z0-9]{6,}")
MEMORY = 45 * 24 * 3600.0
"""How far behind the newest message one of ours is looked for, in seconds."""
KINDS = "public_channel,private_channel"


@dataclass(frozen=True)
class Member(Shown):
    """Who the token is, in a channel that it may read."""

    login: str
    channel: str
    link: str

    def __str__(self) -> str:
        return f"{self.login} reads {self.channel}"


class Slack:
    """The channel `#name` (or its id) of a workspace.

    `bot` narrows down who writes deployment messages (a user's or bot's id or name), `deployment`
    is a pattern for them (see `policy.deploy_message`).
    """

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
    def announce(self, handle: str, text: str) -> Generator[str, None, Announcement]:
        """Post a message that ends with its handle; one that we have posted already is found."""
        found = self.find_own(handle)
        if found is not None:
            return found
        said = lengths.fitting(escaped(f"{text} [{handle}]"), lengths.SLACK, "a message")
        yield f"post into {self.name}: {text}"
        posted = self.client.ask(
            "chat.postMessage", channel=self.channel, text=said, unfurl_links="false"
        )
        return self.announced(text, str(posted["ts"]))

    @look
    def find_deployments(self, since: datetime) -> tuple[Deployment, ...]:
        """The deployments that the channel tells of since a moment, newest first."""
        return tuple(
            deployment
            for message in self.history(oldest=f"{since.timestamp():.6f}", inclusive="true")
            if not self.bot or self.bot in authors(message)
            for deployment in read_deployments(
                plain(str(message.get("text") or "")),
                self.pattern,
                at=moment(str(message["ts"])),
                by=next(iter(authors(message)), ""),
                link=self.link(str(message["ts"])),
            )
        )

    def find_topic(self) -> Topic:
        """The topic as it is now."""
        said = (self.read_channel().get("topic") or {}).get("value") or ""
        return Topic(plain(str(said)), self.link())

    def read_channel(self) -> dict[str, Any]:
        """What Slack says of the channel."""
        return dict(self.client.ask("conversations.info", channel=self.channel)["channel"])

    def find_own(self, handle: str) -> Announcement | None:
        """Our own message with a handle, if there is one in the channel's last `MEMORY`."""
        end = f" [{handle}]"
        mine = {str(self.me.get("user_id") or ""), str(self.me.get("bot_id") or "")} - {""}
        newest = 0.0
        for message in self.history():
            newest = max(newest, float(message["ts"]))
            if newest - float(message["ts"]) > MEMORY:
                return None
            text = plain(str(message.get("text") or ""))
            by = {str(message.get("user") or ""), str(message.get("bot_id") or "")}
            if text.endswith(end) and mine & by:
                return self.announced(text.removesuffix(end), str(message["ts"]))
        return None

    def announced(self, text: str, ts: str) -> Announcement:
        """A message of ours, by Slack's own time."""
        return Announcement(text, moment(ts), self.link(ts))

    def history(self, **fields: str) -> Iterator[dict[str, Any]]:
        """The channel's messages, newest first, within bounds."""
        return self.client.pages(
            "conversations.history", "messages", channel=self.channel, **fields
        )

    def link(self, ts: str = "") -> str:
        """Where people find the channel, or one of its messages."""
        home = f"{str(self.me.get('url') or '').rstrip('/')}/archives/{self.channel}"
        return f"{home}/p{ts.replace('.', '')}" if ts else home


def moment(ts: str) -> datetime:
    """When a message was posted: Slack's ids of messages are times."""
    return datetime.fromtimestamp(float(ts), UTC)


def authors(message: dict[str, Any]) -> list[str]:
    """What the writer of a message may be called, the best name first."""
    profile = message.get("bot_profile") or {}
    named = (profile.get("name"), message.get("username"), message.get("user"))
    return [str(name) for name in (*named, message.get("bot_id")) if name]

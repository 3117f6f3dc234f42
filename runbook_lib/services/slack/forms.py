"""What Slack's methods answer, as far as it is read: https://docs.slack.dev/reference/methods."""

from runbook_lib.services.form import Form, Seconds, Text


class Topic(Form):
    """A channel's topic."""

    value: Text = None


class Channel(Form):
    """A channel."""

    id: str
    name: Text = None
    is_member: bool | None = None
    topic: Topic | None = None


class NamedChannel(Channel):
    """A channel in the list of all."""

    name: str


class Profile(Form):
    """What a person calls themselves, or what a bot is called."""

    name: Text = None
    display_name: Text = None
    real_name: Text = None
    display_name_normalized: Text = None
    real_name_normalized: Text = None


class User(Form):
    """A person, or a bot."""

    id: str
    name: Text = None
    real_name: Text = None
    deleted: bool | None = None
    profile: Profile | None = None


class Message(Form):
    """A message; its `ts` is its id, and its time."""

    ts: Seconds
    text: Text = None
    user: Text = None
    bot_id: Text = None
    username: Text = None
    bot_profile: Profile | None = None


class Following(Form):
    """Where a list goes on."""

    next_cursor: Text = None


class Page(Form):
    """A page of a list."""

    response_metadata: Following | None = None


class Me(Form):
    """Who a token is."""

    user: str
    user_id: Text = None
    bot_id: Text = None
    url: Text = None


class Info(Form):
    """What is said of a channel."""

    channel: Channel


class Channels(Page):
    """All channels."""

    channels: list[NamedChannel] | None = None


class History(Page):
    """A channel's messages."""

    messages: list[Message] | None = None


class Members(Page):
    """The people of a workspace."""

    members: list[User] | None = None


class About(Form):
    """What is said of a person."""

    user: User


class Posted(Form):
    """A message that was posted."""

    ts: Seconds


FORMS: dict[str, type[Form]] = {
    "auth.test": Me,
    "conversations.info": Info,
    "conversations.list": Channels,
    "conversations.history": History,
    "users.list": Members,
    "users.info": About,
    "chat.postMessage": Posted,
}
"""The forms, by their methods; nothing is read of what another one answers."""

"""Slack's own form of texts, and back (https://docs.slack.dev/messaging/formatting-message-text)."""

import re
from collections.abc import Mapping

LINK = re.compile(r"<(?P<target>(?:https?://|mailto:)[^|>]+)(?:\|(?P<label>[^>]*))?>")
MENTION = re.compile(r"<[@#!][^>]*>")
PERSON = re.compile(r"<@[UW][A-Z0-9]+>")
ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def plain(text: str) -> str:
    """A text as it was written: Slack links addresses, and escapes three characters."""
    text = LINK.sub(written, text)
    for escaped, meant in ESCAPES:
        text = text.replace(escaped, meant)
    return text


def written(link: re.Match[str]) -> str:
    """A link as somebody wrote it: without the scheme, where Slack has put it before."""
    target, label = link["target"], link["label"] or ""
    return label if label and target.partition(":")[2].removeprefix("//") == label else target


def with_people(text: str) -> str:
    """A text as Slack wants it sent, in which people are told of it; nobody else, no channel is."""
    return with_mentions(text, PERSON)


def with_mentions(text: str, kept: re.Pattern[str] = MENTION) -> str:
    """A text as Slack wants it sent, in which its own forms of people and channels stay."""
    plain_parts = kept.split(text)
    mentions = [*kept.findall(text), ""]
    pairs = zip(map(escaped, plain_parts), mentions, strict=True)
    return "".join(part + mention for part, mention in pairs)


def escaped(text: str) -> str:
    """A text as Slack wants it sent, so that nothing in it is taken for a mention or a link."""
    for escape, meant in reversed(ESCAPES):
        text = text.replace(meant, escape)
    return text


def calling(text: str, members: Mapping[str, str]) -> str:
    """An escaped text in which the first mention of each name calls the member with that ID."""
    for name, member in members.items():
        written = rf"(?<![\w/@.-])@?{re.escape(escaped(name))}(?![\w/@-])"
        text = re.sub(written, f"<@{member}>", text, count=1)
    return text

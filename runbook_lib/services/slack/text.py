"""Slack's own form of texts, and back (https://docs.slack.dev/messaging/formatting-message-text)."""

import re

LINK = re.compile(r"<(?P<target>(?:https?|mailto):[^|>]+)(?:\|(?P<label>[^>]*))?>")
ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def plain(text: str) -> str:
    """A text as it was sent: Slack links addresses and escapes three characters."""
    text = LINK.sub(lambda found: found["target"], text)
    for escaped, meant in ESCAPES:
        text = text.replace(escaped, meant)
    return text


def escaped(text: str) -> str:
    """A text as Slack wants it sent, so that nothing in it is taken for a mention or a link."""
    for escape, meant in reversed(ESCAPES):
        text = text.replace(meant, escape)
    return text

"""How long texts may be where they are sent, and how one is cut that is longer.

None of these limits is in a description of an API; each is what the service says when it refuses.
"""

import re

from runbook_lib.errors import Refused

TITLE = 255
"""Bugzilla's summary; GitHub takes one character more in a pull request."""
PULL_REQUEST = 65_536
ISSUE = 65_536
"""An issue on GitHub, and a comment on one."""
RELEASE = 125_000
BUG = 65_535
"""A comment on a bug, its description included."""
JIRA, IN_JIRA = 32_000, 15_000
"""A description or comment in Jira has at most 32,767 by default, its markup included; of a text
that is too long with it so much is sent, which may become twice as long."""
SLACK = 4_000
"""What Slack asks for; a longer text may become several messages.

https://docs.slack.dev/reference/methods/chat.postMessage
"""
MATRIX = 15_000
"""An event has at most 65,536 bytes, and a character at most 4.

https://spec.matrix.org/latest/client-server-api/#size-limits
"""

FENCE = re.compile(r"\s*(`{3,15}|~{3,15})")
FENCED = 16
"""How much the end of a block of code takes at most."""


def shorten(text: str, most: int, whole: str) -> str:
    """The text, or as many of its first lines as fit above a link to the whole of it."""
    if len(text) <= most:
        return text
    link = f"\n\n*It is cut here. All of it is in {whole}*\n"
    kept, _, _ = text[: most - len(link) - FENCED].rpartition("\n")
    return f"{closed(kept)}{link}"


def closed(text: str) -> str:
    """The text, in which no block of code is left open."""
    fences = [found[1] for found in map(FENCE.match, text.splitlines()) if found]
    return f"{text}\n{fences[-1]}" if len(fences) % 2 else text


def fitting(text: str, most: int, what: str, whole: str = "", *, under: str = "") -> str:
    """The text if it fits above what stands `under` it, else cut above a link to the whole.

    Raises `Refused` where it does not fit, and the whole is nowhere.
    """
    length = len(text) + len(under)
    if length > most and not whole:
        raise Refused(
            f"expected {what} of at most {most} characters, found {length}: shorten it, and link "
            "what is left out"
        )
    return shorten(text, most - len(under), whole)

"""The topic of a team's chat room: the notes of the next push, and whose turn it is.

That is what the push duty's procedure asks for when a push is complete.
"""

import re
from datetime import date
from urllib.parse import quote

from runbook_lib.errors import Refused, UsageError

LIMIT = 250
"""How many characters Slack takes of a topic.

https://docs.slack.dev/reference/methods/conversations.setTopic
"""

OURS = re.compile(r"Push \d{4}-\d{2}-\d{2} by [^|·•\n]+?: https?://\S+")
SEPARATOR = re.compile(r"(\s*[|·•\n]\s*)")
MARK = re.compile(r"[|·•\n]")
BETWEEN = " | "


def next_topic(current: str, *, link: str, date: date, hero: str) -> str:
    """What a topic becomes: our own part names the next push, all that people wrote stays.

    Parts stand between `|`, `·` or lines. Raises `Refused` where people's words leave no room, for
    a topic is never cut, and `UsageError` for a hero's name that a topic can't keep apart.
    """
    if not hero.strip() or MARK.search(hero):
        raise UsageError(
            f"expected the name of the next push hero, without | · • or line breaks, found "
            f"{hero!r}; correct it in the rotation"
        )
    ours = f"Push {date.isoformat()} by {hero}: {MARK.sub(lambda mark: quote(mark[0]), link)}"
    if not current.strip():
        return fitting(ours)
    pieces = SEPARATOR.split(current)
    places = [at for at in range(0, len(pieces), 2) if OURS.fullmatch(pieces[at].strip())]
    if not places:
        return fitting(f"{ours}{BETWEEN}{current}")
    pieces[places[0]] = ours
    for at in reversed(places[1:]):
        del pieces[at - 1 : at + 1]
    return fitting("".join(pieces))


def fitting(topic: str) -> str:
    """The topic; raises `Refused` where it is too long."""
    if len(topic) > LIMIT:
        raise Refused(
            f"expected a topic of at most {LIMIT} characters, found that it would have "
            f"{len(topic)}: shorten what people have written in it, then run this again"
        )
    return topic

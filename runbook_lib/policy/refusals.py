"""When two refusals are the same: who lets one pass has not let another pass."""

import re
from datetime import UTC, datetime, timedelta

MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?"
)
"""A time of a day, as a refusal may say it."""
LOOK = timedelta(minutes=5)
"""How far a time may be from now to be that of the look itself."""
NOW = "(now)"


def lasting_words(text: str, now: datetime) -> str:
    """A refusal's text without the time at which it was looked: that alone changes by itself.

    All else is what was found, durations and older times too: a lag of 5 s that was let pass lets
    none of 500 s pass.
    """
    return MOMENT.sub(lambda found: NOW if is_near(found[0], now) else found[0], text)


def is_near(moment: str, now: datetime) -> bool:
    """Whether a time is about now; one without a zone is taken for UTC."""
    written = re.sub(r" ?(?:UTC|Z)$", "+00:00", moment)
    try:
        found = datetime.fromisoformat(written.replace(" +", "+").replace(" -", "-"))
    except ValueError:
        return False
    return abs((found if found.tzinfo else found.replace(tzinfo=UTC)) - now) < LOOK

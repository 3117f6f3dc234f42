"""When a push began and ended: what was seen of it, beside what people wrote.

What was seen counts: the messages of the tags' deployments to production, and our own request to
operations. People's times count where nothing was seen; where they say otherwise, that is said.
"""

from datetime import date, datetime, timedelta, tzinfo

from runbook_lib.frozen import frozen
from runbook_lib.policy.clock_times import names_date, read_moment

PROMPT = timedelta(hours=3)
"""What follows within so long is of the same push."""
NEAR = timedelta(minutes=15)
"""A time that people wrote may be so far from what was seen."""


@frozen
class SeenTimes:
    """When operations were asked for some tags, and when each of these was deployed.

    That is None of a tag of which nobody has told: a service may show it before that is said.
    """

    asked: datetime | None = None
    deployed: tuple[datetime | None, ...] = ()

    @property
    def newest(self) -> tuple[datetime, ...]:
        """What was seen last, and what came shortly before it, one after the other.

        Of a follow-up, most tags may have been deployed with the push.
        """
        found: list[datetime] = []
        for moment in sorted(filter(None, (self.asked, *self.deployed)), reverse=True):
            if found and found[-1] - moment > PROMPT:
                break
            found.append(moment)
        return tuple(found)

    @property
    def began(self) -> datetime | None:
        """When it began, if anything of it was seen."""
        return min(self.newest, default=None)

    @property
    def ended(self) -> datetime | None:
        """When the last of them was deployed, of those that this was told of."""
        return max((each for each in self.newest if each in self.deployed), default=None)


@frozen
class WrittenTimes:
    """What people wrote of a push on a day, in a team's time zone."""

    start: str
    end: str
    day: date
    zone: tzinfo

    def read(self, text: str, near: datetime | None) -> datetime | None:
        """The moment that a text names; one without a date is on the day of what was seen."""
        day = near.astimezone(self.zone).date() if near and not names_date(text, self.day) else None
        return read_moment(text, day or self.day, self.zone)

    def clock(self, moment: datetime) -> str:
        """A moment by the team's clocks."""
        return f"{moment.astimezone(self.zone):%a %Y-%m-%d %H:%M %Z}"


@frozen
class PushTimes:
    """When a push began and ended, and what is doubtful in that, a line each."""

    began: datetime
    ended: datetime | None
    doubts: tuple[str, ...] = ()


def find_times(seen: SeenTimes, written: WrittenTimes) -> PushTimes | None:
    """The times of a push; None where nothing was seen, and no start that can be read is written.

    An end before the start is none. Where not all was told, the later end counts.
    """
    began = seen.began or written.read(written.start, None)
    if began is None:
        return None
    ended = seen.ended
    if ended is None or None in seen.deployed:
        ended = max(filter(None, (ended, written.read(written.end, began))), default=None)
    found = (
        doubt("start", written.start, began, written),
        doubt("end", written.end, ended, written),
    )
    kept = ended if ended and ended >= began else None
    return PushTimes(began, kept, tuple(filter(None, found)))


def doubt(what: str, text: str, found: datetime | None, written: WrittenTimes) -> str:
    """How what people wrote differs from what is taken, if it does."""
    if not text:
        return ""
    said = written.read(text, found)
    if said is None:
        instead = f"; {written.clock(found)} is taken" if found else ""
        return f"the {what} in the notes, {text!r}, is no one time in a zone that is known{instead}"
    if found is None or abs(said - found) <= NEAR:
        return ""
    wrong = f"the {what} in the notes is {written.clock(said)} ({text})"
    return f"{wrong}, {written.clock(found)} was seen"

"""The timeline of a run, or of one session, from the journals that are kept of it."""

from runbook_lib.archive.sessions import KeptSession
from runbook_lib.display.timeline import Timeline, make_timeline
from runbook_lib.errors import RunbookError
from runbook_lib.journal.events import Event
from runbook_lib.reading.finding import Found


def timeline_of(found: Found) -> Timeline | None:
    """The timeline of all sessions that can be read; None where none has carried out a step."""
    return make_timeline([event for session in found.sessions for event in events_of(session)])


def events_of(session: KeptSession) -> tuple[Event, ...]:
    """A session's events; none of one that can't be read: what is shown of it says why."""
    try:
        return tuple(session.events)
    except (RunbookError, OSError):
        return ()

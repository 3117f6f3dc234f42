"""Who has the locks of a place's runs, as they were last seen: no remote is asked."""

from runbook_lib.archive import Holder
from runbook_lib.archive.layout import LOCKS, SEEN_LOCKS
from runbook_lib.archive.lock import read_holder
from runbook_lib.archive.sessions import Place


def read_holders(place: Place) -> dict[str, Holder]:
    """Who is at work, by the names of the runs; what an archived session has left counts for none.

    What is on this machine comes before what the remote was seen to have.
    """
    if not place.archive.exists:
        return {}
    shown = "--format=%(contents)%00"
    listed = [
        place.archive.git.run("for-each-ref", shown, under).text.split("\0")
        for under in (SEEN_LOCKS, LOCKS)
    ]
    found = [read_holder(message) for messages in listed for message in messages if message.strip()]
    return {one.run: one for one in found if one.run and not is_over(place, one.session)}


def is_over(place: Place, session: str) -> bool:
    """Whether a session is archived, or its name is none."""
    return not session or place.archive.has(session)

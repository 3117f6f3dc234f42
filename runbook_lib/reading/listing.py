"""Past sessions, newest first: those of all archives, and those that are not archived yet."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import islice
from typing import Any

from runbook_lib.archive import ArchivedSession, Wanted
from runbook_lib.archive.record import read_events
from runbook_lib.archive.sessions import KeptSession, Place, journals_of, shared_of
from runbook_lib.errors import RunbookError
from runbook_lib.journal.summary import FACTS, facts_of, summarise
from runbook_lib.reading.listed import ListedSession, time_of

READ = 200
"""Of so many sessions the journals are read when they are listed."""


def list_sessions(
    places: Iterable[Place], wanted: Wanted, limit: int | None
) -> list[ListedSession]:
    """The sessions that are asked for, newest first."""
    return list(stream(places, wanted, limit))


def stream(places: Iterable[Place], wanted: Wanted, limit: int | None) -> Iterator[ListedSession]:
    """The sessions that are asked for, newest first, read as far as they are taken.

    Those of one archive stay in the order in which they were archived: clocks may differ.
    """
    streams = [one for place in places for one in streams_of(place, wanted, limit)]
    merged = heapq.merge(*streams, key=lambda listed: listed.ended, reverse=True)
    yield from islice(once(merged), limit)


def streams_of(
    place: Place, wanted: Wanted, limit: int | None
) -> tuple[Iterator[ListedSession], Iterator[ListedSession]]:
    """A place's sessions: those that are not archived yet, and those that are."""
    fields = asdict(wanted)
    archived = (as_listed(entry, place) for entry in place.archive.entries(limit, **fields))
    open_ones = sorted(not_archived(place, wanted), key=lambda one: one.ended, reverse=True)
    return iter(open_ones), archived


def once(sessions: Iterable[ListedSession]) -> Iterator[ListedSession]:
    """Each session once, though several places may share one archive."""
    seen: set[str] = set()
    for listed in sessions:
        if listed.session not in seen:
            seen.add(listed.session)
            yield listed


def not_archived(place: Place, wanted: Wanted) -> Iterator[ListedSession]:
    """The sessions of a place that are asked for and that its archive has not for good."""
    here = {kept.name: kept for kept in place.unarchived()}
    shared = [KeptSession(entry.session, place) for entry in shared_of(place)]
    here |= {kept.name: kept for kept in shared if kept.name not in here}
    for kept in here.values():
        listed, text = from_journal(kept)
        if listed.problem or wanted.matches(listed, text):
            yield listed


def from_journal(kept: KeptSession) -> tuple[ListedSession, str]:
    """A session as its journal tells it, and all that it says; why that can't be read, if so."""
    try:
        summary = kept.summary
        listed = ListedSession(
            **facts_of(summary),
            state=kept.state,
            parameters=summary.parameters,
            decided=summary.decided,
            work=summary.work.to_dict(),
            private=kept.place.private,
        )
        text = "\n".join(event.line() for event in kept.events)
    except (RunbookError, OSError) as error:
        return damaged(kept, str(error)), ""
    return replace(listed, outcome=kept.outcome), text


def damaged(kept: KeptSession, problem: str) -> ListedSession:
    """A session that can't be read: what its name and its folder tell."""
    began = time_of(kept.name)
    found: dict[str, Any] = dict.fromkeys(FACTS, "")
    found |= {"session": kept.name, "run": kept.run_here, "outcome": "unknown"}
    found |= {"profile": kept.place.profile, "started": began, "ended": began}
    return ListedSession(**found, state="damaged", problem=problem, private=kept.place.private)


def with_given(sessions: Sequence[ListedSession], places: Iterable[Place]) -> list[ListedSession]:
    """The same, with what they were given and what they decided; for at most `READ` of them."""
    archived = [one.session for one in sessions if one.state == "archived"]
    if len(archived) > READ:
        return list(sessions)
    journals: dict[str, bytes] = {}
    for place in places:
        journals |= journals_of(place, [name for name in archived if name not in journals])
    return [given(one, journals.get(one.session)) for one in sessions]


def given(listed: ListedSession, journal: bytes | None) -> ListedSession:
    """A session with what its archived journal says that it was given, and decided."""
    if journal is None:
        return listed
    try:
        summary = summarise(read_events(journal, listed.session))
    except RunbookError as error:
        return replace(listed, problem=str(error))
    work = summary.work.to_dict()
    return replace(listed, parameters=summary.parameters, decided=summary.decided, work=work)


def as_listed(entry: ArchivedSession, place: Place) -> ListedSession:
    """An archived session, as its commit tells it."""
    facts = facts_of(entry)
    return ListedSession(**facts, state="archived", commit=entry.commit, private=place.private)

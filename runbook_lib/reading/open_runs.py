"""Runs that are open: what each waits for, since when, and who has it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from runbook_lib.archive import Holder, is_silent
from runbook_lib.archive.places import archive_settings
from runbook_lib.archive.sessions import KeptSession, Place
from runbook_lib.journal.decision import kind_of
from runbook_lib.journal.events import Event, since_abandoned
from runbook_lib.journal.session import newest_session
from runbook_lib.journal.summary import DECIDING, ENDED, OPEN, StepSummary, facts_of, said_by
from runbook_lib.reading.finding import is_approval, local_runs
from runbook_lib.reading.listed import time_of
from runbook_lib.reading.lock_holders import read_holders
from runbook_lib.reading.opened import OpenRun
from runbook_lib.reading.questions import Asked, newest_asked
from runbook_lib.steps.decisions import is_asked


def open_runs(places: Iterable[Place]) -> list[OpenRun]:
    """What is open in some places, the newest first; once where several share an archive."""
    found: dict[tuple[str, str], OpenRun] = {}
    for place in places:
        for one in [*runs_of(place), *without_run(place)]:
            key = (one.run or one.session, one.profile if not one.run else "")
            if key not in found or found[key].session < one.session:
                found[key] = one
    return sorted(found.values(), key=lambda one: one.since, reverse=True)


def runs_of(place: Place) -> Iterator[OpenRun]:
    """The open runs of a place."""
    holders = read_holders(place)
    names = {run for run in local_runs(place) if not is_closed_here(place, run)}
    names |= {*place.archive.open_runs(""), *holders}
    for name in sorted(names):
        found = look_at(place, name, holders.get(name))
        if found is not None:
            yield found


def is_closed_here(place: Place, run: str) -> bool:
    """Whether the newest session of a run on this machine came to the end of the runbook."""
    folder = place.home.run_folder(run)
    newest = newest_session(folder)
    kept = KeptSession(newest, place, folder / "sessions" / newest)
    return bool(newest) and kept.has_begun and not kept.problem and is_close(kept)


def is_close(session: KeptSession) -> bool:
    """Whether a session came to the end of its runbook, or abandoned the run."""
    return session.summary.outcome in ENDED and session.summary.runbook not in DECIDING


def look_at(place: Place, run: str, holder: Holder | None) -> OpenRun | None:
    """How a run stands; None where it is done, or was only ever planned."""
    sessions = place.sessions_of(run)
    worked = [one for one in sessions if not one.problem and not is_approval(one)]
    begun = [one for one in worked if one.summary.outcome != "planned"]
    if begun and is_close(begun[-1]):
        return None
    damaged = next((one for one in reversed(sessions) if one.problem), None)
    if damaged is not None:
        return damaged_run(place, run, damaged, holder)
    if not (begun or holder):
        return None
    if holder and (not begun or holder.session > begun[-1].name):
        return held_run(place, run, holder)
    events = since_abandoned([event for one in sessions for event in one.events])
    return with_holder(stand(begun[-1], events), holder, place)


def stand(session: KeptSession, events: list[Event]) -> OpenRun:
    """How a run stands after its newest session, given the events of all of them."""
    summary = session.summary
    state = {"alive": "alive", "died": "died"}.get(session.state, summary.outcome)
    last = summary.steps[-1] if summary.steps else None
    step = last if last and last.outcome in OPEN else None
    asked = asked_by(session, step, events)
    own = {"profile": session.place.profile, "outcome": session.outcome}
    return OpenRun(
        **(facts_of(summary) | own),
        state=state,
        since=asked.asked if asked else (step.started if step else summary.ended),
        asked=asked,
        step=None if asked else step,
        private=session.place.private,
        stopped="" if step else str(said_by(session.events, "stopped").get("detail", "")),
        parameters={**summary.parameters, **summary.named},
    )


def asked_by(session: KeptSession, step: StepSummary | None, events: list[Event]) -> Asked | None:
    """What a gate asked for in a session's last step, if that is what it waits for."""
    if step is None:
        return None
    began = False
    for event in session.events:
        began = began or event.matches("started", number=step.number)
        if began and is_asked(event):
            name, kind = str(event.said["gate"]), kind_of(event)
            return newest_asked(events, name, session.summary.run, kind)
    return None


def without_run(place: Place) -> Iterator[OpenRun]:
    """The sessions of a place that have joined no run, and are at it or have died."""
    for session in place.unarchived():
        if session.problem and not session.run_here:
            yield damaged_run(place, "", session, None)
        elif not session.problem and not session.summary.run and session.state in ("alive", "died"):
            yield stand(session, session.events)


def with_holder(found: OpenRun, holder: Holder | None, place: Place) -> OpenRun:
    """The same, with who has the run's lock."""
    if holder is None:
        return found
    silent = is_silent(holder, after=archive_settings(place.home).silent)
    return replace(found, holder=holder, silent=silent)


def held_run(place: Place, run: str, holder: Holder) -> OpenRun:
    """A run of which no more is known here than who is at work on it."""
    found = OpenRun(
        run=run,
        runbook=run.partition("/")[0],
        profile=place.profile,
        session=holder.session,
        operator=holder.operator,
        host=holder.host,
        state="alive",
        outcome="alive",
        started=holder.since,
        since=holder.since,
        private=place.private,
    )
    return with_holder(found, holder, place)


def damaged_run(place: Place, run: str, session: KeptSession, holder: Holder | None) -> OpenRun:
    """A run with a session that can't be read."""
    began = time_of(session.name)
    found = OpenRun(
        run=run,
        runbook=run.partition("/")[0],
        profile=place.profile,
        session=session.name,
        operator="",
        host="",
        state="damaged",
        outcome="unknown",
        started=began,
        since=began,
        problem=session.problem,
        private=place.private,
    )
    return with_holder(found, holder, place)

"""Finds runs and sessions by their names, whole or shortened, in whatever place knows them."""

import difflib
import re
from collections.abc import Iterable, Sequence

from runbook_lib.archive.layout import SESSION
from runbook_lib.archive.sessions import (
    KeptSession,
    Place,
    archived_of,
    fetch,
    find_places,
    shared_of,
)
from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.session import folders_of
from runbook_lib.journal.summary import DECIDING

LATEST = "latest"
BEGINNING = re.compile(r"\d{8}[\w.-]*", re.ASCII)
"""The beginning of a session's name: its day at least."""
LISTED = 8
ANY = ("", "…", "...", "*")
"""What stands for any parts of a run's name."""


@frozen
class Found:
    """What a name stands for: a run with its sessions, oldest first, or one session."""

    name: str
    sessions: tuple[KeptSession, ...]
    of_run: bool

    @property
    def newest(self) -> KeptSession:
        """The newest session that was more than an approval, if there is one."""
        worked = (one for one in reversed(self.sessions) if not is_approval(one))
        return next(worked, self.sessions[-1])


def is_approval(session: KeptSession) -> bool:
    """Whether a session was but an approval from a terminal."""
    return session.events[0].said.get("command") in DECIDING


class Finder:
    """Looks in all places of this machine; `offline`, without asking any remote."""

    def __init__(self, *, offline: bool = False) -> None:
        self.places = find_places()
        self.problems = [] if offline else fetch(self.places)

    def find(self, name: str) -> Found:
        """What a name stands for: a run's, a session's, the end of the one, the other's beginning.

        Raises `UsageError` where there is no such thing, or several.
        """
        if name == LATEST:
            return self.latest()
        found = self.session(name) if BEGINNING.fullmatch(name) else None
        return found or self.run(name)

    def find_session(self, run: Found, name: str) -> KeptSession:
        """One session of a run, by its name or the beginning of it."""
        names = [one.name for one in run.sessions]
        chosen = only(name, [one for one in names if one.startswith(name)], "session", names)
        return next(one for one in run.sessions if one.name == chosen)

    def latest(self) -> Found:
        """The newest session of all."""
        newest = [max(names) for place in self.places if (names := newest_names(place))]
        if not newest:
            raise nothing_yet()
        return self.as_found(max(newest))

    def session(self, name: str) -> Found | None:
        """The session whose name begins so; None where there is none."""
        names = {one for place in self.places for one in self.beginning(place, name)}
        return self.as_found(only(name, names, "session", names)) if names else None

    def beginning(self, place: Place, name: str) -> list[str]:
        """The names of a place's sessions that begin so."""
        names = [path.name for path in folders_of(place.home.folder)]
        names += archived_of(place, name[:8])
        names += [entry.session for entry in shared_of(place)]
        return [one for one in names if one.startswith(name) and SESSION.fullmatch(one)]

    def as_found(self, name: str) -> Found:
        """A session by its whole name."""
        kept = next(kept for place in self.places if (kept := find_kept(place, name)))
        return Found(name, (kept,), of_run=False)

    def run(self, name: str) -> Found:
        """The run of that name, or the only one that it has parts of (see `is_named`)."""
        name = name.strip("/")
        whole = self.sessions_of(name)
        if whole:
            return Found(name, whole, of_run=True)
        names = likeliest(name, self.runs_named(name))
        chosen = only(name, names, "run", sorted(names) or self.known_runs())
        return Found(chosen, self.sessions_of(chosen), of_run=True)

    def runs_named(self, name: str) -> set[str]:
        """The names of all runs of which a name has parts."""
        return {run for place in self.places for run in runs_named(place, name)}

    def sessions_of(self, run: str) -> tuple[KeptSession, ...]:
        """A run's sessions in the place that has its newest one."""
        every = [tuple(place.sessions_of(run)) for place in self.places]
        return max(filter(None, every), key=newest_name, default=())

    def known_runs(self) -> list[str]:
        """The names of the runs of this machine, and of those that were archived last."""
        runs = {run for place in self.places for run in local_runs(place)}
        for place in self.places:
            runs |= {entry.run for entry in place.archive.entries(50) if entry.run}
        return sorted(runs)


def newest_name(sessions: tuple[KeptSession, ...]) -> str:
    """The name of the last one of a run's sessions."""
    return sessions[-1].name


def newest_names(place: Place) -> list[str]:
    """The names of the sessions of a place among which its newest one is."""
    names = [path.name for path in folders_of(place.home.folder)]
    names += [entry.session for entry in shared_of(place)]
    names += [entry.session for entry in place.archive.entries(1)]
    return [name for name in names if SESSION.fullmatch(name) and find_kept(place, name)]


def find_kept(place: Place, name: str) -> KeptSession | None:
    """A session of a place by its whole name, where it is read from."""
    folders = [path for path in folders_of(place.home.folder) if path.name == name]
    kept = next((KeptSession(name, place, folder) for folder in folders), None)
    if place.archive.exists and (kept is None or kept.state in ("archived", "elsewhere")):
        entry = place.archive.find(name)
        if entry is not None and (kept is None or not entry.open):
            return KeptSession(name, place)
    return kept if kept and kept.has_begun else None


def local_runs(place: Place) -> list[str]:
    """The names of the runs that have a folder here."""
    folder = place.home.folder / "runs"
    return [path.relative_to(folder).as_posix() for path in folder.glob("*/*/*")]


def runs_named(place: Place, name: str) -> set[str]:
    """The names of a place's runs of which a name has parts."""
    text = max(parts_of(name), key=len, default=name)
    entries = [*place.archive.entries(text=text), *shared_of(place)]
    names = {*local_runs(place), *(entry.run for entry in entries)}
    return {run for run in names if is_named(run, name)}


def is_named(run: str, name: str) -> bool:
    """Whether a name has whole parts of a run's, in their order.

    `publish`, `mypackage`, `1.2`, `mypackage/1.2` and `publish/…/1.2` are `publish/mypackage/1.2`.
    """
    rest = iter(run.split("/"))
    return bool(parts_of(name)) and all(part in rest for part in parts_of(name))


def parts_of(name: str) -> list[str]:
    """The parts of a name that say something."""
    return [part for part in name.split("/") if part not in ANY]


def likeliest(name: str, runs: set[str]) -> set[str]:
    """Of several runs those whose names end so, if any do: there stands what they are about."""
    ending = {run for run in runs if f"/{run}".endswith(f"/{name}")}
    return ending or runs


def only(name: str, found: Iterable[str], kind: str, known: Iterable[str]) -> str:
    """The one name that was found; raises `UsageError` where there is none, or several."""
    names = sorted(set(found))
    if len(names) == 1:
        return names[0]
    if names:
        raise UsageError(
            f"expected the name of one {kind}, found that {name!r} may be any of "
            f"{listed(names)}: name more of it"
        )
    near = near_names(name, sorted(set(known)))
    if not near:
        raise nothing_yet()
    raise UsageError(
        f"expected the name of a run or a session, or parts of one that only it has, such as "
        f"{last_part(near[0])}, or {LATEST}; found {name!r}; there are: {listed(near)}"
    )


def near_names(name: str, known: Sequence[str]) -> list[str]:
    """The names that are most like one, the likest first; all, where none is like it."""
    named: dict[str, list[str]] = {}
    for run in known:
        for part in dict.fromkeys((run, run.partition("/")[2], *run.split("/"))):
            named.setdefault(part, []).append(run)
    near = difflib.get_close_matches(name, named, n=LISTED, cutoff=0.6)
    return list(dict.fromkeys(run for part in near for run in named[part])) or list(known)


def last_part(run: str) -> str:
    """What a run is about."""
    return run.rpartition("/")[2]


def listed(names: Sequence[str]) -> str:
    """Some names as a list in words."""
    more = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f" and {more} more" if more > 0 else "")


def nothing_yet() -> UsageError:
    """The error where no session is known at all."""
    return UsageError(
        "expected the name of a run or a session, found that none is known here yet: carry one "
        "out with runbook run, or name a profile's archive in runbook.toml"
    )

"""The runs that wait, each to be gone on with as its newest session was run."""

from runbook_lib.reading.finding import Finder
from runbook_lib.reading.open_runs import open_runs
from runbook_lib.reading.opened import OpenRun
from runbook_lib.run.notices import as_given
from runbook_lib.secrets.masking import MASK

MAY_HAVE_COME = ("waiting", "unknown", "died")
"""The states of a run that running it again may change; what was refused or failed wants a look."""


def waiting_runs(profile: str = "") -> tuple[list[OpenRun], list[str]]:
    """The open runs of a profile (of all, where none is named), the oldest first.

    Beside them, what could not be asked for them.
    """
    finder = Finder()
    found = [one for one in open_runs(finder.places) if profile in ("", one.profile)]
    return found[::-1], finder.problems


def left_alone(one: OpenRun) -> str:
    """Why an open run is not gone on with; empty where it is."""
    if one.state == "alive" or (one.holder and not one.silent):
        return "somebody is at work on it"
    if is_over_to_people(one):
        return f"it is {one.state}, and somebody has to look: {one.advice}"
    if one.asked is not None and not one.asked.enough and not one.asked.comments:
        return f"nobody has decided: {one.advice}"
    masked = [name for name, value in one.parameters.items() if MASK in as_given(value)]
    if masked:
        return f"its parameter {masked[0]} is a secret: run it again by hand"
    return ""


def is_over_to_people(one: OpenRun) -> bool:
    """Whether a run waits for nothing but that somebody looks at what has gone wrong."""
    return one.state not in (*MAY_HAVE_COME, "alive")


def parameters_of(one: OpenRun) -> list[str]:
    """What the run's newest session was given, and what names the run, each as name=value."""
    return [
        f"{name}={as_given(value)}" for name, value in one.parameters.items() if value is not None
    ]

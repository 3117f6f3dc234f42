"""What a machine has and lacks: each finding with the way to mend it, and how they are judged."""

import re
from datetime import datetime, timedelta
from typing import Literal

from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural
from runbook_lib.policy.told_apart import WHAT_TO_DO, told_apart

State = Literal["good", "warning", "missing"]

SOON = timedelta(days=14)
"""A secret that ends within this time is pointed out."""
OFF = timedelta(seconds=60)
"""So far this machine's clock may be from a service's."""
LITTLE, LEAST = 2_000_000_000, 200_000_000
"""Bytes on the disk: below the first it is pointed out, below the second a run would not fit."""
OLDEST_GIT = (2, 38)
"""Its `merge-tree --write-tree` tells whether two branches merge; signatures by SSH are of 2.34."""


@frozen
class Diagnosis:
    """One thing that was looked at: what was found, and how what is wrong there is mended."""

    of: str
    state: State
    found: str
    mend: str = ""

    @property
    def sign(self) -> str:
        """The state as a sign and a word: colour may be lost, the word is not."""
        return f"{SIGNS[self.state]} {self.state}"


SIGNS: dict[State, str] = {"good": "✔", "warning": "!", "missing": "✘"}


def good(of: str, found: str) -> Diagnosis:
    """It is as it should be."""
    return Diagnosis(of, "good", found)


def warning(of: str, found: str, mend: str) -> Diagnosis:
    """It works, and somebody should look at it."""
    return Diagnosis(of, "warning", found, mend)


def missing(of: str, found: str, mend: str = "") -> Diagnosis:
    """A run would not come to its end without it."""
    return Diagnosis(of, "missing", found, mend)


def told_by(of: str, message: str) -> Diagnosis:
    """What a message of ours says that something lacks: found, and what to do, set apart."""
    told = dict(told_apart(message).rows)
    found = told.get("found") or told.get("expected") or told.get("", "")
    return missing(of, found, told.get(WHAT_TO_DO, ""))


def judge_clock(of: str, theirs: datetime, ours: datetime) -> Diagnosis:
    """How far this machine's clock is from a service's: signatures and journals carry the time."""
    off = abs(ours - theirs)
    seconds = plural(round(off.total_seconds()), "second")
    if off <= OFF:
        return good(of, f"within {seconds} of this machine's")
    way = "ahead" if ours > theirs else "behind"
    return warning(
        of,
        f"this machine is {seconds} {way}",
        "set its clock by the network: timedatectl set-ntp true",
    )


def judge_end(of: str, ends: datetime, now: datetime, renew: str) -> Diagnosis:
    """How long a secret is good for."""
    day, left = f"{ends:%Y-%m-%d}", ends - now
    if left <= timedelta():
        return missing(of, f"it has ended on {day}", renew)
    found = f"ends on {day}, in {plural(left.days, 'day')}"
    return warning(of, found, renew) if left < SOON else good(of, found)


def judge_space(of: str, free: int, place: str) -> Diagnosis:
    """Whether what a run clones and keeps finds room."""
    found, mend = f"{free / 1e9:.1f} GB free at {place}", "make room, or set RUNBOOK_HOME elsewhere"
    if free < LEAST:
        return missing(of, found, mend)
    return warning(of, found, mend) if free < LITTLE else good(of, found)


def judge_git(of: str, said: str) -> Diagnosis:
    """Whether a git is new enough, by what `git --version` says."""
    told = re.search(r"\d+(?:\.\d+)+", said)
    version = told[0] if told else said
    if told and tuple(map(int, version.split(".")[:2])) >= OLDEST_GIT:
        return good(of, version)
    least = ".".join(map(str, OLDEST_GIT))
    return missing(
        of, f"{version or 'no version'}, older than {least}", f"install git {least} or later"
    )

"""What a heading of a changelog says: which version, of which date, or that it is not released."""

import re

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog.dates import WRITTEN, find_dates
from runbook_lib.policy.changelog.written import AFTER, TOKEN, is_unfinished

WORDS = r"(?:version|release|changes (?:in|for)|what'?s new in|new in|changelog for)"
PENDING = (
    r"un-?released|not (?:yet )?released(?: yet)?|in (?:development|progress)|under development"
    r"|work in progress|wip|tb[ad]|upcoming|pending|release date to be (?:decided|announced)"
    r"|[x?]{2,4} [a-z]{3,9} 20\d\d|[x?]{2,4}(?:[-/. ][x?]{2,4})+"
    r"|(?:y{4}|20\d\d)-(?:x{2}|m{2}|\?{2})-(?:x{2}|d{2}|\?{2})"
)
UNRELEASED = re.compile(
    rf"\W*(?:the )?(?:(?:{PENDING}|v?next)(?: (?:version|release|changes))?|latest changes"
    r"|dev(?:el(?:op(?:ment)?)?)?|master|main|head|trunk|future)\W*(?:\([^()]*\)\W*|[-–—:/].*)?",
    re.IGNORECASE,
)
STILL = re.compile(rf"(?:^|[^\w])(?:{PENDING}|dev|development|next)(?![\w])", re.IGNORECASE)
ONLY_UNRELEASED = re.compile(rf"[*_:(\[ ]*(?:{PENDING})[*_.)\] ]*", re.IGNORECASE)
SAID_BELOW = re.compile(
    r"[*_:(\[ ]*(?:(?:released?|release[ -]date|date|published)\b ?:?[*_ ]*(?:on )?)?"
    r"(?P<what>.*?)[*_.)\] ]*",
    re.IGNORECASE,
)
NUMBERED = rf"\[?v?(?P<token>{TOKEN}|(?<=v)[0-9]+){AFTER}\]?(?P<rest>.*)"
RELEASE = re.compile(rf"[*_`\[]*(?:{WORDS}:?\s+)?{NUMBERED}", re.IGNORECASE)
DATE_FIRST = re.compile(
    rf"(?P<lead>.{{6,30}}?)[,:;–—-]?\s+(?:version\s+)?{NUMBERED}", re.IGNORECASE
)
NAMED = re.compile(rf"(?P<lead>[^\s#(][^#()]{{0,40}}?[\s@/(-]\(?){NUMBERED}", re.IGNORECASE)
ALONE = re.compile(r"\W*(?:\([^()\s]*\))?\W*")
DEBIAN = re.compile(rf"[a-z0-9][a-z0-9+.-]+ \((?:[0-9]+:)?(?P<token>{TOKEN})[^()]*\) [\w. -]+;.*")


@frozen
class Named:
    """The version in a heading; `certain` where nothing but a date stands beside it."""

    token: str
    certain: bool


def lead_of(text: str) -> str:
    """The name before the version in a heading, where it has one: `pytest ` in `pytest 8.0`."""
    if RELEASE.fullmatch(text):
        return ""
    found = NAMED.fullmatch(text)
    return found["lead"] if found else ""


def read_release(text: str, below: str, lead: str = "") -> Named | None:
    """The version that a heading names, or None where it is no release's.

    A name before the version (`pytest 8.0.0 (2024-01-27)`) makes it one where a date is there too,
    or where the releases of this changelog are known to have that `lead`.
    """
    if found := DEBIAN.fullmatch(text):
        return Named(found["token"], certain=True)
    found = DATE_FIRST.fullmatch(text)
    if found and WRITTEN.fullmatch(found["lead"].strip()):
        return Named(found["token"], certain=True)
    if found := RELEASE.fullmatch(text):
        rest = found["rest"]
        dated = bool(find_dates(f"{rest}\n{below}")) or STILL.search(f"{rest} {below}")
        return Named(found["token"], bool(dated or ALONE.fullmatch(rest)))
    found = NAMED.fullmatch(text)
    if found is None:
        return None
    dated = bool(find_dates(f"{found['rest']}\n{below}")) or STILL.search(found["rest"])
    known = bool(lead) and found["lead"] == lead
    return Named(found["token"], certain=True) if dated or known else None


def belongs_below(line: str) -> bool:
    """Whether a line below a heading says when that was released, or that it was not; no more."""
    said = SAID_BELOW.fullmatch(line)
    dated = said is not None and WRITTEN.fullmatch(said["what"]) is not None
    return dated or ONLY_UNRELEASED.fullmatch(line) is not None


def is_unreleased(text: str, below: str, lead: str = "") -> bool:
    """Whether a heading is that of what is not released yet, with a version or without."""
    if UNRELEASED.fullmatch(text):
        return True
    found = read_release(text, below, lead)
    if found is None:
        return False
    rest = text.partition(found.token)[2]
    told = is_unfinished(found.token) or STILL.search(rest) is not None
    return told or ONLY_UNRELEASED.fullmatch(below) is not None

"""Times as people write them: `16:35 UTC`, `9:17am Pacific`, `18:00 CEST`, `Friday 10.30`.

A zone that is named counts, else that of the team. The letters for summer and winter are one zone:
who writes PST in July means the clock on the wall. What names a zone that is not known, or two
moments, is not read: a guess could be hours off.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

ZONES = {
    **dict.fromkeys(("utc", "gmt", "z", "zulu"), "UTC"),
    **dict.fromkeys(("pst", "pdt", "pt", "pacific"), "America/Los_Angeles"),
    **dict.fromkeys(("mst", "mdt", "mt", "mountain"), "America/Denver"),
    **dict.fromkeys(("cst", "cdt", "ct", "central"), "America/Chicago"),
    **dict.fromkeys(("est", "edt", "et", "eastern"), "America/New_York"),
    **dict.fromkeys(("wet", "west"), "Europe/Lisbon"),
    **dict.fromkeys(("cet", "cest", "berlin", "paris"), "Europe/Berlin"),
    **dict.fromkeys(("eet", "eest"), "Europe/Helsinki"),
    **dict.fromkeys(("bst", "london"), "Europe/London"),
    **dict.fromkeys(("aest", "aedt"), "Australia/Sydney"),
    **dict.fromkeys(("nzst", "nzdt"), "Pacific/Auckland"),
    "jst": "Asia/Tokyo",
}
"""The zones that people name, by what they call them."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = rf"(?P<month>{'|'.join(MONTHS)})[a-z]*\.?"

ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)(?=\D|$)T?")
NAMED = (
    re.compile(rf"\b{MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+\d{{4}}\b)?", re.I),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+{MONTH}(?![a-z])(?:,?\s+\d{{4}}\b)?", re.I
    ),
)
SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/\d{2,4})?\b")
WEEKDAY = re.compile(
    r"\b(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?", re.IGNORECASE
)
CLOCK = re.compile(
    r"(?<![\d:.+-])(?:(?P<hour>\d{1,2})[:.h](?P<minute>\d\d)(?::\d\d(?:\.\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?m?\.?(?![a-z]))?"
    r"|(?P<alone>\d{1,2})\s*(?P<half_alone>[ap])\.?m\.?(?![a-z])"
    r"|(?P<packed>[0-2]\d[0-5]\d)(?=\s*(?:Z|UTC|GMT)\b)|(?P<noon>noon)\b)(?![\d:])"
    r"[\s,(\[]*(?P<zone>(?:UTC|GMT)?[+−-]\d{1,2}(?::?\d\d)?(?!\d)|[A-Za-z]+(?:/[A-Za-z_]+)?)?",
    re.IGNORECASE,
)
OFFSET = re.compile(r"(?:UTC|GMT)?([+−-])(\d{1,2})(?::?(\d\d))?", re.IGNORECASE)


def read_moment(text: str, day: date, zone: tzinfo) -> datetime | None:
    """The one moment that a text names, by the clocks of `zone` on `day` unless it says others.

    None where it names no moment, several, or one in a zone that is not known.
    """
    said, clocks = cut_date(text, day)
    try:
        found = {moment.astimezone(zone) for moment in moments(clocks, said or day, zone)}
    except (ValueError, KeyError, OSError):
        return None
    return found.pop() if len(found) == 1 else None


def names_date(text: str, day: date) -> bool:
    """Whether a text says which day it means."""
    return cut_date(text, day)[0] is not None


def cut_date(text: str, day: date) -> tuple[date | None, str]:
    """The date that a text names, the one that is nearest to `day`, and the text without it."""
    for pattern, read in ((ISO, iso), (NAMED[0], named), (NAMED[1], named), (SLASHED, slashed)):
        for found in pattern.finditer(text):
            dates = list(read(found, day))
            if dates:
                nearest = min(dates, key=lambda one: abs(one - day))
                return nearest, WEEKDAY.sub(" ", f"{text[: found.start()]} {text[found.end() :]}")
    weekday = WEEKDAY.search(text)
    if weekday is None:
        return None, text
    ahead = (DAYS.index(weekday[1][:3].lower()) - day.weekday() + 3) % 7 - 3
    return day + timedelta(days=ahead), f"{text[: weekday.start()]} {text[weekday.end() :]}"


def iso(found: re.Match[str], _day: date) -> Iterator[date]:
    """The date of 2026-03-12."""
    yield from real(int(found[1]), int(found[2]), int(found[3]))


def named(found: re.Match[str], day: date) -> Iterator[date]:
    """The dates that March 12 may be."""
    month = MONTHS.index(found["month"].lower()) + 1
    for year in (day.year - 1, day.year, day.year + 1):
        yield from real(year, month, int(found["day"]))


def slashed(found: re.Match[str], day: date) -> Iterator[date]:
    """The dates that 3/12 may be: people write the month or the day first."""
    first, second = int(found[1]), int(found[2])
    for year in (day.year - 1, day.year, day.year + 1):
        yield from real(year, first, second)
        yield from real(year, second, first)


def real(year: int, month: int, day: int) -> Iterator[date]:
    """The date, if there is one."""
    try:
        yield date(year, month, day)
    except ValueError:
        return


def moments(text: str, day: date, zone: tzinfo) -> Iterator[datetime]:
    """The moments that a text without dates names; raises `ValueError` for what is none."""
    found = list(CLOCK.finditer(text))
    zones = [zone_of(one["zone"] or "") for one in found]
    shared = next((each for each in zones if each), zone)
    for one, named_zone in zip(found, zones, strict=True):
        yield datetime.combine(day, time_of(one), named_zone or shared)


def time_of(found: re.Match[str]) -> time:
    """The hour and minute of a clock."""
    if found["noon"]:
        return time(12)
    if found["packed"]:
        return time(int(found["packed"][:2]), int(found["packed"][2:]))
    hour, half = int(found["hour"] or found["alone"]), found["half"] or found["half_alone"]
    if half and not 1 <= hour <= 12:
        if found["hour"] and hour > 12 and half.lower() == "p":
            return time(hour, int(found["minute"]))
        raise ValueError(found[0])
    if half:
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    return time(hour, int(found["minute"] or 0))


def zone_of(name: str) -> tzinfo | None:
    """The zone that stands behind a clock; None where what stands there names none.

    Raises `ValueError` for letters that look like a zone, and are none that is known.
    """
    offset = OFFSET.fullmatch(name)
    if offset:
        sign = 1 if offset[1] == "+" else -1
        span = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(sign * span)
    if name.lower() in ZONES:
        return ZoneInfo(ZONES[name.lower()])
    if "/" in name:
        return ZoneInfo(name)
    if name.isupper() and 2 <= len(name) <= 5:
        raise ValueError(f"no time zone that is known: {name}")
    return None

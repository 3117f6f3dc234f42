"""The template of a push's tags: what it may mention, how it reads, and which can't work."""

import re
from datetime import date
from functools import cache
from itertools import pairwise

from runbook_lib.errors import UsageError
from runbook_lib.policy.templates import check_template, fields, parts, pattern

MATCHES = {
    "year": "[0-9]{4}",
    "month": "[0-9]{2}",
    "day": "[0-9]{2}",
    "week": "[0-9]{2}",
    "short_month": "[1-9][0-9]?",
    "short_day": "[1-9][0-9]?",
    "short_week": "[1-9][0-9]?",
    "number": "0|[1-9][0-9]{0,5}",
}
"""What a form may mention, and how it reads: with two digits, or `short_` without a zero before."""
LOOSE = ("short_month", "short_day", "short_week", "number")
"""What has no fixed length: two of them need something between them."""
DATED = ({"month", "short_month"}, {"day", "short_day"})
WEEKS = {"week", "short_week"}
GIT = re.compile(
    r"(?!-|/)(?!.*(?:\.\.|//|@\{|/\.|\.lock(?:/|$)))[^\s~^:?*\[\\\x00-\x1f\x7f]+(?<![./])"
)
"""What git takes for a tag's name."""


@cache
def compiled(template: str) -> re.Pattern[str]:
    """What reads a template back."""
    return re.compile(pattern(template, MATCHES))


def calendar_names(day: date, by_week: bool) -> dict[str, str]:
    """What the placeholders of a day stand for."""
    year, week, _ = day.isocalendar()
    return {
        "year": f"{year if by_week else day.year:04}",
        "month": f"{day.month:02}",
        "day": f"{day.day:02}",
        "week": f"{week:02}",
        "short_month": str(day.month),
        "short_day": str(day.day),
        "short_week": str(week),
    }


def day_of(said: dict[str, int]) -> date | None:
    """The day that a name's numbers mean, or the Monday; None where there is no such day."""
    read = {name.removeprefix("short_"): number for name, number in said.items()}
    try:
        if "week" in read:
            return date.fromisocalendar(read["year"], read["week"], 1)
        return date(read["year"], read["month"], read["day"])
    except (KeyError, ValueError):
        return None


def check_form(template: str) -> None:
    """Raise `UsageError` for a template that does not tell pushes apart, or that git refuses."""
    check_template(template, known=tuple(MATCHES))
    named = fields(template)
    weekly, daily = bool(named & WEEKS), all(named & one for one in DATED)
    if "year" not in named or weekly == daily or (weekly and named & set().union(*DATED)):
        raise UsageError(
            "expected the form of a push's tag to have {year}, and either {month} and {day} or "
            f"{{week}}, found {template!r}"
        )
    pieces = list(parts(template))
    for (_, one), (between, other) in pairwise(pieces):
        if not between and one in LOOSE and other in LOOSE:
            raise UsageError(
                f"expected something between {{{one}}} and {{{other}}} in {template!r}, for both "
                "may have one digit or two"
            )
    if not GIT.fullmatch("".join(literal + ("1" if name else "") for literal, name in pieces)):
        raise UsageError(f"expected the form of a tag that git takes, found {template!r}")

"""Dates as changelogs write them: how one is written is learnt, and the next is written so."""

import re
from collections.abc import Iterable
from datetime import date

from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import ordinal

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name != "May" else name for name in MONTHS)
MONTH = MONTH.replace("Sep(?:tember)?", "Sept?(?:ember)?")
DAY = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in DAYS)
NUMBER = r"(?<![\w.])"
WRITTEN = re.compile(
    rf"{NUMBER}(?P<year>(?:19|20)\d\d)(?P<sep>[-./])(?P<month>\d\d?)(?P=sep)(?P<day>\d\d?)(?![\w])"
    rf"|{NUMBER}(?P<one>\d\d?)(?P<sep2>[-./])(?P<two>\d\d?)(?P=sep2)(?P<year2>(?:19|20)\d\d)(?!\w)"
    rf"|(?:\b(?P<weekday>{DAY})(?P<s2>\.?,? +))?"
    rf"(?:{NUMBER}(?P<day3>\d\d?)(?P<nth>st|nd|rd|th)?(?P<s3>,? +(?:of +)?|-)(?P<month3>{MONTH})"
    r"|\b(?P<month4>" + MONTH + r")(?P<dot>\.?) +(?P<day4>\d\d?)(?P<nth4>st|nd|rd|th)?)"
    r"(?P<s4>[,.]? +|-)(?P<year3>(?:19|20)\d\d)(?!\w)"
    rf"|\b(?P<month5>{MONTH}) +(?P<year5>(?:19|20)\d\d)(?!\w)",
    re.IGNORECASE,
)
CLOCK = re.compile(r" \d\d:\d\d(?P<seconds>:\d\d)?(?P<zone> [A-Z]{2,5}| [+-]\d{4})?")


@frozen
class WrittenDate:
    """A date in a text, from `start` to `end`; `template` has `{d}`, `{m}`, `{M}`, `{Y}` in it."""

    start: int
    end: int
    template: str
    numbers: tuple[str, ...]
    """Its day and month as they are written, where they are numbers."""
    name: str = ""
    """Its month, where that is a word."""


@frozen
class DateForm:
    """What a template leaves open: zeros in front, whole months, and which number is the day."""

    padded: bool = True
    whole: bool = True
    day_first: bool = True

    def write(self, template: str, day: date) -> str:
        """A date as the template has it."""
        number, month = (f"{n:02}" if self.padded else str(n) for n in (day.day, day.month))
        name, weekday = MONTHS[day.month - 1], DAYS[day.weekday()]
        first, second = (number, month) if self.day_first else (month, number)
        return template.format(
            Y=day.year, m=month, d=number, nth=ordinal(day.day), x=first, y=second,
            M=name if self.whole else name[:3], A=weekday, a=weekday[:3],
        )  # fmt: skip


def find_dates(text: str) -> list[WrittenDate]:
    """The dates in a text."""
    return [read_date(found, text) for found in WRITTEN.finditer(text)]


def read_date(found: re.Match[str], text: str) -> WrittenDate:
    """One date, and how it is written; a time of day behind it belongs to it."""
    at = {name: value or "" for name, value in found.groupdict().items()}
    template, numbers, name = template_of(at)
    clock = CLOCK.match(text, found.end())
    end = clock.end() if clock else found.end()
    if clock:
        template += " 00:00" + (":00" if clock["seconds"] else "") + (clock["zone"] or "")
    return WrittenDate(found.start(), end, template, numbers, name)


def template_of(at: dict[str, str]) -> tuple[str, tuple[str, ...], str]:
    """Template, day and month as numbers, and the month as a word."""
    if at["year"]:
        sep = at["sep"]
        return f"{{Y}}{sep}{{m}}{sep}{{d}}", (at["day"], at["month"]), ""
    if at["year2"]:
        sep = at["sep2"]
        return f"{{x}}{sep}{{y}}{sep}{{Y}}", (at["one"], at["two"]), ""
    if at["year5"]:
        return "{M} {Y}", (), at["month5"]
    lead = at["weekday"] and ("{a}" if len(at["weekday"]) == 3 else "{A}") + at["s2"]
    return worded(at, lead)


def worded(at: dict[str, str], lead: str) -> tuple[str, tuple[str, ...], str]:
    """The same of a date whose month is a word."""
    if at["month3"]:
        day = "{nth}" if at["nth"] else "{d}"
        numbers = () if at["nth"] else (at["day3"],)
        return f"{lead}{day}{at['s3']}{{M}}{at['s4']}{{Y}}", numbers, at["month3"]
    day = "{nth}" if at["nth4"] else "{d}"
    numbers = () if at["nth4"] else (at["day4"],)
    return f"{lead}{{M}}{at['dot']} {day}{at['s4']}{{Y}}", numbers, at["month4"]


def learn_dates(found: Iterable[WrittenDate]) -> DateForm:
    """What the dates of a changelog have in common."""
    dates = list(found)
    numbers = [number for one in dates for number in one.numbers]
    worded = any(one.name for one in dates)
    padded = any(n.startswith("0") for n in numbers) or not (
        worded or any(len(n) == 1 for n in numbers)
    )
    months = [one.name for one in dates if one.name.lower() not in ("", "may")]
    whole = not months or any(len(name) > 4 for name in months)
    return DateForm(padded, whole, is_day_first(dates))


def is_day_first(dates: list[WrittenDate]) -> bool:
    """Whether 03/02/2020 is in February: as the dates that can be read one way alone say."""
    pairs = [one for one in dates if "{x}" in one.template]
    if any(int(one.numbers[0]) > 12 for one in pairs):
        return True
    if any(int(one.numbers[1]) > 12 for one in pairs):
        return False
    return not any("/" in one.template for one in pairs)

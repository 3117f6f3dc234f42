"""The title of push notes, and the date in it."""

import re
from datetime import date

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog.dates import DAYS, MONTHS
from runbook_lib.policy.plural import ordinal
from runbook_lib.policy.push.notes.dates import MONTH_NAME, WEEKDAY
from runbook_lib.policy.push.notes.headings import HEADING
from runbook_lib.policy.push.notes.lines import Line, replace_line
from runbook_lib.policy.push.notes.sections import Layout, kind_of, open_notes
from runbook_lib.policy.push.notes.wording import USUAL, Wording

DAY = rf"(?:(?P<weekday>{WEEKDAY})\.?,?\s+)?"
MONTH = rf"(?P<month>{MONTH_NAME})\.?"
NUMBER = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
DATES = tuple(
    re.compile(rf"\b{DAY}{form}(?!\d)", re.IGNORECASE)
    for form in (
        rf"{NUMBER}(?:\s+of)?\s+{MONTH},?\s+(?P<year>\d{{4}})",
        rf"{MONTH}\s+{NUMBER},?\s+(?P<year>\d{{4}})",
        r"(?P<year>\d{4})[-.](?P<month>\d{2})[-.](?P<day>\d{2})",
    )
)


@frozen
class WrittenDate:
    """A date as a title has it: its words, where they are, and the day that they mean.

    `day` is None where there is no such day; `weekday` is as written, or empty.
    """

    words: str
    start: int
    day: date | None
    weekday: str

    def is_right(self, push: date) -> bool:
        """Whether it is this date, on the day of the week that it is."""
        named = self.weekday.lower()[:3]
        return self.day == push and named in ("", DAYS[push.weekday()].lower()[:3])


def long_date(day: date) -> str:
    """A date in the words of the titles: Thursday 12th March 2026."""
    return f"{DAYS[day.weekday()]} {ordinal(day.day)} {MONTHS[day.month - 1]} {day.year}"


def find_title(layout: Layout) -> tuple[Line, str] | None:
    """The line of the title, and its words; the plain form has none."""
    for line in layout.head:
        found = HEADING.fullmatch(line.live)
        known = found and kind_of(found["name"], layout.wording)
        if found and len(found["marks"]) == 1 and found["name"] and not known:
            return line, found["name"]
    return None


def read_date(words: str) -> WrittenDate | None:
    """The first date in a title."""
    found = [match for form in DATES if (match := form.search(words))]
    if not found:
        return None
    first = min(found, key=lambda match: match.start())
    weekday = first["weekday"] or ""
    return WrittenDate(first[0], first.start(), day_of(first), weekday)


def day_of(found: re.Match[str]) -> date | None:
    """The day that the words of a date mean; None for one such as the 31st of June."""
    month = found["month"].lower()
    names = [name[:3].lower() for name in MONTHS]
    number = int(month) if month.isdecimal() else names.index(month[:3]) + 1
    try:
        return date(int(found["year"]), number, int(found["day"]))
    except ValueError:
        return None


def set_title_date(text: str, push: date, wording: Wording = USUAL) -> str:
    """Give the title the push's date, in words; one that is right already stays as it is written.

    Raises `Refused` where there is no title.
    """
    layout = open_notes(text, wording)
    title = find_title(layout)
    if title is None:
        raise Refused(
            f"expected a title such as # Release {long_date(push)}, found none; "
            "write one in the first line of the notes"
        )
    line, name = title
    found = read_date(name)
    if found and found.is_right(push):
        return text
    old = found.words if found else name
    new = long_date(push) if found else f"{name} {long_date(push)}"
    start = line.live.index(old, line.live.index(name))
    changed = line.text[:start] + new + line.text[start + len(old) :]
    return replace_line(layout.lines, line, changed)

"""Dates among the words of headings, however they are written."""

import re

WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
MONTH_NAME = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
PART = re.compile(rf"{WEEKDAY}s?|{MONTH_NAME}|\d{{1,4}}(?:st|nd|rd|th)?|on|of|the|for|from", re.I)


def without_date(words: str) -> str:
    """The plain words without a date before or after them; empty for a date alone."""
    named = re.sub(r"\W", " ", words).split()
    while named and PART.fullmatch(named[0]):
        del named[0]
    while named and PART.fullmatch(named[-1]):
        del named[-1]
    return " ".join(named)

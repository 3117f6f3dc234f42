"""The headings of a runbook's prose."""

import re

HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)
FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def headings(prose: str) -> list[str]:
    """The headings of a cell's prose, without those in fenced code."""
    return HEADING.findall(FENCED.sub("", prose))

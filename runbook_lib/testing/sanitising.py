"""What changes from run to run in a runbook's outputs, and what stands for it in a comparison."""

import re
from functools import cache
from pathlib import Path

PATTERNS = Path(__file__).with_name("nbval.cfg")
"""The patterns, in the form that nbval reads (`--nbval-sanitize-with`)."""


@cache
def patterns() -> dict[str, str]:
    """Each pattern with what stands for it, in the order in which they are applied."""
    return dict(re.findall(r"^regex: (.*)\nreplace: (.*)$", PATTERNS.read_text(), re.MULTILINE))


def steady(text: str) -> str:
    """A text with nothing of this machine or moment in it."""
    for pattern, stands_for in patterns().items():
        text = re.sub(pattern, stands_for, text)
    return text

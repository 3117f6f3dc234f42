"""Steps by hand: what they are called, and what a person gives as evidence that they are done."""

import re
from difflib import get_close_matches

from runbook_lib.errors import UsageError

PATTERNS = {
    "link": r"https?://\S+",
    "number": r"[-+]?\d+(?:[.,]\d+)?",
    "text": r"(?s)\S.*",
}
"""What evidence is asked for by name; any other kind is a regular expression of its own."""
MOST = 2000
"""So many characters of evidence are kept at most: what is longer is somewhere, with a link."""
WORD = re.compile(r"\w*")


def slug(title: str) -> str:
    """What a step by hand is called on the command line: its title's words, joined by hyphens."""
    return "-".join(re.findall(r"\w+", title.casefold()))


def pattern_of(evidence: str) -> str:
    """The pattern that evidence must fit; empty where none is asked for.

    Raises `UsageError` for what is neither a name of one nor a regular expression.
    """
    if evidence in PATTERNS or not evidence:
        return PATTERNS.get(evidence, "")
    try:
        re.compile(evidence)
        why = "a word that is none of these" if WORD.fullmatch(evidence) else ""
    except re.error as error:
        why = str(error)
    if why:
        near = get_close_matches(evidence, PATTERNS, n=1)
        raise UsageError(
            f"expected evidence={evidence!r} to be {', '.join(PATTERNS)} or a regular expression, "
            f"found {why}{f'; did you mean {near[0]}?' if near else ''}"
        )
    return evidence


def misfit(pattern: str, evidence: str) -> str:
    """Why a text is not the evidence that is asked for; empty where it is."""
    if len(evidence) > MOST:
        return f"{len(evidence)} characters, and at most {MOST} are kept: give a link to it"
    if not pattern:
        return "a text where no evidence is asked for: say it as the reason" if evidence else ""
    if re.fullmatch(pattern, evidence):
        return ""
    return f"{evidence!r}" if evidence else "none"


def in_words(pattern: str) -> str:
    """What is asked for as evidence, in words."""
    name = next((name for name, each in PATTERNS.items() if each == pattern), "")
    return f"a {name}" if name else f"a text that fits {pattern}"

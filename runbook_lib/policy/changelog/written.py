"""Versions as they are written in a changelog, whatever their scheme: 1.9, v1.9.0, 2.0.0-rc.1."""

import re

TOKEN = (
    r"[0-9]+(?:\.[0-9]+)+"
    r"(?:[-._]?(?:alpha|beta|preview|pre|rc|dev|post|snapshot|a|b|c)(?:[-._]?[0-9]+)?(?![a-z]))*"
    r"(?:\+[0-9A-Za-z]+(?:\.[0-9A-Za-z]+)*)?"
)
"""A version of two numbers at least, with what PEP 440, SemVer and Maven put behind them."""
BEFORE, AFTER = r"(?<![0-9])(?<![0-9]\.)", r"(?![\w+]|-\w|\.\w)"
ANYWHERE = re.compile(rf"{BEFORE}({TOKEN})(?!\w|\.[0-9])", re.IGNORECASE)
SPELLINGS = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc", "snapshot": "dev"}
UNFINISHED = re.compile(r"(?:dev|snapshot)[-._]?[0-9]*\Z", re.IGNORECASE)


def same(one: str, other: str) -> bool:
    """Whether two ways of writing mean one version: 1.9 and v1.9.0, 2.0rc1 and 2.0.0-rc.1."""
    return meaning(one) == meaning(other)


def meaning(text: str) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The numbers of a version without zeros at their end, and the words behind them."""
    found = re.match(r"v?([0-9]+(?:\.[0-9]+)*)(.*)", text.strip().lower(), re.DOTALL)
    if found is None:
        return (), (text,)
    numbers = [int(number) for number in found[1].split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    words = re.findall(r"[a-z]+|[0-9]+", found[2])
    return tuple(numbers), tuple(SPELLINGS.get(word, word) for word in words)


def order(text: str) -> tuple[tuple[int, ...], bool]:
    """What versions are ordered by, as far as a changelog needs it: one with words comes first."""
    numbers, words = meaning(text)
    return numbers, not words


def is_unfinished(token: str) -> bool:
    """Whether a version is one that is only worked at: 1.9.dev0, 2.0-SNAPSHOT."""
    return UNFINISHED.search(token) is not None

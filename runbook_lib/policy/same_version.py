"""How versions are written, what one means, and where in a tag it stands.

1.9 and v1.9.0, 2.0rc1 and 2.0.0-rc.1 are one.
"""

import re

SPELLINGS = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc", "snapshot": "dev"}
"""Words behind a version's numbers, as PEP 440 has them."""
EARLY = "alpha|beta|preview|pre|rc|a|b|c"
"""What stands behind the numbers of what comes before a release."""
WORDS = re.compile(r"[a-z]+|[0-9]+|[^a-z0-9._-]|[._-]\Z")
"""All that stands there but what parts two words: a build (`+5`) is another version than a fix."""

LONGEST = 255
"""Characters of a version at most: no tag that git keeps as a file has more."""
DIGITS = rf"[0-9]{{1,{LONGEST}}}"
"""A longer number is none: Python reads it no more."""
NUMBERED = re.compile(rf"v?({DIGITS}(?:\.{DIGITS})*)(?![0-9])(.*)", re.DOTALL)
BEGINS = r"(?:(?<![0-9A-Za-z.])|(?<=[A-Za-z]\.))"
"""Where a version may begin in a tag: at its start, or behind what parts it from a word."""
TAGGED = re.compile(rf"(?P<before>.*?){BEGINS}(?P<v>[vV]?)(?P<version>\d.*)", re.DOTALL)
DOTTED = re.compile(rf"{BEGINS}[vV]?\d+\.\d")


def meaning(text: str) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """A version's numbers without zeros at their end, and the words behind them."""
    found = NUMBERED.match(text.strip().lower())
    if found is None:
        return (), (text.strip().lower(),)
    numbers = [int(number) for number in found[1].split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers), tuple(SPELLINGS.get(word, word) for word in WORDS.findall(found[2]))


def is_same(one: str, other: str) -> bool:
    """Whether two texts name one version."""
    return bool(one) and meaning(one) == meaning(other)


def split_tag(tag: str) -> tuple[str, str]:
    """What stands before the version in a tag, and the version; nothing where there is none."""
    found = TAGGED.fullmatch(tag)
    return (f"{found['before']}{found['v']}", found["version"]) if found else (tag, "")


def is_tagged_so(version: str, tag: str) -> bool:
    """Whether a version is the one that a tag names, whatever stands before it in the tag."""
    dotted = DOTTED.search(tag)
    return is_same(version, tag) or bool(dotted and is_same(version, tag[dotted.start() :]))

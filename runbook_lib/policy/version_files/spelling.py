"""How a file spells a version: two numbers or three, PEP 440 or SemVer; and what follows it."""

import re
from pathlib import PurePosixPath

from runbook_lib.policy.same_version import DIGITS, EARLY, SPELLINGS

NUMBERS = re.compile(rf"{DIGITS}(?:\.{DIGITS})*(?![0-9])")
DEVELOPMENT = re.compile(
    r"(?P<base>\d+(?:\.\d+)*)(?P<mark>[.+-]?dev(?:el(?:opment)?)?[\d.]*|-SNAPSHOT|\.9000"
    r"|[.-]?a(?:lpha)?[.-]?0|-(?:alpha|pre|unreleased|next|git|master|main|wip)(?:\.0)?)",
    re.IGNORECASE,
)
"""A version that is not released: what a file says between two releases."""
PRE_RELEASE = re.compile(rf"(?P<numbers>\d+(?:\.\d+)*)[.-]?(?P<name>{EARLY})[.-]?(?P<number>\d+)")
UNSET = re.compile(r"0(?:\.0)*(?:[.+-]?dev.*|-SNAPSHOT|-semantic.*|-unset.*|[+-]\w+)?")
"""What a file says where the version comes from somewhere else: 0.0.0, 0.0.0-development."""

SEMVER = (".json", "Cargo.toml", "Cargo.lock", "Chart.yaml", "mix.exs", "pubspec.yaml")
PEP440 = (".py", "pyproject.toml", "setup.cfg", "uv.lock")


def base_of(version: str) -> str:
    """The version that a development version is before; the version itself where it is none."""
    found = DEVELOPMENT.fullmatch(version)
    return found["base"] if found else version


def is_development(version: str) -> bool:
    """Whether a version is what a file says between two releases: 1.3.0.dev0, 1.3.0-SNAPSHOT."""
    return DEVELOPMENT.fullmatch(version) is not None


def names_development(text: str) -> bool:
    """Whether one of the words of a text is a development version: `Begin 1.10.0.dev0`."""
    return any(is_development(word.strip(",:;()'\"").removeprefix("v")) for word in text.split())


def spell(version: str, short: str, *, like: str, named: str, path: str) -> str:
    """How a file writes a version, by how it wrote (`like`) the last one that was `named` so.

    With two numbers where it had two; without the zeros before a number where it left them out; as
    SemVer or PEP 440 has it where others read the file so.
    """
    two = count(base_of(like)) == 2 and count(short) == 2
    text = short if two else version
    if path_ends(path, SEMVER) or (like != named and like == unpadded(named)):
        text = unpadded(text)
    pre = PRE_RELEASE.fullmatch(text)
    if pre is None:
        return text
    if path_ends(path, SEMVER):
        full = {"a": "alpha", "b": "beta", "c": "rc"}.get(pre["name"], pre["name"])
        return f"{pre['numbers']}-{full}.{pre['number']}"
    if path_ends(path, PEP440):
        return f"{pre['numbers']}{SPELLINGS.get(pre['name'], pre['name'])}{pre['number']}"
    return text


def path_ends(path: str, endings: tuple[str, ...]) -> bool:
    """Whether a file is one of these, by its name or by how that ends."""
    pure = PurePosixPath(path)
    return pure.name in endings or pure.suffix in endings


def count(version: str) -> int:
    """How many numbers a plain version has; none where it is not just numbers."""
    return version.count(".") + 1 if NUMBERS.fullmatch(version) else 0


def unpadded(version: str) -> str:
    """A version without the zeros that stand before its numbers: 2026.7 for 2026.07."""
    found = NUMBERS.match(version)
    if found is None:
        return version
    return ".".join(str(int(one)) for one in found[0].split(".")) + version[found.end() :]


def next_development(version: str, *, last: str, now: str) -> str:
    """What a file says after a release, as it did (`now`) after the `last` one; empty where it
    said no development version, or where this one is a pre-release.

    The number that was raised then is raised again: 1.9.0.dev0 after 1.8.0 is 2.1.0.dev0 after 2.0.
    """
    found = DEVELOPMENT.fullmatch(now)
    if found is None or NUMBERS.fullmatch(version) is None:
        return ""
    base = numbers(found["base"])
    size = len(base)
    before, after = padded(numbers(base_of(last)), size), padded(numbers(version), size)
    raised = next((at for at, number in enumerate(base) if number != before[at]), None)
    if raised is not None:
        after = [*after[:raised], after[raised] + 1, *[0] * (size - raised - 1)]
    return ".".join(map(str, after)) + found["mark"]


def numbers(version: str) -> list[int]:
    """The numbers that a version begins with."""
    found = NUMBERS.match(version.removeprefix("v"))
    return [int(number) for number in found[0].split(".")] if found else []


def padded(given: list[int], size: int) -> list[int]:
    """So many of the numbers, with zeros where there are fewer."""
    return [*given, *[0] * size][:size]

"""Lines that past releases have changed by nothing but the version: what no reader knows of.

Such as an installation's line in a README, `release = …` of some documentation, a header file.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from runbook_lib.policy.version_files.readers import LOCK_FILES
from runbook_lib.policy.version_files.spelling import count

VERSION_LIKE = r"\d[0-9A-Za-z.+_-]*?"
LEFT_OUT = re.compile(r"(?i)^(change|changes|history|news|release|unreleased|upgrad)|lock\b")
"""What tells of past versions, or is written by a tool: changelogs, release notes, lock files."""
LONGEST, LARGEST = 2_000, 400_000
"""Characters of a line, and of a file, that are looked at: what is longer, nobody has written."""


def release_lines(
    path: str, earlier: tuple[str, str], last: tuple[str, str]
) -> Iterator[tuple[str, str]]:
    """The lines that differ between two releases (version and text) by their versions alone.

    Each as a pattern with one group, and the version as it stood at the last release.
    """
    name = PurePosixPath(path).name
    if LEFT_OUT.search(name) or name in LOCK_FILES or len(last[1]) > LARGEST:
        return
    for was, now in zip(spellings(earlier[0]), spellings(last[0]), strict=True):
        before = {pieces(line, was) for line in earlier[1].split("\n") if was in line}
        for line in dict.fromkeys(last[1].split("\n")):
            parts = pieces(line, now) if now in line and len(line) <= LONGEST else ()
            if len(parts) > 1 and parts in before:
                yield from ((pattern, now) for pattern in line_patterns(parts))


def spellings(version: str) -> tuple[str, str]:
    """A version as it is, and as it is written with two numbers, or three."""
    if count(version) == 3 and version.endswith(".0"):
        return version, version.removesuffix(".0")
    return version, f"{version}.0" if count(version) == 2 else version


def pieces(line: str, version: str) -> tuple[str, ...]:
    """What stands around a version in a line; nothing where it is a part of something longer."""
    alone = rf"(?<![0-9A-Za-z.])(?P<v>[vV]?){re.escape(version)}(?![0-9A-Za-z]|[.+-]\w*\d)"
    found = list(re.finditer(alone, line))
    if not found:
        return ()
    starts = [0, *(one.end() for one in found)]
    ends = [*(one.end("v") for one in found), len(line)]
    return tuple(line[start:end] for start, end in zip(starts, ends, strict=True))


def line_patterns(parts: tuple[str, ...]) -> Iterator[str]:
    """One regular expression for each version of a line, each with that one as its group."""
    escaped = [re.escape(part) for part in parts]
    for marked in range(len(parts) - 1):
        gaps = [
            f"({VERSION_LIKE})" if at == marked else VERSION_LIKE for at in range(len(parts) - 1)
        ]
        body = "".join(part + gap for part, gap in zip(escaped, [*gaps, ""], strict=True))
        yield f"^{body}$"


def lines_of(
    earlier: tuple[str, Mapping[str, str]], last: tuple[str, Mapping[str, str]]
) -> Iterator[tuple[str, str, str]]:
    """The same for all files that both releases have: path, pattern, version at the last one."""
    for path in sorted(set(earlier[1]) & set(last[1])):
        texts = (earlier[0], earlier[1][path]), (last[0], last[1][path])
        for pattern, said in release_lines(path, *texts):
            yield path, pattern, said

"""Versions: their numbers, what may stand behind these, and their order.

Read are those of SemVer (https://semver.org), of PEP 440 (https://peps.python.org/pep-0440) and of
calendars (https://calver.org): two to four numbers, zero-padded or not, and a suffix: `-rc.1`,
`rc1`, `.post1`, `.dev0`, `-SNAPSHOT`, `+build`.
"""

import re
from dataclasses import replace
from functools import cached_property, lru_cache, total_ordering

from packaging.version import InvalidVersion
from packaging.version import Version as Pep440

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.same_version import EARLY, LONGEST

STAGE = rf"[-._]?(?:{EARLY}|dev|post)[-._]?[0-9]*(?![0-9A-Za-z])"
SEMVER = r"-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
BUILD = r"\+[0-9A-Za-z-]+(?:[.][0-9A-Za-z-]+)*"
WRITTEN = re.compile(
    rf"(?![\w.+-]{{{LONGEST + 1}}})"
    rf"[0-9]+(?:\.[0-9]+){{1,3}}(?:(?:(?i:{STAGE}|(?<=[0-9])(?:a|b|c|rc)[0-9]+))+|{SEMVER})?"
    rf"(?:{BUILD})?"
)
NUMBERS = re.compile(r"[0-9.]*[0-9]")
KEPT = 4096
"""So many versions are known once they were read: a repository's tags are read more than once."""
SNAPSHOT = "-SNAPSHOT"
NAMES = {"a": "alpha", "b": "beta", "rc": "rc"}
"""PEP 440's pre-releases, as SemVer spells them."""

Identifier = tuple[int, int, str]
FINAL: tuple[Identifier, ...] = ((2, 0, ""),)
"""What is no pre-release, above every identifier of one."""
RELEASED = (1, 0)
"""What is no development version, above every one that is."""


@total_ordering
@frozen
class Version:
    """A version, ordered as versions are, and shown as it is `written`, else by three numbers."""

    major: int
    minor: int
    patch: int = 0
    fourth: int = 0
    suffix: str = ""
    written: str = ""

    @classmethod
    def parse(cls, text: str) -> "Version":
        """Read `1.9.0`, `1.9`, `2026.07`, `2.0.0-rc.1`; raises `UsageError`."""
        if (version := cls.read(text)) is None:
            raise unreadable(text)
        return version

    @classmethod
    @lru_cache(KEPT)
    def read(cls, text: str) -> "Version | None":
        """The version that a text is, or None."""
        if WRITTEN.fullmatch(text) is None:
            return None
        numbers = NUMBERS.match(text)
        assert numbers is not None, "the pattern begins so"
        major, minor, *more = map(int, numbers[0].split("."))
        patch, fourth = [*more, 0, 0][:2]
        return cls(major, minor, patch, fourth, text[numbers.end() :], text)

    def __str__(self) -> str:
        return self.written or self.full

    def __repr__(self) -> str:
        return f"Version({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.key == other.key

    def __lt__(self, other: "Version") -> bool:
        return self.key < other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @cached_property
    def key(self) -> tuple[object, ...]:
        """What versions are ordered by: 1.9, 1.9.0 and 1.9.0.0 are one, 2.0.0-rc.1 and 2.0rc1."""
        return (*self.numbers, *place_of(self.suffix))

    @property
    def numbers(self) -> tuple[int, int, int, int]:
        """Its four numbers."""
        return self.major, self.minor, self.patch, self.fourth

    @property
    def parts(self) -> list[str]:
        """The numbers as they are written, three where nobody has written it."""
        if self.written:
            return self.written.removesuffix(self.suffix).split(".")
        return [str(number) for number in self.numbers[: 4 if self.fourth else 3]]

    @property
    def padded(self) -> bool:
        """Whether a number is written with a zero in front."""
        return any(len(part) > 1 and part.startswith("0") for part in self.parts)

    @property
    def short(self) -> str:
        """The procedure's `{version}`: major and minor, with the patch added when it isn't 0.

        A version that has four numbers, or zeros in front, is written out.
        """
        if self.padded or len(self.parts) > 3:
            return ".".join(self.parts) + self.suffix
        numbers = self.numbers[: 3 if self.patch else 2]
        return ".".join(map(str, numbers)) + self.suffix

    @property
    def full(self) -> str:
        """Three numbers at least."""
        return ".".join([*self.parts, "0"][: max(3, len(self.parts))]) + self.suffix

    @property
    def names(self) -> dict[str, str]:
        """What the placeholders of a template stand for."""
        major, minor, patch = [*self.parts, "0"][:3]
        return {
            "version": self.short,
            "full": self.full,
            "major": major,
            "minor": minor,
            "patch": patch,
        }

    def like(self, example: str) -> str:
        """As a file writes its versions: 1.9 where that says 1.8, else by all of its numbers."""
        other = Version.read(example)
        short = other is not None and len(other.parts) == 2 and not self.patch
        return self.short if short else str(self)

    @property
    def is_dev(self) -> bool:
        """Whether it is what comes before a release: 1.9.0.dev0, 1.9.0-SNAPSHOT."""
        return self.key[6] != RELEASED

    @property
    def is_pre(self) -> bool:
        """Whether it comes before a final release."""
        return self.is_dev or self.key[4] != FINAL

    @property
    def base(self) -> "Version":
        """The same without what stands behind its numbers."""
        return replace(self, suffix="", written=self.written.removesuffix(self.suffix))

    @property
    def next_major(self) -> "Version":
        """The next version that may break what worked."""
        return Version(self.major + 1, 0)

    @property
    def next_minor(self) -> "Version":
        """The next version with new features."""
        return Version(self.major, self.minor + 1)

    @property
    def next_patch(self) -> "Version":
        """The next version with fixes only."""
        return Version(self.major, self.minor, self.patch + 1)


def unreadable(text: str) -> UsageError:
    """The error for a text that is no version, or none of this project's."""
    return UsageError(
        "expected a version {major}.{minor}.{patch} or {major}.{minor}, in whole numbers "
        f"without leading zeros, such as 1.9.0 or 1.9; found {text!r}"
    )


@lru_cache(KEPT)
def place_of(suffix: str) -> tuple[tuple[Identifier, ...], int, tuple[int, int], str]:
    """Where a suffix stands in the order: pre-release, post-release, development, build."""
    body, _, build = suffix.partition("+")
    if body.upper() == SNAPSHOT:
        return (), -1, (0, 0), build
    if re.fullmatch(r"-[0-9.]+", body):
        return identifiers(body[1:]), -1, RELEASED, build
    try:
        read = Pep440(f"0{body}")
    except InvalidVersion:
        return identifiers(body[1:]), -1, RELEASED, build
    dev = RELEASED if read.dev is None else (0, read.dev)
    post = -1 if read.post is None else read.post
    if read.pre is None:
        return FINAL if read.dev is None or post >= 0 else (), post, dev, build
    name, number = read.pre
    return ((1, 0, NAMES[name]), (0, number, "")), post, dev, build


def identifiers(text: str) -> tuple[Identifier, ...]:
    """A pre-release's identifiers: numbers are below words, as SemVer has it."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in text.split(".")
    )

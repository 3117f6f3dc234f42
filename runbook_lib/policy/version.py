"""Versions, the tags that name them, and the last release among a repository's tags."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from runbook_lib.errors import UsageError
from runbook_lib.policy.templates import fields, fill, parts

NUMBER = r"(?:0|[1-9][0-9]*)"
WRITTEN = re.compile(rf"({NUMBER})\.({NUMBER})(?:\.({NUMBER}))?")
SCHEMES = ("", "v")
"""What stands before the version in the tags that are known without a template."""


@dataclass(frozen=True, order=True)
class Version:
    """A version `{major}.{minor}.{patch}`, ordered as versions are."""

    major: int
    minor: int
    patch: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `1.9.0` or `1.9`, and nothing else; raises `UsageError`."""
        found = WRITTEN.fullmatch(text)
        if found is None:
            raise UsageError(
                "expected a version {major}.{minor}.{patch} or {major}.{minor}, in whole numbers "
                f"without leading zeros, such as 1.9.0 or 1.9; found {text!r}"
            )
        return cls(*(int(number or 0) for number in found.groups()))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def short(self) -> str:
        """The procedure's `{version}`: major and minor, with the patch added when it isn't 0."""
        return str(self) if self.patch else f"{self.major}.{self.minor}"

    @property
    def names(self) -> dict[str, str]:
        """What the placeholders of a template stand for."""
        numbers = {"major": str(self.major), "minor": str(self.minor), "patch": str(self.patch)}
        return {"version": self.short, "full": str(self), **numbers}

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


@dataclass(frozen=True)
class ReleaseTag:
    """A past release: its version, and the tag that names it."""

    version: Version
    tag: str

    def __str__(self) -> str:
        return f"{self.version} (tag {self.tag})" if self.tag != str(self.version) else self.tag


def find_last_release(
    tags: Iterable[str], template: str, *, project: str = ""
) -> ReleaseTag | None:
    """The newest version, not the newest date, among the tags that the template matches.

    What stands around the version must be the template's own, so that v1.6.12 is no release where
    tags are `{version}`; `{version}` and `{full}` both match 1.8 and 1.8.0. Pre-releases such as
    1.9.0rc1 match nothing. Of two tags for one version, the one that the template makes is taken.
    """
    found = [release for tag in tags if (release := read_tag(tag, template, project=project))]

    def rank(release: ReleaseTag) -> tuple[Version, bool]:
        return release.version, fill(template, tag_names(release.version, project)) == release.tag

    return max(found, key=rank, default=None)


def read_tag(tag: str, template: str, *, project: str = "") -> ReleaseTag | None:
    """The release that a tag names, when the template matches it."""
    found = tag_pattern(template, project).fullmatch(tag)
    if found is None:
        return None
    named = found.groupdict()
    if named.get("whole"):
        version = Version.parse(named["whole"])
    else:
        version = Version(*(int(named.get(part) or 0) for part in ("major", "minor", "patch")))
    # A template that names a part twice matches only where both say the same.
    candidates = {
        fill(template, {**tag_names(version, project), "version": text, "full": text})
        for text in (version.short, str(version))
    }
    return ReleaseTag(version, tag) if tag in candidates else None


def tag_pattern(template: str, project: str) -> re.Pattern[str]:
    """What a template matches, each placeholder named where it stands first."""
    pattern, named = "", set[str]()
    for literal, name in parts(template):
        pattern += re.escape(literal)
        if name is None:
            continue
        group = "whole" if name in ("version", "full") else name
        pattern += placeholder_pattern(group, project, named="" if group in named else group)
        named.add(group)
    return re.compile(pattern)


def placeholder_pattern(group: str, project: str, *, named: str) -> str:
    """What one placeholder matches, as a group of that name."""
    if group == "project":
        return re.escape(project)
    body = rf"{NUMBER}\.{NUMBER}(?:\.{NUMBER})?" if group == "whole" else NUMBER
    return f"(?P<{named}>{body})" if named else f"(?:{body})"


def tag_names(version: Version, project: str) -> dict[str, str]:
    """What the placeholders of a tag's template stand for."""
    return {**version.names, "project": project}


def check_tag_template(template: str) -> None:
    """Raise `UsageError` for a template whose tags would not tell one version from another."""
    named = fields(template)
    if not named & {"version", "full"} and not {"major", "minor", "patch"} <= named:
        raise UsageError(
            "expected a tag's template to tell versions apart, with {version}, {full}, or all of "
            f"{{major}}, {{minor}} and {{patch}}; found {template!r}"
        )


def infer_tag_template(tags: Sequence[str]) -> str:
    """The scheme of a repository's release tags, given in the order of their creation, newest last.

    One of `{version}`, `v{version}`, `{full}`, `v{full}`. The newest tag that looks like a release
    says whether a "v" stands in front: a project that changed its scheme goes on with the new one.
    A patch of 0 that is written out (1.8.0) says `{full}`, one left out (1.8) says `{version}`; the
    newest tag of that scheme that shows either decides, and where all have a patch (1.8.1), three
    numbers it is. Without any release, tags are `{version}`, as the procedure has it.
    """
    releases = [found for tag in tags if (found := re.fullmatch(rf"(v?){WRITTEN.pattern}", tag))]
    if not releases:
        return "{version}"
    prefix = releases[-1][1]
    patches = [found[4] for found in reversed(releases) if found[1] == prefix]
    decisive = next((patch for patch in patches if patch in ("0", None)), "0")
    return f"{prefix}{{full}}" if decisive == "0" else f"{prefix}{{version}}"

"""Tags that name versions: read by their template, and the last release among them."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.templates import fields, fill, pattern
from runbook_lib.policy.version import WRITTEN, Version

NUMBER = "[0-9]+"
SCHEMES = ("", "v", "V")
"""What stands before the version in the tags that are known without a template."""


@frozen
class ReleaseTag:
    """A past release: its version, and the tag that names it."""

    version: Version
    tag: str

    def __str__(self) -> str:
        version = str(self.version)
        return f"{version} (tag {self.tag})" if self.tag != version else self.tag


def find_last_release(
    tags: Iterable[str], template: str, *, project: str = ""
) -> ReleaseTag | None:
    """The newest version, not the newest date, among the tags that the template matches.

    What stands around the version must be the template's own, so that v1.6.12 is no release where
    tags are `{version}`; `{version}` and `{full}` both match 1.8 and 1.8.0. A pre-release is the
    last one only where there are no others. Of two tags for one version, the one that the template
    makes is taken.
    """
    found = [release for tag in tags if (release := read_tag(tag, template, project=project))]

    def rank(release: ReleaseTag) -> tuple[bool, Version, bool]:
        version = release.version
        return (
            not version.is_pre,
            version,
            fill(template, tag_names(version, project)) == release.tag,
        )

    return max(found, key=rank, default=None)


def read_tag(tag: str, template: str, *, project: str = "") -> ReleaseTag | None:
    """The release that a tag names, when the template matches it."""
    found = tag_pattern(template, project).fullmatch(tag)
    if found is None:
        return None
    named = found.groupdict()
    version = Version.read(named.get("version") or named.get("full") or numbers_of(named))
    if version is None:
        return None
    if len(named.keys() - {"project"}) == 1:
        return ReleaseTag(version, tag)
    # A template that names a part in two ways matches only where both say the same.
    names = tag_names(version, project)
    candidates = (
        fill(template, {**names, "version": text, "full": text})
        for text in (str(version), names["version"], names["full"])
    )
    return ReleaseTag(version, tag) if tag in candidates else None


NUMBERED = ("major", "minor", "patch")


def numbers_of(named: Mapping[str, str]) -> str:
    """The version of which a template names the numbers, one that it leaves out being 0."""
    return ".".join(named.get(part) or "0" for part in NUMBERED)


@cache
def tag_pattern(template: str, project: str) -> re.Pattern[str]:
    """What a template matches."""
    whole = dict.fromkeys(("version", "full"), WRITTEN.pattern)
    numbers = dict.fromkeys(NUMBERED, NUMBER)
    return re.compile(pattern(template, {"project": re.escape(project), **whole, **numbers}))


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


def readings(tag: str) -> list[ReleaseTag]:
    """The releases that a tag names in any scheme that is known without a template."""
    found = (read_tag(tag, f"{prefix}{{version}}") for prefix in SCHEMES)
    return [release for release in found if release is not None]

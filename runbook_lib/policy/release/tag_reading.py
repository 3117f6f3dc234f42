"""Tags that name a version, each read by itself, and the form that the newest of them have."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property

from runbook_lib.frozen import frozen
from runbook_lib.policy.tag_template import ReleaseTag, read_tag
from runbook_lib.policy.templates import escaped
from runbook_lib.policy.version import WRITTEN, Version

DOTTED = re.compile(rf"(?P<prefix>(?:.*?[^0-9.])?)(?P<version>{WRITTEN.pattern})")
PARTED = re.compile(r"(?P<prefix>(?:.*?[^0-9])?)[0-9]+(?P<by>[-_])[0-9]+(?P=by)[0-9]+")
STEM = re.compile(r"[vV]?|(?P<stem>.+?)(?:[-@/_.][vV]?)?")
OWN_WORDS = frozenset(("release", "releases", "rel", "version", "ver", "stable", "r"))
"""What a tag begins with that speaks of the project as a whole, beside its name."""


@frozen
class SeenTag:
    """A tag as git has it; `reached` says whether it is part of what is released."""

    name: str
    commit: str = ""
    day: date = date.min
    reached: bool = True


@frozen
class ReadTag:
    """A tag that names a version, after a prefix; `by` parts its numbers where no dot does."""

    tag: SeenTag
    prefix: str
    version: Version
    by: str = ""

    @cached_property
    def stem(self) -> str:
        """The word in front of the version: a package's, the project's; empty for `v1.2.3`."""
        found = STEM.fullmatch(self.prefix)
        return (found and found["stem"]) or ""

    @property
    def release(self) -> ReleaseTag:
        """The release that it names."""
        return ReleaseTag(self.version, self.tag.name)


def read_one(tag: SeenTag) -> ReadTag | None:
    """A tag that ends in a version, or None; `v1` is none, for such a tag moves."""
    if found := DOTTED.fullmatch(tag.name):
        return ReadTag(tag, found["prefix"], Version.parse(found["version"]))
    if found := PARTED.fullmatch(tag.name):
        numbers = tag.name.removeprefix(found["prefix"])
        version = Version.read(numbers.replace(found["by"], "."))
        return ReadTag(tag, found["prefix"], version, found["by"]) if version else None
    return None


def read_by(tag: SeenTag, template: str, project: str) -> ReadTag | None:
    """A tag that the profile's template matches."""
    found = read_tag(tag.name, template, project=project)
    return ReadTag(tag, "", found.version) if found else None


def is_own(stem: str, project: str) -> bool:
    """Whether a tag's word speaks of the project: as a whole, or by its name."""
    return is_whole(stem) or plain(stem) == plain(project)


def is_whole(stem: str) -> bool:
    """Whether a tag's word can be no package's."""
    return not stem or stem.lower() in OWN_WORDS


def is_package(stem: str, package: str) -> bool:
    """Whether a tag's word is that of a package, which may be named by its path."""
    return bool(stem) and package_name(stem) == package_name(package)


def package_name(path: str) -> str:
    """A package's name, where it is named by its path or with a scope."""
    return path.rstrip("/").rsplit("/", 1)[-1]


def package_folder(paths: Iterable[str], package: str) -> str:
    """The folder of a package among a repository's paths: the uppermost of its name, or none."""
    named = package.strip("/")
    if not named:
        return ""
    folders = {path[: at + len(named)] for path in paths if (at := find_folder(path, named)) >= 0}
    return min(folders, key=lambda folder: (folder.count("/"), folder), default="")


def find_folder(path: str, named: str) -> int:
    """Where in a path a folder of that name begins; below 0 where it has none."""
    return f"/{path}".find(f"/{named}/")


def plain(name: str) -> str:
    """A name without what it may be parted by."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def without_moving(read: Sequence[ReadTag]) -> list[ReadTag]:
    """The tags without those that move: v1.2, where v1.2.0 is there, or v1.2.3 at its commit."""
    longer = [one for one in read if len(one.version.parts) > 2]
    first = {(one.prefix, one.version.numbers) for one in longer}
    at = {(one.prefix, one.version.numbers[:2], one.tag.commit) for one in longer if one.tag.commit}

    def moves(one: ReadTag) -> bool:
        numbers = one.version.numbers
        here = (one.prefix, numbers[:2], one.tag.commit)
        return len(one.version.parts) == 2 and ((one.prefix, numbers) in first or here in at)

    return [one for one in read if not moves(one)]


def infer_template(read: Sequence[ReadTag]) -> str:
    """The form of the newest release's tag: a project that changed its form goes on with the new.

    A patch of 0 that is written out (1.8.0) says `{full}`, one left out (1.8) says `{version}`; the
    newest tag of that form that shows either decides, and where all have a patch (1.8.1), three
    numbers it is. It is empty where there is no release.
    """
    finals = [one for one in read if not one.version.is_pre] or list(read)
    if not finals:
        return ""
    form = finals[-1]
    prefix = escaped(form.prefix)
    if form.by:
        return prefix + form.by.join(("{major}", "{minor}", "{patch}"))
    alike = [one.version for one in reversed(finals) if one.prefix == form.prefix]
    short = next((len(one.parts) == 2 for one in alike if is_decisive(one)), False)
    return prefix + ("{version}" if short else "{full}")


def is_decisive(version: Version) -> bool:
    """Whether a version shows if a patch of 0 is written."""
    return len(version.parts) == 2 or (len(version.parts) == 3 and not version.patch)

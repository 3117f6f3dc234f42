"""Which files of a repository say its version: now, and when it was last released."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import PurePosixPath

from runbook_lib.errors import Refused, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.same_version import is_same
from runbook_lib.policy.version_files.pointed import pointed_files
from runbook_lib.policy.version_files.readers import find_places, is_known, reader_of
from runbook_lib.policy.version_files.release_lines import lines_of
from runbook_lib.policy.version_files.spelling import UNSET, base_of, is_development


@frozen
class Released:
    """A past release: its version as the tag has it, and the files that may say it, as texts.

    Of those before the last two, the version alone is of use.
    """

    version: str
    files: Mapping[str, str] = field(default_factory=dict)


@frozen
class Wanted:
    """The version to be released, in full and short."""

    version: str
    short: str


@frozen
class Said:
    """One file, where in it, and what it says now; `then` at the last release, if it followed."""

    file: str
    now: str
    then: str = ""
    pattern: str = ""


def named_files(
    now: Mapping[str, str], last: Released | None, named: str, pattern: str
) -> Iterator[Said]:
    """The files that a person names, with what they say now."""
    for path in (one.strip() for one in named.split(",")):
        if path.startswith("/") or ".." in PurePosixPath(path).parts:
            raise UsageError(
                f"expected a file inside the repository, found {path!r}; name it by its path from "
                "the top"
            )
        if path not in now:
            raise UsageError(
                f"expected the version in {path}, and there is no such file; correct version_file"
            )
        places = find_places(path, now[path], pattern)
        if not places or (pattern and len(places) > 1) or len({one.version for one in places}) > 1:
            raise Refused(
                f"expected one place in {path} that says the version, found "
                f"{'; '.join(map(str, places)) or 'none'}; name the place with version_pattern, a "
                "regular expression with one group"
            )
        yield Said(path, places[0].version, followed(last, path, pattern), pattern)


def known_files(now: Mapping[str, str], releases: Sequence[Released]) -> Iterator[Said]:
    """The files whose kind is known, and that have followed the releases so far."""
    last = releases[0] if releases else None
    found = [
        Said(path, version, followed(last, path))
        for path in sorted(now)
        if reader_of(path) and (is_home(now, path) or has_followed(releases, path))
        for version in versions(now, path)
        if version not in others(last, path)
    ]
    following = [one for one in found if one.then]
    for one in found:
        if one.then or belongs(one, following, releases):
            yield one


def is_home(now: Mapping[str, str], path: str) -> bool:
    """Whether a file is where a project's own version is expected."""
    return is_known(path) or path in pointed_files(now)


def has_followed(releases: Sequence[Released], path: str) -> bool:
    """Whether a file deep within has said the version of each of the last releases."""
    return len(releases) > 1 and all(followed(release, path) for release in releases[:2])


def belongs(one: Said, following: Sequence[Said], releases: Sequence[Released]) -> bool:
    """Whether a file counts that did not say the last release's version when that was made."""
    if not releases:
        return True
    is_new = one.file not in releases[0].files
    if UNSET.fullmatch(one.now):
        return False
    if following:
        return is_new and any(is_same(one.now, other.now) for other in following)
    forgotten = any(is_same(one.now, release.version) for release in releases)
    return is_new or is_development(one.now) or forgotten


def followed(release: Released | None, path: str, pattern: str = "") -> str:
    """What a file said at a release, if that was its version; empty where it said another."""
    if release is None:
        return ""
    try:
        said = versions(release.files, path, pattern)
    except UsageError:
        return ""
    return next((one for one in said if is_same(base_of(one), release.version)), "")


def others(release: Released | None, path: str) -> tuple[str, ...]:
    """What a file that followed a release said besides: a part of it has a version of its own."""
    if release is None or not followed(release, path):
        return ()
    said = versions(release.files, path)
    return tuple(one for one in said if not is_same(base_of(one), release.version))


def versions(files: Mapping[str, str], path: str, pattern: str = "") -> tuple[str, ...]:
    """The versions that a file says, each once."""
    places = find_places(path, files.get(path, ""), pattern)
    return tuple(dict.fromkeys(one.version for one in places if one.version[:1].isdigit()))


def other_lines(
    now: Mapping[str, str], releases: Sequence[Released], found: Sequence[Said], wanted: Wanted
) -> Iterator[Said]:
    """The lines in any file that the last release has changed by its version alone."""
    if len(releases) < 2:
        return
    last, earlier = releases[:2]
    known = {
        one.file: {place.start for place in find_places(one.file, now[one.file])} for one in found
    }
    accepted = [last.version, wanted.version, *(one.now for one in found)]
    lines = lines_of((earlier.version, earlier.files), (last.version, last.files))
    for path, pattern, then in lines:
        places = find_places(path, now.get(path, ""), pattern)
        fits = all(any(is_same(one.version, text) for text in accepted) for one in places)
        if places and fits and not {one.start for one in places} <= known.get(path, set()):
            for version in dict.fromkeys(one.version for one in places):
                yield Said(path, version, then, pattern)

"""Which files say a project's version, as its last releases show; or that the tag alone does.

A file counts that said the last release's version when that was made, or says that of an earlier
one: somebody forgot it; without an earlier release, each file that is known for it. Files that say
a version of their own are left as they are, and named; what has followed and disagrees now is a
question.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.release.finding import Finding
from runbook_lib.policy.release.said_versions import (
    Released,
    Said,
    Wanted,
    followed,
    is_home,
    known_files,
    named_files,
    other_lines,
    versions,
)
from runbook_lib.policy.same_version import meaning
from runbook_lib.policy.version_files.lock_files import locked_places
from runbook_lib.policy.version_files.pointed import version_from_tag
from runbook_lib.policy.version_files.readers import is_known
from runbook_lib.policy.version_files.release_lines import lines_of
from runbook_lib.policy.version_files.spelling import (
    UNSET,
    base_of,
    is_development,
    next_development,
    numbers,
    spell,
)
from runbook_lib.policy.version_files.written import Written

NONE = "none"
"""What version_file says where the tag alone makes the release."""
NAME_THEM = (
    "name the files with the parameter version_file (several with commas between), or say "
    f"version_file={NONE} where the tag alone makes the release"
)


@frozen
class VersionFiles:
    """What a release writes; `left` are files that say a version of their own, and why."""

    written: tuple[Written, ...] = ()
    left: tuple[str, ...] = ()
    from_tag: str = ""

    @property
    def present(self) -> str:
        """The version that the files say now; empty where none does."""
        return self.written[0].was if self.written else ""

    @property
    def findings(self) -> Iterator[Finding]:
        """What was found, for a person to read."""
        files = ", ".join(dict.fromkeys(one.file for one in self.written))
        left = f"; left as they are: {', '.join(self.left)}" if self.left else ""
        without = f"the tag alone makes the release ({self.from_tag})"
        seen = f"they say {self.present}{left}" if files else left.removeprefix("; ")
        yield Finding("version files", files, seen, "version_file", "" if files else without)
        following = [one for one in self.written if one.following]
        if following:
            habit = f"{following[0].following}, in {', '.join(one.file for one in following)}"
            yield Finding("next version", habit, f"now {following[0].was}", "version_file")


def find_version_files(
    now: Mapping[str, str],
    releases: Sequence[Released],
    wanted: Wanted,
    *,
    named: str = "",
    pattern: str = "",
) -> VersionFiles:
    """What a release of that version writes; `releases` are the last ones, newest first.

    `named` and `pattern` are what a person says instead. Raises `UsageError` where it takes a
    person to say which files are meant, `Refused` where a file says it in several ways.
    """
    if named.strip() == NONE:
        return VersionFiles(from_tag=f"as version_file says: {NONE}")
    last = releases[0] if releases else None
    found = [*named_files(now, last, named, pattern)] if named else [*known_files(now, releases)]
    if pattern and not named:
        found = [*named_files(now, last, ",".join({one.file for one in found}), pattern)]
    if not named and not pattern:
        found = [*found, *other_lines(now, releases, found, wanted)]
    if not found:
        return tag_alone(now, releases)
    if not named:
        refuse_disagreeing(found, last, wanted)
    written = [as_written(one, last, wanted) for one in found]
    locks = followed_by_locks(now, written, last, wanted)
    return VersionFiles((*written, *locks), tuple(own_versions(now, found)))


def refuse_disagreeing(found: Sequence[Said], last: Released | None, wanted: Wanted) -> None:
    """Raise `UsageError` where the files say several versions, and not only the last and the new.

    A file may still say the last release where others say the development version after it.
    """
    settled = {meaning(wanted.version), *([meaning(last.version)] if last else [])}
    said = {meaning(one.now): one.now for one in found}
    others = [version for name, version in said.items() if name not in settled]
    behind = [one for one in others if last and numbers(one) < numbers(last.version)]
    if len(others) > 1 or (behind and len(said) > 1):
        listed = ", ".join(dict.fromkeys(f"{one.file}: {one.now}" for one in found))
        raise UsageError(
            f"expected files that agree on the present version, found {listed}: make them agree, "
            f"or {NAME_THEM}"
        )


def as_written(one: Said, last: Released | None, wanted: Wanted) -> Written:
    """What a file says before the release, in it, and after it."""
    named = last.version if last else ""
    like = one.then if one.then and not is_development(one.then) else base_of(one.now)
    habit = bool(one.then) and not is_development(one.then)
    return Written(
        one.file,
        one.now,
        spell(wanted.version, wanted.short, like=like, named=named, path=one.file),
        one.pattern,
        next_development(wanted.version, last=named, now=one.now) if habit else "",
    )


def followed_by_locks(
    now: Mapping[str, str], written: Sequence[Written], last: Released | None, wanted: Wanted
) -> Iterator[Written]:
    """What the project's own entries in lock files say then, in their tools' own spelling."""
    following = next((one.following for one in written if one.following), "")
    named, done = last.version if last else "", {one.file for one in written}
    for path, pattern, was in locked_places(now, done):
        says = spell(wanted.version, wanted.short, like=base_of(was), named="", path=path)
        then = next_development(wanted.version, last=named, now=was) or following
        if path not in done:
            yield Written(path, was, says, pattern, then if following else "")


def own_versions(now: Mapping[str, str], found: Iterable[Said]) -> Iterator[str]:
    """The files that say a version of their own."""
    taken = {one.file for one in found}
    for path in sorted(now):
        if is_home(now, path) and path not in taken:
            yield from (f"{path} ({version})" for version in versions(now, path))


def tag_alone(now: Mapping[str, str], releases: Sequence[Released]) -> VersionFiles:
    """Nothing to write; raises `UsageError` where there is a file that would be left behind."""
    tool, left = version_from_tag(now), tuple(own_versions(now, ()))
    unset = all(UNSET.fullmatch(version) for path in now for version in versions_of_home(now, path))
    lost = list(dict.fromkeys(lost_files(releases)))
    if tool or (unset and not lost):
        return VersionFiles((), left, tool or "no file says a version")
    stale = f"{', '.join(left)}" or f"none, where {', '.join(lost)} said it"
    raise UsageError(
        f"expected a file that says the version as the last release "
        f"({releases[0].version if releases else 'none'}) did, found {stale}: {NAME_THEM}"
    )


def lost_files(releases: Sequence[Released]) -> Iterator[str]:
    """The files that have said the last release's version when that was made."""
    if releases:
        yield from (
            one for one in releases[0].files if is_known(one) and followed(releases[0], one)
        )
    if len(releases) > 1:
        last, earlier = ((one.version, one.files) for one in releases[:2])
        yield from (path for path, _, _ in lines_of(earlier, last))


def versions_of_home(now: Mapping[str, str], path: str) -> tuple[str, ...]:
    """What a file says that is where a project's own version is expected."""
    return versions(now, path) if is_home(now, path) else ()

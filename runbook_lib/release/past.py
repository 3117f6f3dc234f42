"""How a repository has been released so far: its version files and its names, read from git."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import PurePosixPath

from runbook_lib.policy.commits import Commit
from runbook_lib.policy.release.past_names import last_tags
from runbook_lib.policy.release.said_versions import Released, Wanted
from runbook_lib.policy.release.version_files import VersionFiles, find_version_files
from runbook_lib.policy.same_version import split_tag
from runbook_lib.policy.version import Version
from runbook_lib.policy.version_files.pointed import FROM_TAG, pointed_files
from runbook_lib.policy.version_files.readers import (
    IN_A_PACKAGE,
    LOCK_FILES,
    find_places,
    is_known,
)
from runbook_lib.policy.version_files.release_lines import spellings
from runbook_lib.policy.version_files.spelling import names_development
from runbook_lib.policy.version_files.written import Written
from runbook_lib.release.past_names import read_names
from runbook_lib.release.release import Decided
from runbook_lib.release.run import ReleaseRun
from runbook_lib.services.git.clones.snapshot import Snapshot
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import read_commits, read_tags

SETTINGS = (*FROM_TAG, "go.mod", "setup.cfg")
MANIFESTS = ("Cargo.toml", *LOCK_FILES)
"""What is read wherever it is: a workspace's members, and what locks them."""
ONCE_KNOWN = ("setup.py", "pyproject.toml", "package.json", "Cargo.toml")
MOST_FILES = 500
"""Files with the last version in them that are looked at: beyond, it is no version but a word."""
APART = "release-{version}"
BEGIN = "chore: begin {following}"


def settled(run: ReleaseRun, decided: Decided) -> Decided:
    """A decision with the version files and the names that the repository's past calls for.

    Raises what `find_version_files` raises: before any gate, and before anything is changed.
    """
    git, settings = run.mirror.git, run.profile.repository
    version = Version.parse(decided.version)
    every = [tag.name for tag in read_tags(git)]
    tags = last_tags(decided.last, every)
    files = read_version_files(
        git,
        decided.start,
        tags,
        every,
        Wanted(str(version), version.short),
        named=settings.version_file,
        pattern=settings.version_pattern,
    )
    names = read_names(run, tags, decided.start, decided.tag_template)
    names = replace(names, apart=APART if git.commit_at("refs/heads/release") else "")
    findings = (*files.findings, *names.findings(run.profile.names.model_dump()))
    return replace(
        decided,
        found=[*decided.found, *map(asdict, findings)],
        version_files=[asdict(one) for one in files.written],
        names=names.known,
        following=read_following(git, files.written, decided),
    )


def as_it_was_settled(run: ReleaseRun, decided: Decided) -> Decided:
    """A decision with its version file, where it is from before several were known.

    The one file was found then, in the run's checkout, when its turn came.
    """
    if decided.version_files is not None:
        return decided
    settings, now = run.profile.repository, Snapshot(run.mirror.git, decided.start)
    paths = [path for path in now.paths() if path in ONCE_KNOWN or IN_A_PACKAGE.fullmatch(path)]
    files = now.read([*paths, *names_given(settings.version_file)])
    saying = [path for path in paths if find_places(path, files[path])]
    found = find_version_files(
        files,
        (),
        Wanted(decided.version, decided.version),
        named=settings.version_file or ",".join(saying[:1] if len(saying) == 1 else ()),
        pattern=settings.version_pattern,
    )
    return replace(decided, version_files=[asdict(one) for one in found.written])


def without_next_version(commits: Sequence[Commit], released: str) -> list[Commit]:
    """The commits without the one that began the next version right on top of the `released` one.

    It calls for no release.
    """
    return [
        commit
        for commit in commits
        if commit.parents != (released,) or not names_development(commit.subject)
    ]


def read_version_files(
    git: Git,
    start: str,
    tags: Sequence[str],
    every: Sequence[str],
    wanted: Wanted,
    *,
    named: str = "",
    pattern: str = "",
) -> VersionFiles:
    """Which files a release from `start` writes, after those of `tags`, newest first.

    `every` is all tags' names: versions that were released, too.
    """
    commits = {tag: Snapshot(git, f"refs/tags/{tag}") for tag in tags[:2]}
    now = Snapshot(git, start)
    with_version = [
        path
        for tag in tags[:1]
        for path in commits[tag].files_with(dict.fromkeys(spellings(split_tag(tag)[1])))
    ]
    others = [*(with_version if len(with_version) <= MOST_FILES else ()), *names_given(named)]
    mine = [*others, *known(now)]
    releases = [Released(split_tag(tag)[1], texts(commits[tag], mine)) for tag in tags[:2]]
    older = [Released(split_tag(name)[1]) for name in every] if releases else []
    files = texts(now, others)
    return find_version_files(files, [*releases, *older], wanted, named=named, pattern=pattern)


def names_given(named: str) -> list[str]:
    """The files that a person names."""
    return [path.strip() for path in named.split(",") if path.strip()]


def known(snapshot: Snapshot) -> list[str]:
    """The paths that a commit has of files that are known for a version, or for where it is."""
    return [
        path
        for path in snapshot.paths()
        if is_known(path) or path in SETTINGS or PurePosixPath(path).name in MANIFESTS
    ]


def texts(snapshot: Snapshot, others: Sequence[str]) -> Mapping[str, str]:
    """The texts of a commit's files that may say the version, and of these `others`."""
    found = snapshot.read(dict.fromkeys([*known(snapshot), *others]))
    return {**found, **snapshot.read(set(pointed_files(found)) - set(found))}


def read_following(git: Git, written: Sequence[Written], decided: Decided) -> str:
    """The message of the commit with the next development version, as it was said last time."""
    following = [one for one in written if one.following]
    if not following:
        return ""
    first = following[0]
    since = (f"^refs/tags/{decided.last}", decided.start, "--reverse")
    said = [commit.subject for commit in read_commits(git, *since, paths=[first.file])]
    return following_message(said, first, last=split_tag(decided.last)[1])


def following_message(said: Sequence[str], written: Written, *, last: str) -> str:
    """A past commit's subject with the new versions in it, where it names the development version.

    `said` are the subjects since the last release, oldest first.
    """
    subject = next((one for one in said if written.was in one), "")
    if not subject:
        return BEGIN.format(following=written.following)
    new = subject.replace(written.was, written.following)
    return new.replace(last, written.says) if last else new

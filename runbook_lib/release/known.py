"""What a repository says of its versions: its tags, its last release, the file that has one."""

from collections.abc import Sequence
from dataclasses import replace

from runbook_lib.errors import Refused, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.journal import Event
from runbook_lib.policy.release.calendar import find_calendar
from runbook_lib.policy.release.next_version import Known, Present
from runbook_lib.policy.release.tag_reading import ReadTag, SeenTag, package_folder
from runbook_lib.policy.release.tags import Tags, read_tags, shown
from runbook_lib.policy.tag_template import ReleaseTag, find_last_release, readings
from runbook_lib.policy.version import Version
from runbook_lib.policy.version_files.readers import find_places, is_known
from runbook_lib.release.changelog_habit import read_changelog
from runbook_lib.release.past import names_given
from runbook_lib.release.past_steps import read_past_steps
from runbook_lib.release.release import subject_of
from runbook_lib.release.run import ReleaseRun
from runbook_lib.services.git.clones.snapshot import Snapshot
from runbook_lib.services.git.history import SHORT, Tag, listed
from runbook_lib.services.git.reach import (
    fork_of,
    is_merged_by,
    loose_tags,
    newest_of,
    tags_and_reached,
)

ELSEWHERE = "elsewhere"
"""What an event keeps the commit as that another machine has released, for which it abandons."""
LOOKED_AT = 20
"""So many tags that the source branch does not reach are looked at, of those that a branch has."""


@frozen
class Looked:
    """The tags as they stand; `orphans` have left the source branch, `abandoned` are none.

    `names` are those of all tags, oldest first.
    """

    names: tuple[str, ...]
    tags: Tags
    orphans: tuple[ReadTag, ...]
    abandoned: dict[str, Event]


def look(run: ReleaseRun, start: str) -> Looked:
    """Look at the tags, from the commit that is released."""
    every, tags = read_seen(run, start)
    orphans = find_orphans(run, tags, every, start)
    abandoned = abandoned_tags(run, orphans)
    kept = tuple(one for one in orphans if one.tag.name not in abandoned)
    names = tuple(tag.name for tag in every)
    return Looked(names, tags.without(abandoned), kept, abandoned)


def see_tags(run: ReleaseRun, start: str) -> Tags:
    """The tags, and what they say of the releases that are part of the commit `start`."""
    return read_seen(run, start)[1]


def read_seen(run: ReleaseRun, start: str) -> tuple[list[Tag], Tags]:
    """All tags, and what they say of those releases."""
    every, reached = tags_and_reached(run.mirror.git, start)
    seen = [SeenTag(tag.name, tag.commit, tag.date.date(), tag.name in reached) for tag in every]
    return every, read_tags(
        seen,
        project=run.profile.project,
        package=run.profile.repository.package,
        template=run.profile.names.tag,
    )


def find_orphans(run: ReleaseRun, tags: Tags, every: Sequence[Tag], start: str) -> list[ReadTag]:
    """The releases above the last one that have left the source branch: newest first.

    They were squashed or rebased when they were merged, or were never merged; no branch goes on
    from them, or they are the merge of what the source branch has.
    """
    git = run.mirror.git
    by_name = {tag.name: tag for tag in every}
    newer = sorted(tags.newer, key=lambda one: one.version, reverse=True)
    loose = loose_tags(git, every, start) if newer else frozenset[str]()
    branched = [one for one in newer if one.tag.name not in loose][:LOOKED_AT]
    merged = [one for one in branched if is_merged_by(git, by_name[one.tag.name], start)]
    return [one for one in newer if one.tag.name in loose or one in merged]


def abandoned_tags(run: ReleaseRun, orphans: list[ReadTag]) -> dict[str, Event]:
    """The tags that abandoned runs have pushed: they are no releases, unless they were merged.

    One that a run was abandoned for was pushed from another machine, and is one.
    """
    found: dict[str, Event] = {}
    for one in orphans[:LOOKED_AT]:
        past = run.past_run(subject_of(one.version, run.profile.repository.package))
        if past and past.abandoned and past.abandoned.said.get(ELSEWHERE) != one.tag.commit:
            found[one.tag.name] = past.abandoned
    return found


def with_orphan(run: ReleaseRun, tags: Tags, orphans: Sequence[ReadTag], start: str) -> Tags:
    """The tags with the last release among the orphans, where one has left the source branch last.

    Of several it is the newest version; one that left it before the last release is none.
    """
    git = run.mirror.git
    last = run.mirror.find(tags.last.tag) if tags.last else ""
    forks = {one.tag.name: fork_of(git, one.tag.commit, start) for one in orphans}
    at = newest_of(git, [last, *forks.values()])
    left_last = [one for one in orphans if forks[one.tag.name] in at or not at]
    if not left_last:
        return tags
    orphan = left_last[0]
    fork = forks[orphan.tag.name]
    left = f"left the source branch at {fork:.{SHORT}}" if fork else "has nothing in common with it"
    return replace(
        tags,
        last=orphan.release,
        orphaned=f"by its name: {orphan.tag.name} {left}, and no branch goes on from it",
    )


def with_named(run: ReleaseRun, tags: Tags, name: str) -> Tags:
    """The tags with the last release that a person names.

    Raises `Refused` for a tag that is not there, `UsageError` for one that names no version.
    """
    every = [tag.name for tag in run.mirror.tags()]
    if name not in every:
        raise Refused(
            f"expected a tag {name} in {run.mirror.url} as the last release, found none; "
            f"name one of its tags, such as {listed(every[::-1], 5)}"
        )
    return replace(tags, last=read_release(name, tags.template, run.profile.project), orphaned="")


def read_release(name: str, template: str, project: str) -> ReleaseTag:
    """The release that a tag names; raises `UsageError` for one that names no version."""
    found = find_last_release([name], template, project=project) or next(iter(readings(name)), None)
    if found is None:
        raise UsageError(
            f"expected the last release's tag to name a version, as {template} does; "
            f"found {name!r}; name another tag"
        )
    return found


def find_known(
    run: ReleaseRun, looked: Looked, start: str, source: str, named: str, version: str = ""
) -> Known:
    """What is known of the versions, with the last release that is named, or found.

    Tags that are newer elsewhere are asked about on the default branch. What the past releases were
    is read where it may be asked for: not where a `version` is named, or versions tell dates.
    """
    tags = (
        with_named(run, looked.tags, named)
        if named
        else with_orphan(run, looked.tags, looked.orphans, start)
    )
    elsewhere = [one.tag.name for one in tags.newer]
    if elsewhere and source == run.mirror.default_branch():
        said = f"{shown(elsewhere)}: newer than {tags.last or 'none'}, and not part of {source}"
        tags = replace(tags, doubts=(*tags.doubts, said))
    known = Known(
        tags,
        find_calendar(tags.releases or tags.others),
        find_present(run, start),
        run.now().date(),
        run.profile.versions.zero_breaks,
        read_changelog(run, start, tags.last),
    )
    if version or known.by_date:
        return known
    return replace(known, past=read_past_steps(run, known, start))


def find_present(run: ReleaseRun, start: str) -> Present | None:
    """The version that the files of what is released say; None where they say none, or several."""
    settings, paths = run.profile.repository, run.mirror.paths(start)
    named = names_given(settings.version_file)
    folder = package_folder(paths, settings.package)
    within = f"{folder}/" if folder else ""
    known = [p for p in paths if p.startswith(within) and is_known(p.removeprefix(within))]
    texts = Snapshot(run.mirror.git, start).read([p for p in paths if p in named] or known)
    said = [
        Present(version, path)
        for path, text in texts.items()
        for place in find_places(path, text, settings.version_pattern or None)
        if (version := Version.read(place.version))
    ]
    saying = [one for one in said if not one.says_nothing] or said
    return saying[0] if len({one.version for one in saying}) == 1 else None

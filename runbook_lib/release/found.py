"""What is found of how a project is released: settled and shown before anything is changed."""

import os
from collections.abc import Iterator
from dataclasses import asdict, replace

from runbook_lib.policy.release.changelog import find_habit
from runbook_lib.policy.release.finding import Finding
from runbook_lib.policy.release.next_version import Known
from runbook_lib.policy.release.saying import find_saying
from runbook_lib.release.commits import commit_paths, read_commits
from runbook_lib.release.left_out import desk_findings
from runbook_lib.release.past import settled
from runbook_lib.release.release import Decided
from runbook_lib.release.run import ReleaseRun
from runbook_lib.services.changelog.programs import find_tool


def with_findings(run: ReleaseRun, decided: Decided, known: Known) -> Decided:
    """A decision with all that a release needs to know of the repository, and where it was seen.

    Raises what `settled` raises: before any gate, and before anything is changed.
    """
    found = [asdict(one) for one in find(run, decided, known)]
    return settled(run, replace(decided, found=found))


def find(run: ReleaseRun, decided: Decided, known: Known) -> Iterator[Finding]:
    """What was found of branch, versions, commits, changelog and tests."""
    profile = run.profile
    seen = "the profile, or -p source" if profile.repository.source else "origin's HEAD"
    yield Finding("source branch", decided.source, seen, "-p source")
    yield from known.findings
    yield find_saying(read_commits(run, decided.last or None, decided.start), since=decided.last)
    yield from find_changelog(run, decided, known)
    yield from desk_findings(profile)
    tests = " ".join(profile.test.command)
    untested = "none is known: somebody agrees to release untested"
    told = "the profile, or -p test_command" if tests else ""
    yield Finding("tests", tests, told, "-p test_command", "" if tests else untested)


def find_changelog(run: ReleaseRun, decided: Decided, known: Known) -> tuple[Finding, ...]:
    """How the changelog is kept; raises `UsageError` where the tool that writes it is missing."""
    mirror, settings = run.mirror, run.profile.changelog
    habit = find_habit(
        mirror.paths(decided.start),
        lambda path: mirror.read_file(decided.start, path),
        file=settings.file,
        command=settings.command,
        last=str(known.tags.last.version) if known.tags.last else "",
        folder="".join(commit_paths(run, decided.start)),
    )
    if habit.tool and habit.fragments and not settings.command:
        find_tool(habit.tool, os.environ)
    return habit.findings

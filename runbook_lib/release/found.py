"""What is found of how a project is released: settled and shown before anything is changed."""

from collections.abc import Iterator
from dataclasses import asdict, replace

from runbook_lib.policy.release.finding import Finding
from runbook_lib.policy.release.next_version import Known
from runbook_lib.policy.release.saying import find_saying
from runbook_lib.release.commits import read_commits
from runbook_lib.release.left_out import desk_findings
from runbook_lib.release.past import settled
from runbook_lib.release.release import Decided
from runbook_lib.release.run import ReleaseRun


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
    yield from desk_findings(profile)
    tests = " ".join(profile.test.command)
    untested = "none is known: somebody agrees to release untested"
    told = "the profile, or -p test_command" if tests else ""
    yield Finding("tests", tests, told, "-p test_command", "" if tests else untested)

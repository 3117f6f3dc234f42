"""What the parameters of a release's runbook come to: the next version, what is there."""

from collections.abc import Iterator
from typing import Any

from runbook_lib.journal.session import PastRun
from runbook_lib.policy.choices import Choices, Looked
from runbook_lib.release.decision import choose, is_open
from runbook_lib.release.known import find_known
from runbook_lib.release.known import look as look_at_tags
from runbook_lib.release.release import Decided
from runbook_lib.release.run import ReleaseRun
from runbook_lib.release.setting import open_setting
from runbook_lib.run.preview import Preview, looked
from runbook_lib.services.git.history import SHORT
from runbook_lib.steps.runner import Runner

RELEASES = "release"
"""The runbook that decides a version."""
NEWEST = 30
"""So many tags are offered."""


class ReleasePreview(Preview, ReleaseRun):
    """What a session of a release would work with."""

    def past_runs(self) -> list[PastRun]:
        """The runs that this machine knows; an archive's remote is not asked."""
        runs = self.setting.home.past_runs(RELEASES, self.team.project)
        return [past for past in runs if not past.problem]

    def past_run(self, subject: str) -> PastRun | None:
        """One of these by its subject."""
        return next((past for past in self.past_runs() if past.subject == subject), None)


def look(runbook: str, given: dict[str, Any], runner: Runner) -> Looked:
    """What a release would come to; raises `UsageError` for a profile or a secret that is wrong."""
    run = ReleasePreview(RELEASES, given, open_setting(given), runner)
    run.mirror.fetch()
    lines = run.mirror.git.run("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads").lines
    tags = [tag.name for tag in run.mirror.tags()][::-1]
    newest = Choices(tuple(tags[:NEWEST]), closed=False)
    choices = {"source": Choices(tuple(lines)), "last_release": newest}
    return looked(choices, told(run, runbook))


def told(run: ReleasePreview, runbook: str) -> Iterator[str]:
    """What is so now: the repository, a run that would be gone on with, or the next version."""
    source = run.profile.repository.source or run.mirror.default_branch()
    start = run.mirror.head(source)
    place = run.profile.repository.url
    yield f"repository: {place}, {source} at {start.id:.{SHORT}}: {start.subject}"
    if runbook != RELEASES:
        return
    going = [one for one in run.unfinished() if is_open(run, one.decision(Decided))]
    if going and not run.parameters.get("version"):
        yield f"goes on with {going[0].name}, {going[0].begun}"
        return
    yield from version_of(run, start.id, source)


def version_of(run: ReleasePreview, start: str, source: str) -> Iterator[str]:
    """The version as the run would decide it, why, and what of it has to be approved."""
    version = str(run.parameters.get("version") or "")
    named = str(run.parameters.get("last_release") or run.profile.repository.last_release)
    looked = look_at_tags(run, start)
    known = find_known(run, looked, start, source, named, version)
    choice = choose(run, version, known, start, looked)
    if isinstance(choice, PastRun):
        yield f"nothing is new since {choice.name}: it is shown again"
        return
    yield f"next version: {choice}"
    if choice.leap:
        yield f"to be approved: {choice.leap.splitlines()[0]}"

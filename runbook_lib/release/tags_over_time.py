"""A repository's tags over time, with the release that is decided among them."""

from datetime import date

from runbook_lib.display.tag_history import TagHistory, tag_history
from runbook_lib.policy.tag_template import read_tag
from runbook_lib.policy.version import Version
from runbook_lib.release.release import Decided, names_of
from runbook_lib.release.run import ReleaseRun


def tags_over_time(run: ReleaseRun, decided: Decided) -> TagHistory | None:
    """The picture of all tags; those of the release's own form are told apart by their version."""
    tags = run.mirror.tags()
    tag = names_of(run.profile, decided).tag
    if all(one.name == tag for one in tags):
        return None
    read = [(one.name, one.date.date(), version_of(run, one.name, decided)) for one in tags]
    return tag_history(read, next_tag=tag, on=date.fromisoformat(decided.date))


def version_of(run: ReleaseRun, tag: str, decided: Decided) -> Version | None:
    """The version that a tag names as the project's releases do; None where it names none."""
    found = read_tag(tag, decided.tag_template, project=run.profile.project)
    return found.version if found else None

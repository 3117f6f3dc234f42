"""How the repository that is released keeps its changelog."""

import os

from runbook_lib.policy.release.changelog import ChangelogHabit, find_habit
from runbook_lib.policy.release.tag_reading import package_folder
from runbook_lib.policy.tag_template import ReleaseTag
from runbook_lib.release.run import ReleaseRun
from runbook_lib.services.changelog.programs import find_tool


def read_changelog(run: ReleaseRun, start: str, last: ReleaseTag | None) -> ChangelogHabit:
    """How the changelog is kept; raises `UsageError` where the tool that writes it is missing."""
    mirror, settings = run.mirror, run.profile.changelog
    paths = mirror.paths(start)
    habit = find_habit(
        paths,
        lambda path: mirror.read_file(start, path),
        file=settings.file,
        command=settings.command,
        last=str(last.version) if last else "",
        folder=package_folder(paths, run.profile.repository.package),
    )
    if habit.tool and habit.fragments and not settings.command:
        find_tool(habit.tool, os.environ)
    return habit

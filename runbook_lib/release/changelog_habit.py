"""How the repository that is released keeps its changelog."""

import os
from collections.abc import Sequence

from runbook_lib.policy.changelog.file import Read
from runbook_lib.policy.changelog.fragments import likely_files
from runbook_lib.policy.release.changelog import ChangelogHabit, find_habit
from runbook_lib.policy.release.tag_reading import package_folder
from runbook_lib.policy.tag_template import ReleaseTag
from runbook_lib.release.run import ReleaseRun
from runbook_lib.services.changelog.programs import find_tool
from runbook_lib.services.git.clones.snapshot import AS_IT_IS, Snapshot


def read_changelog(run: ReleaseRun, start: str, last: ReleaseTag | None) -> ChangelogHabit:
    """How the changelog is kept; raises `UsageError` where the tool that writes it is missing."""
    settings = run.profile.changelog
    paths = run.mirror.paths(start)
    folder = package_folder(paths, run.profile.repository.package)
    habit = find_habit(
        paths,
        reader(run, start, likely_files(paths, folder=folder)),
        file=settings.file,
        command=settings.command,
        last=str(last.version) if last else "",
        folder=folder,
    )
    if habit.tool and habit.fragments and not settings.command:
        find_tool(habit.tool, os.environ)
    return habit


def reader(run: ReleaseRun, start: str, likely: Sequence[str]) -> Read:
    """Reads files of a commit: the likely ones in one call, any other when it is asked for."""
    texts = Snapshot(run.mirror.git, start).read(likely)
    shown = {path: text.encode(**AS_IT_IS).decode(errors="replace") for path, text in texts.items()}

    def read(path: str) -> str | None:
        return shown[path] if path in shown else run.mirror.read_file(start, path)

    return read

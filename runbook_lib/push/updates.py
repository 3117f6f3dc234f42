"""Dependencies that a push brings in another version: whoever made that has tried it out on dev."""

from collections.abc import Iterator

from runbook_lib.policy.commits import Commit
from runbook_lib.policy.push.dependencies import DependencyUpdate, search_used
from runbook_lib.push.repository_settings import DependencySettings
from runbook_lib.push.session import PushSession
from runbook_lib.push.tag_plan import PlannedTag
from runbook_lib.push.tags import TrainLook
from runbook_lib.services.git import Mirror


class Updating(PushSession):
    """The look at what changes of the dependencies."""

    def to_try_out(self, train: TrainLook) -> str:
        """The dependencies that the tags to be made bring in another version, with the commits.

        Empty where there is none, and where production has nothing to compare with.
        """
        open_ones = {one.name: one for one in train.planned if not one.tagged and one.base}
        looks = [one for one in self.push.dependencies if one.used_by in open_ones]
        found = (self.find_updates(one, open_ones[one.used_by]) for one in looks)
        return "\n".join(str(update) for updates in found for update in updates)

    def find_updates(
        self, settings: DependencySettings, planned: PlannedTag
    ) -> Iterator[DependencyUpdate]:
        """What a tag changes of a dependency, if anything."""
        mirror = self.repository(settings.used_by).mirror
        before = used_at(mirror, planned.base, settings)
        after = used_at(mirror, planned.commit, settings)
        if after and after != before:
            commits = mirror.commits(planned.base, planned.commit, (settings.file,))
            made = tuple(one for one in commits if changes_used(mirror, one, settings))
            yield DependencyUpdate(settings.name, settings.used_by, before, after, made)


def used_at(mirror: Mirror, commit: str, settings: DependencySettings) -> str:
    """The version of a dependency that is used at a commit; empty where none is."""
    text = mirror.read_file(commit, settings.file)
    return "" if text is None else search_used(text, settings.name, settings.pattern)


def changes_used(mirror: Mirror, commit: Commit, settings: DependencySettings) -> bool:
    """Whether a commit itself has changed the version: a merge has it from one of its parents."""
    after = used_at(mirror, commit.id, settings)
    return all(used_at(mirror, parent, settings) != after for parent in commit.parents)

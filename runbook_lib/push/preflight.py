"""What has to be so before anything is changed: access, copies, dependencies, both mains."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.push.dependencies import Dependency, find_used
from runbook_lib.policy.visible import Shown
from runbook_lib.push.repository_settings import DependencySettings
from runbook_lib.push.security import SecuritySession
from runbook_lib.services.git.clones.mirror import Mirrored
from runbook_lib.services.github import Access
from runbook_lib.steps.step import check


@frozen
class Dependencies(Shown):
    """The dependencies of the repositories, and how new each is."""

    found: tuple[Dependency, ...]

    def __iter__(self) -> Iterator[Dependency]:
        return iter(self.found)

    @property
    def behind(self) -> tuple[Dependency, ...]:
        """Those of which something newer has been released."""
        return tuple(one for one in self.found if one.behind)

    def __str__(self) -> str:
        return "\n".join(map(str, self.found)) or "the profile names no dependencies"


class Preflight(SecuritySession):
    """The looks before anything is changed."""

    def check_access(self, names: str = "") -> tuple[Access, ...]:
        """Check that we may push to each repository that is named, or to all of them."""
        return tuple(
            self.repository(name).github.check_access() for name in self.repository_names(names)
        )

    def fetch(self, names: str = "") -> tuple[Mirrored, ...]:
        """Have here what the repositories that are named have on their remotes."""
        return tuple(self.repository(name).mirror.fetch() for name in self.repository_names(names))

    @check
    def check_dependencies(self) -> Dependencies:
        """Find the dependencies of which a newer release is out than what is used."""
        with ThreadPoolExecutor(max_workers=8) as pool:
            return Dependencies(tuple(pool.map(self.find_dependency, self.push.dependencies)))

    def find_dependency(self, settings: DependencySettings) -> Dependency:
        """The version of a dependency that is used where it is tagged, and the newest release."""
        user = self.repository(settings.used_by)
        text = user.mirror.read_file(user.mirror.head(user.branch).id, settings.file)
        if text is None:
            raise Refused(
                f"expected {settings.file} on {user.branch} of {user.name}, found none; correct "
                f"the profile's dependency {settings.name}"
            )
        newest = self.github(settings.github).find_newest_release()
        tag, link = (newest.tag, newest.link) if newest else ("", "")
        used = find_used(text, settings.name, settings.pattern)
        return Dependency(settings.name, user.name, used, tag, link)

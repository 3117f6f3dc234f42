"""The newest published release of a repository, as its users get it."""

from runbook_lib.frozen import frozen
from runbook_lib.services.github.answers import Missing
from runbook_lib.services.github.client import Client


@frozen
class NewestRelease:
    """A published release that is no pre-release."""

    repository: str
    tag: str
    link: str


class NewestSteps(Client):
    """The looks at what others have released."""

    def find_newest_release(self) -> NewestRelease | None:
        """The release that GitHub calls the latest, or None where nothing was released.

        https://docs.github.com/en/rest/releases/releases#get-the-latest-release
        """
        try:
            found = self.remote.get_latest_release().complete()
        except Missing:
            return None
        return NewestRelease(self.repository, found.tag_name, found.html_url)

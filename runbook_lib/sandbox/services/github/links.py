"""Where things are: the addresses that GitHub's answers are full of."""

from urllib.parse import quote

from runbook_lib.frozen import frozen

API = "/api/v3"
UPLOADS = "/api/uploads"
GRAPH = "/api"


@frozen
class Links:
    """The addresses of one repository, or of GitHub itself; `base` is the sandbox's own."""

    base: str
    full_name: str

    @property
    def api(self) -> str:
        """The API's root."""
        return self.base + API

    @property
    def repository(self) -> str:
        """The repository in the API."""
        return f"{self.api}/repos/{self.full_name}"

    @property
    def html(self) -> str:
        """The repository's page."""
        return f"{self.base}/{self.full_name}"

    @property
    def uploads(self) -> str:
        """Where the repository's files are uploaded to."""
        return f"{self.base}{UPLOADS}/repos/{self.full_name}"

    def commit(self, sha: str) -> str:
        """A commit in the API."""
        return f"{self.repository}/commits/{sha}"

    def commit_page(self, sha: str) -> str:
        """A commit's page."""
        return f"{self.html}/commit/{sha}"

    def git(self, kind: str, sha: str) -> str:
        """A git object in the API: `kind` is commits, trees, blobs or tags."""
        return f"{self.repository}/git/{kind}/{sha}"

    def file(self, path: str, ref: str) -> str:
        """A file's content in the API."""
        return f"{self.repository}/contents/{quote(path)}?ref={quote(ref, safe='')}"

    def page(self, *parts: object) -> str:
        """A page of the repository, such as `pull`, 7."""
        return "/".join([self.html, *(quote(str(part)) for part in parts)])

"""A file in a repository as a document: each write is a commit that names the blob it replaces.

https://docs.github.com/en/rest/repos/contents#create-or-update-file-contents
"""

import base64
from typing import Any
from urllib.parse import quote

from runbook_lib.errors import Conflict, Failed, Unavailable, UsageError
from runbook_lib.policy.document import Document
from runbook_lib.services.github.answers import Missing, Rejected
from runbook_lib.services.github.client import Client


class FileInRepository:
    """One file on one branch, the repository's default one where `branch` is empty."""

    def __init__(self, github: Client, path: str, *, branch: str = "") -> None:
        self.github = github
        self.path = checked_path(path)
        self.branch = branch

    @property
    def place(self) -> str:
        """The repository and the path in it."""
        return f"{self.path} in {self.github.repository}"

    @property
    def url(self) -> str:
        """What the API calls the file."""
        return f"/repos/{self.github.repository}/contents/{quote(self.path)}"

    def read(self) -> Document | None:
        """The file as it is now, or None; one call. Raises `UsageError` for a missing branch."""
        ref = f"?ref={quote(self.branch, safe='')}" if self.branch else ""
        try:
            _, data = self.github.asker.requestJsonAndCheck("GET", self.url + ref)
        except Missing as missing:
            if "No commit found for the ref" in str(missing):
                raise UsageError(
                    f"expected a branch {self.branch} in {self.github.repository}, found none; "
                    "name the notes' branch in the profile"
                ) from missing
            return None
        return self.document(data)

    def document(self, data: Any) -> Document:
        """What GitHub says of a file; raises `Failed` where it is none with a text."""
        content = data.get("content") if isinstance(data, dict) else None
        if content is None or data.get("encoding") != "base64":
            raise Failed(f"expected a text file of less than a megabyte: {self.place}; mend it")
        try:
            text = base64.b64decode(content).decode()
        except ValueError:
            raise Failed(f"expected UTF-8 in {self.place}, found other bytes; mend it") from None
        return Document(text, str(data["sha"]), str(data["html_url"] or ""))

    def write(self, text: str, *, replacing: Document | None) -> None:
        """Commit the text; `Unavailable` where the file is not what it would replace."""
        body = {"content": base64.b64encode(text.encode()).decode()}
        body["message"] = f"{'Edit' if replacing else 'Create'} {self.path}"
        body |= {"branch": self.branch} if self.branch else {}
        body |= {"sha": replacing.version} if replacing else {}
        try:
            self.github.asker.requestJsonAndCheck("PUT", self.url, input=body)
        except (Conflict, Rejected) as error:
            if not outrun(error):
                raise
            raise Unavailable(
                f"somebody else has just changed {self.place}; run this again",
                may_have_acted=False,
            ) from error


def outrun(error: Conflict | Rejected) -> bool:
    """Whether GitHub refuses because the file (409), or that it is there (422), is news to us."""
    return isinstance(error, Conflict) or '"sha" wasn\'t supplied' in str(error)


def checked_path(path: str) -> str:
    """A file's path inside its repository."""
    parts = path.split("/")
    if not path.isprintable() or any(part in ("", ".", "..", ".git") for part in parts):
        raise UsageError(f"expected a file's path inside a repository, found {path!r}")
    return path

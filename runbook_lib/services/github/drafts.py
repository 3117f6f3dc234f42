"""A draft release as a document: found in the list by its tag, for GitHub hides drafts elsewhere.

GitHub offers no compare-and-swap for a release (an update takes no `If-Match`) and keeps no
history of its text. So a write looks right before it: what was changed until then is never lost.
What is saved by hand between that look and the write, some tenths of a second, is replaced
unseen. A team that edits at the same time keeps its notes in a file or an Etherpad.

https://docs.github.com/en/rest/releases/releases#update-a-release
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from runbook_lib.errors import Conflict, Refused, Unavailable
from runbook_lib.policy.document import Document
from runbook_lib.services.github.asker import next_page
from runbook_lib.services.github.client import Client


class DraftRelease:
    """The draft with that tag's name; `name` is the title it is made with, by default the tag."""

    def __init__(self, github: Client, tag: str, *, name: str = "") -> None:
        self.github = github
        self.tag = tag
        self.name = name or tag

    @property
    def place(self) -> str:
        """The draft and its repository."""
        return f"draft release {self.tag} of {self.github.repository}"

    @property
    def url(self) -> str:
        """What the API calls the releases."""
        return f"/repos/{self.github.repository}/releases"

    def read(self) -> Document | None:
        """The draft as it is now, or None; a call for every hundred releases."""
        found = self.find()
        return document(found) if found else None

    def find(self) -> dict[str, Any] | None:
        """What GitHub says of the draft; raises `Conflict` where there are several."""
        found = [one for one in self.releases() if one["tag_name"] == self.tag]
        if len(found) > 1:
            raise Conflict(
                f"expected one {self.place}, found {len(found)}: "
                f"{', '.join(one['html_url'] for one in found)}; put all into one, delete the rest"
            )
        if found and not found[0]["draft"]:
            raise Refused(
                f"expected a {self.place}, found it published ({found[0]['html_url']}); "
                "make it a draft again, or edit it by hand"
            )
        return found[0] if found else None

    def releases(self) -> Iterator[dict[str, Any]]:
        """All releases, drafts too, newest first."""
        url = f"{self.url}?per_page={self.github.asker.per_page}"
        while url:
            headers, data = self.github.asker.requestJsonAndCheck("GET", url)
            yield from data
            url = next_page(headers)

    def write(self, text: str, *, replacing: Document | None) -> None:
        """Write the text; `Unavailable` where the draft is not what it would replace."""
        found = self.find()
        if (document(found).version if found else "") != (replacing.version if replacing else ""):
            raise Unavailable(
                f"somebody else has just changed the {self.place}; run this again",
                may_have_acted=False,
            )
        if found is None:
            body = {"tag_name": self.tag, "name": self.name, "body": text, "draft": True}
            self.github.asker.requestJsonAndCheck("POST", self.url, input=body)
            return
        url = f"{self.url}/{found['id']}"
        self.github.asker.requestJsonAndCheck("PATCH", url, input={"body": text})


def document(release: dict[str, Any]) -> Document:
    """A draft as a document; GitHub's web pages save lines with CRLF."""
    body = str(release.get("body") or "")
    stamp = f"{release['id']} {release.get('updated_at')} {body}"
    version = sha256(stamp.encode()).hexdigest()
    return Document(body.replace("\r\n", "\n"), version, str(release["html_url"]))

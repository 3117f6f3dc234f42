"""Comments on an issue or a pull request: each is as GitHub has it now, or it is not there.

https://docs.github.com/en/rest/issues/comments
"""

from collections.abc import Generator
from datetime import datetime
from functools import partial
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.policy.gate_comment import same_text
from runbook_lib.policy.visible import Shown
from runbook_lib.services.github.asker import next_page
from runbook_lib.services.github.client import Client

ROBOT = "Bot"
"""What GitHub calls the account of an app."""


@frozen
class Comment(Shown):
    """A comment: who wrote it, whether they have edited it since, and whether an app wrote it."""

    number: int
    author: str
    text: str
    created: datetime
    edited: bool
    by_app: bool
    link: str

    def __str__(self) -> str:
        return f"a comment by {self.author or 'nobody'}"


class CommentSteps(Client):
    """Comments are looked at, and made."""

    def find_comments(self, issue: int) -> tuple[Comment, ...]:
        """All comments of an issue or pull request, the oldest first; a call for each hundred."""
        found: list[Comment] = []
        url = f"{self.comments_path(issue)}?per_page={self.asker.per_page}"
        while url:
            headers, data = self.asker.requestJsonAndCheck("GET", url)
            found += map(as_comment, data)
            url = next_page(headers)
        return tuple(sorted(found, key=lambda one: one.number))

    def find_comment(self, issue: int, text: str) -> Comment | None:
        """The first comment that says just that, whoever wrote it; or None."""
        comments = self.find_comments(issue)
        return next((one for one in comments if same_text(one.text, text)), None)

    def ask_in_comment(self, issue: int, text: str, *, about: str) -> Comment:
        """Put a question on an issue, once: a comment of just that text."""
        look = partial(self.put_comment, issue, text, about)
        arguments = {"of": self.of, "issue": issue, "about": about}
        given = {name: value for name, value in arguments.items() if value}
        return self.runner.perform("ask_in_comment", look, given)

    def put_comment(self, issue: int, text: str, about: str) -> Generator[str, None, Comment]:
        """Find the comment, or make it."""
        found = self.find_comment(issue, text)
        if found is not None:
            return found
        yield f"ask on {self.repository}#{issue} about {about}"
        path = self.comments_path(issue)
        _, made = self.asker.requestJsonAndCheck("POST", path, input={"body": text})
        return as_comment(made)

    def comments_path(self, issue: int) -> str:
        """What the API calls an issue's comments."""
        return f"/repos/{self.repository}/issues/{issue}/comments"


def as_comment(found: dict[str, Any]) -> Comment:
    """GitHub's comment as our own value."""
    author = found.get("user") or {}
    return Comment(
        number=found["id"],
        author=str(author.get("login") or ""),
        text=str(found.get("body") or ""),
        created=datetime.fromisoformat(found["created_at"]),
        edited=found["updated_at"] != found["created_at"],
        by_app=author.get("type") == ROBOT or bool(found.get("performed_via_github_app")),
        link=found["html_url"],
    )

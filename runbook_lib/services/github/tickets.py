"""Issues as tickets of a desk: as values, and the marks in their texts and comments."""

from datetime import datetime
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.policy import lengths
from runbook_lib.policy.tickets import Said, marked, short_digest
from runbook_lib.policy.visible import Shown

REFUSED = "not_planned"
"""Why an issue is closed that is not done: a no to what it asks for."""


@frozen
class IssueAccess(Shown):
    """Who may open issues, and label them."""

    account: str
    repository: str
    link: str

    def __str__(self) -> str:
        return f"{self.account} may open issues in {self.repository}"


@frozen
class Ticket(Shown):
    """An issue as it was when it was looked at."""

    id: int
    title: str
    state: str
    author: str
    link: str

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""
        return self.state == "open"

    def __str__(self) -> str:
        return f"issue #{self.id} ({self.state}): {self.title}"


def ticket_mark(alias: str) -> str:
    """What an issue's text carries; no page shows it."""
    return f"<!-- runbook ticket: {alias} -->"


def asks(of: str) -> str:
    """What the mark of every question to that account begins with."""
    return f"<!-- runbook asks {short_digest(of.casefold())}: "


def fitting_marked(text: str, mark: str, what: str, whole: str = "") -> str:
    """A text with its mark, cut above a link to the whole where it is too long for GitHub."""
    under = f"\n\n{mark}"
    return marked(lengths.fitting(text, lengths.ISSUE, what, whole, under=under), mark)


def is_issue(found: dict[str, Any]) -> bool:
    """Whether it is an issue: GitHub lists pull requests among them."""
    return "/issues/" in found["html_url"]


def as_ticket(found: dict[str, Any]) -> Ticket:
    """GitHub's issue as our own value."""
    author = str((found.get("user") or {}).get("login") or "")
    return Ticket(found["number"], found["title"], found["state"], author, found["html_url"])


def closing(found: dict[str, Any]) -> Said | None:
    """Who has closed an issue, and when; None where it is open."""
    if found["state"] != "closed" or not found.get("closed_at"):
        return None
    who = str((found.get("closed_by") or {}).get("login") or "somebody")
    return Said(who, who, "", datetime.fromisoformat(found["closed_at"]), found["html_url"])

"""What Jira's steps and checks find, as values, and the marks in its issues."""

from datetime import datetime
from functools import partial
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.policy.tickets import Said, short_digest
from runbook_lib.policy.visible import Shown
from runbook_lib.services.http import described

reading = partial(described, by="Jira")
"""While something of Jira's is read: raises `Failed` where its form is another."""


@frozen
class Access(Shown):
    """Who a token belongs to, and that issues can be filed."""

    account: str
    project: str
    issue_type: str
    kind: str
    link: str

    def __str__(self) -> str:
        return (
            f"{self.account} may file a {self.issue_type} in {self.project} (Jira in {self.kind})"
        )


@frozen
class User:
    """An account: `id` is its account id in the cloud, and its user name in a data center."""

    id: str
    name: str


@frozen
class Ticket(Shown):
    """An issue as it was when it was looked at."""

    id: str
    title: str
    status: str
    resolution: str
    open: bool
    labels: tuple[str, ...]
    text: str
    author: str
    link: str
    number: int
    """Its number in its project."""

    def __str__(self) -> str:
        state = f"{self.status} {self.resolution}".strip()
        return f"{self.id} ({state}): {self.title}"


def ticket_label(alias: str) -> str:
    """The label that tells the issue from all others."""
    return f"runbook-{alias}"


def ticket_mark(alias: str) -> str:
    """What its text carries besides: words that no markup changes."""
    return f"runbook ticket {short_digest(alias)}"


def asks(of: str) -> str:
    """What the mark of every question to that account begins with."""
    return f"runbook asks {short_digest(of.casefold())} "


def read_ticket(said: dict[str, Any], url: str) -> Ticket:
    """An issue from Jira's JSON."""
    fields = said["fields"]
    return Ticket(
        id=str(said["key"]),
        title=str(fields["summary"]),
        status=str(fields["status"]["name"]),
        resolution=str((fields.get("resolution") or {}).get("name") or ""),
        open=(fields["status"].get("statusCategory") or {}).get("key") != "done",
        labels=tuple(map(str, fields.get("labels") or ())),
        text=str(fields.get("description") or ""),
        author=user_id(fields.get("creator")),
        link=f"{url}/browse/{said['key']}",
        number=int(said["key"].rpartition("-")[2]),
    )


def user_id(said: Any) -> str:
    """What Jira tells an account by; empty for nobody."""
    return str((said or {}).get("accountId") or (said or {}).get("name") or "")


def read_user(said: dict[str, Any]) -> User:
    """An account from Jira's JSON."""
    found = user_id(said)
    return User(found, str(said.get("displayName") or found))


def read_comment(said: dict[str, Any], link: str) -> Said:
    """A comment from Jira's JSON."""
    author = read_user(said.get("author") or {})
    when = datetime.fromisoformat(said["created"])
    return Said(author.id, author.name, str(said["body"]), when, f"{link}?{comment_place(said)}")


def comment_place(said: dict[str, Any]) -> str:
    """Where on an issue's page a comment is."""
    return f"focusedCommentId={said['id']}"


def read_closing(said: dict[str, Any], ticket: Ticket) -> Said | None:
    """Who has brought an issue to where it is, as its history tells; None while it is open.

    `said` is an issue with its changelog.
    """
    if ticket.open and not ticket.resolution:
        return None
    now = (ticket.resolution, ticket.status)
    changes = [
        one
        for one in said["changelog"]["histories"]
        if any(item["field"] in ("resolution", "status") and item.get("toString") in now
               for item in one["items"])
    ]  # fmt: skip
    if not changes:
        return None
    last = max(changes, key=lambda one: (datetime.fromisoformat(one["created"]), int(one["id"])))
    who = read_user(last.get("author") or {})
    when = datetime.fromisoformat(last["created"])
    return Said(who.id, who.name or "somebody", "", when, ticket.link)

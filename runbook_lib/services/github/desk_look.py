"""Looks at the issues of a desk: what is lacking, which are ours, what came of a question."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from runbook_lib.policy.tickets import Question, Said, bears
from runbook_lib.services.github.access import APP
from runbook_lib.services.github.answers import Missing
from runbook_lib.services.github.asker import next_page
from runbook_lib.services.github.settings import IssuesSettings
from runbook_lib.services.github.tickets import REFUSED, Ticket, as_ticket, asks, closing

if TYPE_CHECKING:
    from runbook_lib.services.github import GitHub


class IssueLook:
    """The issues of one repository; nothing here changes any."""

    def __init__(self, hub: "GitHub", settings: IssuesSettings) -> None:
        self.hub = hub
        self.settings = settings
        self.runner = hub.runner

    @cached_property
    def me(self) -> str:
        """The token's account."""
        return self.hub.find_login()

    @property
    def path(self) -> str:
        """What the API calls the repository's issues."""
        return f"/repos/{self.hub.repository}/issues"

    def marked(self, mark: str) -> list[Ticket]:
        """The issues that carry a mark, oldest first: those with our label, and our newest."""
        ours = {} if self.me == APP else {"creator": self.me}
        labelled = self.issues(labels=self.settings.labels[0])
        newest = islice(self.issues(**ours), self.hub.asker.per_page) if ours else iter(())
        found = {
            one["number"]: as_ticket(one)
            for one in (*labelled, *newest)
            if bears(one.get("body") or "", mark)
        }
        return [found[number] for number in sorted(found)]

    def issues(self, **asked: str) -> Iterator[dict[str, Any]]:
        """The repository's issues, newest first; a call for each hundred."""
        said = {"state": "all", "per_page": str(self.hub.asker.per_page), **asked}
        url = f"{self.path}?{urlencode(said)}"
        while url:
            headers, data = self.hub.asker.requestJsonAndCheck("GET", url)
            yield from data
            url = next_page(headers)

    def question(self, ticket: Ticket) -> Question:
        """What came of the newest question to QA; two calls."""
        _, found = self.hub.asker.requestJsonAndCheck("GET", f"{self.path}/{ticket.id}")
        comments = self.hub.find_comments(ticket.id)
        said = tuple(
            Said(one.author, one.author, one.text, one.created, one.link) for one in comments
        )
        of, name = self.settings.qa, f"issue #{ticket.id} ({ticket.link})"
        refused = found["state"] == "closed" and found.get("state_reason") == REFUSED
        return Question(name, of, of, asks(of), said, closing(found), refused)

    def lacking(self, found: Any) -> Iterator[str]:
        """Why issues could not be opened, labelled or asked about here, and how to mend each."""
        name = self.hub.repository
        if not found.has_issues:
            yield f"expected issues in {name}, found them turned off: turn them on in its settings"
        allowed = found.permissions
        if self.me != APP and not (allowed and (allowed.push or allowed.triage)):
            yield (
                f"expected that {self.me} may label issues in {name}, found that it may only read: "
                "GitHub would drop the labels; ask for the role triage, or use another token"
            )
        yield from self.missing_people()

    def missing_people(self) -> Iterator[str]:
        """Those who are asked or assigned, and can't be."""
        for name in self.settings.assignees:
            if not self.is_there(f"/repos/{self.hub.repository}/assignees/{name}"):
                yield (
                    f"expected that issues can be assigned to {name}, found that they can't: "
                    "correct issues.assignees, or give the account access to the repository"
                )
        if self.settings.qa and not self.is_there(f"/users/{self.settings.qa}"):
            yield f"expected an account {self.settings.qa}, found none: correct issues.qa"

    def is_there(self, path: str) -> bool:
        """Whether GitHub has something, which it answers with itself, or with nothing."""
        try:
            self.hub.asker.requestJsonAndCheck("GET", path)
        except Missing:
            return False
        return True

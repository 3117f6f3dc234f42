"""Issues: those that block a push, by label and milestone."""

from github.Issue import Issue as RemoteIssue
from github.Milestone import Milestone
from github.PaginatedList import PaginatedList

from runbook_lib.frozen import frozen
from runbook_lib.services.github.client import Client


@frozen
class Issue:
    """An issue, and who is to work on it; nobody where `assignees` is empty."""

    repository: str
    number: int
    title: str
    assignees: tuple[str, ...]
    link: str

    def __str__(self) -> str:
        who = ", ".join(self.assignees) or "nobody"
        return f"{self.repository}#{self.number} {self.title} ({who})"


@frozen
class Filed:
    """An issue as it was filed: its author, empty where their account is gone, title and text."""

    author: str
    text: str


class IssueSteps(Client):
    """The looks at issues."""

    def find_issues(self, *, label: str, milestone: str = "") -> tuple[Issue, ...]:
        """The open issues with a label, of a milestone where one is named; oldest first.

        A milestone that the repository does not have has no issues. Pull requests, which GitHub
        lists among issues, are left out.
        """
        asked = {"state": "open", "labels": label, "sort": "created", "direction": "asc"}
        if milestone:
            number = self.find_milestone(milestone)
            if number is None:
                return ()
            asked["milestone"] = str(number)
        path = f"/repos/{self.repository}/issues"
        found = PaginatedList(RemoteIssue, self.asker, path, asked)
        # Asking an issue whether it is a pull request costs a call; its address says it.
        return tuple(self.as_issue(issue) for issue in found if "/issues/" in issue.html_url)

    def find_milestone(self, title: str) -> int | None:
        """The number of the milestone of that title, open or closed; or None."""
        path = f"/repos/{self.repository}/milestones"
        found = PaginatedList(Milestone, self.asker, path, {"state": "all"})
        return next((each.number for each in found if each.title == title), None)

    def as_issue(self, found: RemoteIssue) -> Issue:
        """GitHub's issue as our own value."""
        people = tuple(person.login for person in found.assignees)
        return Issue(self.repository, found.number, found.title, people, found.html_url)

    def read_filed(self, number: int) -> Filed:
        """What has been filed as an issue, and by whom."""
        path = f"/repos/{self.repository}/issues/{number}"
        _, found = self.asker.requestJsonAndCheck("GET", path)
        author = str((found.get("user") or {}).get("login") or "")
        return Filed(author, f"{found['title']}\n{found.get('body') or ''}")

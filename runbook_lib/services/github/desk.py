"""Issues as a desk: opened once, asked about once, answered by a comment.

GitHub takes any number of issues of one title. So ours holds a mark in a comment of HTML, which no
page shows, and is found by its label: only who may triage can give one. Of two that were opened at
the same moment the older counts, and who has opened the other closes it.

https://docs.github.com/en/rest/issues/issues
"""

from collections.abc import Generator
from itertools import islice

from runbook_lib.errors import AccessDenied
from runbook_lib.policy.tickets import (
    Answer,
    Asked,
    bears,
    refuse_lacking,
    short_digest,
    title_of,
)
from runbook_lib.services.filing import Filing, answered
from runbook_lib.services.github.answers import Missing
from runbook_lib.services.github.desk_look import IssueLook
from runbook_lib.services.github.tickets import (
    REFUSED,
    IssueAccess,
    Ticket,
    as_ticket,
    asks,
    fitting_marked,
    is_issue,
    ticket_mark,
)
from runbook_lib.steps.step import check, step
from runbook_lib.steps.wait import NotYet, wait

NEWEST = 300
"""So many of a repository's newest issues and pull requests are looked through for a title."""


class IssueDesk(IssueLook):
    """The issues of one repository."""

    def __repr__(self) -> str:
        return f"IssueDesk({self.hub.repository!r})"

    @check
    def check_access(self) -> IssueAccess:
        """Check that issues can be opened here with their labels, and that people can be asked.

        Raises `AccessDenied` where the repository is not there for us, else `Refused` with all that
        stands against it.
        """
        try:
            found = self.hub.remote.complete()
        except Missing as missing:
            raise AccessDenied(
                f"expected the repository {self.hub.repository} for issues, found none that this "
                "token may see: check the name (issues.repository), and the token's access to it"
            ) from missing
        self.hub.refuse_archived(found)
        refuse_lacking(self.lacking(found))
        return IssueAccess(self.me, found.full_name, f"{found.html_url}/issues")

    @step
    def open_issue(
        self, title: str, text: str, *, alias: str, whole: str = ""
    ) -> Generator[str, None, Ticket]:
        """Open an issue, once: it is found again by the mark that it carries.

        Of a text that is too long, the first lines are sent with a link to the `whole`. Raises
        `Conflict` where the issue that carries it is titled otherwise.
        """
        title, mark = title_of(title), ticket_mark(alias)
        body = fitting_marked(text, mark, "an issue's text", whole)
        filing = Filing(
            look=lambda: self.marked(mark),
            is_mine=lambda found: found.author == self.me,
            post=lambda: self.post(title, body),
            close=self.close,
        )
        return (
            yield from filing.once(
                title,
                f"open an issue in {self.hub.repository}: {title}",
                lambda new, old: f"close issue #{new.id}, which was opened beside #{old.id}",
            )
        )

    file = open_issue

    def post(self, title: str, body: str) -> Ticket:
        """Open an issue."""
        said = {
            "title": title,
            "body": body,
            "labels": list(self.settings.labels),
            "assignees": list(self.settings.assignees),
        }
        _, made = self.hub.asker.requestJsonAndCheck("POST", self.path, input=said)
        return as_ticket(made)

    def close(self, ticket: Ticket, _first: Ticket) -> None:
        """Close an issue that is one too many."""
        said = {"state": "closed", "state_reason": REFUSED}
        self.hub.asker.requestJsonAndCheck("PATCH", f"{self.path}/{ticket.id}", input=said)

    @step
    def ask_on_issue(self, ticket: Ticket, *, comment: str) -> Generator[str, None, Asked]:
        """Ask QA in a comment that mentions them, once: its mark says that it was asked."""
        of = self.settings.qa
        mark = f"{asks(of)}{short_digest(comment)} -->"
        text = fitting_marked(f"@{of} {comment}", mark, "a comment")
        comments = self.hub.find_comments(ticket.id)
        asked = next((one for one in comments if bears(one.text, mark)), None)
        if asked is not None:
            return Asked(of, f"#{ticket.id}", asked.link)
        yield f"ask {of} on {self.hub.repository}#{ticket.id}"
        said = {"body": text}
        path = self.hub.comments_path(ticket.id)
        _, made = self.hub.asker.requestJsonAndCheck("POST", path, input=said)
        return Asked(of, f"#{ticket.id}", made["html_url"])

    ask = ask_on_issue

    @wait
    def await_answer(self, ticket: Ticket) -> Answer:
        """Wait for QA's comment, or until the issue is closed; raises `Refused` where that is a no.

        What it says, a person has to judge: it is there for a gate as `answer.question`.
        """
        question = self.question(ticket)
        return answered(question, link=ticket.link, whom=question.name, of=question.name)

    @wait
    def await_ticket(self, title: str) -> Ticket:
        """Wait until somebody has opened the issue of that title."""
        newest = islice(self.issues(), NEWEST)
        found = next((one for one in newest if one["title"] == title and is_issue(one)), None)
        if found is None:
            raise NotYet(
                f"nobody has opened an issue titled {title!r} in {self.hub.repository}",
                link=f"{self.hub.web_url}/{self.hub.repository}/issues",
                whom=self.settings.qa,
            )
        return as_ticket(found)

    def result(self, ticket: Ticket) -> str:
        """What came of it, in a word."""
        return f"issue #{ticket.id} asks operations"

"""Issues in Jira: filed once, asked about once, whoever runs it again."""

from collections.abc import Generator
from typing import Any

import requests

from runbook_lib.errors import Conflict
from runbook_lib.policy import lengths
from runbook_lib.policy.tickets import (
    Answer,
    Asked,
    bears,
    marked,
    refuse_lacking,
    short_digest,
    title_of,
)
from runbook_lib.services.filing import Filing, answered
from runbook_lib.services.http import TIMEOUT, Timeout
from runbook_lib.services.jira.access import Desk
from runbook_lib.services.jira.adf import document, mention_of
from runbook_lib.services.jira.client import NEW, OLD, Client
from runbook_lib.services.jira.look import Issues
from runbook_lib.services.jira.settings import JiraSettings
from runbook_lib.services.jira.values import (
    Access,
    Ticket,
    User,
    asks,
    comment_place,
    read_ticket,
    reading,
    ticket_label,
    ticket_mark,
)
from runbook_lib.services.jira.wiki import wiki
from runbook_lib.steps.step import Runner, check, step
from runbook_lib.steps.wait import NotYet, wait

DUPLICATE = "Duplicate"
BESIDE: dict[str, Any] = {"name": "Open", "statusCategory": {"key": "new"}}
"""The state of an issue that has just been filed."""


class Jira:
    """One project of a Jira, as one account uses it."""

    def __init__(
        self,
        settings: JiraSettings,
        *,
        token: str,
        runner: Runner,
        timeout: Timeout = TIMEOUT,
        session: requests.Session | None = None,
    ) -> None:
        self.settings = settings
        user = settings.user
        self.client = Client(settings.url, token, user=user, timeout=timeout, session=session)
        self.issues = Issues(self.client, settings)
        self.desk = Desk(self.issues)
        self.runner = runner

    def __repr__(self) -> str:
        return f"Jira({self.client.url!r}, {self.settings.project!r})"

    @check
    def check_access(self) -> Access:
        """Check that Jira knows who we are, and that such an issue can be filed and asked about.

        Raises `AccessDenied` for a token that is not accepted, and `Refused` with all that stands
        against it, and how to mend that.
        """
        kind = "the cloud" if self.client.cloud else "a data center"
        me, settings = self.issues.me, self.settings
        refuse_lacking(self.desk.lacking())
        link = f"{self.client.url}/browse/{settings.project}"
        return Access(me.name, settings.project, settings.issue_type, kind, link)

    @step
    def file_issue(
        self, title: str, text: str, *, alias: str, whole: str = ""
    ) -> Generator[str, None, Ticket]:
        """File an issue, once: it is found again by its label, or by the mark that it carries.

        Of a text that is too long, the first lines are sent with a link to the `whole`. Raises
        `Conflict` where the issue that carries them is titled otherwise.
        """
        title = title_of(title)
        text = fitting_marked(text, ticket_mark(alias), "a description", whole)
        filing = Filing(
            look=lambda: self.issues.ours(alias),
            is_mine=lambda found: found.author == self.issues.me.id,
            post=lambda: self.post(title, text, alias),
            close=self.close,
        )
        return (
            yield from filing.once(
                title,
                f"file a {self.settings.issue_type} in {self.settings.project}: {title}",
                lambda new, old: f"close {new.id}, which was filed beside {old.id}",
            )
        )

    file = file_issue

    def post(self, title: str, text: str, alias: str) -> Ticket:
        """File an issue."""
        said = {
            **self.desk.values(),
            "project": {"key": self.settings.project},
            "issuetype": {"name": self.settings.issue_type},
            "summary": title,
            "labels": [ticket_label(alias)],
            "description": document(text) if self.client.cloud else wiki(text),
        }
        reply = self.client.post("issue", said={"fields": said}, version=self.written)
        with reading("a new issue's key", may_act=True):
            fields = {**said, "status": BESIDE, "description": text}
            return read_ticket({"key": reply.require()["key"], "fields": fields}, self.client.url)

    @property
    def written(self) -> str:
        """The version of the API that texts are written by."""
        return NEW if self.client.cloud else OLD

    def close(self, second: Ticket, first: Ticket) -> None:
        """Close an issue that is one too many, by the first way that its workflow has."""
        path = ("issue", second.id, "transitions")
        found = self.client.get(*path, expand="transitions.fields").require()["transitions"]
        ways = [one for one in found if one["to"]["statusCategory"]["key"] == "done"]
        if not ways:
            raise Conflict(
                f"expected one issue of this release, found {first.id} and {second.id}, which its "
                f"workflow does not let us close: close {second.link} by hand"
            )
        self.client.post(*path, said=transition(ways[0])).require()

    @step
    def ask_on_issue(self, ticket: Ticket, *, comment: str) -> Generator[str, None, Asked]:
        """Ask QA in a comment that mentions them, once: its mark says that it was asked."""
        of = self.issues.qa
        mark = f"{asks(of.id)}{short_digest(comment)}"
        text = fitting_marked(comment, mark, "a comment")
        comments = self.issues.comments(ticket)
        asked = next((one for one in comments if bears(one.text, mark)), None)
        if asked is not None:
            return Asked(of.name, ticket.id, asked.link)
        yield f"ask {of.name} on {ticket.id}"
        said = {"body": self.addressed(text, of)}
        reply = self.client.post("issue", ticket.id, "comment", said=said, version=self.written)
        with reading("a new comment", may_act=True):
            link = f"{ticket.link}?{comment_place(reply.require())}"
            return Asked(of.name, ticket.id, link)

    ask = ask_on_issue

    def addressed(self, text: str, to: User) -> Any:
        """A comment that mentions somebody."""
        if self.client.cloud:
            return document(text, mention=mention_of(to.id, to.name))
        return wiki(text, mention=to.id)

    @wait
    def await_answer(self, ticket: Ticket) -> Answer:
        """Wait for QA's comment, or until the issue is closed; raises `Refused` where that is a no.

        What it says, a person has to judge: it is there for a gate as `answer.question`.
        """
        question = self.issues.question(ticket)
        return answered(question, link=ticket.link, whom=question.name, of=question.name)

    @wait
    def await_ticket(self, title: str) -> Ticket:
        """Wait until somebody has filed the issue of that title."""
        found = self.issues.titled(title_of(title))
        if not found:
            project = self.settings.project
            raise NotYet(
                f"nobody has filed an issue titled {title!r} in {project}",
                link=f"{self.settings.url}/projects/{project}",
                whom=self.settings.qa,
            )
        return found[-1]

    def result(self, ticket: Ticket) -> str:
        """What came of it, in a word."""
        return f"{ticket.id} asks operations"


def fitting_marked(text: str, mark: str, what: str, whole: str = "") -> str:
    """A text with its mark, cut above a link to the whole where it is too long for Jira."""
    under = f"\n\n{mark}"
    fits = len(wiki(text)) + len(under) <= lengths.JIRA
    most = lengths.JIRA if fits else lengths.IN_JIRA
    return marked(lengths.fitting(text, most, what, whole, under=under), mark)


def transition(way: dict[str, Any]) -> dict[str, Any]:
    """What takes a way to an end: as a duplicate, where a reason can be given."""
    resolution = (way.get("fields") or {}).get("resolution") or {}
    known = [str(one["name"]) for one in resolution.get("allowedValues") or ()]
    fields = {"resolution": {"name": DUPLICATE}} if DUPLICATE in known else {}
    return {"transition": {"id": way["id"]}, **({"fields": fields} if fields else {})}

"""Looks at issues: by label, by mark, by title; at what was asked on them.

A search shows an issue only when it is indexed: in the cloud seconds to minutes after it was made
(https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile), on another node of a
data center a moment later. So no search tells that an issue is not there. Numbers of issues follow
each other: those behind the newest one that is indexed are read themselves, past the index.
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import count
from typing import Any

from runbook_lib.errors import Refused
from runbook_lib.policy.tickets import Question, Said, bears
from runbook_lib.services.http import pages
from runbook_lib.services.jira.client import Client
from runbook_lib.services.jira.settings import JiraSettings
from runbook_lib.services.jira.values import (
    Ticket,
    User,
    asks,
    read_closing,
    read_comment,
    read_ticket,
    read_user,
    reading,
    ticket_label,
    ticket_mark,
)

FIELDS = "summary,status,resolution,labels,description,creator"
AT_ONCE = 100
"""So many issues are read by one request, and so many numbers may have no issue."""
GAP = 5
"""The same in a data center, where one request reads one issue, and the index is quick."""
PAGES = 50


class Issues:
    """The issues of one project; nothing here changes any."""

    def __init__(self, client: Client, settings: JiraSettings) -> None:
        self.client = client
        self.settings = settings
        self.project = settings.project

    @cached_property
    def me(self) -> User:
        """The token's account."""
        with reading("an account"):
            return read_user(self.client.get("myself").require())

    @cached_property
    def qa(self) -> User:
        """Who is asked; raises `Refused` where that is nobody, or might be several."""
        with reading("an account"):
            found = [read_user(one) for one in self.accounts(self.settings.qa)]
        if len(found) == 1:
            return found[0]
        told = ", ".join(f"{one.name} ({one.id})" for one in found) or "none"
        raise Refused(
            f"expected one active account {self.settings.qa}, found {told}: correct jira.qa in the "
            "profile"
        )

    def accounts(self, name: str) -> list[dict[str, Any]]:
        """The active accounts of a name; in the cloud, of an address or an account id."""
        if not self.client.cloud:
            reply = self.client.get("user", username=name)
        elif "@" in name:
            return [one for one in self.client.get("user", "search", query=name).require()
                    if one.get("active", True)]  # fmt: skip
        else:
            reply = self.client.get("user", accountId=name)
        found = [] if reply.missing else [reply.require()]
        return [one for one in found if one.get("active", True)]

    def ours(self, alias: str) -> list[Ticket]:
        """The issues that carry an alias's label or mark, oldest first."""
        label, mark = ticket_label(alias), ticket_mark(alias)
        labelled = self.search(f"labels = {quoted(label)}")
        found = {
            one.id: one
            for one in (*labelled, *self.not_indexed())
            if label in one.labels or bears(one.text, mark)
        }
        return sorted(found.values(), key=lambda one: one.number)

    def titled(self, title: str) -> list[Ticket]:
        """The issues of exactly that title, oldest first."""
        phrase = '"{}"'.format(title.replace('"', " "))
        found = [one for one in self.search(f"summary ~ {quoted(phrase)}") if one.title == title]
        return sorted(found, key=lambda one: one.number)

    @reading("a list of issues")
    def search(self, clause: str) -> list[Ticket]:
        """The project's issues that meet a clause of JQL, as far as they are indexed."""
        jql = f"project = {quoted(self.project)} AND {clause} ORDER BY key ASC"
        return [read_ticket(one, self.client.url) for one in self.found(jql, AT_ONCE)]

    def found(self, jql: str, most: int) -> Iterator[dict[str, Any]]:
        """What a search finds; the cloud has a search of its own.

        https://developer.atlassian.com/changelog/#CHANGE-2046
        """
        said = {"fields": FIELDS, "maxResults": str(most)}
        if not self.client.cloud:
            yield from self.client.pages("search", of="issues", jql=jql, **said)
            return
        following: dict[str, str] = {}
        for _ in pages(PAGES, of="a search in Jira", narrowed="close or archive old issues"):
            page = self.client.get("search", "jql", jql=jql, **said, **following).require()
            yield from page["issues"]
            if not page.get("nextPageToken"):
                return
            following = {"nextPageToken": str(page["nextPageToken"])}

    @reading("an issue")
    def not_indexed(self) -> list[Ticket]:
        """The issues behind the newest one that is indexed."""
        jql = f"project = {quoted(self.project)} ORDER BY key DESC"
        newest = next(self.found(jql, 1), None)
        last = int(newest["key"].rpartition("-")[2]) if newest else 0
        behind = self.read_many(last) if self.client.cloud else self.read_each(last)
        return [read_ticket(one, self.client.url) for one in behind]

    def read_many(self, last: int) -> Iterator[dict[str, Any]]:
        """The issues behind a number, a hundred numbers by each request, until none has one."""
        for start in count(last + 1, AT_ONCE):
            keys = [f"{self.project}-{number}" for number in range(start, start + AT_ONCE)]
            said = {"issueIdsOrKeys": keys, "fields": FIELDS.split(",")}
            issues = self.client.fetch("issue", "bulkfetch", said=said).require()["issues"]
            yield from issues
            if not issues:
                return

    def read_each(self, last: int) -> Iterator[dict[str, Any]]:
        """The same one by one, until a few numbers in a row have none."""
        missed = 0
        for number in count(last + 1):
            reply = self.client.get("issue", f"{self.project}-{number}", fields=FIELDS)
            missed = missed + 1 if reply.missing else 0
            if missed == GAP:
                return
            if not reply.missing:
                yield reply.require()

    @reading("an issue's comments")
    def comments(self, ticket: Ticket) -> tuple[Said, ...]:
        """An issue's comments, oldest first."""
        asked = {"maxResults": str(AT_ONCE), "orderBy": "created"}
        found = self.client.pages("issue", ticket.id, "comment", of="comments", **asked)
        in_turn = sorted(found, key=lambda one: int(one["id"]))
        return tuple(read_comment(one, ticket.link) for one in in_turn)

    def question(self, ticket: Ticket) -> Question:
        """What came of the newest question to QA."""
        with reading("an issue"):
            said = self.client.get("issue", ticket.id, fields=FIELDS, expand="changelog").require()
            now = read_ticket(said, self.client.url)
            closing = read_closing(said, now)
        no = {name.casefold() for name in self.settings.refusals}
        refused = not no.isdisjoint({now.resolution.casefold(), now.status.casefold()})
        told, qa = f"{now.id} ({now.link})", self.qa
        return Question(told, qa.id, qa.name, asks(qa.id), self.comments(now), closing, refused)


def quoted(text: str) -> str:
    """A text as JQL takes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

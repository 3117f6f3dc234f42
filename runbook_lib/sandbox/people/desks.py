"""The desks at which people are asked: a bug, an issue on GitHub, one in Jira; each as one of them.

What they do there is the same: they read what it is about, say something once, and file a ticket.
"""

from dataclasses import replace
from functools import cached_property
from typing import Any, Protocol

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.people.shift import Shift, github_path
from runbook_lib.sandbox.server.client import Client


class Desk(Protocol):
    """A ticket at a desk, as one of the people has it before them."""

    @property
    def title(self) -> str:
        """What it is called; empty where it is not there."""

    @property
    def named(self) -> str:
        """What people call it."""

    def say(self, text: str) -> None:
        """Comment, unless just that was said there before."""

    def answer(self, text: str, *, passed: bool) -> None:
        """Answer what one was asked."""

    def file(self, title: str, text: str) -> None:
        """File a ticket beside it, once."""


@frozen
class BugDesk:
    """A bug in Bugzilla."""

    shift: Shift

    @property
    def place(self) -> str:
        """Where the bug is."""
        return f"/bugzilla/rest/bug/{self.shift.job.data['id']}"

    @cached_property
    def bug(self) -> dict[str, Any]:
        """The bug; empty where there is none."""
        found = self.shift.get(self.place)
        return dict(found["bugs"][0]) if found else {}

    @property
    def title(self) -> str:
        """Its summary."""
        return str(self.bug.get("summary", ""))

    @property
    def named(self) -> str:
        """Its number."""
        return f"bug {self.bug['id']}"

    def say(self, text: str) -> None:
        """Comment, once."""
        place = f"{self.place}/comment"
        comments = self.shift.get(place)["bugs"][str(self.bug["id"])]["comments"]
        mine = [said["text"] for said in comments if said["creator"] == self.shift.email]
        if text not in mine:
            self.shift.send("POST", place, {"comment": text})

    def answer(self, text: str, *, passed: bool) -> None:
        """Comment, and then take the question away, or turn it down."""
        self.say(text)
        mine = ("needinfo", "?", self.shift.email)
        asked = [
            flag
            for flag in self.bug.get("flags", [])
            if (flag["name"], flag["status"], flag.get("requestee")) == mine
        ]
        if asked:
            status = "X" if passed else "-"
            flags = [{"id": flag["id"], "status": status} for flag in asked]
            self.shift.send("PUT", self.place, {"flags": flags})

    def file(self, title: str, text: str) -> None:
        """File a bug, which depends on this one."""
        alias = f"production-{self.bug['id']}"
        if self.shift.get(f"/bugzilla/rest/bug/{alias}"):
            return
        kept = {name: self.bug[name] for name in ("product", "component")}
        said = {"summary": title, "description": text, "alias": alias, **kept}
        more = {"version": self.bug.get("version", "unspecified"), "cc": self.bug.get("cc", [])}
        depends = {"depends_on": [self.bug["id"]]}
        self.shift.send("POST", "/bugzilla/rest/bug", {**said, **more, **depends})


@frozen
class GitHubDesk:
    """An issue on GitHub."""

    shift: Shift

    @property
    def issues(self) -> str:
        """Where the repository's issues are."""
        return github_path(self.shift.job.data["repository"], "issues")

    @property
    def place(self) -> str:
        """Where this one is."""
        return f"{self.issues}/{self.shift.job.data['number']}"

    @property
    def title(self) -> str:
        """Its title."""
        return str((self.shift.get(self.place) or {}).get("title", ""))

    @property
    def named(self) -> str:
        """Its number."""
        return f"#{self.shift.job.data['number']}"

    def say(self, text: str) -> None:
        """Comment, once."""
        comments = self.shift.get(f"{self.place}/comments?per_page=100")
        mine = [said["body"] for said in comments if said["user"]["login"] == self.shift.login]
        if text not in mine:
            self.shift.send("POST", f"{self.place}/comments", {"body": text})

    def answer(self, text: str, *, passed: bool) -> None:  # noqa: ARG002 - the words say it
        """Comment: who may only read closes no issue of others."""
        self.say(text)

    def file(self, title: str, text: str) -> None:
        """Open an issue, once."""
        found = self.shift.get(f"{self.issues}?state=all&creator={self.shift.login}")
        if title not in [one["title"] for one in found]:
            self.shift.send("POST", self.issues, {"title": title, "body": text})


@frozen
class JiraDesk:
    """An issue in Jira."""

    shift: Shift

    @cached_property
    def mine(self) -> Shift:
        """The same person, as each kind of Jira lets them in."""
        client = self.shift.client
        user = self.shift.email if self.shift.job.data["place"].endswith("cloud") else ""
        return replace(self.shift, client=Client(client.url, client.token, user=user))

    @property
    def issues(self) -> str:
        """Where issues are."""
        return f"{self.shift.job.data['place']}/rest/api/2/issue"

    @property
    def place(self) -> str:
        """Where this one is."""
        return f"{self.issues}/{self.named}"

    @cached_property
    def fields(self) -> dict[str, Any]:
        """What it says; empty where there is none."""
        return dict((self.mine.get(self.place) or {}).get("fields", {}))

    @property
    def title(self) -> str:
        """Its summary."""
        return str(self.fields.get("summary", ""))

    @property
    def named(self) -> str:
        """Its key."""
        return str(self.shift.job.data["key"])

    def say(self, text: str) -> None:
        """Comment, once."""
        comments = self.mine.get(f"{self.place}/comment?maxResults=100")["comments"]
        mine = [
            said["body"] for said in comments if said["author"]["emailAddress"] == self.shift.email
        ]
        if text not in mine:
            self.mine.send("POST", f"{self.place}/comment", {"body": text})

    def answer(self, text: str, *, passed: bool) -> None:
        """Comment; what did not pass will not be done."""
        self.say(text)
        if not passed and not self.fields["resolution"]:
            said = {"transition": {"id": "31"}, "fields": {"resolution": {"name": "Won't Do"}}}
            self.mine.send("POST", f"{self.place}/transitions", said)

    def file(self, title: str, text: str) -> None:
        """File an issue, once: it follows this one, and is found by its label."""
        label = f"production-{self.named}"
        if label in self.fields["labels"] or self.is_filed(label):
            return
        fields = {
            "project": {"key": self.fields["project"]["key"]},
            "issuetype": {"name": "Task"},
            "summary": title,
            "description": text,
            "labels": [label],
        }
        self.mine.send("POST", self.issues, {"fields": fields})

    def is_filed(self, label: str) -> bool:
        """Whether one of the issues that follow has that label: an index would be behind."""
        project, _, number = self.named.rpartition("-")
        following = int(number) + 1
        while found := self.mine.get(f"{self.issues}/{project}-{following}"):
            if label in found["fields"]["labels"]:
                return True
            following += 1
        return False


DESKS: dict[str, type[BugDesk] | type[GitHubDesk] | type[JiraDesk]] = {
    "bug": BugDesk,
    "needinfo": BugDesk,
    "issue": GitHubDesk,
    "issue_comment": GitHubDesk,
    "jira_issue": JiraDesk,
    "jira_comment": JiraDesk,
}
"""The desk at which each thing happens."""


def desk_of(shift: Shift) -> Desk:
    """The ticket that a job is about, at its desk."""
    return DESKS[shift.job.kind](shift)

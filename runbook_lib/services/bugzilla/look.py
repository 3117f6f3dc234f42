"""Looks at bugs: by number, alias, mark and title; at what was asked on them."""

from runbook_lib.errors import Refused
from runbook_lib.policy.plural import plural
from runbook_lib.policy.tickets import bears
from runbook_lib.services.bugzilla.client import Client
from runbook_lib.services.bugzilla.mark import bug_mark, question_prefix
from runbook_lib.services.bugzilla.question import Question
from runbook_lib.services.bugzilla.values import (
    Bug,
    Comment,
    FlagChange,
    read_bug,
    read_comment,
    read_flag_change,
    reading,
)

FIELDS = "id,summary,status,resolution,product,component,alias,whiteboard,cc,flags,assigned_to"


class Bugs:
    """The bugs of one Bugzilla; nothing here changes any."""

    def __init__(self, client: Client) -> None:
        self.client = client

    @reading("a bug")
    def read(self, number: int) -> Bug:
        """The bug of that number, as it is now."""
        said = self.client.get("bug", number, include_fields=FIELDS).require()
        return read_bug(said["bugs"][0], self.client.url)

    @reading("a bug's comments")
    def comments(self, number: int) -> list[Comment]:
        """A bug's comments, oldest first; the first is its description."""
        said = self.client.get("bug", number, "comment").require()
        comments = [read_comment(each) for each in said["bugs"][str(number)]["comments"]]
        return sorted(comments, key=lambda comment: comment.id)

    @reading("a list of bugs")
    def search(self, **criteria: str) -> list[Bug]:
        """The bugs that meet all criteria, oldest first."""
        said = self.client.get("bug", include_fields=FIELDS, **criteria).require()
        return sorted(
            (read_bug(each, self.client.url) for each in said["bugs"]), key=lambda bug: bug.id
        )

    def find(self, alias: str, *, title: str, product: str) -> Bug | None:
        """The bug that was filed under that alias, or carries its mark; or None."""
        return (
            self.find_by_alias(alias)
            or self.find_by_whiteboard(alias)
            or self.find_by_description(alias, title=title, product=product)
        )

    @reading("a bug")
    def find_by_alias(self, alias: str) -> Bug | None:
        """The bug of that alias, or None; raises `AccessDenied` where it may not be seen."""
        reply = self.client.get("bug", alias, include_fields=FIELDS)
        return None if reply.unknown else read_bug(reply.require()["bugs"][0], self.client.url)

    def find_by_whiteboard(self, alias: str) -> Bug | None:
        """The first bug whose whiteboard holds the alias's mark, or None."""
        mark = bug_mark(alias)
        found = [bug for bug in self.search(whiteboard=mark) if mark in bug.whiteboard]
        return found[0] if found else None

    def find_by_description(self, alias: str, *, title: str, product: str) -> Bug | None:
        """The first bug of that title whose description bears the alias's mark, or None."""
        mark = bug_mark(alias)
        return next(
            (
                bug
                for bug in self.titled(title, product)
                if bears(self.comments(bug.id)[0].text, mark)
            ),
            None,
        )

    def titled(self, title: str, product: str) -> list[Bug]:
        """The product's bugs of exactly that title, oldest first."""
        found = self.search(summary=one_line(title), product=product)
        return [bug for bug in found if bug.title == one_line(title)]

    @reading("a bug's history")
    def flag_changes(self, number: int) -> list[FlagChange]:
        """How a bug's flags were changed, oldest first."""
        said = self.client.get("bug", number, "history").require()
        return [read_flag_change(each) for each in said["bugs"][0]["history"]]

    def question(self, number: int, of: str) -> Question:
        """What came of the newest question to a person; raises `Refused` where nobody asked them.

        Three calls.
        """
        bug, comments = self.read(number), self.comments(number)
        asked = [one for one in comments if bears(one.text, question_prefix(of))]
        if not asked:
            raise Refused(
                f"expected a question to {of} on bug {number}, found none in its "
                f"{plural(len(comments), 'comment')}; ask with request_information first"
            )
        changes = [one for one in self.flag_changes(number) if one.when >= asked[-1].when]
        later = comments.index(asked[-1]) + 1
        by_flag = self.client.age.sets_flags
        return Question(bug, of, tuple(comments), tuple(changes), later, by_flag=by_flag)


def one_line(text: str) -> str:
    """A text as Bugzilla keeps a title: on one line, single spaces between its words."""
    return " ".join(text.split())

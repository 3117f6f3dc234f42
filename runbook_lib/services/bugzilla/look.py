"""Looks at bugs: by number, alias, mark and title; at what was asked on them, and answered."""

from runbook_lib.errors import Refused
from runbook_lib.policy.plural import plural
from runbook_lib.services.bugzilla.client import Client
from runbook_lib.services.bugzilla.mark import bears, bug_mark, question_prefix
from runbook_lib.services.bugzilla.values import Answer, Bug, Comment, Flag, read_bug, read_comment

FIELDS = "id,summary,status,resolution,product,component,alias,whiteboard,cc,flags,assigned_to"
NO = ("WONTFIX", "INVALID")
"""Resolutions that say no to what a bug asks for."""


class Bugs:
    """The bugs of one Bugzilla; nothing here changes any."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def read(self, number: int) -> Bug:
        """The bug of that number, as it is now."""
        said = self.client.get("bug", number, include_fields=FIELDS).require()
        return read_bug(said["bugs"][0], self.client.url)

    def comments(self, number: int) -> list[Comment]:
        """A bug's comments, oldest first; the first is its description."""
        said = self.client.get("bug", number, "comment").require()
        comments = [read_comment(each) for each in said["bugs"][str(number)]["comments"]]
        return sorted(comments, key=lambda comment: comment.id)

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

    def answer(self, number: int, of: str) -> Answer | None:
        """What the person said after they were asked, or None while they are asked.

        Their newest comment counts. It is a refusal where they set the flag to `-`, or the bug was
        closed as WONTFIX or INVALID. Raises `Refused` where nobody asked them.
        """
        bug, comments = self.read(number), self.comments(number)
        questions = [each for each in comments if bears(each.text, question_prefix(of))]
        if not questions:
            raise Refused(
                f"expected a question to {of} on bug {number}, found none in its "
                f"{plural(len(comments), 'comment')}; ask with request_information first"
            )
        said = [each for each in comments if each.id > questions[-1].id and same(each.who, of)]
        if is_asked(bug, of) or not said:
            return None
        no = bug.resolution in NO or any(refuses(flag, of) for flag in bug.flags)
        last, link = said[-1], f"{bug.link}#c{comments.index(said[-1])}"
        return Answer(last.text, last.who, last.when, "refused" if no else "answered", link)


def is_asked(bug: Bug, of: str) -> bool:
    """Whether the bug has an open needinfo flag to that person."""
    return any(
        flag.name == "needinfo" and flag.status == "?" and same(flag.requestee, of)
        for flag in bug.flags
    )


def refuses(flag: Flag, of: str) -> bool:
    """Whether the flag is the person's no to a question."""
    return flag.name == "needinfo" and flag.status == "-" and same(flag.setter, of)


def same(one: str, other: str) -> bool:
    """Whether two login names are the same person's; Bugzilla does not tell case apart."""
    return one.casefold() == other.casefold()


def one_line(text: str) -> str:
    """A text as Bugzilla keeps a title: on one line, single spaces between its words."""
    return " ".join(text.split())

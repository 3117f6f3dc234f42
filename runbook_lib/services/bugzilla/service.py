"""Bugs: filed once, asked about once, whoever runs it again."""

from collections.abc import Generator, Mapping
from typing import Any
from urllib.parse import urlencode

import requests

from runbook_lib.errors import Conflict, Refused, Unavailable
from runbook_lib.policy import lengths
from runbook_lib.policy.tickets import Answer, bears, marked
from runbook_lib.services.bugzilla.client import Client
from runbook_lib.services.bugzilla.desk import Desk
from runbook_lib.services.bugzilla.fields import Wanted
from runbook_lib.services.bugzilla.look import Bugs, one_line
from runbook_lib.services.bugzilla.mark import bug_mark, check_alias, question_mark
from runbook_lib.services.bugzilla.question import is_asked
from runbook_lib.services.bugzilla.reply import NO_ALIAS, Reply
from runbook_lib.services.bugzilla.text import rendered
from runbook_lib.services.bugzilla.values import Access, Bug, NeedInfo, read_bug, reading
from runbook_lib.services.filing import answered
from runbook_lib.services.http import TIMEOUT, Timeout
from runbook_lib.steps.step import Runner, check, step
from runbook_lib.steps.wait import NotYet, wait


class Bugzilla:
    """One Bugzilla, as one account uses it."""

    def __init__(
        self,
        url: str,
        *,
        key: str,
        account: str = "",
        runner: Runner,
        timeout: Timeout = TIMEOUT,
        session: requests.Session | None = None,
    ) -> None:
        self.client = Client(url, key, account=account, timeout=timeout, session=session)
        self.bugs = Bugs(self.client)
        self.desk = Desk(self.client)
        self.runner = runner

    def __repr__(self) -> str:
        return f"Bugzilla({self.client.url!r})"

    @check
    def check_access(self, wanted: Wanted) -> Access:
        """Check that Bugzilla knows who we are, and that such a bug can be filed and asked about.

        Raises `AccessDenied` for a key that is not accepted, also where Bugzilla answers it as if
        nobody had asked, and `Refused` with all that stands against it, and how to mend that.
        """
        account, lacking = self.desk.account(), self.desk.lacking(wanted)
        if lacking:
            raise Refused("\n".join(lacking))
        at, version = self.client.url, self.client.age.version
        return Access(account, wanted.product, wanted.component, at, version)

    def find_open(self, criteria: Mapping[str, str]) -> tuple[Bug, ...]:
        """The open bugs that meet all criteria of Bugzilla's search, oldest first.

        Raises `Refused` for criteria that Bugzilla passes over: with an unknown field it answers
        every bug, with an unknown product none.
        https://bugzilla.readthedocs.io/en/latest/api/core/v1/bug.html#search-bugs
        """
        if wrong := tuple(self.desk.fields.unsearchable(criteria)):
            raise Refused("\n".join(wrong))
        return tuple(bug for bug in self.bugs.search(**criteria) if not bug.resolution)

    @step
    def file_bug(
        self,
        *,
        product: str,
        component: str,
        title: str,
        description: str,
        alias: str,
        cc: tuple[str, ...] = (),
        version: str = "unspecified",
        fields: Mapping[str, str] | None = None,
        whole: str = "",
    ) -> Generator[str, None, Bug]:
        """File a bug, once: it is found again by its alias, or by the mark it carries.

        `fields` are further ones that this Bugzilla asks for. Of a description that is too long,
        the first lines are sent with a link to the `whole`. Raises `Conflict` where the bug there
        is another.
        """
        check_title(alias, title)
        plain = rendered(description, markdown=self.client.age.renders_markdown)
        text = fitting_marked(plain, bug_mark(alias), "a description", whole)
        found = self.bugs.find(alias, title=title, product=product)
        if found is not None:
            return expect_bug(found, alias, title=title, product=product)
        yield f"file a bug in {product}, {component}: {one_line(title)}"
        return self.post_bug(
            alias,
            {
                **(fields or {}),
                "product": product,
                "component": component,
                "version": version,
                "summary": one_line(title),
                "description": text,
                "whiteboard": bug_mark(alias),
                "cc": list(cc),
            },
        )

    def post_bug(self, alias: str, said: dict[str, Any]) -> Bug:
        """File a bug under an alias; without it where that is refused and nobody else has it."""
        reply = self.client.post("bug", said={**said, "alias": alias})
        if not (reply.refused and reply.code in NO_ALIAS):
            return self.filed(reply, said)
        if self.bugs.find_by_alias(alias) is not None:
            # Somebody else was quicker; the runner looks again and finds theirs.
            raise Unavailable(str(reply.refusal()), may_have_acted=True)
        return self.filed(self.client.post("bug", said=said), said)

    def filed(self, reply: Reply, said: dict[str, Any]) -> Bug:
        """The bug that was sent and taken, under the number that it was given."""
        with reading("a new bug's number", may_act=True):
            number = reply.require()["id"]
            return read_bug({**said, "id": number, "status": "NEW"}, self.client.url)

    @step
    def request_information(
        self, bug: Bug, *, of: str, comment: str
    ) -> Generator[str, None, NeedInfo]:
        """Ask a person on a bug, once: a comment, and a needinfo flag that they clear by answering.

        The comment's mark says that it was asked, also after it was answered. A flag to that
        person that is open already is not doubled. Before 5.0, where the API sets no flags, the
        comment alone asks them, on CC.
        """
        mark = question_mark(of, comment)
        text = fitting_marked(comment, mark, "a comment")
        now = self.bugs.read(bug.id)
        asked = is_asked(now, of)
        if any(bears(each.text, mark) for each in self.bugs.comments(bug.id)):
            return NeedInfo(bug.id, of, asked or self.unanswered(bug, of), now.link)
        yield f"ask {of} for information on bug {bug.id}"
        said: dict[str, Any] = {"comment": {"body": text}}
        if not self.client.age.sets_flags:
            said["cc"] = {"add": [of]}
        elif not asked:
            flag = {"name": "needinfo", "status": "?", "requestee": of, "new": True}
            said["flags"] = [flag]
        self.client.put("bug", bug.id, said=said).require()
        return NeedInfo(bug.id, of, True, now.link)

    def unanswered(self, bug: Bug, of: str) -> bool:
        """Whether a person who was asked by a comment alone has not answered yet."""
        return not self.client.age.sets_flags and self.bugs.question(bug.id, of).answer is None

    def find_bug_by_title(self, title: str, product: str) -> Bug | None:
        """The newest bug of exactly that title in the product, or None.

        Raises `Refused` where there is no such product, for which Bugzilla finds nothing.
        """
        found = self.bugs.titled(title, product)
        if not found and (wrong := tuple(self.desk.fields.unsearchable({"product": product}))):
            raise Refused("\n".join(wrong))
        return found[-1] if found else None

    @wait
    def await_answer(self, bug: Bug, *, of: str) -> Answer:
        """Wait for the answer to `request_information`; raises `Refused` where it is a no.

        What it says, a person has to judge: it is there for a gate as `answer.question`.
        """
        question = self.bugs.question(bug.id, of)
        return answered(question, link=bug.link, whom=question.asked[-1], of=of)

    @wait
    def await_bug(self, title: str, *, product: str, of: str = "") -> Bug:
        """Wait until somebody (`of` says who) has filed the bug of that title."""
        bug = self.find_bug_by_title(title, product)
        if bug is None:
            missing = f"nobody has filed a bug titled {title!r} in {product}"
            raise NotYet(missing, link=self.newest_link(product), whom=of)
        return bug

    def newest_link(self, product: str) -> str:
        """Where people see the bugs of a product, the newest first."""
        asked = urlencode({"product": product, "order": "bug_id DESC"})
        return f"{self.client.url}/buglist.cgi?{asked}"


def check_title(alias: str, title: str) -> None:
    """Refuse what Bugzilla would not take, before anything is sent."""
    check_alias(alias)
    if not 0 < len(one_line(title)) <= lengths.TITLE:
        raise Refused(
            f"expected a title of 1 to {lengths.TITLE} characters, found {len(one_line(title))}: "
            f"{one_line(title)[:60]!r}; choose another"
        )


def fitting_marked(text: str, mark: str, what: str, whole: str = "") -> str:
    """A text with its mark, cut above a link to the whole where it is too long for Bugzilla."""
    under = f"\n\n{mark}"
    return marked(lengths.fitting(text, lengths.BUG, what, whole, under=under), mark)


def expect_bug(bug: Bug, alias: str, *, title: str, product: str) -> Bug:
    """The bug that was found, if it is the one that was to be filed; else raises `Conflict`."""
    if (bug.title, bug.product.casefold()) == (one_line(title), product.casefold()):
        return bug
    raise Conflict(
        f"expected {alias} to be a bug in {product} titled {one_line(title)!r}, found bug {bug.id} "
        f"in {bug.product} titled {bug.title!r}; look at {bug.link}: mend its title, or take the "
        "alias (or the mark in its whiteboard) from it"
    )

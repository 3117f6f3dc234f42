"""What people are asked to decide, and what they decide: values, and what journals keep of them."""

import shlex
from collections.abc import Mapping
from dataclasses import asdict, field, fields
from typing import Any, Literal

from runbook_lib.frozen import frozen
from runbook_lib.journal.journal import Event, digest
from runbook_lib.policy.questions import (
    GATE,
    decided_in_words,
    words_of,
)
from runbook_lib.policy.quorum import Rule
from runbook_lib.policy.visible import Shown

Verdict = Literal["approved", "rejected", "not needed"]


SHOWN = 12
"""How many characters of a digest a person is shown, and must name at least."""


COMMENT = "comment"
"""How somebody has decided who wrote a comment where they are asked."""


PASSED_ON = "passed on"
"""How somebody has decided whose answer another program passes on, from where it was given."""


NOTHING = digest("")
"""The digest of a subject without any text, which needs no approval."""


PLAIN = Rule()


@frozen
class Question:
    """What a person is asked to decide: `digest` stands for all that `text` shows.

    `of` names whose decision it is, where it is not the operator's; `note` is said beside the text;
    `rule` says who counts; `comments` is where it can be answered by a comment, too. `kind` is
    whether it is a gate's, a step by hand or a waiver; of a step by hand, `evidence` is the pattern
    of what confirms it, and `example` what would.
    """

    run: str
    gate: str
    title: str
    text: str
    digest: str
    of: str = ""
    note: str = ""
    rule: Rule = PLAIN
    comments: str = ""
    kind: str = GATE
    evidence: str = ""
    example: str = ""
    subject: object = field(default=None, compare=False, repr=False)
    """What the text is of, where it can be shown as it will be read; no journal keeps it."""

    @property
    def said(self) -> dict[str, Any]:
        """What a journal keeps of it."""
        kept = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "subject"}
        return {**kept, "rule": asdict(self.rule)}


@frozen
class Decision(Shown):
    """What was decided on a digest, by whom, from where, how (card, command, sandbox) and why.

    `account` is that of the machine `host`, as the machine knows it; `signature` is by the key of
    who decided, where they have one (`signed_approval`). One that was read from a comment has the
    `link` to it, and when it was `made`; one that was passed on, the `link` to where it was given.
    `evidence` is what confirms a step by hand; `time` an ISO time, once it is kept.
    """

    gate: str
    digest: str
    verdict: Verdict
    by: str
    host: str
    how: str
    reason: str
    account: str = ""
    signature: str = ""
    link: str = ""
    made: str = ""
    kind: str = GATE
    evidence: str = ""
    time: str = ""

    def __str__(self) -> str:
        if self.verdict == "not needed":
            return f"{self.gate}: nothing to approve"
        said = "; ".join(filter(None, (self.evidence, self.reason)))
        reason = f": {said}" if said else ""
        account = f", account {self.account}" if self.account not in ("", self.by) else ""
        return (
            f"{self.gate} {self.digest:.{SHOWN}} {self.verb} by {self.by} "
            f"({self.how}{account}){reason}"
        )

    @property
    def given(self) -> str:
        """When it was given, by a comment before it was read."""
        return self.made or self.time

    @property
    def verb(self) -> str:
        """The verdict, as it is said of this kind of question."""
        return decided_in_words(self.kind, self.verdict)


def digest_of(subject: object) -> str:
    """What stands for a value: its own `digest`, else that of its text."""
    return str(getattr(subject, "digest", "") or digest(str(subject)))


def approve_command(question: Question) -> str:
    """The command that decides on a question from a terminal."""
    words = words_of(question.kind)
    evidence = "--evidence '…'" if question.evidence else ""
    named = shlex.join(["runbook", words.command, question.run, question.gate])
    return " ".join(
        filter(None, (named, f"--digest {question.digest:.{SHOWN}}", evidence, words.how))
    )


def by_comment(question: Question) -> str:
    """How a question is answered by a comment, where it can be."""
    short = question.digest[:SHOWN]
    return f"; or by a comment on {question.comments}: approve {short}" if question.comments else ""


def as_decision(event: Event) -> Decision:
    """The decision that an event keeps."""
    verdict: Verdict = "approved" if event.kind == "approved" else "rejected"
    names = (
        *("gate", "digest", "by", "host", "how", "reason"),
        *("account", "signature", "link", "made", "evidence", "time"),
    )
    said = {name: str(event.said.get(name) or "") for name in names}
    return Decision(verdict=verdict, kind=kind_of(event), **said)


def as_question(said: Mapping[str, Any]) -> Question:
    """The question that an event keeps."""
    names = (
        *("run", "gate", "title", "text", "digest", "of", "note", "comments"),
        *("evidence", "example"),
    )
    return Question(
        **{name: str(said.get(name) or "") for name in names},
        rule=as_rule(said.get("rule")),
        kind=str(said.get("kind") or GATE),
    )


def as_rule(said: Any) -> Rule:
    """The rule that an event keeps; the plainest where it keeps none."""
    if not isinstance(said, dict):
        return PLAIN
    people = tuple(map(str, said.get("people") or ()))
    hours = said.get("hours")
    return Rule(int(said.get("approvals") or 1), said.get("operator_counts"), people, hours)


def kind_of(event: Event) -> str:
    """Of which kind a question is, or a decision on one."""
    return str(event.said.get("kind") or GATE)

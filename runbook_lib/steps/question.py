"""What people are asked to decide: a value, and what journals keep of it."""

import shlex
from collections.abc import Mapping
from dataclasses import asdict, field, fields
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.journal.decision import SHOWN
from runbook_lib.journal.journal import digest
from runbook_lib.policy.questions import GATE, words_of
from runbook_lib.policy.quorum import Rule

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

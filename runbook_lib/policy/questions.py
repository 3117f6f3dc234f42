"""The kinds of questions that a run asks people, and what each is called: a gate's is the plainest.

All are asked, decided, counted and signed in one way (see `steps.gate`).
"""

import re

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.by_hand import in_words, misfit

NAME = re.compile(r"\w\S*")
"""What a question may be called."""
GATE, BY_HAND, WAIVER = "gate", "by hand", "waiver"


@frozen
class Words:
    """What a kind of question is called: the thing, what one does, its command, what was decided.

    `how` is what the command has to be given besides the run, the name and the digest.
    """

    noun: str
    verb: str
    command: str
    how: str
    waits: str
    yes: str
    no: str


WORDS = {
    GATE: Words("gate", "decide", "approve", "--reason '…'", "an approval", "approved", "rejected"),
    BY_HAND: Words(
        "step by hand", "confirm", "confirm", "", "somebody to do it", "confirmed", "not done"
    ),
    WAIVER: Words("check", "waive", "waive", "--reason '…'", "a waiver", "waived", "not waived"),
}


def refuse_unnamed(kind: str, name: str) -> None:
    """Raise `UsageError` for a name that a command would take for an option, or for several."""
    if not NAME.fullmatch(name) or not name.isprintable():
        raise UsageError(
            f"expected a {words_of(kind).noun} that is called by one word, so that a command can "
            f"name it; found {name!r}: write another name"
        )


def words_of(kind: str) -> Words:
    """What a kind of question is called; journals that name none have gates alone."""
    return WORDS.get(kind, WORDS[GATE])


def decided_in_words(kind: str, verdict: str) -> str:
    """A verdict as it is said of a kind of question."""
    words = words_of(kind)
    return {"approved": words.yes, "rejected": words.no}.get(verdict, verdict)


def refuse_unfit(
    kind: str, verdict: str, *, pattern: str = "", evidence: str = "", reason: str = ""
) -> None:
    """Raise `UsageError` where an answer lacks what its kind of question asks for."""
    if not reason.strip() and (kind, verdict) in ((WAIVER, "approved"), (BY_HAND, "rejected")):
        raise UsageError("expected a reason, which is kept in the record; found none: say why")
    wrong = misfit(pattern, evidence) if kind == BY_HAND and verdict == "approved" else ""
    if wrong:
        raise UsageError(
            f"expected {in_words(pattern) if pattern else 'no'} as evidence, found {wrong}"
        )

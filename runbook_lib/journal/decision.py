"""What somebody has decided, as journals keep it."""

from typing import Literal

from runbook_lib.frozen import frozen
from runbook_lib.journal.events import Event
from runbook_lib.policy.questions import GATE, decided_in_words
from runbook_lib.policy.visible import Shown

Verdict = Literal["approved", "rejected", "not needed"]
SHOWN = 12
"""How many characters of a digest a person is shown, and must name at least."""
TOLD = (
    *("gate", "digest", "verdict", "by", "host", "how", "reason", "time"),
    *("account", "link", "kind", "evidence"),
)


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
        reason = f": {self.why}" if self.why else ""
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

    @property
    def why(self) -> str:
        """The evidence, and the reason."""
        return "; ".join(filter(None, (self.evidence, self.reason)))

    def to_dict(self) -> dict[str, str]:
        """What is told of it wherever sessions are; of a gate's, no kind."""
        said = {name: getattr(self, name) for name in TOLD}
        return {**said, "kind": "" if self.kind == GATE else self.kind}


def is_decision(event: Event) -> bool:
    """Whether an event says what somebody decided."""
    return event.kind in ("approved", "rejected")


def as_decision(event: Event) -> Decision:
    """The decision that an event keeps."""
    verdict: Verdict = "approved" if event.kind == "approved" else "rejected"
    names = (
        *("gate", "digest", "by", "host", "how", "reason"),
        *("account", "signature", "link", "made", "evidence", "time"),
    )
    said = {name: str(event.said.get(name) or "") for name in names}
    return Decision(verdict=verdict, kind=kind_of(event), **said)


def kind_of(event: Event) -> str:
    """Of which kind a question is, or a decision on one."""
    return str(event.said.get("kind") or GATE)

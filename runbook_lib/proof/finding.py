"""What a proof comes to: the records that stand, and what does not, record by record."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural


@frozen
class Finding:
    """One thing that is not as it was written: where, what was expected, what was found.

    `about` says what was looked at: journal, record, notebook, trailers, date, place, chain,
    signature, object, gate, dropped. `session` is empty where it is of no one record.
    """

    about: str
    expected: str
    found: str
    session: str = ""
    run: str = ""
    commit: str = ""

    def __str__(self) -> str:
        run = f" of {self.run}" if self.run else ""
        where = f"{self.session}{run}" if self.session else "the archive"
        commit = f" ({self.commit:.12})" if self.commit else ""
        return f"{where}{commit}: {self.about}: expected {self.expected}; found {self.found}"


@dataclass
class Proof:
    """What was found of one archive, oldest record first.

    `looked` counts the records whose journals, records and signatures were checked, `signed` the
    good signatures by their signers. `notes` are worth telling and no tampering.
    """

    archive: str
    looked: int = 0
    first: str = ""
    last: str = ""
    tip: str = ""
    list_of_signers: str = ""
    signed: Counter[str] = field(default_factory=Counter)
    unsigned: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def stands(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it; `first_finding` is the oldest record's."""
        findings = [asdict(finding) for finding in self.findings]
        told = {**vars(self), "findings": findings, "signed": dict(self.signed)}
        return {**told, "stands": self.stands, "first_finding": findings[0] if findings else None}

    def __str__(self) -> str:
        if not self.findings:
            return "\n".join([self.standing(), *(f"  {note}" for note in self.notes)])
        first, *others = self.findings
        more = [f"  ✘ {finding}" for finding in others[:SHOWN]]
        left = len(others) - SHOWN
        more += [f"  and {left} more; --json tells them all"] if left > 0 else []
        head = f"✘ {self.archive}: the first that does not stand: {first}"
        return "\n".join([head, *more, *(f"  {note}" for note in self.notes)])

    def standing(self) -> str:
        """The line of an archive in which nothing was found."""
        if not self.looked:
            return f"· {self.archive} has no record yet"
        verb = "stands" if self.looked == 1 else "stand"
        time = f"from {self.first} to {self.last}"
        records = plural(self.looked, "record")
        return f"✔ {records} of {self.archive} {verb}, {time}, {self.signatures()}"

    def signatures(self) -> str:
        """Who signed, as far as it was looked at."""
        if self.list_of_signers:
            who = ", ".join(f"{name} ({n})" for name, n in self.signed.most_common())
            return f"signed by {who}, as {self.list_of_signers} lists them"
        all_unsigned = self.unsigned == self.looked
        what = "not signed" if all_unsigned else f"{self.looked - self.unsigned} of them signed"
        return f"{what}; signatures not checked: no list of allowed signers"


SHOWN = 20
"""How many findings are shown after the first."""

"""A record's files together: journal, notebook, and the message of their commit."""

from collections.abc import Iterator, Sequence

from runbook_lib.archive.layout import RECORD
from runbook_lib.errors import Failed
from runbook_lib.journal.events import Event
from runbook_lib.journal.session import JOURNAL
from runbook_lib.proof.chain import of
from runbook_lib.proof.contents import (
    check_journal,
    check_message,
    check_record,
    read_whole_journal,
)
from runbook_lib.proof.finding import Finding
from runbook_lib.proof.history import Commit
from runbook_lib.proof.notebook import check_notebook
from runbook_lib.proof.objects import Object


def check_contents(
    commit: Commit, journal: Object, record: Object, stamps: set[str]
) -> tuple[list[Event], list[Finding]]:
    """The events of a record's journal, none where it is damaged; and what does not stand.

    `stamps` are the times in the names of all sessions that are known.
    """
    findings = [*check_blob(commit, JOURNAL, journal), *check_blob(commit, RECORD, record)]
    if not is_blob(journal):
        return [], findings
    try:
        events = read_whole_journal(journal.data)
    except Failed as error:
        expected = "each line to follow from the one before it"
        return [], [*findings, of(commit, "journal", expected, str(error))]
    findings += check_journal(commit, events, stamps)
    if is_blob(record):
        findings += check_record(commit, events, record.data)
        findings += check_message(commit, events, record.data)
        findings += check_notebook(commit, events, record.data)
    return events, findings


def is_blob(found: Object) -> bool:
    """Whether it is a file, with the bytes that its name says."""
    return found.kind == "blob" and found.whole


def check_blob(commit: Commit, name: str, found: Object) -> Iterator[Finding]:
    """A file is there, with the bytes that its name in git says."""
    if not is_blob(found):
        what = "one that is damaged" if found.kind else "none"
        yield of(commit, "object", f"{name} with the bytes that were archived", what)


def closers(events: Sequence[Event]) -> list[str]:
    """Who brought a session to its end after it had died."""
    return [str(event.said.get("by")) for event in events if event.kind == "recovered"]

"""An entry is written into its changelog: in the form of the others, where the next belongs."""

from collections.abc import Sequence
from datetime import date

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog.adorned import VERSION
from runbook_lib.policy.changelog.dates import find_dates
from runbook_lib.policy.changelog.form import Form, learn_form
from runbook_lib.policy.changelog.headings import is_of, read_headings
from runbook_lib.policy.changelog.pending import Pending, find_pending
from runbook_lib.policy.changelog.places import find_place, newest_last, put_in
from runbook_lib.policy.changelog.references import exchanged, update_references
from runbook_lib.policy.changelog.rendering import Line, render
from runbook_lib.policy.changelog.samples import take_samples
from runbook_lib.policy.changelog.says import marks_in
from runbook_lib.policy.version import Version


@frozen
class Wanted:
    """The release whose entry is written; `title` is its version as its tag has it.

    `keeps` is whether the project keeps an empty *Unreleased*, where that is known.
    """

    version: Version
    title: str
    day: date
    link: str = ""
    keeps: bool | None = None

    @property
    def ways(self) -> tuple[str, ...]:
        """Other ways to write the version than the title's."""
        return str(self.version), self.version.short


@frozen
class Head:
    """The heading of the new entry, its version as it is written there, and the one before."""

    text: str
    version: str
    last: str


def write_entry(text: str, form: Form, wanted: Wanted, lines: Sequence[Line]) -> str:
    """The changelog with the entry of a release, made of these lines or of what is unreleased.

    Every other byte stays, but for the link references at its end.
    """
    bom, text = text[: text.startswith("\ufeff")], text.removeprefix("\ufeff")
    head = make_head(text, form, wanted)
    body = render(form, lines, version=head.version, day=wanted.day, link=wanted.link)
    pending = find_pending(text, str(wanted.version))
    if pending is None:
        changed = put_in(
            text, find_place(text), f"{head.text}\n{body}", "\n" * form.spacing.between
        )
    elif pending.is_empty:
        changed = fill(text, pending, form, f"{head.text}\n{body}", keeps(pending, wanted), head)
    else:
        changed = promote(text, pending, form, keeps(pending, wanted), head)
    return bom + update_references(changed, version=head.version, last=head.last)


def make_head(text: str, form: Form, wanted: Wanted) -> Head:
    """The heading of the new entry."""
    version = form.write_version(wanted.title, wanted.ways)
    last = next((sample.token for sample in take_samples(text)), "")
    return Head(form.write_head(version, previous=last, day=wanted.day), version, last)


def keeps(pending: Pending, wanted: Wanted) -> bool:
    """Whether an empty *Unreleased* stays: it does where it names no version, if ever it did."""
    return pending.is_lasting and wanted.keeps is not False


def heading_of(text: str, pending: Pending, head: Head) -> str:
    """The heading of what is unreleased, as it stays: compared with the new version, if at all."""
    kept = text[pending.heading.start : pending.heading.end]
    return exchanged(kept, head.last, head.version)


def fill(text: str, pending: Pending, form: Form, entry: str, kept: bool, head: Head) -> str:
    """The changelog with an entry beside an empty *Unreleased*, or in its place."""
    between, start = "\n" * form.spacing.between, pending.heading.start
    if not kept:
        marks = marks_in(pending.body).replace("\n", "\r\n" if "\r\n" in text else "\n")
        rest = text[:start] + marks + text[pending.end :]
        return put_in(rest, start + len(marks), entry, between)
    if newest_last(read_headings(text)):
        return put_in(text, start, entry, between)
    above = text[:start] + heading_of(text, pending, head) + pending.body
    return put_in(above + text[pending.end :], len(above), entry, between)


def promote(text: str, pending: Pending, form: Form, kept: bool, head: Head) -> str:
    """The changelog with what people wrote under *Unreleased* as the new entry."""
    end = "\r\n" if "\r\n" in text else "\n"
    entry = head.text.replace("\n", end) + end + pending.body
    before, after = text[: pending.heading.start], text[pending.end :]
    if not kept:
        return before + entry + after
    heading, between = heading_of(text, pending, head), end * form.spacing.between
    if newest_last(read_headings(text)):
        return before + entry.rstrip("\r\n") + end + between + heading + after
    return before + heading.rstrip("\r\n") + end + between + entry + after


def redated(text: str, version: Version, day: date) -> str:
    """A changelog with another date in the heading of a version, written as that one is."""
    found = next((h for h in read_headings(text) if is_of(h, str(version))), None)
    form = learn_form(text)
    if found is None or form is None:
        return text
    block = text[found.start : found.end]
    numbered = block.replace(found.number, VERSION)
    for one in reversed(find_dates(numbered)):
        told = form.dates.write(one.template, day)
        numbered = numbered[: one.start] + told + numbered[one.end :]
    return text[: found.start] + numbered.replace(VERSION, found.number) + text[found.end :]

"""What is not released yet, in a changelog: it becomes the entry of the next release."""

from collections.abc import Sequence

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog.headings import Heading, read_headings
from runbook_lib.policy.changelog.places import end_of, newest_last
from runbook_lib.policy.changelog.says import says_nothing
from runbook_lib.policy.same_version import is_same


@frozen
class Pending:
    """The part that is not released: its heading, and what people wrote below it."""

    heading: Heading
    end: int
    body: str

    def __str__(self) -> str:
        return self.heading.text

    @property
    def is_empty(self) -> bool:
        """Whether nobody has written anything there."""
        return says_nothing(self.body)

    @property
    def is_lasting(self) -> bool:
        """Whether it is one that names no version, so that it is there for any next one."""
        return self.heading.named is None


def find_pending(text: str, version: str = "") -> Pending | None:
    """What is not released, above the newest release; of several, the one of that version."""
    headings = read_headings(text)
    chosen = [number for number in before_newest(headings) if headings[number].unreleased]

    def is_wanted(number: int) -> bool:
        named = headings[number].named
        return named is not None and bool(version) and is_same(named.token, version)

    for number in sorted(chosen, key=lambda number: not is_wanted(number)):
        end = end_of(text, headings, number)
        return Pending(headings[number], end, text[headings[number].end : end])
    return None


def before_newest(headings: Sequence[Heading]) -> list[int]:
    """The headings that are newer than any release, by where they stand."""
    releases = [number for number, heading in enumerate(headings) if heading.number]
    if newest_last(headings):
        return list(range(releases[-1] + 1, len(headings)))
    return list(range(releases[0] if releases else len(headings)))

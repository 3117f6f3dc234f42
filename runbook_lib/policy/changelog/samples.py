"""The newest entries of a changelog, taken apart: what the next one's form is learnt of."""

import re

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog.groups import Label, find_labels
from runbook_lib.policy.changelog.headings import read_headings
from runbook_lib.policy.changelog.places import end_of, find_references, newest_last
from runbook_lib.policy.changelog.restructured import is_restructured

NEWEST = 5
"""Of how many entries the form is learnt."""
ITEM = re.compile(r"^(?P<mark>[ \t]*(?:[*+•-]|o(?= ))[ \t]+)(?=\S)(?P<text>.*)$", re.MULTILINE)
FOOT = re.compile(r"^ -- .+$", re.MULTILINE)


@frozen
class Sample:
    """An entry that is there: its version as it is written, its heading, and what is below it."""

    token: str
    head: str
    body: str
    labels: tuple[Label, ...]
    is_last: bool
    """Whether it is the last one in the file, so that nothing is below it."""

    @property
    def foot(self) -> str:
        """The line below it that says who wrote it and when, as Debian's entries have one."""
        found = list(FOOT.finditer(self.body))
        return found[-1][0] if found else ""

    @property
    def items(self) -> list[re.Match[str]]:
        """Its lines that begin with a list's mark, those of nested lists left out."""
        found = list(ITEM.finditer(self.body))
        least = min((len(item["mark"]) - len(item["mark"].lstrip()) for item in found), default=0)
        return [i for i in found if len(i["mark"]) - len(i["mark"].lstrip()) == least]


def take_samples(text: str) -> list[Sample]:
    """The newest entries of a changelog, the newest first."""
    headings, found = read_headings(text), []
    adorned = is_restructured(text)
    for number, heading in enumerate(headings):
        if heading.number:
            head = text[heading.start : heading.end].replace("\r\n", "\n").lstrip("\ufeff")
            end = end_of(text, headings, number)
            body = text[heading.end : end].replace("\r\n", "\n")
            labels = find_labels(body, adorned=adorned)
            labels = [one.naming(heading.number) for one in labels]
            last = heading is headings[-1] or end == find_references(text)
            found.append(Sample(heading.number, head.rstrip("\n"), body, tuple(labels), last))
    return (found[::-1] if newest_last(headings) else found)[:NEWEST]

"""The groups of an entry: `### Fixed`, `**Bug fixes**`, and what sorts of change they are for."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog.adorned import TITLE, VERSION, fit, fitted
from runbook_lib.policy.changelog.headings import find_headings

Sort = Literal["breaking", "feature", "fix", "performance"]
"""A sort of change that a changelog tells of."""

SORTS: tuple[Sort, ...] = ("breaking", "feature", "fix", "performance")
KNOWN: dict[Sort, str] = {
    "breaking": r"breaking(?: changes?)?|backwards?[- ]incompatible(?: changes)?|incompatibilities",
    "feature": r"add(?:ed|itions?)|(?:new )?features?(?: added)?|new|enhancements?"
    r"|features and improvements|new features and improvements",
    "fix": r"fix(?:ed|es)|bug ?-?fix(?:es)?|bugs? fixed|fixed bugs|fixes and improvements",
    "performance": r"performance(?: improvements?)?|improvements?|changed|changes|improved",
}
KEEP = re.compile(r"(?:added|changed|fixed|removed|deprecated|security)", re.IGNORECASE)
"""The groups of https://keepachangelog.com; all others are called as conventional commits are."""
FAMILIES: tuple[dict[Sort, str], dict[Sort, str]] = (
    {"breaking": "Changed", "feature": "Added", "fix": "Fixed", "performance": "Changed"},
    {
        "breaking": "Breaking Changes",
        "feature": "Features",
        "fix": "Bug Fixes",
        "performance": "Performance Improvements",
    },
)
BOLD = re.compile(r"^(\*\*|__)(?P<title>[^*_\r\n]{2,50}?):?\1:?[ \t]*$", re.MULTILINE)
LABEL = re.compile(r"^(?P<title>[^\W\d][\w /&-]{2,40}):[ \t]*$", re.MULTILINE)


@frozen
class Label:
    """A group's heading in the text of an entry; `template` has the title's place in it."""

    start: int
    end: int
    title: str
    template: str

    @property
    def sort(self) -> Sort | None:
        """The sort of change that it is for, where it is known."""
        return sort_of(self.title)

    def naming(self, version: str) -> "Label":
        """The same with a place for the version that its title names."""
        return replace(self, title=self.title.replace(version, VERSION))


@frozen
class Groups:
    """How a project groups the lines of its entries; without a template it does not."""

    template: str = ""
    titles: tuple[tuple[Sort, str], ...] = ()
    keep: bool = False

    def title(self, sort: Sort) -> str:
        """What the group of a sort is called."""
        return dict(self.titles).get(sort) or FAMILIES[not self.keep][sort]

    def heading(self, title: str) -> str:
        """A group's heading."""
        return fitted(self.template.replace(TITLE, title))

    def is_apart(self, sort: Sort) -> bool:
        """Whether the group of a sort has that sort alone, so that its lines need not say it."""
        known = KNOWN_AS[sort].fullmatch(words_of(self.title(sort)))
        return bool(self.template) and known is not None


def sort_of(title: str) -> Sort | None:
    """The sort of change that a title is for, marks and pictures aside."""
    words = words_of(title)
    return next((sort for sort in SORTS if KNOWN_AS[sort].fullmatch(words)), None)


def words_of(title: str) -> str:
    """A title's words alone."""
    bare = re.sub(r":[a-z_]+:", "", title)
    return " ".join(re.findall(r"[A-Za-z]+(?:[-'][A-Za-z]+)*", bare))


KNOWN_AS = {sort: re.compile(pattern, re.IGNORECASE) for sort, pattern in KNOWN.items()}


def find_labels(body: str, *, adorned: bool) -> list[Label]:
    """The headings within an entry's body, in order: of any title, and labels of known ones."""
    found = [*headed(body, adorned), *labelled(body)]
    return sorted(found, key=lambda label: label.start)


def headed(body: str, adorned: bool) -> Iterator[Label]:
    """The headings that are some to markdown or reStructuredText."""
    for heading in find_headings(body, adorned=adorned):
        block = body[heading.start : heading.end].rstrip("\n")
        template = fit(block).replace(heading.text, TITLE, 1)
        yield Label(heading.start, heading.start + len(block), heading.text, template)


def labelled(body: str) -> Iterator[Label]:
    """Lines in bold alone, and known titles with a colon behind them."""
    for found in [*BOLD.finditer(body), *LABEL.finditer(body)]:
        title = found["title"]
        if found.re is BOLD or sort_of(title):
            line = found[0].rstrip()
            yield Label(found.start(), found.end(), title, line.replace(title, TITLE, 1))


def learn_groups(labels: Sequence[Label]) -> Groups:
    """How the entries are grouped, from their labels, the newest entry's first."""
    known = [label for label in labels if label.sort]
    if not known:
        return Groups()
    template = Counter(label.template for label in known).most_common(1)[0][0]
    titles: dict[Sort, str] = {}
    for label in known:
        assert label.sort is not None
        if label.template == template:
            titles.setdefault(label.sort, label.title)
    keep = any(KEEP.fullmatch(words_of(label.title)) for label in known)
    return Groups(template, tuple(titles.items()), keep)

"""The form of a changelog, learnt from its newest entries: heading, date, list, groups, space."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Literal, TypeVar

from runbook_lib.policy.changelog.adorned import DATE, PREVIOUS, SLUG, VERSION, fitted
from runbook_lib.policy.changelog.dates import DateForm, find_dates, learn_dates
from runbook_lib.policy.changelog.groups import Groups, Label, find_labels, learn_groups
from runbook_lib.policy.changelog.headings import LOWEST, is_restructured, read_headings
from runbook_lib.policy.changelog.heads import common_head, head_template
from runbook_lib.policy.changelog.places import end_of, find_references, newest_last
from runbook_lib.policy.changelog.written import meaning

T = TypeVar("T")

Markup = Literal["markdown", "restructured", "plain"]
MARKUPS: dict[str, Markup] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".rst": "restructured",
    ".rest": "restructured",
}
NEWEST = 5
"""Of how many entries the form is learnt."""
ITEM = re.compile(r"^(?P<mark>[ \t]*(?:[*+•-]|o(?= ))[ \t]+)(?=\S)(?P<text>.*)$", re.MULTILINE)
COMMIT = re.compile(
    r"[ ]*\(\[?`?(?P<id>[0-9a-f]{7,40})`?\]?(?P<link>\(https?://\S+?/commit/[0-9a-f]{7,40}\))?\)"
)
ANCHORED = re.compile(r'<a name="', re.IGNORECASE)
FOOT = re.compile(r"^ -- .+$", re.MULTILINE)


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Spacing:
    """How many empty lines there are: between entries, below headings, above groups, at items."""

    between: int = 1
    after_head: int = 1
    after_group: int = 1
    before_group: int = 1
    apart: int = 0


@dataclass(frozen=True)
class Form:
    """How an entry of a changelog looks; `mark` begins an item, `clog` is the seed's own form."""

    head: str
    dates: DateForm = field(default_factory=DateForm)
    date_template: str = "{Y}-{m}-{d}"
    numbers: int = 0
    """How many numbers a version has where its patch is 0; 0 where nothing shows it."""
    mark: str = "- "
    groups: Groups = field(default_factory=Groups)
    commit: str = ""
    """What follows an item: `{short}`, `{id}` and `{link}` are the commit's."""
    spacing: Spacing = field(default_factory=Spacing)
    foot: str = ""
    markup: Markup = "markdown"
    clog: bool = False
    newest: str = ""
    """The newest entry's heading, as an example; empty where there is none."""

    def __str__(self) -> str:
        if self.clog:
            return "clog's form"
        like = f"as {self.newest}" if self.newest else "of its own"
        titles = ", ".join(title for _, title in self.groups.titles)
        return f"{like}, items {self.mark.strip()}, {f'groups {titles}' if titles else 'no groups'}"

    def write_head(self, version: str, *, previous: str, day: date) -> str:
        """The heading of a new entry."""
        dated = self.dates.write(self.date_template, day)
        return fitted(
            self.head.replace(VERSION, version)
            .replace(SLUG, version.replace(".", "-"))
            .replace(PREVIOUS, previous or version)
            .replace(DATE, dated)
        )

    def write_foot(self, day: date) -> str:
        """What stands below the lines of a new entry, if anything."""
        dated = self.dates.write(self.date_template, day)
        return self.foot and f"\n{self.foot.replace(DATE, dated)}\n"

    def write_version(self, title: str, others: Sequence[str]) -> str:
        """A version as the entries write them: the title, or another way with as many numbers."""
        bare = title.lstrip("vV")
        ways = [bare, *(other for other in others if meaning(other) == meaning(bare))]
        fitting = (way for way in ways if count(way) == self.numbers)
        return next(fitting, bare)


def count(token: str) -> int:
    """How many numbers a version is written with."""
    return len(re.findall(r"[0-9]+", token))


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


def markup_of(text: str, file: str) -> Markup:
    """What a changelog is written in: as its name says, else as its headings look."""
    ending = PurePosixPath(file).suffix.lower()
    if ending in MARKUPS:
        return MARKUPS[ending]
    if is_restructured(text):
        return "restructured"
    alone = (h.level == LOWEST and "*" not in h.text for h in read_headings(text) if h.number)
    return "plain" if ending == ".txt" or any(alone) else "markdown"


def learn_form(text: str, file: str = "") -> Form | None:
    """The form of the newest entries; None where a changelog has none."""
    samples = take_samples(text)
    if not samples:
        return None
    dates = [one for sample in samples for one in find_dates(sample.head + sample.foot)]
    with_items = next((sample for sample in samples if sample.items), samples[0])
    foot = samples[0].foot
    heads = [head_template(sample.head, sample.token) for sample in samples]
    return Form(
        head=heads[0] if foot else common_head(heads),
        dates=learn_dates(dates),
        date_template=dates[0].template if dates else "{Y}-{m}-{d}",
        numbers=learn_numbers(samples),
        mark=usual((item["mark"] for item in with_items.items), "- "),
        groups=learn_groups([label for sample in samples for label in sample.labels]),
        commit=learn_commit([item["text"] for sample in samples for item in sample.items]),
        spacing=learn_spacing(samples),
        foot=head_template(foot, samples[0].token) if foot else "",
        markup=markup_of(text, file),
        clog=ANCHORED.match(samples[0].head.lstrip()) is not None,
        newest=heading_line(samples[0].head),
    )


def learn_spacing(samples: list[Sample]) -> Spacing:
    """How many empty lines are where, as in most of the entries."""
    labelled = [(sample.body, label) for sample in samples for label in sample.labels]
    further = [(sample.body, label) for sample in samples for label in sample.labels[1:]]
    told = [sample.body for sample in samples if sample.body.strip()]
    return Spacing(
        between=usual((ends_with(sample.body) for sample in samples if not sample.is_last), 1),
        after_head=usual(map(begins_with, told), 1),
        after_group=usual((begins_with(body[label.end + 1 :]) for body, label in labelled), 1),
        before_group=usual((ends_with(body[: label.start]) for body, label in further), 1),
        apart=learn_apart(samples),
    )


def usual(found: Iterable[T], otherwise: T) -> T:
    """What is found most often, of two the one that is found first."""
    counted = Counter(found).most_common(1)
    return counted[0][0] if counted else otherwise


def heading_line(head: str) -> str:
    """The line of a heading that says its version."""
    lines = [line for line in head.split("\n") if re.search(r"\w", line)]
    named = (line for line in lines if re.search(r"\d", line) and not line.startswith(("<", "..")))
    return next(named, lines[0])


def learn_numbers(samples: list[Sample]) -> int:
    """With how many numbers a version is written whose last one is 0."""
    for sample in samples:
        if re.search(r"\.0\Z", sample.token) and count(sample.token) > 2:
            return count(sample.token)
        if count(sample.token) == 2:
            return 2
    return count(samples[0].token)


def learn_commit(items: list[str]) -> str:
    """What stands behind an item of its commit, where most of them have it."""
    found = [match for item in items if (match := COMMIT.search(item))]
    if len(found) * 2 <= len(items):
        return ""
    length = len(found[0]["id"])
    short = f"{{id:.{length}}}"
    quote = "`" if "`" in found[0][0] else ""
    if found[0]["link"]:
        return f" ([{quote}{short}{quote}]({{link}}/commit/{{id}}))"
    return f" ({quote}{short}{quote})"


def learn_apart(samples: list[Sample]) -> int:
    """How many empty lines are between two items."""
    found: list[int] = []
    for sample in samples:
        starts = {label.start for label in sample.labels}
        for one, other in zip(sample.items, sample.items[1:], strict=False):
            if not any(one.end() < start < other.start() for start in starts):
                found.append(ends_with(sample.body[: other.start()]))
    return usual(found, 0)


def begins_with(text: str) -> int:
    """How many empty lines a text begins with."""
    return len(re.match(r"(?:[ \t]*\n)*", text)[0].split("\n")) - 1  # type: ignore[index]


def ends_with(text: str) -> int:
    """How many empty lines a text ends with, its last line's end aside."""
    return max(text[len(text.rstrip()) :].count("\n") - 1, 0)

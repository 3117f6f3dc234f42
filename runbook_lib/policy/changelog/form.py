"""The form of a changelog, learnt from its newest entries: heading, date, list, groups, space."""

import re
from collections.abc import Sequence
from dataclasses import field
from datetime import date
from pathlib import PurePosixPath
from typing import Literal

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog.adorned import DATE, PREVIOUS, SLUG, VERSION, fitted
from runbook_lib.policy.changelog.dates import DateForm, find_dates, learn_dates
from runbook_lib.policy.changelog.groups import Groups, learn_groups
from runbook_lib.policy.changelog.headings import LOWEST, read_headings
from runbook_lib.policy.changelog.heads import common_head, head_template
from runbook_lib.policy.changelog.restructured import is_restructured
from runbook_lib.policy.changelog.samples import Sample, take_samples
from runbook_lib.policy.changelog.spacing import Spacing, learn_spacing, usual
from runbook_lib.policy.same_version import meaning

Markup = Literal["markdown", "restructured", "plain"]
MARKUPS: dict[str, Markup] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".rst": "restructured",
    ".rest": "restructured",
}
COMMIT = re.compile(
    r"[ ]*\(\[?`?(?P<id>[0-9a-f]{7,40})`?\]?(?P<link>\(https?://\S+?/commit/[0-9a-f]{7,40}\))?\)"
)
ANCHORED = re.compile(r'<a name="', re.IGNORECASE)


@frozen
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

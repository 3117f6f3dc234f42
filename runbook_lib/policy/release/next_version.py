"""The version that comes after the last release: by what is called for, or by the date."""

from collections.abc import Sequence
from dataclasses import field
from datetime import date
from typing import Literal

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog.announcing import STEPS, Step
from runbook_lib.policy.plural import plural
from runbook_lib.policy.release.calendar import Calendar
from runbook_lib.policy.release.changelog import ChangelogHabit
from runbook_lib.policy.release.finding import Finding
from runbook_lib.policy.release.past_steps import PastStep
from runbook_lib.policy.release.tags import Tags
from runbook_lib.policy.tag_template import ReleaseTag
from runbook_lib.policy.version import Version

Level = Literal["major", "minor", "patch", "nothing", "unknown", "first"]
"""What commits call for: "nothing" where they follow the convention and call for no release,
"unknown" where they don't say, "first" where there is no earlier release."""


@frozen
class Present:
    """The version that a file of the project says where the release starts."""

    version: Version
    file: str

    @property
    def announced(self) -> Version:
        """What it is, or comes before: 1.9.0 for 1.9.0.dev0."""
        return self.version.base if self.version.is_dev else self.version

    @property
    def says_nothing(self) -> bool:
        """Whether it stands for a version that is put in elsewhere: 0.0.0."""
        return not any(self.version.numbers)

    def __str__(self) -> str:
        before = f", what comes before {self.announced}" if self.version.is_dev else ""
        return f"{self.file} says {self.version}{before}"


@frozen
class Known:
    """What is known of a project's versions, beside its commits."""

    tags: Tags = field(default_factory=Tags)
    calendar: Calendar | None = None
    present: Present | None = None
    today: date = date.min
    zero_breaks: Step = "minor"
    """What a break is before 1.0."""
    changelog: ChangelogHabit | None = None
    past: tuple[PastStep, ...] = ()
    """What the last releases were, oldest first."""

    @property
    def entry(self) -> Present | None:
        """The version that the changelog's newest heading names, where it is above all tags'."""
        named = Version.read(self.changelog.named) if self.changelog else None
        if self.changelog is None or named is None:
            return None
        return Present(named, self.changelog.file)

    @property
    def written(self) -> list[Present]:
        """The versions that people have written, in the changelog and in a file."""
        both = (self.entry, self.present)
        return [one for one in both if one and not one.says_nothing]

    @property
    def announced(self) -> Step | None:
        """The step that people have announced in the changelog, or in its fragments."""
        return self.changelog.announced if self.changelog else None

    @property
    def by_date(self) -> bool:
        """Whether versions tell dates, whatever the commits say."""
        return self.calendar is not None and not self.calendar.years

    @property
    def released(self) -> list[Version]:
        """The versions of the source branch."""
        return [one.version for one in self.tags.releases]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """How versions are counted, and what the tags say."""
        scheme = f"by date: {self.calendar}" if self.calendar else "{major}.{minor}.{patch}"
        missing = "" if self.released else f"no release says how: {scheme}"
        seen = plural(len(self.released), "release") if self.released else ""
        found = scheme if self.released else ""
        habit = self.changelog.findings if self.changelog else ()
        return (Finding("scheme", found, seen, "-p version", missing), *self.tags.findings, *habit)


def next_version(last: ReleaseTag | None, level: Level, known: Known) -> Version | None:
    """The version after the last one at that level, where it names one, or of the date."""
    if last is None:
        return None
    calendar = known.calendar
    if calendar and known.by_date:
        ending = known.tags.pre.version.base if known.tags.pre else None
        version = calendar.next(known.today, known.released)
        if ending and calendar.is_of(ending, known.today):
            return ending
        return version if version > last.version else calendar.after(last.version, known.released)
    if pre := known.tags.pre:
        following = next_pre(pre.version) if known.tags.goes_on else pre.version.base
        return as_written(following, known)
    if level not in STEPS:
        return None
    return as_written(step_after(last.version, level, known), known)


def written_version(last: ReleaseTag | None, known: Known) -> Present | None:
    """The first version above the last release that somebody has written, and means to make.

    A fourth number that the last release does not have says what is worked at, as `.dev0` does.
    """
    fourth = last is not None and last.version.fourth
    found = (one for one in above(last, known) if not one.version.is_dev)
    return next((one for one in found if fourth or not one.version.fourth), None)


def announced_version(last: ReleaseTag | None, known: Known) -> Version | None:
    """The largest version above the last release that is written, or that is worked at."""
    return max((one.announced for one in above(last, known)), default=None)


def above(last: ReleaseTag | None, known: Known) -> list[Present]:
    """What is written of versions above the last release and its pre-release, and is not made."""
    tags = [one for one in (last, known.tags.pre) if one]
    made = [one.version for one in known.tags.known]
    written = [one for one in known.written if one.announced not in made]
    return [one for one in written if all(one.announced > tag.version for tag in tags)]


def step_after(last: Version, level: Step, known: Known) -> Version:
    """The version that many steps after another."""
    if last.is_pre:
        return next_pre(last)
    if known.calendar:
        return next_in_year(last, level, known.calendar, known.today)
    if level == "major" and not last.major:
        level = known.zero_breaks
    if level == "patch" and len(last.parts) > 3 and counts_fourth(known.released):
        return Version.parse(".".join([*last.parts[:3], str(last.fourth + 1)]))
    steps = {"major": last.next_major, "minor": last.next_minor, "patch": last.next_patch}
    return steps[level]


def next_in_year(last: Version, level: Step, calendar: Calendar, today: date) -> Version:
    """The version after another whose first number is the year: a new year begins anew."""
    year = int(calendar.of(today)[0])
    if year > last.major:
        return Version(year, calendar.first)
    return last.next_patch if level == "patch" else last.next_minor


def next_pre(last: Version) -> Version:
    """The pre-release after another: 2.0.0-rc.2 after 2.0.0-rc.1; its end where none is counted."""
    head = last.suffix.partition("+")[0].rstrip("0123456789")
    number = last.suffix.partition("+")[0].removeprefix(head)
    if not number or last.is_dev:
        return last.base
    return Version.parse(f"{last.base}{head}{int(number) + 1}")


def counts_fourth(released: Sequence[Version]) -> bool:
    """Whether the newest releases differ in their fourth number."""
    newest = sorted(one for one in released if not one.is_pre)[-2:]
    return len({one.numbers[:3] for one in newest}) == 1


def as_written(version: Version, known: Known) -> Version:
    """A version with a fourth number, where the project's have one."""
    if not version.written and known.tags.last and len(known.tags.last.version.parts) > 3:
        return Version.parse(f"{version}.0")
    return version

"""How a repository keeps its changelog, as far as its release needs to know."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import PurePosixPath

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog.announcing import (
    Step,
    announced_step,
    groups_of,
    kinds_of,
    named_kinds,
    told_steps,
)
from runbook_lib.policy.changelog.beginning import find_form
from runbook_lib.policy.changelog.file import DEFAULT, Read, find_changelog
from runbook_lib.policy.changelog.fragments import Tool, find_tool
from runbook_lib.policy.changelog.headings import read_headings
from runbook_lib.policy.changelog.pending import find_pending
from runbook_lib.policy.changelog.places import newest_last
from runbook_lib.policy.changelog.written import order
from runbook_lib.policy.plural import plural
from runbook_lib.policy.release.finding import Finding
from runbook_lib.policy.release.past_steps import NEWEST
from runbook_lib.policy.same_version import is_same
from runbook_lib.policy.version import Version

READ = 100
"""So many fragments are read where their names do not say what they are."""


@frozen
class ChangelogHabit:
    """The changelog's file, its form in words, where the next entry goes, and who writes it.

    `file` is there already where it is `found`. `tool` gathers the `fragments`; `command` is the
    profile's own in its place.
    """

    file: str
    found: bool
    form: str
    place: str
    behind: str = ""
    """Why it may not be kept any more: its newest entry is older than the last release."""
    tool: Tool | None = None
    fragments: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    announced: Step | None = None
    """The step that what people have written for the next release calls for, if that says one."""
    named: str = ""
    """The version above the last release that its newest heading names; may be empty."""
    told: Mapping[str, Step] = field(default_factory=dict)
    """The steps that the newest releases' entries would have called for."""

    def told_of(self, version: Version) -> Step | None:
        """The step that a release's entry would have called for."""
        return next((step for told, step in self.told.items() if is_same(told, str(version))), None)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is shown of it before anything is decided."""
        several = (self.file_finding, self.form_finding, self.tool_finding, self.step_finding)
        return tuple(filter(None, several))

    @property
    def file_finding(self) -> Finding:
        """Which file it is."""
        missing = "" if self.found else f"no changelog is there: {self.file} is made"
        seen = self.file if self.found else ""
        return Finding("changelog", seen, seen, "changelog.file", missing)

    @property
    def form_finding(self) -> Finding:
        """In which form the next entry is written, and where."""
        found = "; ".join(filter(None, (self.form, f"the next {self.place}", self.behind)))
        seen = self.file if self.found else ""
        return Finding("changelog's form", found, seen, "changelog.command")

    @property
    def step_finding(self) -> Finding | None:
        """Which step is announced by what people have written."""
        if self.announced is None:
            return None
        where = self.tool.folder if self.tool and self.fragments else self.file
        return Finding("announced", f"a {self.announced} release", where, "-p version")

    @property
    def tool_finding(self) -> Finding | None:
        """Who writes the entry, where it is not this procedure."""
        if self.command:
            found = " ".join(self.command)
            return Finding("changelog's tool", found, "the profile", "changelog.command")
        if self.tool is None:
            return None
        there = f"{plural(len(self.fragments), 'fragment')} in {self.tool.folder}"
        missing = "" if self.fragments else "no fragments: the entry is written from the commits"
        return Finding(
            "changelog's tool", self.tool.name, f"{self.tool.seen}, {there}",
            "changelog.command", missing,
        )  # fmt: skip


def find_habit(
    paths: Sequence[str],
    read: Read,
    *,
    file: str = "",
    command: Sequence[str] = (),
    last: str = "",
    folder: str = "",
) -> ChangelogHabit:
    """How a repository keeps its changelog, by its paths and the texts of its files.

    `file` and `command` are what the profile says otherwise, `last` is the last release's version,
    `folder` a package's own.
    """
    tool = find_tool(paths, read)
    fragments = tool.fragments(paths) if tool else ()
    named = file or (tool.file if tool and (fragments or tool.file in paths) else "")
    default = (tool.file if tool else "") or str(PurePosixPath(folder, DEFAULT))
    name = named or find_changelog(paths, read, folder=folder) or default
    text = read(name) or ""
    return ChangelogHabit(
        name,
        name in paths,
        str(find_form(text, name)),
        describe_place(text),
        describe_lag(text, last),
        tool,
        fragments,
        tuple(command),
        announced_step(written_groups(text, fragments, read)),
        named_above(text, last),
        told_steps(text, NEWEST),
    )


def written_groups(text: str, fragments: Sequence[str], read: Read) -> Iterator[str]:
    """The groups of what people have written for the next release."""
    pending = find_pending(text)
    yield from groups_of(pending.body) if pending and not pending.is_empty else ()
    named = [kind for path in fragments for kind in named_kinds(path)]
    yield from named
    if not announced_step(named):
        for path in fragments[:READ]:
            yield from kinds_of(read(path) or "")


def named_above(text: str, last: str) -> str:
    """The version that the newest entry is written for, where it is not released; or empty."""
    headings = read_headings(text)
    named = [heading.named.token for heading in headings if heading.named]
    newest = named[-1 if newest_last(headings) else 0] if named else ""
    return newest if last and newest and order(newest) > order(last) else ""


def describe_lag(text: str, last: str) -> str:
    """That the newest entry is older than the last release, where it is."""
    numbers = [heading.number for heading in read_headings(text) if heading.number]
    newest = max(numbers, key=order, default="")
    if not last or not newest or order(newest) >= order(last):
        return ""
    return f"its newest entry is {newest}, the last release {last}: it may not be kept any more"


def describe_place(text: str) -> str:
    """Where the next entry goes, in words."""
    pending, headings = find_pending(text), read_headings(text)
    if pending is not None and not pending.is_empty:
        return f"is what stands under {pending}"
    if newest_last(headings):
        return "at its end"
    newest = next((heading for heading in headings if heading.number), None)
    return f"above {newest.text}" if newest else "below its title"

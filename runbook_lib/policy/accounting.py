"""Which commits of a release its changelog entry lists, and why it leaves out the others."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from html import unescape

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog import Entry
from runbook_lib.policy.changelog.says import is_empty
from runbook_lib.policy.commit_table import commit_table
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.plural import plural
from runbook_lib.policy.visible import DrawnRaw, as_html, point_out

ID = re.compile(r"\b[0-9a-f]{7,64}\b")
BULLET = re.compile(r"\s*[*+-]\s+(?:\*\*.*?\*\*\s+)*(?:Breaking:\s+)?")
LINKED = re.compile(r"\[([^][]*)\]\([^()\s]*\)")
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
ROWS = 200
"""How many commits are shown."""
MOST = 50
"""How many of those that are left out are named where an entry is empty."""


@frozen
class LeftOut:
    """A commit that an entry does not list, and why."""

    commit: Commit
    reason: str


@frozen
class Accounting(DrawnRaw):
    """Every commit of a release: listed in its changelog entry, or left out for a reason."""

    listed: tuple[Commit, ...]
    left_out: tuple[LeftOut, ...]
    steering: str = ""
    """What the entry has that is not seen, where it has such characters."""
    entry: Entry | None = field(default=None, repr=False)
    page: str = field(default="", compare=False, repr=False)
    """The repository's page, for links to commits and pull requests."""

    @property
    def question(self) -> Entry | None:
        """The entry as it is asked about: where it is empty, with what it leaves out."""
        rows = [f"{left.commit} ({left.reason})" for left in self.left_out]
        return self.entry and replace(as_question(self.entry, rows), beside=self.table())

    def table(self) -> str:
        """All commits, and which of them the entry lists, as HTML."""
        rows = [(commit, "listed") for commit in self.listed]
        rows += [(left.commit, f"left out: {left.reason}") for left in self.left_out]
        return (
            f"<div><b>{as_html(self.headline)}</b></div>{commit_table(rows[:ROWS], page=self.page)}"
        )

    @property
    def missing(self) -> tuple[Commit, ...]:
        """Commits that are left out although they say something to the reader of a changelog."""
        return tuple(left.commit for left in self.left_out if left.commit.belongs)

    def __str__(self) -> str:
        rows = [f"  left out: {left.commit} ({left.reason})" for left in self.left_out[:ROWS]]
        return "\n".join([self.headline, *rows, *self.more()])

    @property
    def headline(self) -> str:
        """How many commits there are, listed and left out."""
        number = len(self.listed) + len(self.left_out)
        said = (
            f"{plural(number, 'commit')}: {len(self.listed)} listed, {len(self.left_out)} left out"
        )
        missing = len(self.missing)
        return f"{said}; look again: {missing} of these should be listed" if missing else said

    def more(self) -> list[str]:
        """What stands below the commits: how many are not shown, and what can't be seen."""
        more = len(self.left_out) - ROWS
        left = [f"… and {more} more"] if more > 0 else []
        return [*left, *([self.steering] if self.steering else [])]

    def html(self) -> str:
        """The commits that are left out as a table, every text escaped."""
        rows = "".join(map(row_html, self.left_out[:ROWS]))
        more = "".join(f"<div>{as_html(line)}</div>" for line in self.more())
        table = f"<table><tbody>{rows}</tbody></table>" if rows else ""
        return f"<div><b>{as_html(self.headline)}</b>{table}{more}</div>"


def row_html(left: LeftOut) -> str:
    """One commit that is left out, as a row of a table."""
    cells = (left.commit.id[:9], left.commit.headline, left.reason)
    return f"<tr>{''.join(f'<td>{as_html(cell)}</td>' for cell in cells)}</tr>"


def account(entry: Entry, commits: Iterable[Commit], *, page: str = "") -> Accounting:
    """Find each commit in the entry: by its id (seven characters of it at least), or by its text.

    A line that names an id speaks of that commit alone.
    """
    ids = set(ID.findall(entry.text))
    lengths = sorted({len(found) for found in ids})
    texts = {bullet_text(line) for line in entry.text.split("\n") if not ID.search(line)}
    listed, left_out = [], []
    for commit in commits:
        named = any(commit.id[:length] in ids for length in lengths)
        if named or spoken(commit) & texts:
            listed.append(commit)
        else:
            left_out.append(LeftOut(commit, reason_left_out(commit)))
    return Accounting(tuple(listed), tuple(left_out), point_out(entry.text), entry, page)


def bullet_text(line: str) -> str:
    """What a line of an entry says, without bullet, scope and escapes."""
    return plain(BULLET.sub("", line, count=1))


def spoken(commit: Commit) -> set[str]:
    """What a bullet may say of a commit, also with what it breaks."""
    scoped = f"{commit.scope}: {commit.summary}" if commit.scope else ""
    said = (commit.summary, commit.headline, commit.subject, scoped)
    broken = f": {' '.join(commit.breaks)}" if commit.breaks else ""
    return {plain(f"{text}{end}") for text in said for end in ("", broken)} - {""}


def plain(text: str) -> str:
    """A text as it is read, with single spaces, no escapes, no code spans and no links."""
    read = ESCAPED.sub(r"\1", LINKED.sub(r"\1", unescape(text)).replace("`", ""))
    return " ".join(read.split())


def reason_left_out(commit: Commit) -> str:
    """Why an entry does not list a commit."""
    if commit.dropped:
        return commit.dropped
    if commit.belongs:
        told = f" ({' '.join(commit.breaks)})" if commit.breaks else ""
        return f"{'breaking' if commit.breaking else commit.kind}{told}, yet not in the entry"
    if commit.is_merge:
        return "merge"
    return commit.type or "does not say what it is"


def as_question(entry: Entry, left_out: Sequence[str]) -> Entry:
    """The entry, with words about it where it is empty: which commits it leaves out, and why."""
    if not is_empty(entry.text):
        return entry
    title = f"The entry of {entry.version} is EMPTY: no line of it says anything to a user."
    if not left_out:
        return replace(entry, doubt=f"{title} There is no commit either.")
    more = [f"  … and {len(left_out) - MOST} more"] if len(left_out) > MOST else []
    told = f"{title} {plural(len(left_out), 'commit')} left out:"
    ask = f"Write in {entry.file} what a user should know and run this again, or release it so."
    rows = [f"  {row}" for row in left_out[:MOST]]
    return replace(entry, doubt="\n".join([told, *rows, *more, ask]))

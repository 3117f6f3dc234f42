"""The lines of an entry, as the form of its changelog has them."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog.adorned import VERSION
from runbook_lib.policy.changelog.form import Form, Markup
from runbook_lib.policy.changelog.groups import SORTS, Sort
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.quoting import markdown
from runbook_lib.policy.references import quiet_parts

MARKED = re.compile(r"[\\*`|]|_(?![\w])")


@frozen
class Line:
    """What an entry says of one commit."""

    sort: Sort
    text: str
    scope: str
    id: str
    breaks: str = ""
    """What it says that it breaks."""


def lines_of(commits: Iterable[Commit]) -> tuple[Line, ...]:
    """What an entry says of the commits of a release, in their order."""
    told = ((sort_of_commit(commit), commit) for commit in commits)
    return tuple(
        Line(sort, c.summary, c.scope, c.id, " ".join(t for t in c.breaks if t != c.summary))
        for sort, c in told
        if sort
    )


def sort_of_commit(commit: Commit) -> Sort | None:
    """The sort of change that a commit is to the reader of a changelog; None for no such."""
    if commit.breaking:
        return "breaking"
    sorts: dict[str, Sort] = {"feature": "feature", "fix": "fix", "performance": "performance"}
    return sorts.get(commit.kind)


def render(form: Form, lines: Sequence[Line], *, version: str, day: date, link: str) -> str:
    """What stands under the heading of an entry; empty where there is nothing to say."""
    if not lines:
        return form.write_foot(day)
    groups: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda line: SORTS.index(line.sort)):
        title = form.groups.title(line.sort) if form.groups.template else ""
        groups.setdefault(title, []).append(line)
    parts = [render_group(form, title, group, version, link) for title, group in groups.items()]
    body = ("\n" * (form.spacing.before_group + 1)).join(parts)
    return "\n" * form.spacing.after_head + body + "\n" + form.write_foot(day)


def render_group(form: Form, title: str, lines: list[Line], version: str, link: str) -> str:
    """The lines of a group under its heading."""
    items = ("\n" * (form.spacing.apart + 1)).join(render_line(form, line, link) for line in lines)
    if not title:
        return items
    heading = form.groups.heading(title.replace(VERSION, version))
    return heading + "\n" * (form.spacing.after_group + 1) + items


def render_line(form: Form, line: Line, link: str) -> str:
    """One item of the list."""
    escape, bold = MARKING[form.markup]
    breaks = line.sort == "breaking" and not form.groups.is_apart("breaking")
    lead = bold("Breaking") if breaks else ""
    scope = bold(escape(line.scope, link)) if line.scope else ""
    told = f": {escape(line.breaks, link)}" if line.breaks else ""
    commit = form.commit.format(id=line.id, link=link)
    return f"{form.mark}{lead}{scope}{escape(line.text, link)}{commit}{told}"


def label(text: str) -> str:
    """What an item begins with."""
    return f"**{text}:** "


def restructured(text: str, _link: str) -> str:
    """A text with its code as reStructuredText has it, and its marks as they are read."""
    return "".join(
        f"``{part.strip('`')}``" if code else MARKED.sub(lambda found: f"\\{found[0]}", part)
        for part, code in bare_parts(text)
    )


def bare(text: str, _link: str) -> str:
    """A text as it is, in which nobody is called."""
    return "".join(part for part, _ in bare_parts(text))


def bare_parts(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a text in which nobody is called, without what markdown would need."""
    return ((part if code else part.replace("\\`", "`"), code) for part, code in quiet_parts(text))


MARKING: dict[Markup, tuple[Callable[[str, str], str], Callable[[str], str]]] = {
    "markdown": (markdown, label),
    "restructured": (restructured, label),
    "plain": (bare, "{}: ".format),
}
"""How a text is written so that it is read as it is, and what an item begins with."""

"""Commits as a table for who judges them: what, by whom, in which pull request, and what of it."""

import re
from collections.abc import Iterable, Sequence

from runbook_lib.policy.commits import SHORT, Commit
from runbook_lib.policy.visible import as_html, link_html

PULL = re.compile(r"\(#(\d+)\)\s*$|^Merge pull request #(\d+)")
"""Where a subject names the pull request that it came by, as GitHub writes it."""
HEADS = ("commit", "what", "by", "pull request", "note")


def commit_table(rows: Iterable[tuple[Commit, str]], *, page: str = "") -> str:
    """Each commit with what is said of it, as HTML; `page` is their repository's, for links.

    A column in which nothing stands is left out.
    """
    columns = zip(*(cells_html(commit, said, page) for commit, said in rows), strict=True)
    filled = [(head, column) for head, column in zip(HEADS, columns, strict=False) if any(column)]
    if not filled:
        return ""
    head = "".join(f'<th style="text-align:left">{name}</th>' for name, _ in filled)
    body = "".join(map(row_html, zip(*(column for _, column in filled), strict=True)))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div style="overflow-x:auto">{table}</div>'


def compare_table(
    said: str, commits: Sequence[Commit], *, page: str, compare: str = "", foot: Sequence[str] = ()
) -> str:
    """What lies between two tags, as HTML: `said` of it, where to compare them, and each commit."""
    link = f" {link_html(compare, 'compare')}" if compare else ""
    ends = "".join(f"<div>{as_html(line)}</div>" for line in foot)
    rows = commit_table(((one, one.note) for one in commits), page=page)
    return f"<div><b>{as_html(said)}</b>{link}{rows}{ends}</div>"


def cells_html(commit: Commit, said: str, page: str) -> tuple[str, ...]:
    """One commit as the cells of its row, every text escaped."""
    short, number = f"{commit.id:.{SHORT}}", pull_of(commit)
    return (
        link_html(f"{page}/commit/{commit.id}", short),
        as_html(commit.headline),
        as_html(commit.author.partition(" <")[0]),
        link_html(f"{page}/pull/{number}", f"#{number}") if number else "",
        as_html(said),
    )


def row_html(cells: Iterable[str]) -> str:
    """Cells as a row."""
    row = "".join(f'<td style="text-align:left">{cell}</td>' for cell in cells)
    return f"<tr>{row}</tr>"


def pull_of(commit: Commit) -> str:
    """The number of the pull request that a commit came by; empty where nothing says it."""
    if commit.pull:
        return str(commit.pull.number)
    found = PULL.search(commit.subject)
    return next(filter(None, found.groups()), "") if found else ""

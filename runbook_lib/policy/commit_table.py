"""Commits as a table for who judges them: what, by whom, in which pull request, and what of it."""

import re
from collections.abc import Iterable

from runbook_lib.policy.commits import SHORT, Commit
from runbook_lib.policy.visible import as_html, link_html

PULL = re.compile(r"\(#(\d+)\)\s*$|^Merge pull request #(\d+)")
"""Where a subject names the pull request that it came by, as GitHub writes it."""
HEADS = ("commit", "what", "by", "pull request", "note")


def commit_table(rows: Iterable[tuple[Commit, str]], *, page: str = "") -> str:
    """Each commit with what is said of it, as HTML; `page` is their repository's, for links."""
    head = "".join(f'<th style="text-align:left">{one}</th>' for one in HEADS)
    body = "".join(row_html(commit, said, page) for commit, said in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div style="overflow-x:auto">{table}</div>' if body else ""


def row_html(commit: Commit, said: str, page: str) -> str:
    """One commit as a row, every text escaped."""
    short, number = f"{commit.id:.{SHORT}}", pull_of(commit)
    cells = (
        link_html(f"{page}/commit/{commit.id}" if page else "", short),
        as_html(commit.headline),
        as_html(commit.author.partition(" <")[0]),
        link_html(f"{page}/pull/{number}" if page else "", f"#{number}") if number else "",
        as_html(said),
    )
    row = "".join(f'<td style="text-align:left">{cell}</td>' for cell in cells)
    return f"<tr>{row}</tr>"


def pull_of(commit: Commit) -> str:
    """The number of the pull request that a commit came by; empty where nothing says it."""
    if commit.pull:
        return str(commit.pull.number)
    found = PULL.search(commit.subject)
    return next(filter(None, found.groups()), "") if found else ""

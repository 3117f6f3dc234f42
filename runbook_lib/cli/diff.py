"""`runbook diff`: two sessions or runs side by side."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from runbook_lib.cli import json_option, offline_option, tell_problems, told

if TYPE_CHECKING:
    from runbook_lib.reading.comparison import Comparison, Row

LONGEST = 160
"""So many characters of what a side says are shown; --json has all."""


@click.command()
@click.argument("left", metavar="RUN|SESSION")
@click.argument("right", metavar="RUN|SESSION")
@offline_option
@json_option
@told
def command(left: str, right: str, offline: bool, as_json: bool) -> None:
    """Compare two runs, or sessions: steps, outcomes, parameters, durations, decisions.

    A line with - is the first's, one with + the second's; other lines are the same in both.
    """
    from runbook_lib.reading.comparison import compare
    from runbook_lib.reading.finding import Finder

    finder = Finder(offline=offline)
    tell_problems(finder.problems)
    found = compare(finder.find(left), finder.find(right))
    if as_json:
        click.echo(json.dumps(found.to_dict(), indent=2))
    else:
        click.echo("\n".join(lines(found)))


def lines(found: "Comparison") -> Iterator[str]:
    """Two sides as lines of text."""
    yield from (f"- {found.left}", f"+ {found.right}")
    for name, rows in found.parts.items():
        if rows:
            yield from ("", f"  {name}")
        for row in rows:
            yield from row_lines(row)


def row_lines(row: "Row") -> Iterator[str]:
    """One line where both sides are the same, else one of each that has it."""
    if row.same:
        yield line("    ", row, row.left or "")
    else:
        sides = (("  - ", row.left), ("  + ", row.right))
        yield from (line(mark, row, text) for mark, text in sides if text is not None)


def line(mark: str, row: "Row", text: str) -> str:
    """What a side says of something, and how long it took on both."""
    from runbook_lib.policy.visible import one_line

    said = one_line(text)
    said = said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
    return f"{mark}{one_line(row.name):<22} {said}{f'  ({row.note})' if row.note else ''}".rstrip()

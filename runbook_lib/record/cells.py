"""The cells that a record is made of, and texts that stand in them as they are."""

from difflib import unified_diff
from typing import Any

from runbook_lib.policy.plural import plural
from runbook_lib.policy.visible import visible

LONGEST_DIFF = 60
"""How many lines of a cell's difference from the runbook are shown."""

Cell = dict[str, Any]


def markdown(name: str, source: str, *, kind: str) -> Cell:
    """A cell of text; `kind` tells its readers what it is."""
    return {
        "cell_type": "markdown",
        "id": name,
        "metadata": {"runbook": {"kind": kind}},
        "source": source.splitlines(keepends=True),
    }


def code(
    name: str,
    source: str,
    said: dict[str, Any],
    count: int | None = None,
    outputs: list[dict[str, Any]] | None = None,
) -> Cell:
    """A cell of code, with what the record says of it."""
    return {
        "cell_type": "code",
        "execution_count": count,
        "id": name,
        "metadata": {"runbook": {"kind": "code", **said}},
        "outputs": [] if outputs is None else outputs,
        "source": source.splitlines(keepends=True),
    }


def fenced(text: str, language: str = "text") -> str:
    """A text that stands as it is in Markdown, whatever is in it."""
    runs = [len(run) for run in "".join(c if c == "`" else " " for c in text).split()]
    fence = "`" * max(3, *(length + 1 for length in (0, *runs)))
    return f"{fence}{language}\n{text}\n{fence}"


def difference(committed: str, executed: str) -> str:
    """What was changed in a cell, line by line."""
    lines = list(
        unified_diff(
            committed.rstrip().split("\n"), executed.rstrip().split("\n"), n=1, lineterm=""
        )
    )[2:]
    left = len(lines) - LONGEST_DIFF
    more = [f"… {plural(left, 'line')} more"] if left > 0 else []
    return fenced(visible("\n".join([*lines[:LONGEST_DIFF], *more])), "diff")

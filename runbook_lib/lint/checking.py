"""Carries the rules out over a notebook's file."""

from collections.abc import Iterator
from pathlib import Path

from runbook_lib.lint.finding import Finding
from runbook_lib.lint.rules import RULES
from runbook_lib.lint.runbook import read_runbook


def check_notebook(path: Path) -> tuple[Finding, ...]:
    """What a runbook lacks or does wrong, from its first cell to its last.

    A file that can't be read at all raises `OSError`.
    """
    runbook = read_runbook(path, path.read_bytes())
    rules = RULES[:1] if runbook.malformed else RULES
    found = [finding for rule in rules for finding in rule.findings(runbook)]
    return tuple(sorted(found, key=lambda one: (one.cell, one.line)))


def rule_table() -> Iterator[str]:
    """The rules as a table in Markdown."""
    yield from ("| rule | | what it asks for |", "| --- | --- | --- |")
    for rule in RULES:
        yield f"| `{rule.name}` | {rule.severity} | {rule.asks} |"

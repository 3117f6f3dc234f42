"""The rules of a runbook, each with what it counts: the one list of them, and its carrying-out."""

from collections.abc import Iterator
from pathlib import Path

from runbook_lib.lint import declared, effects, form, gates, logic, skeleton
from runbook_lib.lint.finding import Finding, Rule, error, warning
from runbook_lib.lint.runbook import read_runbook

RULES: tuple[Rule, ...] = (
    error(form.notebook),
    error(form.cell_id),
    error(form.outputs),
    error(form.secret),
    warning(form.secret_perhaps),
    error(form.ignored),
    error(skeleton.title),
    warning(skeleton.purpose_length),
    warning(skeleton.sections),
    warning(skeleton.heading_numbers),
    error(skeleton.opened),
    error(skeleton.runbook_name),
    error(skeleton.closed),
    error(skeleton.after_close),
    error(declared.parameters_cell),
    error(declared.parameter_line),
    error(declared.parameter_help),
    error(declared.parameter_default),
    error(declared.parameter_secret),
    error(declared.parameter_twice),
    error(declared.parameter_changed),
    error(logic.syntax),
    error(logic.cell_logic),
    error(logic.text_surgery),
    warning(logic.cell_length),
    error(effects.effect),
    error(effects.undecorated),
    error(effects.module),
    error(gates.joined),
    error(gates.gate_name),
    error(gates.gate_unused),
    warning(gates.gate_subject),
    error(gates.gate_twice),
    warning(gates.gate_amid),
)
"""From the file to what it does."""


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

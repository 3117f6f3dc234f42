"""The rules of a runbook, each with what it counts: the one list of them."""

from runbook_lib.lint import declared, effects, form, gates, logic, skeleton
from runbook_lib.lint.finding import Rule, error, warning

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

"""The fields of a form: a runbook's parameters with what was given, and what is wrong with it."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.notebook.catalog import INJECTED, Parameter, RunbookDescription
from runbook_lib.notebook.parameters import refuse_unknown
from runbook_lib.policy.choices import Choices
from runbook_lib.run.given import typed


@frozen
class Field:
    """A parameter as a form shows it: its value now, and what is wrong with that."""

    name: str
    type: str
    default: Any
    help: str
    value: Any
    problem: str = ""
    choices: tuple[str, ...] = ()
    closed: bool = False

    @property
    def is_given(self) -> bool:
        """Whether it is another value than the default, and one that can be."""
        return not self.problem and self.value != self.default


def fields_of(description: RunbookDescription, given: Mapping[str, str]) -> tuple[Field, ...]:
    """The fields of a runbook, with the texts that were given.

    Raises `UsageError` for a parameter that it does not have, with the nearest one.
    """
    refuse_unknown(given, {one.name: one.type for one in description.parameters})
    return tuple(field_of(one, given) for one in description.parameters)


def field_of(parameter: Parameter, given: Mapping[str, str]) -> Field:
    """A parameter's field; a text that can't be a value of its type stays, with the reason."""
    known = (parameter.name, parameter.type, parameter.default, parameter.help)
    if parameter.name not in given:
        return Field(*known, value=parameter.default)
    text = given[parameter.name]
    try:
        return Field(*known, value=typed(parameter, text))
    except UsageError as error:
        return Field(*known, value=text, problem=str(error))


def offering(fields: Iterable[Field], choices: Mapping[str, Choices]) -> tuple[Field, ...]:
    """The fields with what each may be; what is none of that is told, with the nearest."""
    return tuple(
        with_choices(one, choices[one.name]) if one.name in choices else one for one in fields
    )


def with_choices(field: Field, choices: Choices) -> Field:
    """A field with its choices."""
    offered = replace(field, choices=choices.values, closed=choices.closed)
    text = str(field.value or "")
    if field.problem or not choices.closed or text in ("", *choices.values):
        return offered
    near = get_close_matches(text, choices.values, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(choices.values[:8])}"
    return replace(offered, problem=f"expected one that is there, found {text!r}; {hint}")


def cell_of(fields: Iterable[Field]) -> str:
    """The cell that says what was given, as papermill writes it; empty where nothing was."""
    lines = [f"{one.name} = {one.value!r}" for one in fields if one.is_given]
    return "\n".join([INJECTED, *lines]) if lines else ""


def read_cell(source: str) -> dict[str, str]:
    """What such a cell says, as texts; what is no plain value in it is left out."""
    found = {}
    for statement in ast.parse(source).body:
        match statement:
            case ast.Assign(targets=[ast.Name(name)], value=ast.Constant(value)):
                found[name] = str(value)
    return found

"""The public names of the library, and the outcomes and errors of steps."""

import ast
import inspect
from importlib import import_module
from itertools import pairwise
from typing import get_args

import runbook_lib
from docs.pages.fields import text_of
from runbook_lib import errors
from runbook_lib.cli import exit_status
from runbook_lib.errors import Outcome, RunbookError

GROUPS = {
    "What one calls": "function",
    "What comes along": "value",
    "Services": "service",
    "Errors": "error",
}
"""The headings of the public names, and what stands under each."""
GROUND = "object, BaseException, Exception, BaseModel, dict, tuple"
"""Whose members every Python programmer knows."""
MEANINGS = {
    "good": "a check that holds",
    "already": "a change that was made before: by an earlier session, or by somebody else",
    "done": "a change that was made now, and found by a second look",
    "planned": "a change that would be made: `plan` was asked for",
    "waiting": "a person, or the outside world, has to move first",
    "waived": "a check that refused, and that a person has let pass",
    "refused": "a rule of the procedure says no; nothing was changed",
    "failed": "the act came to an end that trying again would not mend",
    "unknown": "a change was announced, and nobody saw its end: running it again looks",
}
"""What each outcome says of a step."""
HEAD = "| error | outcome | exit status | when |\n| --- | --- | --- | --- |"


def page() -> str:
    """Each public name with its signature and docstring, as Sphinx reads them."""
    parts = []
    for title, of in GROUPS.items():
        told = [directive(name) for name in runbook_lib.__all__ if of == group(name)]
        parts += [f"## {title}", *(f"```{{eval-rst}}\n{each}\n```" for each in told)]
    return "\n\n".join(parts) + "\n"


def group(name: str) -> str:
    """What a public name is."""
    value = getattr(runbook_lib, name)
    if is_error(value):
        return "error"
    if not inspect.isclass(value):
        return "function" if callable(value) and not get_args(value) else "value"
    return "service" if runbook_lib.HOMES[name].startswith("runbook_lib.services.") else "value"


def directive(name: str) -> str:
    """What has Sphinx show a name."""
    kind = group(name)
    value = getattr(runbook_lib, name)
    if inspect.isclass(value):
        inherited = f"\n   :inherited-members: {GROUND}" if kind != "error" else ""
        return f".. autoclass:: runbook_lib.{name}\n   :members:{inherited}"
    if kind == "value":
        text = " ".join(text_below(name).split())
        return f".. py:data:: runbook_lib.{name}\n\n   {text}"
    return f".. autofunction:: runbook_lib.{name}"


def text_below(name: str) -> str:
    """The docstring below the line of its module that gives a name its value; empty without one."""
    tree = ast.parse(inspect.getsource(import_module(runbook_lib.HOMES[name])))
    for line, below in pairwise(tree.body):
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == name:
            return text_of(below)
    return ""


def error_page() -> str:
    """The tree of errors, and a row for each."""
    tree = inspect.cleandoc(errors.__doc__ or "").split("\n\n")[1]
    rows = [row(kind) for kind in error_classes()]
    return f"```text\n{tree}\n```\n\n" + "\n".join([HEAD, *rows]) + "\n"


def error_classes() -> list[type[RunbookError]]:
    """The errors that the library raises on purpose, the base first."""
    return [each for each in vars(errors).values() if is_error(each)]


def is_error(value: object) -> bool:
    """Whether something in the room is one of its errors."""
    return inspect.isclass(value) and issubclass(value, RunbookError)


def row(kind: type[RunbookError]) -> str:
    """An error: what it makes of a step and of the command, and when it is raised."""
    first = inspect.cleandoc(kind.__doc__ or "").partition("\n\n")[0].replace("\n", " ")
    status = exit_status(kind("for its status"))
    return f"| `{kind.__name__}` | `{kind.outcome}` | {status} | {first} |"


def outcome_page() -> str:
    """A row for each outcome that a step may come to."""
    rows = [f"| `{outcome}` | {MEANINGS[outcome]} |" for outcome in get_args(Outcome)]
    return "\n".join(["| outcome | |\n| --- | --- |", *rows]) + "\n"

"""What a runbook's parameters would come to: asked of the procedure that it is of."""

import re
import tempfile
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from runbook_lib.errors import RunbookError
from runbook_lib.form.fields import Field, cell_of, fields_of, offering
from runbook_lib.frozen import frozen
from runbook_lib.notebook.catalog import describe
from runbook_lib.notebook.reference import read_cells
from runbook_lib.policy.choices import Choices, Looked
from runbook_lib.profile import SANDBOX, read_configuration
from runbook_lib.run.preview import quiet_runner
from runbook_lib.steps.runner import Runner

LOOKS = {
    "open_release": "runbook_lib.release.form",
    "open_push": "runbook_lib.push.form",
}
"""Who knows what parameters come to, by what a runbook opens its run with."""
OPENS = re.compile(r"\b(open_\w+)\(")


@frozen
class Form:
    """A runbook's parameters with what was given, and what they come to."""

    runbook: str
    purpose: str
    fields: tuple[Field, ...]
    told: tuple[str, ...] = ()
    problem: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The same as what JSON can hold, with the cell that says what was given."""
        return {**asdict(self), "cell": cell_of(self.fields)}


def make_form(notebook: Path, given: dict[str, str], *, look: bool) -> Form:
    """The form of a runbook; it is looked outside only where `look` says so.

    Raises `UsageError` for a parameter that the runbook does not have.
    """
    description = describe(notebook)
    fields = fields_of(description, given)
    values = {one.name: one.value for one in fields}
    looked, problem = Looked({}), ""
    try:
        fields = offering(fields, profiles())
        if look and not any(one.problem for one in fields):
            looked = look_at(notebook, values)
    except RunbookError as error:
        problem = str(error)
    fields = offering(fields, looked.choices)
    problem = problem or looked.problem
    return Form(description.name, description.purpose, fields, looked.told, problem)


def profiles() -> dict[str, Choices]:
    """The profiles that there are; raises `UsageError` where they can't be read."""
    return {"profile": Choices(tuple(dict.fromkeys((SANDBOX, *read_configuration()))))}


def look_at(notebook: Path, values: dict[str, Any]) -> Looked:
    """What the runbook's procedure finds; nothing, where it is none of ours."""
    source = "\n".join(
        cell.source for cell in read_cells(notebook.read_bytes()) if cell.type == "code"
    )
    known = [LOOKS[name] for name in OPENS.findall(source) if name in LOOKS]
    if not known:
        return Looked({})
    with tempfile.TemporaryDirectory(prefix="runbook-form-") as folder:
        runner: Runner = quiet_runner(Path(folder), "form")
        found: Looked = import_module(known[0]).look(notebook.stem, values, runner)
    return found

"""The rules of the parameters cell: one `name: type = default  # help` to a line."""

import ast
from collections.abc import Iterator

from runbook_lib.errors import UsageError
from runbook_lib.lint.finding import Fault
from runbook_lib.lint.runbook import Cell, LintedRunbook
from runbook_lib.notebook.catalog import comments_of
from runbook_lib.policy.plural import plural
from runbook_lib.secrets.masking import names_secret

LINE = "`name: type = default  # help`"


def parameters_cell(runbook: LintedRunbook) -> Iterator[Fault]:
    """Exactly one cell is tagged `parameters`."""
    found = runbook.parameters
    if len(found) == 1:
        return
    remedy = "tag one code cell `parameters`: the tools find it by that, and put theirs behind it"
    last = found[-1] if found else None
    yield Fault("one cell tagged `parameters`", str(len(found)) if found else "none", remedy, last)


def parameter_line(runbook: LintedRunbook) -> Iterator[Fault]:
    """Each line of the parameters cell is `name: type = default  # help`."""
    for cell, statement in statements(runbook):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            if statement.value is None:
                remedy = "give it a default: what the sandbox can do, or empty"
                yield at(cell, statement, "a default", ast.unparse(statement), remedy)
        elif isinstance(statement, ast.Assign):
            remedy = "write the type behind the name: without it, it is no parameter"
            yield at(cell, statement, LINE, ast.unparse(statement), remedy)
        elif not isinstance(statement, ast.Import | ast.ImportFrom):
            remedy = "leave parameters alone here, and put it into a step"
            yield at(cell, statement, LINE, ast.unparse(statement), remedy)


def parameter_help(runbook: LintedRunbook) -> Iterator[Fault]:
    """Each parameter has its help behind it, in the same line."""
    for cell, statement, name in parameters(runbook):
        if not dict(comments_of(cell.source)).get(statement.end_lineno or 0):
            remedy = "say in a few words what it is, and what empty means"
            yield at(cell, statement, f"a comment behind {name}", "none", remedy)


def parameter_secret(runbook: LintedRunbook) -> Iterator[Fault]:
    """No parameter is a secret: parameters are kept in journal and record."""
    for cell, statement, name in parameters(runbook):
        if names_secret(name):
            remedy = "have the profile name the variable, and the environment or keyring keep it"
            yield at(cell, statement, "no secret among the parameters", name, remedy)


def parameter_default(runbook: LintedRunbook) -> Iterator[Fault]:
    """A parameter's default is of its type, and values can be read as that."""
    for cell, statement, name in parameters(runbook):
        wrong = misfit(name, statement)
        if wrong:
            expected = f"a default of {name} that is {ast.unparse(statement.annotation)}"
            found = ast.unparse(statement.value) if statement.value else "none"
            yield at(cell, statement, expected, found, f"change one of the two ({wrong})")


def misfit(name: str, statement: ast.AnnAssign) -> str:
    """What opening the run would say of a default; empty where it is taken, or is computed."""
    from runbook_lib.notebook.types import fitted, type_of

    kind = type_of(ast.unparse(statement.annotation))
    if kind is None or statement.value is None:
        return ""
    try:
        fitted(name, kind, ast.literal_eval(statement.value))
    except UsageError as error:
        return str(error)
    except (ValueError, TypeError):
        return ""
    return ""


def parameter_twice(runbook: LintedRunbook) -> Iterator[Fault]:
    """Each parameter is declared once."""
    names = [name for _, _, name in parameters(runbook)]
    for number, (cell, statement, name) in enumerate(parameters(runbook)):
        if name in names[:number]:
            found = plural(names.count(name), "time")
            yield at(cell, statement, f"{name} once", found, "leave one of them out")


def parameter_changed(runbook: LintedRunbook) -> Iterator[Fault]:
    """No cell sets a parameter: a run keeps those that it was opened with."""
    names = {name for _, _, name in parameters(runbook)}
    for cell in runbook.code:
        for node in cell.nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in names:
                remedy = "give the value another name; to have others follow it, use run.decide"
                yield Fault(f"{node.id} as it was given", "it set", remedy, cell, node.lineno)


def statements(runbook: LintedRunbook) -> Iterator[tuple[Cell, ast.stmt]]:
    """The statements of the parameters cells."""
    for cell in runbook.parameters:
        yield from ((cell, statement) for statement in cell.statements)


def parameters(runbook: LintedRunbook) -> Iterator[tuple[Cell, ast.AnnAssign, str]]:
    """The declarations in the parameters cells, with the names that they declare."""
    for cell, statement in statements(runbook):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield cell, statement, statement.target.id


def at(cell: Cell, statement: ast.stmt, expected: str, found: str, remedy: str) -> Fault:
    """A fault in the line of a statement."""
    return Fault(expected, found, remedy, cell, statement.lineno)

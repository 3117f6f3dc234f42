"""The runbooks there are, each with its purpose and parameters, read without a kernel."""

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.notebook.reference import OURS, read_cells, says_private

TAG = "parameters"
INJECTED, INJECTED_TAG = "# Parameters", "injected-parameters"
"""How papermill begins and tags the cell that it puts behind the declared parameters.

https://papermill.readthedocs.io/en/latest/usage-parameterize.html
"""
SENTENCE = re.compile(r"(.+?[.!?])(?:\s|$)")


@frozen
class Parameter:
    """A parameter as a runbook declares it: `name: type = default  # help`.

    The default is a value where it is written as one, else the text of the expression.
    """

    name: str
    type: str
    default: Any
    help: str = ""


@frozen
class RunbookDescription:
    """A runbook: what its notebook says of it before it is run.

    The records of a `private` one are kept apart from the others; one that `hides` another stands
    in the current folder, and before the one of its name that we bring.
    """

    name: str
    path: Path
    purpose: str
    parameters: tuple[Parameter, ...] = ()
    private: bool = False
    hides: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The same as what JSON can hold."""
        return {**asdict(self), "path": str(self.path)}


HERE = (Path("runbooks"),)
"""The folders with runbooks of one's own, where nothing names others."""


def find_runbook(name: str, folders: Sequence[Path] = HERE) -> Path:
    """The notebook of that name: a path, else one of one's own, else the one that we bring.

    Raises `UsageError` where there is none, or where several folders have one of that name.
    """
    if name.endswith(".ipynb"):
        if not Path(name).is_file():
            raise UsageError(f"expected a notebook at {name}, found none")
        return Path(name)
    known = notebooks(folders)
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(sorted(known))}"
        raise UsageError(f"expected a runbook, found {name!r}; {hint}")
    found = known[name]
    if len(found) > 1:
        raise UsageError(
            f"expected one runbook {name}, found {', '.join(map(str, found))}: "
            "rename one of them, or give the path"
        )
    return found[0]


def list_runbooks(folders: Sequence[Path] = HERE) -> tuple[RunbookDescription, ...]:
    """The runbooks there are, by name; one's own stands before ours of that name."""
    ours = notebooks_in(*OURS)
    return tuple(
        replace(told(path), hides=name in ours and not is_same(ours[name][0], path))
        for name, paths in sorted(notebooks(folders).items())
        for path in paths
    )


def notebooks(folders: Sequence[Path] = HERE) -> dict[str, list[Path]]:
    """The notebooks of all runbooks there are, by name; several where folders have one each."""
    return {**notebooks_in(*OURS), **notebooks_in(*folders)}


def notebooks_in(*folders: Path) -> dict[str, list[Path]]:
    """The notebooks in some folders, by name; one that several paths lead to, once."""
    found: dict[str, list[Path]] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.ipynb"))):
        same = found.setdefault(path.stem, [])
        if path.is_file() and not any(is_same(path, other) for other in same):
            same.append(path)
    return {name: paths for name, paths in found.items() if paths}


def is_same(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file."""
    return one.resolve() == other.resolve()


def told(path: Path) -> RunbookDescription:
    """A runbook's description; what keeps it from being read, where something does."""
    try:
        return describe(path)
    except (UsageError, OSError) as error:
        return RunbookDescription(path.stem, path, f"✘ {error}")


def describe(path: Path) -> RunbookDescription:
    """What a notebook says of itself.

    Raises `UsageError` where it is no notebook, or its parameters can't be read.
    """
    content = path.read_bytes()
    cells = read_cells(content)
    if not cells:
        raise UsageError(f"expected a notebook in {path}, found no cells of one")
    prose = "\n\n".join(cell.source for cell in cells if cell.type == "markdown")
    tagged = [cell for cell in cells if TAG in cell.tags]
    parameters = [one for cell in tagged for one in read_parameters_cell(cell.source)]
    private = says_private(content)
    return RunbookDescription(path.stem, path, purpose(prose), tuple(parameters), private)


def purpose(prose: str) -> str:
    """The first sentence below the title."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", without_title(prose))]
    first = next((part for part in paragraphs if part), "")
    sentence = SENTENCE.match(first)
    return sentence[1] if sentence else first


def without_title(prose: str) -> str:
    """A text without its headings."""
    return "\n".join("" if line.startswith("#") else line for line in prose.splitlines())


def read_parameters_cell(source: str) -> tuple[Parameter, ...]:
    """The parameters that a cell declares, in their order.

    Raises `UsageError` where the cell is no Python.
    """
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError) as error:  # the latter for half a character
        line = getattr(error, "lineno", 1) or 1
        raise UsageError(
            f"expected a parameters cell with lines `name: type = default  # help`, found in line "
            f"{line}: {getattr(error, 'msg', error)}"
        ) from None
    comments = dict(comments_of(source))
    return tuple(
        Parameter(
            statement.target.id,
            ast.unparse(statement.annotation),
            value_of(statement.value),
            comments.get(statement.end_lineno or 0, ""),
        )
        for statement in statements
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    )


def value_of(expression: ast.expr | None) -> Any:
    """A default as a value that JSON can hold, else as it is written; None where there is none."""
    if expression is None:
        return None
    try:
        value = ast.literal_eval(expression)
        json.dumps(value)
    except (ValueError, TypeError):
        return ast.unparse(expression)
    return value


def comments_of(source: str) -> Iterator[tuple[int, str]]:
    """The comments in a source, each with its line."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.lstrip("# ").rstrip()

"""The rules of a cell: the sequence is in the notebook, what is decided in the library."""

import ast
import re
from collections.abc import Iterator

from runbook_lib.lint.finding import Fault
from runbook_lib.lint.runbook import Cell, LintedRunbook
from runbook_lib.notebook.gate_places import plain_python

LINES = 5
LOGIC: dict[type[ast.AST], str] = {
    ast.FunctionDef: "def",
    ast.AsyncFunctionDef: "async def",
    ast.ClassDef: "class",
    ast.Lambda: "lambda",
    ast.If: "if",
    ast.IfExp: "… if … else …",
    ast.Match: "match",
    ast.For: "for",
    ast.AsyncFor: "async for",
    ast.While: "while",
    ast.ListComp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
    ast.Try: "try",
    ast.TryStar: "try",
    ast.With: "with",
    ast.AsyncWith: "async with",
    ast.Assert: "assert",
    ast.BoolOp: "and, or",
}
TEXT = re.compile(
    "[lr]?strip|r?split|splitlines|remove(prefix|suffix)|r?partition|zfill|[lr]just|format_map"
    "|casefold|swapcase|expandtabs|maketrans|translate"
)
"""The methods that only texts have."""
OF_TEXTS = frozenset(name for name in dir(str) if not name.startswith("_"))


def syntax(runbook: LintedRunbook) -> Iterator[Fault]:
    """Every code cell is Python."""
    for cell in runbook.cells:
        if cell.is_code and not cell.source.startswith("%%"):
            yield from syntax_error(cell)


def syntax_error(cell: Cell) -> Iterator[Fault]:
    """What keeps a cell from being executed at all."""
    try:
        ast.parse(plain_python(cell.source))
    except SyntaxError as error:
        remedy = "mend it: nothing of this cell can be executed"
        yield Fault("Python", str(error.msg), remedy, cell, error.lineno or 1)
    except ValueError as error:
        yield Fault("Python", str(error), "take that out", cell, 1)


def cell_logic(runbook: LintedRunbook) -> Iterator[Fault]:
    """No cell defines, branches, loops or catches: what is decided belongs where it is tested."""
    for cell in runbook.code:
        for node in cell.nodes:
            if word := LOGIC.get(type(node)):
                remedy = "have a step, or a function beside the notebook, decide it"
                yield Fault("no logic in a cell", word, remedy, cell, getattr(node, "lineno", 0))


def text_surgery(runbook: LintedRunbook) -> Iterator[Fault]:
    """No cell takes texts apart; to put a value into one, `f"…"` will do."""
    for cell in runbook.code:
        for node in cell.nodes:
            if is_surgery(node):
                remedy = "have what returns the text return the part as a value of its own"
                found = ast.unparse(node)
                yield Fault("values", found, remedy, cell, getattr(node, "lineno", 0))


def is_surgery(node: ast.AST) -> bool:
    """Whether a part of a cell takes a text apart, or puts one together by hand."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Slice)
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    of, method = node.func.value, node.func.attr
    written = isinstance(of, ast.JoinedStr) or (
        isinstance(of, ast.Constant) and isinstance(of.value, str)
    )
    regular = isinstance(of, ast.Name) and of.id in ("re", "regex")
    return regular or (method in OF_TEXTS if written else bool(TEXT.fullmatch(method)))


def cell_length(runbook: LintedRunbook) -> Iterator[Fault]:
    """A code cell has one to five lines, empty ones apart."""
    for cell in runbook.code:
        length = len([line for line in cell.source.splitlines() if line.strip()])
        if not 1 <= length <= LINES:
            remedy = "make it two cells with a sentence between" if length else "take it out"
            yield Fault(f"one to {LINES} lines", str(length), remedy, cell)

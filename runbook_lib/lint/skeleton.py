"""The rules of a runbook's skeleton: what everybody who opens one finds in the same place."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from runbook_lib.lint.finding import Fault
from runbook_lib.lint.runbook import Call, Cell, LintedRunbook
from runbook_lib.notebook.catalog import without_title
from runbook_lib.notebook.headings import headings

WORDS = 80
SECTIONS = ("Parameters", "Open the run", "Preflight", "If it fails", "Close")
"""The headings that every runbook of ours has, in this order; its steps are before the failing."""
NUMBER = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?\b(?=\s*[·.:)–-])")
"""The number of a step at the beginning of its heading: `4 · Push`, `14–16 · Draft`."""


def title(runbook: LintedRunbook) -> Iterator[Fault]:
    """The first cell has the title (`# …`), and below it what the runbook does."""
    first = runbook.cells[0] if runbook.cells else None
    prose = first.source if first and first.content.type == "markdown" else ""
    if not prose.startswith("# "):
        found = "none"
    elif not without_title(prose).strip():
        found = "the title alone"
    else:
        return
    remedy = "begin with a markdown cell: `# Title`, an empty line, and what the runbook does"
    yield Fault("a title and what the runbook does", found, remedy, first)


def purpose_length(runbook: LintedRunbook) -> Iterator[Fault]:
    """What the runbook does is said in at most 80 words: what it changes, who may run it, how long
    it takes, where the point of no return is."""
    for first in runbook.cells[:1]:
        length = len(re.findall(r"\w[^\s]*", without_title(first.source)))
        if length > WORDS and first.content.type == "markdown":
            remedy = "leave out what the steps say themselves"
            yield Fault(f"at most {WORDS} words below the title", str(length), remedy, first)


def sections(runbook: LintedRunbook) -> Iterator[Fault]:
    """It has the headings Parameters, Open the run, Preflight, If it fails and Close, in this
    order, and its steps between them under headings of their own."""
    found = all_headings(runbook)
    there = [name for name in found if name in SECTIONS]
    for name in SECTIONS:
        if name not in there:
            yield Fault(f"a heading `## {name}`", "none", "add it, that people find their place")
    wanted = [name for name in SECTIONS if name in there]
    if list(dict.fromkeys(there)) != wanted:
        yield Fault(f"the headings {' · '.join(wanted)}", " · ".join(there), "put them in order")
    if len(found) - len(there) < 2:  # its title is one
        remedy = "give each step a heading, in the words of the written procedure"
        yield Fault("headings of the steps", "none", remedy)


def heading_numbers(runbook: LintedRunbook) -> Iterator[Fault]:
    """The numbers of its steps' headings go up by one."""
    numbered = [(cell, *numbers) for cell in runbook.cells for numbers in step_numbers(cell)]
    for (_, _, last), (cell, number, _) in pairwise(numbered):
        if number not in (last + 1, 1):
            remedy = "number the steps one by one, or say in the text which ones are left out"
            yield Fault(f"step {last + 1}", f"step {number}", remedy, cell)


def opened(runbook: LintedRunbook) -> Iterator[Fault]:
    """The first cell behind the parameters opens the run with them, and gives it a name; no other
    does, and nothing is called before."""
    remedy = f"run = open_run({runbook.path.stem!r}, parameters=globals())"
    if not runbook.openings:
        yield Fault("a cell that opens the run", "none", f"below the parameters: {remedy}")
        return
    opening, *others = runbook.openings
    for call in others:
        yield at(call, "one opening of the run", "a second one", "leave one of them out")
    for call in runbook.calls:
        if call.place < opening.place and call.node not in ast.walk(opening.node):
            found = f"{shown(call)} above it"
            yield at(call, "that nothing is done before the run is opened", found, "put it below")
    if not name_of(opening):
        yield at(opening, "that the run has a name", "none", remedy)
    if not gives_parameters(opening):
        yield at(opening, "parameters=globals()", shown(opening), remedy)


def runbook_name(runbook: LintedRunbook) -> Iterator[Fault]:
    """The run is opened under the name of the notebook's file."""
    for call in runbook.openings[:1]:
        named = [keyword.value for keyword in call.node.keywords if keyword.arg == "runbook"]
        name = next(iter([*call.node.args, *named]), ast.Constant("no name"))
        if not (isinstance(name, ast.Constant) and name.value == runbook.path.stem):
            remedy = "its records go by the one and the command line knows the other: use one name"
            wanted = f"the file's name, {runbook.path.stem!r}"
            yield at(call, wanted, ast.unparse(name), remedy)


def closed(runbook: LintedRunbook) -> Iterator[Fault]:
    """The last cell closes the run."""
    last = runbook.cells[-1] if runbook.cells else None
    if not runbook.closings:
        remedy = 'end with a cell: run.close("what came of it")'
        yield Fault("a cell that closes the run", "none", remedy, last)
    elif runbook.closings[-1].cell is not last:
        yield Fault("that the run is closed in the last cell", "it before", "move it down", last)


def after_close(runbook: LintedRunbook) -> Iterator[Fault]:
    """Nothing is called once the run is closed: it would be on no record."""
    for closing in runbook.closings[:1]:
        for call in runbook.calls:
            if call.place > closing.place:
                yield at(call, "nothing behind run.close()", shown(call), "move it above")


def at(call: Call, expected: str, found: str, remedy: str) -> Fault:
    """A fault in the line of a call."""
    return Fault(expected, found, remedy, call.cell, call.node.lineno)


def shown(call: Call) -> str:
    """A call, as it is shown."""
    return f"{ast.unparse(call.node.func)}(…)"


def name_of(opening: Call) -> str:
    """The name that the cell gives to the run; empty where it gives none."""
    for statement in opening.cell.statements:
        if isinstance(statement, ast.Assign) and statement.value is opening.node:
            return ast.unparse(statement.targets[0])
    return ""


def gives_parameters(opening: Call) -> bool:
    """Whether an opening is given the notebook's namespace."""
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in opening.node.keywords}
    return given.get("parameters") == "globals()"


def all_headings(runbook: LintedRunbook) -> list[str]:
    """The headings of a runbook, in their order."""
    prose = [cell.source for cell in runbook.cells if cell.content.type == "markdown"]
    return [heading for text in prose for heading in headings(text)]


def step_numbers(cell: Cell) -> Iterator[tuple[int, int]]:
    """The first and the last number of each numbered heading in a cell of prose."""
    for heading in headings(cell.source) if cell.content.type == "markdown" else ():
        if found := NUMBER.match(heading):
            yield int(found[1]), int(found[2] or found[1])

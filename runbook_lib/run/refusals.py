"""Refusals in the place of tracebacks: our errors, an interrupt, a missing name, no Python.

Who sits at the notebook is shown a card, and no error output: waiting does not look like failing.

An IPython extension. Opening a run loads it; JupyterLab as `runbook open` starts it loads it with
the kernel, and so does any other for a runbook (`jupyter/runbook_kernel.py`), so that a cell is
explained in which nothing of ours has run yet.
"""

import ast
import linecache
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any

from runbook_lib.display.error_card import ErrorCard, StopLine, as_lines, card_of, detail_of
from runbook_lib.display.go_on import show_go_on
from runbook_lib.display.output import interactive, show
from runbook_lib.errors import RunbookError
from runbook_lib.frozen import frozen
from runbook_lib.notebook.outline import outline
from runbook_lib.notebook.reference import ReferenceCell, find_notebook, read_cells, read_file
from runbook_lib.policy.told_apart import Told, told_apart
from runbook_lib.steps.decisions import NotApproved

AGAIN = "what is done is found again, and nothing is made twice."
INTERRUPTED = Told(
    "expected this cell to come to its end,",
    "found that somebody has stopped it: what it had announced may have been done, and the journal "
    "says how far it came;",
    f"Run this cell again to go on: {AGAIN}",
)
ABOVE = "Run all above, then this cell"
SETTING = re.compile(r"""\s*(\w+\s*(?::\s*\w+\s*)?=)\s*([^\s#'"()\[\]{}]+)\s*(?:#.*)?$""")
"""A line that gives a parameter a value which is written without quotes."""


def load_ipython_extension(shell: Any) -> None:
    """Have these errors explained in a kernel; more than once is no harm."""
    shell.set_custom_exc((RunbookError, KeyboardInterrupt, NameError, SyntaxError), show_short)


def show_short(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType,
    tb_offset: int | None = None,
) -> None:
    """Show an error's refusal in the place of its traceback, where there is one."""
    if isinstance(error, RunbookError):
        show_error(shell, error)
        return
    said = refusal(shell.user_ns, error, trace)
    if said is None:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset, running_compiled_code=True)
        return
    show_card(shell, error, [f"{said.card.name}: {' '.join(said.card.told.lines)}"], said.card)
    if interactive() and said.button is not None:
        said.button()


def show_error(shell: Any, error: RunbookError) -> None:
    """Show an error of ours: as a card where somebody sits at the notebook, else on three lines."""
    sys.last_value = error
    lines = as_lines(type(error).__name__, told_apart(str(error)))
    show_card(shell, error, lines, card_of(error))
    if interactive() and not (getattr(error, "stays", "") or isinstance(error, NotApproved)):
        show_go_on()


def show_card(
    shell: Any, error: BaseException, lines: list[str], card: ErrorCard | StopLine
) -> None:
    """Show a card where somebody sits at the notebook, else lines.

    The reply says in any case that the cell has failed, which stops *Run All*.
    """
    if interactive():
        shell._last_traceback = lines
        show(card)
    else:
        shell._showtraceback(type(error), error, lines)


@frozen
class Refusal:
    """What is shown of an error of Python's, and the button for what to do, where one helps."""

    card: ErrorCard
    button: Callable[[], None] | None = None


def refusal(
    namespace: dict[str, Any], error: BaseException, trace: TracebackType
) -> Refusal | None:
    """What is wrong and what to do; None where the traceback says it better."""
    frames = list(walk(trace))
    if isinstance(error, KeyboardInterrupt):
        card = ErrorCard("Interrupted", "waiting", INTERRUPTED, detail=detail_of(error))
        return Refusal(card, show_go_on)
    if isinstance(error, SyntaxError):
        ran = any(each.tb_frame.f_globals is namespace for each in frames)
        return None if ran else refused(no_python(error))
    if type(error) is NameError and frames[-1].tb_frame.f_globals is namespace:
        return missing(namespace, str(error.name), line_of(frames[-1]))
    return None


def refused(told: Told) -> Refusal:
    """A refusal in which the cell has to be corrected by hand."""
    return Refusal(ErrorCard("Refused", "refused", told, "nothing was changed"))


def walk(trace: TracebackType | None) -> Iterator[TracebackType]:
    """A traceback's frames, the innermost last."""
    while trace is not None:
        yield trace
        trace = trace.tb_next


def line_of(trace: TracebackType) -> str:
    """The line of source that a frame is at."""
    return linecache.getline(trace.tb_frame.f_code.co_filename, trace.tb_lineno)


def no_python(error: SyntaxError) -> Told:
    """Why nothing of a cell has run."""
    line = (error.text or "").strip()
    return Told(
        "expected a cell that is Python,",
        f"found that nothing of this cell has run, for it is not. Line {error.lineno}: "
        f"{line}: {error.msg};",
        in_quotes(line) or "Correct it, and run the cell again.",
    )


def in_quotes(line: str) -> str:
    """How a value is given as text, where a line gives one without quotes."""
    found = SETTING.match(line)
    return f'A text stands in quotes: {found[1]} "{found[2]}"' if found else ""


def missing(namespace: dict[str, Any], name: str, line: str) -> Refusal | None:
    """Which cell makes a name that is not there; None where none of the notebook's does."""
    path = find_notebook("", namespace)
    place = made_under(name, read_cells(read_file(path))) if path else None
    if place is not None:
        above = partial(show_go_on, ABOVE, missing_above=True)
        return replace(refused(not_run(name, place)), button=above)
    hint = in_quotes(line)
    found = f"found that nothing is called {name!r} here;"
    return refused(Told("expected a name or a value,", found, hint)) if hint else None


def not_run(name: str, place: str) -> Told:
    """That the cell which makes a name has not run in this kernel."""
    return Told(
        f"expected {name!r}, which the cell under “{place}” makes,",
        f"found that this kernel does not know {name!r}: that cell has not run (the kernel may "
        "have been restarted);",
        f"Choose Run › Run All Above Selected Cell, then run this cell again: {AGAIN}",
    )


def made_under(name: str, cells: tuple[ReferenceCell, ...]) -> str | None:
    """The heading above the first cell that makes a name; None where none does."""
    return next(
        (
            part.heading
            for part in outline(cells)
            if any(name in made_by(cells[place].source) for place in part.cells)
        ),
        None,
    )


def made_by(source: str) -> set[str]:
    """The names that a cell assigns or imports; none where it is not Python."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return set()
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and is_stored(node)}
    imported = {node.asname or node.name for node in nodes if isinstance(node, ast.alias)}
    return stored | imported


def is_stored(node: ast.Name) -> bool:
    """Whether a name stands where a value is put."""
    return isinstance(node.ctx, ast.Store)

"""The rules of what changes something: in steps alone, which are announced and on record."""

import ast
from collections.abc import Iterator

from runbook_lib.lint.finding import Fault
from runbook_lib.lint.modules import Modules, is_generator
from runbook_lib.lint.runbook import LintedRunbook
from runbook_lib.lint.skeleton import at, shown
from runbook_lib.lint.writing import commands, writes
from runbook_lib.notebook.imports import imported_names

OUTSIDE = "that only steps change something"
REMEDY = "put it into a step, which announces it, looks first, and is on record"


def effect(runbook: LintedRunbook) -> Iterator[Fault]:
    """No cell changes something but by a step: it starts no program, writes no file and sends
    nothing, nor does what it calls from the module beside the notebook."""
    for cell in runbook.code:
        for line, command in commands(cell.source):
            yield Fault(OUTSIDE, command, REMEDY, cell, line)
    for call in runbook.calls:
        if writes(call.name, call.node):
            yield at(call, OUTSIDE, f"{shown(call)}, which is {call.name}", REMEDY)
        for written in runbook.modules.written(call.name):
            place = f"{written.path.name}, line {written.line}"
            yield at(call, OUTSIDE, f"{shown(call)}: it calls {written.call} in {place}", REMEDY)


def undecorated(runbook: LintedRunbook) -> Iterator[Fault]:
    """What a cell calls and announces a change by `yield` is a `@step`: else nothing happens."""
    for call in runbook.calls:
        found = runbook.modules.function(call.name)
        if found and is_generator(found[1]) and not found[0].is_step(found[1]):
            remedy = "write @step above it: without it, the call carries nothing out"
            where = f"{found[0].path.name}, line {found[1].lineno}"
            yield at(call, "a step", f"{shown(call)}, a generator in {where}", remedy)


def module(runbook: LintedRunbook) -> Iterator[Fault]:
    """The modules that it imports are there, beside the notebook or installed, are Python, and have
    what is imported."""
    for found in runbook.imported:
        if error := found.fault:
            remedy = "mend it: the notebook can't import it"
            yield Fault("Python", str(error.msg), remedy, None, error.lineno or 1, found.path)
    for cell in runbook.code:
        for node in cell.nodes:
            for expected, found_there in missing(runbook.modules, node):
                remedy = "correct the name, or put it there"
                yield Fault(expected, found_there, remedy, cell, getattr(node, "lineno", 0))


def missing(modules: Modules, node: ast.AST) -> Iterator[tuple[str, str]]:
    """What an import asks for that is nowhere, and what is there instead."""
    for name in imported_names(node):
        beside = modules.find(name)
        if beside is None and not modules.is_known(name):
            yield f"a module {name}", "none beside the notebook, nor installed"
        if beside is not None and not beside.fault and isinstance(node, ast.ImportFrom):
            for wanted in node.names:
                if not beside.has(wanted.name):
                    yield f"{wanted.name} in {beside.path.name}", "nothing of that name"

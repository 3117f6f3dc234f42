"""The Python modules beside a notebook, read and never imported: what of them is a step."""

import ast
import sys
from collections.abc import Iterator
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from runbook_lib.frozen import frozen
from runbook_lib.lint.origins import Origins
from runbook_lib.lint.writing import writes

STEPS = ("step", "check", "wait", "look")
"""The decorators of ours that put a function on record."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


@frozen
class Written:
    """Where a function that is no step changes something, and by what call."""

    path: Path
    line: int
    call: str


class Modules:
    """The modules in a notebook's folder, by their names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.read: dict[str, Module | None] = {}

    def find(self, name: str) -> "Module | None":
        """The module of a name, or None where there is none beside the notebook."""
        if name not in self.read:
            path = self.folder.joinpath(*name.split("."))
            places = (path.with_suffix(".py"), path / "__init__.py")
            there = next((place for place in places if place.is_file()), None)
            self.read[name] = Module(there, there.read_text(errors="replace")) if there else None
        return self.read[name]

    def is_known(self, name: str) -> bool:
        """Whether a module is installed, or its package is in the folder; it is not imported."""
        first = name.partition(".")[0]
        here = first in sys.modules or (self.folder / first).is_dir()
        return here or find_spec(first) is not None

    def function(self, name: str) -> "tuple[Module, Function] | None":
        """The function or method that a dotted name is of, with its module."""
        parts = name.split(".")
        for end in range(len(parts) - 1, 0, -1):
            if module := self.find(".".join(parts[:end])):
                function = module.functions.get(".".join(parts[end:]))
                return (module, function) if function else None
        return None

    def written(self, name: str, seen: frozenset[str] = frozenset()) -> Iterator[Written]:
        """Where the function of a dotted name changes something, in itself or in what it calls."""
        found = self.function(name)
        if found is None or name in seen or found[0].is_step(found[1]) or is_generator(found[1]):
            return
        module, function = found
        for call, called in module.calls(function):
            if writes(called, call):
                yield Written(module.path, call.lineno, called)
            yield from self.written(called, seen | {name})


@frozen
class Module:
    """A Python module as it is written."""

    path: Path
    source: str

    @cached_property
    def fault(self) -> SyntaxError | None:
        """What keeps it from being read as Python."""
        try:
            ast.parse(self.source)
        except SyntaxError as error:
            return error
        return None

    @cached_property
    def tree(self) -> ast.Module:
        """Its statements; none where it is no Python."""
        return ast.parse("" if self.fault else self.source)

    @cached_property
    def origins(self) -> Origins:
        """What its names stand for, those of its own functions and classes too."""
        names = Origins()
        for statement in self.tree.body:
            if isinstance(statement, Function | ast.ClassDef):
                names.known[statement.name] = f"{self.name}.{statement.name}"
            else:
                names.learn(statement)
        return names

    @property
    def name(self) -> str:
        """The name that the notebook imports it by."""
        return self.path.parent.name if self.path.stem == "__init__" else self.path.stem

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Its functions, and its classes' methods as `Class.method`."""
        found: dict[str, Function] = {}
        for statement in self.tree.body:
            if isinstance(statement, Function):
                found[statement.name] = statement
            elif isinstance(statement, ast.ClassDef):
                methods = (one for one in statement.body if isinstance(one, Function))
                found |= {f"{statement.name}.{method.name}": method for method in methods}
        return found

    def has(self, name: str) -> bool:
        """Whether it binds a name, as far as its source shows."""
        if name in ("*", *self.bound) or "*" in self.bound or "__getattr__" in self.bound:
            return True
        return self.path.stem == "__init__" and (self.path.parent / f"{name}.py").is_file()

    @cached_property
    def bound(self) -> frozenset[str]:
        """The names that are bound in it, anywhere."""
        found = map(bound_name, ast.walk(self.tree))
        return frozenset(name for name in found if name)

    def is_step(self, function: Function) -> bool:
        """Whether a function is a step, a check or a wait."""
        return bool({*map(self.decorated_by, function.decorator_list)} & {*STEPS})

    def decorated_by(self, decorator: ast.expr) -> str:
        """The name of a decorator of ours; empty for another's."""
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        module, _, name = self.origins.of(called).rpartition(".")
        return name if module.partition(".")[0] == "runbook_lib" else ""

    def calls(self, function: Function) -> Iterator[tuple[ast.Call, str]]:
        """The calls in a function, with what is called by its dotted name."""
        names = Origins()
        names.known |= self.origins.known
        for statement in function.body:
            names.learn(statement)
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                yield node, names.of(node.func)


def bound_name(node: ast.AST) -> str:
    """The name that a part of a source binds; empty where it binds none."""
    if isinstance(node, ast.alias):
        return node.asname or node.name.partition(".")[0]
    if isinstance(node, Function | ast.ClassDef):
        return node.name
    return node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else ""


def is_generator(function: Function) -> bool:
    """Whether a function has a `yield` of its own."""
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(function))


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a function that are not those of a function inside of it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, Function | ast.Lambda | ast.ClassDef):
            yield from own_nodes(child)

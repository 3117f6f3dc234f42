"""What a step, a check and a wait must look like, as far as that is seen where they are written.

What is not seen there, a second announcement on some way through, say, their runner finds.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NoReturn

from runbook_lib.errors import UsageError

POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
ENDS = (ast.Return, ast.Raise, ast.Break, ast.Continue)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
LOOPS = (ast.For, ast.While)

LOOKS_ONLY = "make it a @step where it changes something"
ANNOUNCE = "announce the change before it is made, or make it a @check where it changes nothing"
RETURN = "return what it found, which is what the next cell is given and what the record shows"

Function = Callable[..., Any]
Wrong = Callable[[str, str, str], NoReturn]


def check_form(kind: str, function: Function) -> None:
    """Raise `UsageError` for a function that cannot be what its decorator says."""
    wrong = partial(refuse, kind, function)
    if not inspect.isfunction(function):
        wrong("a function or a method", "something else", f"put @{kind} right above its def")
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        wrong("a plain function", "an async one", "leave out the async")
    first = next(iter(inspect.signature(function).parameters.values()), None)
    if first is None or first.kind not in POSITIONAL:
        wrong("the run, or a service of it, as its first argument", "none", "take it: def f(run)")
    announces = inspect.isgeneratorfunction(function)
    if kind == "step" and not announces:
        wrong("a yield of what it changes", "none", ANNOUNCE)
    if kind != "step" and announces:
        wrong("no yield, for it changes nothing", "one", LOOKS_ONLY)
    if not str(function.__module__).startswith("runbook_lib."):  # ours are read once, by a test
        check_ways(kind, function)


def check_ways(kind: str, function: Function) -> None:
    """Raise `UsageError` where its source shows that it announces twice, or returns nothing."""
    wrong = partial(refuse, kind, function)
    body = source_of(function)
    ends = fewest_yields(body, 0, wrong) is not None
    if ends and body and not any(isinstance(one, ast.Return) for one in own(body)):
        wrong("a return of what it found", "none", RETURN)


def source_of(function: Function) -> list[ast.stmt]:
    """What a function is written as; nothing where its source is not at hand."""
    try:
        [written] = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, SyntaxError):
        return []
    ast.increment_lineno(written, function.__code__.co_firstlineno - 1)
    return written.body if isinstance(written, ast.FunctionDef) else []


def fewest_yields(body: list[ast.stmt], before: int, wrong: Wrong) -> int | None:
    """How often it has announced at least where it comes to a body's end; None if it never does.

    `before` is how often it has at its beginning: a yield that stands behind another is one too
    many, and a way that has not announced is a look, which returns something.
    """
    passed = before
    for statement in body:
        passed = check_statement(statement, passed, wrong)
        if isinstance(statement, ENDS):
            return None
        ways = [fewest_yields(way, passed, wrong) for way in ways_through(statement)]
        left = [count for count in ways if count is not None]
        if ways and not left:
            return None
        passed = min(left, default=passed)
    return passed


def check_statement(statement: ast.stmt, passed: int, wrong: Wrong) -> int:
    """How often it has announced behind a statement; raises `UsageError` where that is wrong."""
    announced = [one for one in own(heads(statement)) if isinstance(one, ast.Yield)]
    line, passed = f"in line {statement.lineno}", passed + len(announced)
    if any(map(is_no_text, announced)):
        wrong("a yield of text", f"one of something else {line}", ANNOUNCE)
    if announced and passed > 1:
        wrong("one yield", f"another behind it {line}", "make two steps of it")
    if isinstance(statement, ast.Return) and not passed and is_nothing(statement.value):
        wrong("a return of what it found", f"a return of nothing {line}", RETURN)
    return passed


def ways_through(statement: ast.stmt) -> list[list[ast.stmt]]:
    """The bodies of a statement of which one is gone through; an empty one passes it by."""
    if isinstance(statement, ast.If):
        return [statement.body, statement.orelse]
    if isinstance(statement, ast.With):
        return [statement.body]
    if isinstance(statement, LOOPS):
        return [statement.body, statement.orelse, []]
    if isinstance(statement, ast.Try):
        well = [*statement.body, *statement.orelse, *statement.finalbody]
        return [well, *([*one.body, *statement.finalbody] for one in statement.handlers)]
    return (
        [*(case.body for case in statement.cases), []] if isinstance(statement, ast.Match) else []
    )


def heads(statement: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement that are no statements themselves."""
    bodies = (ast.stmt, ast.excepthandler, ast.match_case)
    if not isinstance(statement, SCOPES):
        yield from (one for one in ast.iter_child_nodes(statement) if not isinstance(one, bodies))


def own(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """These and all below them, but for functions of their own."""
    for node in nodes:
        if not isinstance(node, SCOPES):
            yield node
            yield from own(ast.iter_child_nodes(node))


def is_nothing(value: ast.expr | None) -> bool:
    """Whether a return hands nothing on."""
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def is_no_text(announced: ast.Yield) -> bool:
    """Whether a yield surely announces no text."""
    said = announced.value
    return said is None or (isinstance(said, ast.Constant) and not isinstance(said.value, str))


def where(function: Function) -> str:
    """Where a function is written: its file and line."""
    code = inspect.unwrap(function).__code__
    return f"{code.co_filename}:{code.co_firstlineno}"


def refuse(kind: str, function: Function, expected: str, found: str, mend: str) -> NoReturn:
    """Raise `UsageError`: a function is not written as its decorator needs it."""
    place = f" ({where(function)})" if inspect.isfunction(function) else ""
    name = getattr(function, "__name__", repr(function))
    raise UsageError(f"@{kind} {name}{place}: expected {expected}, found {found}; {mend}")

"""Python's own files: the version that is given to setup(), or that a module sets a name to."""

import ast
import re
import warnings
from collections.abc import Iterable, Iterator

from runbook_lib.policy.version_files.place import Spans, line_starts

LITERAL = re.compile(r"[uU]?(?P<quote>['\"])(?P<version>[^'\"\\\r\n]*)(?P=quote)")
OLD_PYTHON = {
    True: re.compile(r"^[^#\r\n]*?\bversion\s*=\s*(['\"])(?P<version>[^'\"\r\n]*)\1", re.MULTILINE),
    False: re.compile(r"^__version__\s*=\s*(['\"])(?P<version>[^'\"\r\n]*)\1", re.MULTILINE),
}
"""For Python that this Python can't parse: in a setup.py, and elsewhere."""


def setup_places(_: str, text: str) -> Spans:
    """The version that is given to setup()."""
    return python_places(text, is_setup=True)


def module_places(path: str, text: str) -> Spans:
    """What a module sets `__version__` to; in one that is named for it, VERSION or version too."""
    found = list(python_places(text, is_setup=False))
    if found or "version" not in path.rsplit("/", 1)[-1]:
        return iter(found)
    tree = parsed(text)
    values = [value for name in ("VERSION", "version") for value in assigned(tree, name)]
    return literals(text, values)


def python_places(text: str, *, is_setup: bool) -> Spans:
    """The version that is given to setup(), or else what `__version__` is set to."""
    tree = parsed(text)
    if tree is None:
        return (found.span("version") for found in OLD_PYTHON[is_setup].finditer(text))
    values = setup_versions(tree) if is_setup else assigned(tree, "__version__")
    return literals(text, values)


def parsed(text: str) -> ast.Module | None:
    """A module's syntax; None where this Python can't parse it."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(text)
    except (SyntaxError, ValueError):
        return None


def setup_versions(tree: ast.Module) -> Iterator[ast.expr]:
    """What calls of setup() are given as version; a name is followed to what it is set to."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and called(call) == "setup":
            for keyword in call.keywords:
                if keyword.arg == "version" and isinstance(keyword.value, ast.Name):
                    yield from assigned(tree, keyword.value.id)
                elif keyword.arg == "version":
                    yield keyword.value


def called(call: ast.Call) -> str:
    """The last part of the name of what is called."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def assigned(tree: ast.Module | None, name: str) -> Iterator[ast.expr]:
    """What a module sets a name to, at its top level."""
    for statement in tree.body if tree else ():
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if isinstance(statement, ast.Assign | ast.AnnAssign) and name in names and statement.value:
            yield statement.value


def literals(text: str, values: Iterable[ast.expr]) -> Spans:
    """Where those of the values stand that are one plain string, written out."""
    starts = line_starts(text)
    for value in values:
        found = LITERAL.match(text, position(text, starts, value.lineno, value.col_offset))
        end = position(text, starts, value.end_lineno or 0, value.end_col_offset or 0)
        if found and found.end() == end:
            yield found.span("version")


def position(text: str, starts: list[int], line: int, column: int) -> int:
    """A place in the text from ast's line (from 1) and column (in bytes of UTF-8)."""
    start = starts[line - 1]
    return start + len(text[start : start + column].encode()[:column].decode())

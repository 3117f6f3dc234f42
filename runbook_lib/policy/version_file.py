"""Which file of a project says its version, where in the file, and how it is changed there.

A version counts where it is written out: a dynamic one (`dynamic = ["version"]`, a version read
from git) stands in no file, and is not found. All else in a file stays as it is, byte for byte:
texts are decoded with `surrogateescape`, and positions count characters.
"""

import ast
import json
import re
import tomllib
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import PurePosixPath

from runbook_lib.errors import Refused, UsageError

AT_THE_TOP = ("setup.py", "pyproject.toml", "package.json", "Cargo.toml")
IN_A_PACKAGE = re.compile(
    r"(?:(?:src|lib)/)?[^/]+/(?:__init__|__about__|__version__|_version|version)\.py"
)
SECTIONS = {
    "pyproject.toml": ("project", "tool.poetry"),
    "Cargo.toml": ("package", "workspace.package"),
}
LITERAL = re.compile(r"[uU]?(?P<quote>['\"])(?P<version>[^'\"\\\r\n]*)(?P=quote)")
TOML_LINE = re.compile(
    r"^[ \t]*(?:\[(?P<section>[^\[\]\r\n]+)\]|(?P<array>\[\[)"
    r"|version[ \t]*=[ \t]*(?P<quote>['\"])(?P<version>[^'\"\\\r\n]*)(?P=quote))",
    re.MULTILINE,
)
JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]')
JSON_VALUE = re.compile(r'\s*:\s*"(?P<version>[^"\\]*)"')
OLD_PYTHON = {
    True: re.compile(r"^[^#\r\n]*?\bversion\s*=\s*(['\"])(?P<version>[^'\"\r\n]*)\1", re.MULTILINE),
    False: re.compile(r"^__version__\s*=\s*(['\"])(?P<version>[^'\"\r\n]*)\1", re.MULTILINE),
}
"""For Python that this Python can't parse: in a setup.py, and elsewhere."""

ALLOWED = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+!_-]*")


@dataclass(frozen=True)
class Place:
    """Where a text says a version: the characters from `start` to `end`, on `line` (from 1)."""

    version: str
    start: int
    end: int
    line: int

    def __str__(self) -> str:
        return f"line {self.line}: {self.version}"


def find_version_file(paths: Iterable[str], read: Callable[[str], str | None]) -> str:
    """The one file among a project's `paths` that says its version.

    `read` gives a file's text. Raises `UsageError` where none does, or several.
    """
    known = [path for path in paths if path in AT_THE_TOP or IN_A_PACKAGE.fullmatch(path)]
    found = [path for path in sorted(known) if find_places(path, read(path) or "")]
    if len(found) == 1:
        return found[0]
    where = f"it stands in {', '.join(found)}" if found else "no file with a known place for it"
    raise UsageError(
        f"expected one file that says the version ({', '.join(AT_THE_TOP)}, __init__.py), "
        f"found: {where}; name it with the parameter version_file, and the place in it with "
        "version_pattern, a regular expression with one group"
    )


def find_place(path: str, text: str, pattern: str | None = None) -> Place:
    """The one place where a file says the version; raises `Refused` for none, or several."""
    places = find_places(path, text, pattern)
    if len(places) == 1:
        return places[0]
    found = "; ".join(map(str, places)) or "none"
    raise Refused(
        f"expected one place in {path} that says the version, found {found}; "
        "name the place with version_pattern, a regular expression with one group"
    )


def find_places(path: str, text: str, pattern: str | None = None) -> tuple[Place, ...]:
    """The places where a file says the version: by `pattern`, else as its name lets expect."""
    spans = matched(pattern, text) if pattern else known(path, text)
    return tuple(
        Place(text[start:end], start, end, len(line_starts(text[:start]))) for start, end in spans
    )


def change_version(text: str, place: Place, version: str) -> str:
    """The text with another version in that place, and nothing else changed."""
    if not ALLOWED.fullmatch(version):
        raise UsageError(f"expected a version of letters, digits and .+!_-, found {version!r}")
    return text[: place.start] + version + text[place.end :]


Spans = Iterator[tuple[int, int]]


def matched(pattern: str, text: str) -> Spans:
    """What the one group of a regular expression matches; ^ and $ stand for lines."""
    try:
        expression = re.compile(pattern, re.MULTILINE)
    except re.error as error:
        raise UsageError(
            f"version_pattern {pattern!r} is no regular expression: {error}"
        ) from error
    if expression.groups != 1:
        raise UsageError(
            f"expected version_pattern with one group around the version, "
            f"found {expression.groups} in {pattern!r}"
        )
    return (found.span(1) for found in expression.finditer(text) if found[1] is not None)


def known(path: str, text: str) -> Spans:
    """The places that a file of that name has for a version; none where the name is not known."""
    name = PurePosixPath(path).name
    if name in SECTIONS:
        return toml_places(path, text, SECTIONS[name])
    if name == "package.json":
        return json_places(path, text)
    return python_places(text, is_setup=name == "setup.py") if name.endswith(".py") else iter(())


def toml_places(path: str, text: str, sections: tuple[str, ...]) -> Spans:
    """The key `version` of each of these tables, where it is written out."""
    data, section = parsed(path, text, tomllib.loads), ""
    for line in TOML_LINE.finditer(text):
        if line["section"] or line["array"]:
            section = (line["section"] or "").replace(" ", "")
        elif section in sections and said_in(data, section) == line["version"]:
            yield line.span("version")


def said_in(data: object, section: str) -> object:
    """The value of `version` in a table; a line of some longer text is not it."""
    for name in [*section.split("."), "version"]:
        data = data.get(name) if isinstance(data, dict) else None
    return data


def json_places(path: str, text: str) -> Spans:
    """The key `version` of the outermost object."""
    parsed(path, text, json.loads)
    tokens = list(JSON_TOKEN.finditer(text))
    depths = accumulate({"{": 1, "[": 1, "}": -1, "]": -1}.get(token[0], 0) for token in tokens)
    for token, depth in zip(tokens, depths, strict=True):
        value = JSON_VALUE.match(text, token.end())
        if depth == 1 and token[0] == '"version"' and value:
            yield value.span("version")


def parsed(path: str, text: str, parse: Callable[[str], object]) -> object:
    """A file's data; raises `UsageError` where it is not what its name says."""
    try:
        return parse(text) if text else None
    except ValueError as error:
        raise UsageError(f"{path} can't be read: {error}") from error


def python_places(text: str, *, is_setup: bool) -> Spans:
    """The version that is given to setup(), or else what `__version__` is set to."""
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return (found.span("version") for found in OLD_PYTHON[is_setup].finditer(text))
    values = setup_versions(tree) if is_setup else assigned(tree, "__version__")
    return literals(text, values)


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


def assigned(tree: ast.Module, name: str) -> Iterator[ast.expr]:
    """What a module sets a name to, at its top level."""
    for statement in tree.body:
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


def line_starts(text: str) -> list[int]:
    """Where each line begins, as Python counts lines."""
    return [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]


def position(text: str, starts: list[int], line: int, column: int) -> int:
    """A place in the text from ast's line (from 1) and column (in bytes of UTF-8)."""
    start = starts[line - 1]
    return start + len(text[start : start + column].encode()[:column].decode())

"""The types that a parameters cell names, found without executing it, and what is of them."""

import ast
import builtins
import datetime
import decimal
import json
import pathlib
import typing
import uuid
from functools import reduce
from operator import or_
from typing import Any

from runbook_lib.lint.origins import Origins

HOMES = {one.__name__: one for one in (datetime, decimal, pathlib, typing, uuid)}
"""The modules whose types a default is compared with."""


def kind_of(annotation: ast.expr, names: Origins) -> Any:
    """The type that an annotation is; None where it is of another's making."""
    try:
        return resolve(annotation, names)
    except (LookupError, TypeError):
        return None


def resolve(node: ast.expr, names: Origins) -> Any:
    """The same; raises `LookupError` where it is another's."""
    if isinstance(node, ast.Constant):
        return type(None) if node.value is None else unknown(node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return reduce(or_, (resolve(side, names) for side in (node.left, node.right)))
    if isinstance(node, ast.Subscript):
        return resolve(node.value, names)[parts(node, names)]
    own = getattr(builtins, node.id, None) if isinstance(node, ast.Name) else None
    return own if isinstance(own, type) else imported(names.of(node))


def parts(node: ast.Subscript, names: Origins) -> tuple[Any, ...]:
    """What stands in a type's brackets: types, but values in those of `Literal`."""
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if names.of(node.value).endswith(".Literal"):
        return tuple(map(ast.literal_eval, inner))
    return tuple(... if is_dots(one) else resolve(one, names) for one in inner)


def is_dots(node: ast.expr) -> bool:
    """Whether a part is `...`, as in `tuple[str, ...]`."""
    return isinstance(node, ast.Constant) and node.value is ...


def imported(name: str) -> Any:
    """The type of a dotted name."""
    module, _, kind = name.rpartition(".")
    return getattr(HOMES[module], kind, None) or unknown(name)


def unknown(what: object) -> Any:
    """Raise `LookupError`: nobody can say here which type that is."""
    raise LookupError(what)


def fits(kind: Any, default: ast.expr) -> bool:
    """Whether a default is of a type; one that is computed is taken to be.

    As JSON would give it, so that `"2026-03-12"` is a date, and `"1"` is no number.
    """
    from pydantic import PydanticSchemaGenerationError, TypeAdapter, ValidationError

    try:
        given = json.dumps(ast.literal_eval(default), default=list)
        TypeAdapter(kind).validate_json(given, strict=True)
    except ValidationError:
        return False
    except (ValueError, TypeError, PydanticSchemaGenerationError):
        return True
    return True

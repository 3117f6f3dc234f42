"""The types of parameters: those that a parameters cell declares, and values that are read as them.

A text, a number and a truth value are taken as they are, or not at all. Everything else is read by
pydantic: a value as Python has it, or a text as JSON has it (`["eu", "us"]`) or as the type is
written (`2026-11-26`).
"""

import ast
import builtins
import datetime
import decimal
import inspect
import ipaddress
import json
import pathlib
import typing
import uuid
from collections import ChainMap
from collections.abc import Mapping, Sequence
from types import ModuleType, SimpleNamespace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from runbook_lib.errors import UsageError

EXPECTED: dict[Any, str] = {
    str: "text",
    bool: "True or False",
    int: "a whole number",
    float: "a number",
}
"""The types that are taken as they are."""
MODULES = (builtins, typing, datetime, pathlib, decimal, uuid, ipaddress)


def public_parts(module: ModuleType) -> SimpleNamespace:
    """What a module has for annotations: no function, which pydantic would call, and no module."""
    parts = {
        name: found
        for name, found in vars(module).items()
        if not (name.startswith("_") or inspect.isroutine(found) or inspect.ismodule(found))
    }
    return SimpleNamespace(**parts)


BY_MODULE = {module.__name__: public_parts(module) for module in MODULES}
BY_NAME = dict(ChainMap(*map(vars, BY_MODULE.values())))
"""What an annotation can be made of without anything of the notebook being executed."""
PARTS = (
    *(ast.Expression, ast.Name, ast.Attribute, ast.Subscript, ast.Tuple, ast.List, ast.Constant),
    *(ast.BinOp, ast.BitOr, ast.Load),
)


def type_of(annotation: str) -> Any:
    """The type that an annotation says; None where only the notebook's own code can tell."""
    try:
        tree = ast.parse(annotation, mode="eval")
        nodes = list(ast.walk(tree))
        if not all(isinstance(node, PARTS) for node in nodes) or has_code(nodes):
            return None
        dotted = any(isinstance(node, ast.Attribute) for node in nodes)
        names = {**BY_NAME, **(BY_MODULE if dotted else {})}
        return eval(compile(tree, annotation, "eval"), {"__builtins__": {}}, names)
    except (SyntaxError, ValueError, NameError, AttributeError, TypeError):
        return None


def has_code(nodes: Sequence[ast.AST]) -> bool:
    """Whether an annotation has a part that is executed, as it or a value of it is read.

    That is a method, and a text that is not a `Literal`'s: it may name a type of the notebook's.
    """
    owners = [ast.unparse(node.value) for node in nodes if isinstance(node, ast.Attribute)]
    slices = [node.slice for node in nodes if isinstance(node, ast.Subscript) and literal(node)]
    values = [each for one in slices for each in getattr(one, "elts", [one])]
    texts = (node for node in nodes if isinstance(node, ast.Constant) and type(node.value) is str)
    return bool(set(owners) - set(BY_MODULE)) or any(text not in values for text in texts)


def literal(node: ast.Subscript) -> bool:
    """Whether it is `Literal[…]`."""
    return ast.unparse(node.value) in ("Literal", "typing.Literal")


def resolved(kind: Any, namespace: Mapping[str, Any]) -> Any:
    """A type that is written as text (`from __future__ import annotations`) as itself."""
    if not isinstance(kind, str):
        return kind
    try:
        return eval(kind, dict(namespace))
    except Exception as error:  # what stands there is the notebook's own
        raise UsageError(f"expected a type, found {kind!r} ({error}); correct it") from None


def fitted(name: str, kind: Any, value: Any) -> Any:
    """A parameter's value as one of its type.

    Raises `UsageError` for one that can't be read so, and for a type of which nobody can read any.
    """
    if kind in EXPECTED:
        refuse_mistyped(name, kind, value)
        return value
    adapter = adapter_of(name, kind)
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        found = from_json(adapter, value) if isinstance(value, str) else None
        if found is not None:
            return found[0]
        problem = error.errors()[0]
    place = "".join(f"[{part!r}]" for part in problem["loc"])
    raise UsageError(
        f"parameter {name}{place}: expected {written(kind)}, found {type(value).__name__} "
        f"{value!r}: {problem['msg']}; {advice(name, value)}"
    )


def from_json(adapter: TypeAdapter[Any], text: str) -> tuple[Any] | None:
    """What a text says as JSON, in a tuple of its own; None where that is not of the type."""
    try:
        return (adapter.validate_python(json.loads(text)),)
    except (ValueError, RecursionError):
        return None


def refuse_mistyped(name: str, kind: Any, value: Any) -> None:
    """Raise `UsageError` for a text, a number or a truth value that is of another type."""
    fits = type(value) is kind or (kind is float and type(value) is int)
    if not fits:
        hint = f"; give it as text: papermill … -r {name} '…'" if kind is str else ""
        raise UsageError(
            f"parameter {name}: expected {EXPECTED[kind]}, found {type(value).__name__} "
            f"{value!r}{hint}"
        )


def adapter_of(name: str, kind: Any) -> TypeAdapter[Any]:
    """What reads values of a type; raises `UsageError` where nothing can."""
    try:
        adapter = TypeAdapter(kind)
        adapter.rebuild(raise_errors=True)
        return adapter
    except Exception:  # a name in it, or a class of the notebook's own, may do whatever it likes
        raise UsageError(
            f"parameter {name}: expected a type that values can be read as (text, a number, a "
            f"date, a path, a list of these, …), found {written(kind)}; declare another"
        ) from None


def advice(name: str, value: Any) -> str:
    """How a value is given that is no single text."""
    if isinstance(value, str):
        return f"""give a list or a table as JSON: -p {name} '["…", "…"]'"""
    return "correct the value"


def written(kind: Any) -> str:
    """A type as a parameters cell has it."""
    return kind.__name__ if type(kind) is type else str(kind).replace("typing.", "")

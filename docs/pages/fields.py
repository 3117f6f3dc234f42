"""The fields of a model in words: types and defaults, and the docstrings below them."""

import ast
import inspect
import json
from functools import cache
from itertools import pairwise
from typing import Any

NAMED = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
}
"""What a type of JSON Schema is called here."""
BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "minItems": "{} or more",
    "pattern": "as `{}`",
}


def kind(said: dict[str, Any]) -> str:
    """The type of a value in words, from its JSON Schema."""
    if "anyOf" in said:
        return kind(next(each for each in said["anyOf"] if each.get("type") != "null"))
    if "enum" in said:
        return ", ".join(f"`{json.dumps(each)}`" for each in said["enum"])
    bounds = [words.format(said[bound]) for bound, words in BOUNDS.items() if bound in said]
    return ", ".join([bare_kind(said), *bounds])


def bare_kind(said: dict[str, Any]) -> str:
    """The same without its bounds."""
    if said.get("type") == "array":
        return f"list of {kind(said['items'])}" + ("" if "enum" in said["items"] else "s")
    if said.get("type") == "object":
        of = said["additionalProperties"]
        ending = "" if "enum" in of else "s"
        return "tables by name" if "$ref" in of else f"table of {kind(of)}{ending}"
    return said.get("format") or NAMED.get(said.get("type", ""), "table")


def default(said: dict[str, Any]) -> str:
    """What counts where a key is left out; nothing where that is nothing, or a table."""
    value = said.get("default")
    empty = value is None or value in ("", [], {}) or isinstance(value, dict)
    return "" if empty else f"`{json.dumps(value, ensure_ascii=False)}`"


@cache
def docstrings(model: type) -> dict[str, str]:
    """The docstrings below the fields of a class, by the fields' names."""
    if not model.__module__.startswith("runbook_lib."):
        return {}
    [body] = ast.parse(inspect.getsource(model)).body
    assert isinstance(body, ast.ClassDef)
    pairs = ((field_of(field), text_of(below)) for field, below in pairwise(body.body))
    return {name: text for name, text in pairs if name and text}


def field_of(node: ast.stmt) -> str:
    """The name of the field that a line of a class declares; empty where it declares none."""
    target = node.target if isinstance(node, ast.AnnAssign) else None
    return target.id if isinstance(target, ast.Name) else ""


def text_of(node: ast.stmt) -> str:
    """What a line of a class says that is nothing but a text; empty where it is more."""
    value = node.value if isinstance(node, ast.Expr) else None
    told = value.value if isinstance(value, ast.Constant) else ""
    return told if isinstance(told, str) else ""

"""Requests to Bugzilla's REST API as calls of its JSON-RPC: what an older Bugzilla is asked by.

https://bugzilla.readthedocs.io/en/5.0/integrating/apis.html and
Bugzilla/WebService/Server/JSONRPC.pm: a POST to `jsonrpc.cgi` with one object of parameters, which
has the credentials in it.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from runbook_lib.frozen import frozen

LISTED = ("include_fields", "names", "ids")
"""What REST writes with commas or once, and a call as a list."""
NO_METHOD = frozenset({32601, -32601, 100302})
"""Codes that say that this version has no such call."""


@frozen
class Call:
    """A call: the method's name, and what it is given."""

    method: str
    given: dict[str, Any] = field(default_factory=dict)


def as_call(method: str, path: tuple[str | int, ...], said: Mapping[str, Any]) -> Call:
    """The call that does what a request to the REST API would."""
    name, named = named_call(method, path)
    return Call(name, {**{key: as_list(key, value) for key, value in said.items()}, **named})


def named_call(method: str, path: tuple[str | int, ...]) -> tuple[str, dict[str, Any]]:
    """A call's name, and what stands in the request's path."""
    match (method, *path):
        case ("GET", "bug"):
            return "Bug.search", {}
        case ("GET", "bug", one):
            return "Bug.get", {"ids": [one]}
        case ("GET", "bug", one, "comment"):
            return "Bug.comments", {"ids": [one]}
        case ("GET", "bug", one, "history"):
            return "Bug.history", {"ids": [one]}
        case ("POST", "bug"):
            return "Bug.create", {}
        case ("PUT", "bug", one):
            return "Bug.update", {"ids": [one]}
        case ("GET", "field", "bug", name):
            return "Bug.fields", {"names": [name]}
        case ("GET", "field", "bug"):
            return "Bug.fields", {}
        case ("GET", "product"):
            return "Product.get", {}
        case ("GET", "user"):
            return "User.get", {}
        case ("GET", "valid_login"):
            return "User.valid_login", {}
        case ("GET", "parameters"):
            return "Bugzilla.parameters", {}
    raise AssertionError(f"no call is known for {method} {path}")


def as_list(name: str, value: Any) -> Any:
    """A value as a call takes it."""
    if name not in LISTED or not isinstance(value, str):
        return value
    return value.split(",") if name == "include_fields" else [value]

"""Names of a package that are imported when they are first asked for."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazily(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """What a package's `__getattr__` is, whose names are in these modules.

    Who needs one of them imports no other. It raises `AttributeError` for any other name, with
    those that there are.
    """

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"{package} has no {name!r}; it has {', '.join(homes)}")
        return getattr(import_module(homes[name]), name)

    return find

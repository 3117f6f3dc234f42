"""Names of a package that are imported when they are first asked for."""

import gc
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


def lazily(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """What a package's `__getattr__` is, whose names are in these modules.

    Who needs one of them imports no other. It raises `AttributeError` for any other name, with
    those that there are.
    """

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"{package} has no {name!r}; it has {', '.join(homes)}")
        if homes[name] in sys.modules:
            return getattr(import_module(homes[name]), name)
        with kept():
            return getattr(import_module(homes[name]), name)

    return find


@contextmanager
def kept() -> Iterator[None]:
    """Have what is imported here looked through for garbage neither now nor when the process ends.

    Modules stay to the end, and a collection goes through all that they hold, again and again:
    together that takes a third of the time of importing them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Have modules not found while others are imported that can do without them."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


@contextmanager
def put_off(name: str) -> Iterator[None]:
    """Have who imports a module here get one that is imported as soon as a name of it is used."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = stand_in = PutOff(name)
    try:
        yield
    finally:
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]


class PutOff(ModuleType):
    """Stands in for a module, until one of its names is used."""

    def __getattr__(self, name: str) -> Any:
        """A name of the module, which is imported now."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)

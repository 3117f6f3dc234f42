"""Values that nobody changes: what `dataclass(frozen=True)` makes, at a fifth of its price.

Of a frozen dataclass Python writes and compiles six methods, which for the three hundred of a
release took a quarter of all that its imports take. Here it writes `__init__` alone, and the other
five are the same functions for each class.
"""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Make a class a dataclass whose fields are set once, by its `__init__`.

    It is equal to another of its class with equal fields, and has their hash; whatever sets or
    deletes an attribute later gets `dataclasses.FrozenInstanceError`.
    """
    own = {name for name, value in vars(cls).items() if value is not None}
    made: Any = dataclass(eq=False, repr=False)(cls)
    names = frozenset(one.name for one in fields(made))
    values = read(*(one.name for one in fields(made) if one.compare))
    shown = [one.name for one in fields(made) if one.repr]

    def set_once(self: Any, name: str, value: object) -> None:
        held = self.__dict__
        if name in held or name not in names:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        held[name] = value

    def is_equal(self: Any, other: object) -> Any:
        if other.__class__ is self.__class__:
            return values(self) == values(other)
        return NotImplemented

    def number(self: Any) -> int:
        return hash(values(self))

    @recursive_repr()
    def represent(self: Any) -> str:
        parts = (f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{self.__class__.__qualname__}({', '.join(parts)})"

    methods = {
        "__setattr__": set_once,
        "__delattr__": refuse_to_delete,
        "__eq__": is_equal,
        "__hash__": number,
        "__repr__": represent,
    }
    for name, method in methods.items():
        if name not in own:
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]


def read(*names: str) -> Callable[[Any], Any]:
    """What reads these attributes of an object."""
    return attrgetter(*names) if names else lambda _: ()


def refuse_to_delete(_: Any, name: str) -> None:
    """Raise, for no attribute is ever taken away."""
    raise FrozenInstanceError(f"cannot delete field {name!r}")

"""Frozen values: what a frozen dataclass does, they do."""

import copy
import pickle
from dataclasses import KW_ONLY, FrozenInstanceError, asdict, dataclass, field, fields, replace
from functools import cached_property
from inspect import signature
from typing import Any

import pytest

from runbook_lib.frozen import frozen


@frozen
class Point:
    """A place."""

    x: int
    y: int = 0
    seen_by: list[str] = field(default_factory=list, compare=False, repr=False)

    @cached_property
    def doubled(self) -> int:
        """Found once."""
        return 2 * self.x


@frozen
class Named(Point):
    """A place with a name, which is given by name."""

    _: KW_ONLY
    name: str


@frozen
class Nothing:
    """No field at all."""


@frozen
class Folded:
    """Equal in whatever case it is written, and shown in its own words."""

    text: str
    size: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", len(self.text))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Folded) and self.text.lower() == other.text.lower()

    def __repr__(self) -> str:
        return f"~{self.text}~"


def test_it_is_equal_and_has_the_same_hash_where_the_compared_fields_are_equal() -> None:
    assert Point(1, 2, ["me"]) == Point(1, 2)
    assert hash(Point(1, 2, ["me"])) == hash(Point(1, 2))
    assert len({Point(1, 2), Point(1, 2), Point(2, 1), Nothing(), Nothing()}) == 3


def test_it_is_not_equal_to_what_is_of_another_class() -> None:
    assert Point(1, 2) != Named(1, 2, name="here")
    assert Point(1) != 1
    assert Nothing() != ()


def test_a_value_that_cannot_be_hashed_makes_it_so() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Point([], 2))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["x", "y", "seen_by", "z", "doubled"])
def test_no_attribute_is_set_or_deleted(name: str) -> None:
    point = Point(1)
    held = dict(vars(point))
    with pytest.raises(FrozenInstanceError, match=f"assign to field '{name}'"):
        setattr(point, name, 3)
    with pytest.raises(FrozenInstanceError, match=f"delete field '{name}'"):
        delattr(point, name)
    assert vars(point) == held


def test_a_field_of_a_derived_class_is_as_fixed_as_one_of_its_base() -> None:
    named = Named(1, name="here")
    for name in ("x", "name"):
        with pytest.raises(FrozenInstanceError):
            setattr(named, name, "there")
    assert replace(named, x=2) == Named(2, name="here")


def test_it_is_shown_as_it_is_made() -> None:
    assert repr(Point(1, 2)) == "Point(x=1, y=2)"
    assert repr(Named(1, name="here")) == "Named(x=1, y=0, name='here')"
    assert repr(Nothing()) == "Nothing()"


def test_one_that_holds_itself_is_shown_all_the_same() -> None:
    holding: list[Any] = []
    point = Point(holding)  # type: ignore[arg-type]
    holding.append(point)
    assert repr(point) == "Point(x=[...], y=0)"


def test_what_a_class_says_of_itself_stays() -> None:
    assert Folded("ab") == Folded("AB")
    assert repr(Folded("ab")) == "~ab~"
    assert Folded("ab").size == 2


def test_what_is_found_once_is_kept() -> None:
    point = Point(4)
    assert point.doubled == 8
    assert vars(point)["doubled"] == 8


def test_it_is_a_dataclass_to_all_who_ask() -> None:
    assert [one.name for one in fields(Point)] == ["x", "y", "seen_by"]
    assert asdict(Point(1)) == {"x": 1, "y": 0, "seen_by": []}
    assert list(signature(Named).parameters) == ["x", "y", "seen_by", "name"]
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))]
)
def test_it_is_copied_as_others_are(duplicate: Any) -> None:
    named = Named(1, 2, ["me"], name="here")
    copied = duplicate(named)
    assert copied == named
    assert copied is not named
    assert copied.seen_by == ["me"]


def test_it_does_as_a_frozen_dataclass_does() -> None:
    @dataclass(frozen=True)
    class Plain:
        x: int
        y: str = "b"

    @frozen
    class Ours:
        x: int
        y: str = "b"

    for made in (Plain, Ours):
        with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
            made()  # type: ignore[call-arg]
    assert repr(Ours(1)) == repr(Plain(1)).replace("Plain", "Ours")
    assert hash(Ours(1)) == hash(Plain(1))
    assert Ours.__match_args__ == Plain.__match_args__  # type: ignore[attr-defined]

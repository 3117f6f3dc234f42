"""Whatever a step returns shows itself as a sentence, in its line and under its cell."""

import inspect
import pkgutil
from collections.abc import Callable, Generator, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

import runbook_lib
from runbook_lib.services.git.clones.operator_clone import CleanClone
from runbook_lib.steps.step import check, step
from runbook_lib.steps.wait import wait


def announced(_owner: Any) -> Generator[str, None, str]:
    """What a step is made of."""
    yield "nothing"
    return "nothing"


CARRIED_OUT = {
    made.__code__  # type: ignore[attr-defined]
    for made in (step(announced), check(lambda _: None), wait(lambda _: None))
}


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(runbook_lib.__path__, "runbook_lib."):
        if not found.name.startswith("runbook_lib.sandbox"):
            yield import_module(found.name)


def steps() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every step, check and wait of the library, by its name."""
    for module in modules():
        kinds = [kind for kind in vars(module).values() if inspect.isclass(kind)]
        for holder in (module, *kinds):
            for name, found in vars(holder).items():
                here = getattr(found, "__module__", "") == module.__name__
                if here and getattr(found, "__code__", None) in CARRIED_OUT:
                    yield f"{module.__name__}.{name}", found.__wrapped__


def returned(function: Callable[..., Any]) -> set[type]:
    """The types of what a step returns."""
    found = get_type_hints(function)["return"]
    whole = get_args(found)[2] if get_origin(found) is Generator else found
    return set(leaves(whole)) - {str, type(None)}


def leaves(hint: Any) -> Iterator[type]:
    for each in get_args(hint):
        yield from leaves(each)
    if not get_args(hint):
        yield hint


STEPS = dict(steps())


def test_the_steps_of_every_service_are_found() -> None:
    assert len(STEPS) > 70
    assert any(name.endswith("github.pulls.wait_for_merge") for name in STEPS)


@pytest.mark.parametrize("name", sorted(STEPS))
def test_what_a_step_returns_is_shown_in_words(name: str) -> None:
    for kind in returned(STEPS[name]):
        assert any("__str__" in vars(each) for each in kind.__mro__[:-1]), kind
        assert hasattr(kind, "_repr_mimebundle_"), kind


def test_a_value_is_shown_under_its_cell_as_it_is_in_its_line(tmp_path: Any) -> None:
    clean = CleanClone(tmp_path, "main", "3f2c81d09aaa")
    shown = {"text/plain": f"{tmp_path} is clean: main at 3f2c81d09"}
    assert clean._repr_mimebundle_() == shown

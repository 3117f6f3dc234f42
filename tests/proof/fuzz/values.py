"""What JSON and TOML can hold: a true value with places of it wrong, in type, size or depth."""

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.proof.fuzz.texts import Maker

Place = tuple[str | int, ...]
DEPTH = 3_000
"""How deep the deepest value is."""


class Deep(str):
    """A value that is deep in itself, as JSON."""


DEEP = (Deep("[" * DEPTH + "]" * DEPTH), Deep('{"a":' * DEPTH + "1" + "}" * DEPTH))
PLAIN = (
    *(None, True, False, 0, -1, 7, 10**30, -(10**12), 2**63, 0.5, 1e308, float("nan")),
    *("", "text", "7", [], {}, [None], [[]], [{}], {"a": None}, ["text"] * 3, float("inf")),
)


TEXTS = Maker()


def wrong(random: Random) -> Any:
    """A value to stand where another is expected."""
    way = random.random()
    if way < 0.03:
        return random.choice(DEEP)
    return TEXTS.text(random) if way < 0.5 else copy.deepcopy(random.choice(PLAIN))


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    """Each place in a value."""
    yield here
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value[:3])
    for key, below in inner:
        yield from places(below, (*here, key))


def mutated(value: Any, random: Random) -> Any:
    """A value with one to three of its places wrong."""
    found = copy.deepcopy(value)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        found = changed(found, random.choice([*places(found)]), random)
    return found


def changed(value: Any, place: Place, random: Random) -> Any:
    """A value with something else at a place: gone, doubled, wrong, or what stands elsewhere."""
    if not place:
        return wrong(random)
    *outer, last = place
    holder = value
    for key in outer:
        holder = holder[key]
    how = random.choice(("wrong", "wrong", "wrong", "gone", "many", "listed", "elsewhere"))
    if how == "gone":
        del holder[last]
    elif how == "many" and isinstance(holder[last], list):
        holder[last] = holder[last] * 200
    elif how == "listed":
        holder[last] = [holder[last]]
    elif how == "elsewhere":
        holder[last] = copy.deepcopy(at(value, random.choice([*places(value)])))
    else:
        holder[last] = wrong(random)
    return value


def at(value: Any, place: Place) -> Any:
    """What stands at a place."""
    for key in place:
        value = value[key]
    return value


def as_json(value: Any) -> str:
    """A value as JSON, as deep as it says."""
    text = json.dumps(value, ensure_ascii=False)
    for deep in DEEP:
        text = text.replace(json.dumps(deep), deep)
    return text


def as_bytes(value: Any) -> bytes:
    """The same as a service sends it."""
    return as_json(value).encode("utf-8", "surrogatepass")

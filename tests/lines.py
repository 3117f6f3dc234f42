"""How large the house is, by room: modules and lines, the kit apart from what it serves.

    python -m tests.lines

What is only a procedure's own in `policy` counts as the procedure's, and another rule that nothing
of the kit goes by as the services'.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.test_house import (
    FLOORS,
    MODULES,
    PROCEDURES,
    ROOT,
    imports,
    is_of,
    name_of,
    room_of,
)

SERVED = ("release", "push", "services", "sandbox")
"""What the kit serves or stands on: whoever reads the kit alone leaves it out."""


def room(path: Path) -> str:
    """The room of a module; what is for those alone that the kit serves is in one of theirs."""
    name = name_of(path).removesuffix("__init__").rstrip(".")
    if own := next((one for one in PROCEDURES if is_of(name, (one,))), ""):
        return own.removeprefix("policy.")
    return "services" if name.startswith("policy.") and name not in rules() else room_of(name)


@cache
def rules() -> frozenset[str]:
    """The modules of `policy` that the kit imports, and those that they import in turn."""
    uses = {name_of(path).removesuffix(".__init__"): imports(path) for path in MODULES}
    left = [name for name in uses if room_of(name) not in (*SERVED, "policy")]
    found = set[str]()
    while left:
        more = {one for one in uses[left.pop()] & uses.keys() if room_of(one) == "policy"}
        left += more - found
        found |= more
    return frozenset(found)


def size(path: Path) -> int:
    """The lines of a file."""
    return path.read_text().count("\n")


def rows() -> Iterator[tuple[str, int, int]]:
    """Each room with its modules and lines, floor by floor; then the kit, and what is beside it."""
    modules, lines = Counter(map(room, MODULES)), Counter[str]()
    for path in MODULES:
        lines[room(path)] += size(path)
    rooms = [name for floor in FLOORS for name in floor]
    yield from ((name, modules[name], lines[name]) for name in rooms)
    kit = [name for name in rooms if name not in SERVED]
    yield "the kit alone", sum(modules[one] for one in kit), sum(lines[one] for one in kit)
    yield "the library", modules.total(), lines.total()
    for beside, kind in (("tests", "py"), ("examples", "py"), ("benchmarks", "py"), ("docs", "md")):
        found = sorted((ROOT.parent / beside).rglob(f"*.{kind}"))
        yield f"{beside}/ (.{kind})", len(found), sum(map(size, found))


def table() -> str:
    """The rows as a table of Markdown."""
    shown = [f"| {name} | {modules:,} | {lines:,} |" for name, modules, lines in rows()]
    return "\n".join(["| room | modules | lines |", "| --- | ---: | ---: |", *shown])


if __name__ == "__main__":
    print(table())

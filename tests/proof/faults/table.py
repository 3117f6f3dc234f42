"""The table of what was tried."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from tests.proof.faults.points import METHODS
from tests.proof.faults.results import Line, Results
from tests.proof.faults.scenarios import SCENARIOS
from tests.proof.faults.trying import faults

HEADS = ("points", "faults", "tried", "found")


def table(results: Results) -> str:
    """The counts by runbook and by kind, and all that was found."""
    lines = results.read()
    known = {name: faults(one, results.points(name)) for name, one in SCENARIOS.items()}
    rows = [
        [name, len({one.point for one in of}), len(of), *counts(tried)]
        for name, of in known.items()
        if (tried := [line for line in lines if line["key"].startswith(f"{name} · ")])
    ]
    whole = [sum(int(row[n]) for row in rows) for n in range(1, len(HEADS) + 1)]
    by_kind = [[kind, *counts(of)] for kind, of in sorted(grouped(lines, kind_of).items())]
    seconds = sum(line["seconds"] for line in lines)
    parts = [
        markdown(("runbook", *HEADS), [*rows, ["together", *whole]]),
        markdown(("kind", *HEADS[2:]), by_kind),
        [text for line in lines if line["found"] for text in findings(line)],
        [f"{len(lines)} faults tried, in {seconds / 60:.0f} minutes of workers"],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def findings(line: Line) -> list[str]:
    """What was found at one fault."""
    return [f"✘ {line['key']}", *(f"    {text[:400]}" for text in line["found"])]


def counts(lines: list[Line]) -> list[int]:
    """How many were tried, and at how many something was found."""
    return [len(lines), sum(bool(line["found"]) for line in lines)]


def kind_of(line: Line) -> str:
    """The kind of fault, with whom it strikes: git itself or a service."""
    _, what, kind = line["key"].split(" · ")
    return f"{kind} ({'request' if what.startswith(METHODS) else 'command'})"


def grouped(lines: Iterable[Line], key: Callable[[Line], str]) -> dict[str, list[Line]]:
    """Lines by what they have in common."""
    found = defaultdict[str, list[Line]](list)
    for line in lines:
        found[key(line)].append(line)
    return found


def markdown(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """A table as the docs have it."""
    names = list(heads)
    lines = [names, ["---"] * len(names), *([str(cell) for cell in row] for row in rows)]
    return ["| " + " | ".join(line) + " |" for line in lines]

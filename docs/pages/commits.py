"""The types and labels that are known, from the convention itself."""

from collections.abc import Iterator

from runbook_lib.policy.clog import SECTIONS
from runbook_lib.policy.convention import KNOWN

HEAD = "| calls for | types | labels of pull requests | listed under |\n| --- | --- | --- | --- |"
CALLS = {"feature": "minor", "fix": "patch", "performance": "patch", "other": "nothing"}


def page() -> str:
    """A row for each thing that a type may call for."""
    return "\n".join([HEAD, *rows()]) + "\n"


def rows() -> Iterator[str]:
    """The types that break something, then the others by their kinds."""
    yield row("major", sorted(KNOWN.breaks), "Breaking Changes")
    for kind, level in CALLS.items():
        types = [type for type, said in KNOWN.kinds.items() if said == kind]
        yield row(level, [one for one in types if one not in KNOWN.breaks], SECTIONS.get(kind, ""))


def row(level: str, types: list[str], section: str) -> str:
    """One row: the types, and the labels that stand for one of them."""
    labels = sorted(label for label, type in KNOWN.labels.items() if type in types)
    return f"| {level} | {listed(types)} | {listed(labels)} | {section} |"


def listed(names: list[str]) -> str:
    """Names as code, in one line."""
    return ", ".join(f"`{name}`" for name in names)

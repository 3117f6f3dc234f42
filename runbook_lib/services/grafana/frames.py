"""Data frames, as `/api/ds/query` answers them, as series.

https://grafana.com/developers/plugin-tools/key-concepts/data-frames describes them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

from runbook_lib.errors import Refused
from runbook_lib.policy.monitoring.series import Series
from runbook_lib.services.http import excerpt

LONGEST = 120
"""How much of a line's name is kept."""


def read_results(said: dict[str, Any], names: Sequence[str]) -> tuple[Series, ...]:
    """The series of the named queries; raises `Refused` where the data source refused one."""
    results = said.get("results") or {}
    for name, result in results.items():
        if result.get("error"):
            raise Refused(f"the data source refused query {name}: {result['error']}")
    lacking = [name for name in names if name not in results]
    if lacking:
        raise Refused(f"there is no answer to query {', '.join(lacking)}")
    found = [
        series
        for name in names
        for frame in results[name].get("frames") or ()
        for series in read_frame(frame, name)
    ]
    return tuple(told_apart(found))


def read_frame(frame: dict[str, Any], name: str) -> Iterator[Series]:
    """The series of one frame: a column of times, and columns of numbers beside it."""
    fields = (frame.get("schema") or {}).get("fields") or []
    columns = (frame.get("data") or {}).get("values") or [[] for _ in fields]
    kinds = [field.get("type") for field in fields]
    if "number" not in kinds and not any(columns):
        return
    if "time" not in kinds or "number" not in kinds or "string" in kinds:
        raise Refused(f"query {name} answers with a table, not with time series")
    times = [moment / 1000 for moment in columns[kinds.index("time")]]
    for field, column in zip(fields, columns, strict=True):
        if field.get("type") == "number":
            values = map(finite, column)
            yield Series(name_of(field, name), tuple(zip(times, values, strict=True)))


def finite(value: object) -> float | None:
    """A number, or None for what is none: a division by nothing has no value."""
    return float(value) if isinstance(value, int | float) and isfinite(value) else None


def name_of(field: dict[str, Any], query: str) -> str:
    """What a series is called in the panel's legend."""
    config, labels = field.get("config") or {}, field.get("labels") or {}
    said = config.get("displayNameFromDS") or config.get("displayName")
    written = ", ".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
    found = str(said or (f"{{{written}}}" if written else "") or field.get("name") or query)
    return excerpt(found, LONGEST)


def told_apart(found: Sequence[Series]) -> Iterator[Series]:
    """The series, those of the same name numbered."""
    seen: dict[str, int] = {}
    for series in found:
        seen[series.name] = number = seen.get(series.name, 0) + 1
        yield series if number == 1 else replace(series, name=f"{series.name} ({number})")

"""What `/api/ds/query` answers: data frames, of the site's figures or of a real Prometheus.

https://grafana.com/developers/plugin-tools/key-concepts/data-frames describes the frames.
"""

import math
import re
from typing import Any

from runbook_lib.sandbox.services.grafana.dashboards import STALE_UID
from runbook_lib.sandbox.services.grafana.metrics import FIGURES, points, read_site
from runbook_lib.sandbox.services.grafana.prometheus import BadQuery, query_range
from runbook_lib.sandbox.world.world import World

NAME = re.compile(r"\b[a-zA-Z_:][\w:]*\b")
BRACKETS = {"(": ")", "[": "]", "{": "}"}
SCRAPE = 15
MOST = 11_000
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}

Points = list[tuple[float, float]]
Labelled = tuple[dict[str, str], Points]


def answer_queries(
    world: World, queries: list[dict[str, Any]], first: float, last: float
) -> dict[str, Any]:
    """The result of each query by its refId; a refused one has its error."""
    results = {}
    for query in queries:
        name = str(query.get("refId") or "A")
        try:
            found = find_data(world, query, first, last)
        except BadQuery as error:
            said = {"error": str(error), "errorSource": "downstream", "status": 400}
            results[name] = {**said, "frames": []}
        else:
            frames = [frame(name, query, *each, step_of(query, first, last)) for each in found]
            results[name] = {"status": 200, "frames": frames or [empty(name)]}
    return results


def find_data(world: World, query: dict[str, Any], first: float, last: float) -> list[Labelled]:
    """The labelled series that a query finds."""
    step = step_of(query, first, last)
    expr = str(query.get("expr") or "").replace("$__rate_interval", f"{rate(step)}s")
    if not expr:
        raise BadQuery("bad_data: no expression")
    if query["datasource"]["uid"] == STALE_UID:
        return []
    prometheus = world.setting("prometheus")
    if prometheus:
        return query_range(prometheus, expr, first // step * step, last // step * step, step)
    figure = figure_of(expr)
    found = points(read_site(world), figure, first, last, step) if figure else []
    return [({}, found)] if found else []


def figure_of(expr: str) -> str:
    """The figure that an expression asks for; nothing where the site has none of that name."""
    require_balance(expr)
    if re.search(r'status=~?"5', expr):
        return "errors"
    return next((name for name in NAME.findall(expr) if name in FIGURES), "")


def require_balance(expr: str) -> None:
    """As far as expressions are understood here: each bracket has its partner."""
    open_: list[str] = []
    for place, sign in enumerate(expr):
        if sign in BRACKETS:
            open_.append(BRACKETS[sign])
        elif sign in BRACKETS.values() and (not open_ or open_.pop() != sign):
            raise BadQuery(f"bad_data: 1:{place + 1}: parse error: unexpected {sign!r}")
    if open_:
        raise BadQuery("bad_data: parse error: unexpected end of input")


def step_of(query: dict[str, Any], first: float, last: float) -> float:
    """The seconds between two points, as Grafana reckons for a Prometheus.

    Enough for `maxDataPoints`, and no less than the query's `interval`.
    """
    written = re.fullmatch(r"(\d+)(ms|s|m|h|d)", str(query.get("interval") or ""))
    least = int(written[1]) * UNITS[written[2]] if written else SCRAPE
    most = min(MOST, int(query.get("maxDataPoints") or 100))
    return max(least, math.ceil((last - first) / most))


def rate(step: float) -> int:
    """What `$__rate_interval` stands for, in seconds."""
    return int(max(step + SCRAPE, 4 * SCRAPE))


def frame(
    name: str, query: dict[str, Any], labels: dict[str, str], found: Points, step: float
) -> dict[str, Any]:
    """One series as a data frame; what is no finite number stands beside the values."""
    values = [value if math.isfinite(value) else None for _, value in found]
    spelled = ", ".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
    shown = f"{{{spelled}}}" if spelled else str(query["expr"])
    time = {"name": "Time", "type": "time", "typeInfo": {"frame": "time.Time"}}
    number = {"name": "Value", "type": "number", "typeInfo": {"frame": "float64"}}
    fields = [
        {**time, "config": {"interval": int(step * 1000)}},
        {**number, "labels": labels, "config": {"displayNameFromDS": shown}},
    ]
    meta = {"type": "timeseries-multi", "executedQueryString": f"Expr: {query['expr']}"}
    data: dict[str, Any] = {"values": [[int(moment * 1000) for moment, _ in found], values]}
    strange = [i for i, (_, value) in enumerate(found) if math.isnan(value)]
    if strange:
        data["entities"] = [None, {"NaN": strange}]
    return {"schema": {"refId": name, "meta": meta, "fields": fields}, "data": data}


def empty(name: str) -> dict[str, Any]:
    """The frame of a query that finds nothing."""
    return {"schema": {"refId": name, "fields": []}, "data": {"values": []}}

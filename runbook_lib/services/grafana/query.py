"""What is asked of `/api/ds/query`: a panel's queries, for one window, with their variables."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from runbook_lib.errors import Refused
from runbook_lib.policy.monitoring.series import Window
from runbook_lib.services.grafana.dashboard import Panel
from runbook_lib.services.grafana.intervals import follow
from runbook_lib.services.grafana.variables import Variable

USE = re.compile(r"\$\{(\w+)(?::(\w+))?[^}]*\}|\[\[(\w+)(?::(\w+))?\]\]|\$(\w+)")
EXPRESSION = "__expr__"
ELSEWHERE = {"-- Dashboard --": "it shows what another panel has asked for"}
LONG = 11_000
"""As many points as Prometheus gives at most: the step is said to it otherwise."""


class Unresolved(Refused):
    """Nobody can tell what a variable stands for that a panel asks with."""


class Variables:
    """What stands for each name in a panel's queries.

    `$__rate_interval` and what else is unknown here is left to Grafana and the data source.
    """

    def __init__(self, chosen: Iterable[Variable], window: Window) -> None:
        self.chosen = {variable.name: variable for variable in chosen}
        seconds = int(window.step.total_seconds())
        self.span = span = int((window.end - window.start).total_seconds())
        first, last = milliseconds(window)
        self.built_in = {
            "__interval": f"{seconds}s",
            "__interval_ms": str(seconds * 1000),
            "__range": f"{span}s",
            "__range_s": str(span),
            "__range_ms": str(span * 1000),
            "__from": str(first),
            "__to": str(last),
        }

    def fill(self, value: Any) -> Any:
        """The value with each variable in it replaced, however deep."""
        if isinstance(value, str):
            return USE.sub(self.replace, value)
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        return [self.fill(item) for item in value] if isinstance(value, list) else value

    def replace(self, use: re.Match[str]) -> str:
        """What stands for one use of a variable."""
        name = use[1] or use[3] or use[5]
        if name in self.built_in:
            return self.built_in[name]
        variable = self.chosen.get(name.removeprefix("__auto_interval_"))
        if variable is None:
            return use[0]
        if variable.lacking:
            raise Unresolved(variable.lacking)
        if variable.steps:
            return follow(self.span, variable.steps, variable.least)
        return written(variable, use[2] or use[4] or "")


def written(variable: Variable, form: str) -> str:
    """A variable's values: one as it is, several as the form asks (a pattern by default)."""
    if variable.all:
        return variable.all
    if form in ("csv", "raw"):
        return ",".join(variable.values)
    if form == "pipe":
        return "|".join(variable.values)
    if len(variable.values) == 1 and form != "regex":
        return variable.values[0]
    escaped = [re.sub(r"([.*+?^${}()|\[\]\\/])", r"\\\1", value) for value in variable.values]
    return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"


def shown(panel: Panel) -> tuple[str, ...]:
    """The names of a panel's queries that it shows."""
    return tuple(str(each.get("refId", "A")) for each in panel.targets if not each.get("hide"))


Find = Callable[[Any], dict[str, Any]]
"""Finds a data source by what a dashboard calls it."""


def request_of(
    panel: Panel, variables: Iterable[Variable], window: Window, find: Find
) -> dict[str, Any]:
    """The body of a request for a panel's data in one window.

    What is hidden is asked for only where an expression may need it. Raises `Refused` where the
    panel asks for nothing that a data source has.
    """
    filled = Variables(variables, window)
    targets = [filled.fill(target) for target in panel.targets]
    expressed = any(uid_of(target) == EXPRESSION for target in targets)
    wanted = [target for target in targets if expressed or not target.get("hide")]
    if not wanted:
        raise Refused("all of its queries are hidden")
    first, last = milliseconds(window)
    queries = [query_of(target, window, find) for target in wanted]
    return {"queries": queries, "from": str(first), "to": str(last)}


def query_of(target: dict[str, Any], window: Window, find: Find) -> dict[str, Any]:
    """One query, with a point for each bucket; a Prometheus is told the step in its own words."""
    uid = uid_of(target)
    if uid in ELSEWHERE:
        raise Refused(ELSEWHERE[uid])
    source = find(target["datasource"])
    query = {
        "refId": "A",
        **target,
        "datasource": source,
        "intervalMs": int(window.step.total_seconds() * 1000),
        "maxDataPoints": window.count + 1,
    }
    if source.get("type") == "prometheus":
        step = f"{int(window.step.total_seconds())}s"
        query |= {"instant": False, "range": True, "format": "time_series"}
        query |= {"interval": step, "intervalFactor": 1, "maxDataPoints": LONG}
    return query


def uid_of(target: dict[str, Any]) -> str:
    """The data source that a target asks: its uid, or its name in an old dashboard."""
    source = target.get("datasource")
    return str((source.get("uid") if isinstance(source, dict) else source) or "")


def milliseconds(window: Window) -> tuple[int, int]:
    """A window's first and last moment, in milliseconds since the epoch; no bucket begins at its
    end."""
    return int(window.start.timestamp() * 1000), int(window.end.timestamp() * 1000) - 1

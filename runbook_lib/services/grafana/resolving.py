"""What a dashboard's variables stand for, asked of Grafana where the dashboard does not say it."""

import re
from typing import Any

from runbook_lib.errors import Failed, Refused
from runbook_lib.policy.monitoring.series import Window
from runbook_lib.services.grafana.client import Client
from runbook_lib.services.grafana.query import Variables
from runbook_lib.services.grafana.sources import Sources
from runbook_lib.services.grafana.variables import (
    Variable,
    choose,
    custom_choices,
    lacks,
    narrowed,
    needs_choices,
    read_fixed,
    read_interval,
)

LABEL_VALUES = re.compile(r"label_values\((?:(?P<match>.+),)?\s*(?P<label>\w+)\s*\)", re.DOTALL)
NO_VARIABLES = ("adhoc", "groupby")


class Resolver:
    """Resolves the variables of dashboards for one window: that of a push."""

    def __init__(self, client: Client, sources: Sources, window: Window) -> None:
        self.client = client
        self.sources = sources
        self.window = window

    def resolve(self, saved: tuple[dict[str, Any], ...]) -> tuple[Variable, ...]:
        """What each variable stands for, in the dashboard's order: one may need those before it."""
        found: list[Variable] = []
        for said in saved:
            if said.get("type") not in NO_VARIABLES:
                found.append(self.one(said, Variables(found, self.window)))
        return tuple(found)

    def one(self, said: dict[str, Any], known: Variables) -> Variable:
        """What one variable stands for; the reason where that can't be told."""
        kind = said.get("type")
        if kind in ("constant", "textbox"):
            return read_fixed(said)
        if kind == "interval":
            return read_interval(said)
        if kind == "custom":
            return choose(said, custom_choices(said))
        if not needs_choices(said):
            return choose(said, ())
        try:
            asked = known.fill({key: said.get(key) for key in ("query", "regex", "datasource")})
            return choose(said, narrowed(said | asked, self.choices(said | asked)))
        except (Refused, Failed, re.error) as error:
            return lacks(said, str(error))

    def choices(self, said: dict[str, Any]) -> list[str]:
        """What can be chosen, as a data source says; raises `Refused` where none can be asked."""
        query = said.get("query")
        if said.get("type") == "datasource":
            return self.sources.of_type(str(query or ""))
        text = str((query.get("query") if isinstance(query, dict) else query) or "").strip()
        wanted = LABEL_VALUES.fullmatch(text)
        source = self.sources.find(said.get("datasource"))
        if wanted is None or source.get("type") != "prometheus":
            raise Refused(f"only label_values(…) of a Prometheus is asked for, not {text!r}")
        return self.label_values(source["uid"], wanted["label"], (wanted["match"] or "").strip())

    def label_values(self, uid: str, label: str, match: str) -> list[str]:
        """The values of a label in the window, as its Prometheus has them.

        https://prometheus.io/docs/prometheus/latest/querying/api/#querying-label-values
        """
        path = ("datasources", "uid", uid, "resources", "api", "v1", "label", label, "values")
        times = {
            "start": str(int(self.window.start.timestamp())),
            "end": str(int(self.window.end.timestamp())),
        }
        asked = times | ({"match[]": match} if match else {})
        missing = f"expected the values of the label {label}"
        said = self.client.get(*path, missing=missing, params=asked)
        return [str(value) for value in said.get("data") or ()]

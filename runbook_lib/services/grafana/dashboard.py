"""Dashboards as Grafana keeps them: panels wherever they stand, and what they ask for.

https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
"""

from collections.abc import Iterator
from typing import Any

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural

UNJUDGED = {
    **dict.fromkeys(("text", "news", "welcome", "dashlist", "alertlist", "annolist"), "no data"),
    **dict.fromkeys(("logs", "traces", "nodeGraph", "flamegraph", "geomap"), "no time series"),
    **dict.fromkeys(("table", "table-old", "heatmap", "histogram"), "no lines of a graph"),
}
"""Kinds of panels that hold nothing to compare, and what they lack."""


UNITS = {
    **dict.fromkeys(("reqps", "rps", "ops", "wps", "cps"), "/s"),
    **dict.fromkeys(("bytes", "decbytes"), " B"),
    **dict.fromkeys(("Bps", "binBps"), " B/s"),
    "s": " s",
    "ms": " ms",
    "percent": " %",
}
"""What stands behind a value, by Grafana's name of its unit; behind others nothing does."""


@frozen
class Panel:
    """One panel: its queries as Grafana keeps them, and the address it is seen at."""

    id: int
    title: str
    kind: str
    targets: tuple[dict[str, Any], ...]
    link: str
    library: str = ""
    """The library panel's uid, where its queries are kept there."""
    unit: str = ""
    """What stands behind its values."""

    @property
    def unjudged(self) -> str:
        """Why nothing in it can be compared, or nothing."""
        if self.kind in UNJUDGED:
            return f"a panel of the kind {self.kind} has {UNJUDGED[self.kind]}"
        return "" if self.targets or self.library else "it asks no data source for anything"


@frozen
class Dashboard:
    """A dashboard's panels, in their order, and its variables as they were saved."""

    uid: str
    title: str
    link: str
    panels: tuple[Panel, ...]
    variables: tuple[dict[str, Any], ...]

    def __str__(self) -> str:
        return f"{self.title} ({plural(len(self.panels), 'panel')})"


def read_dashboard(said: dict[str, Any], url: str) -> Dashboard:
    """The dashboard that Grafana describes; raises `Refused` where it isn't one of panels."""
    model, meta = said.get("dashboard") or {}, said.get("meta") or {}
    uid, title = str(model.get("uid", "")), str(model.get("title", ""))
    if "elements" in model or not ("panels" in model or "rows" in model):
        raise Refused(
            f"expected panels in the dashboard {title!r} ({uid}), found {', '.join(sorted(model))};"
            " only dashboards of the classic model can be read: ask Grafana for that one"
        )
    link = f"{url}{meta.get('url') or f'/d/{uid}'}"
    panels = tuple(read_panel(each, link) for each in flat(model))
    listed = (model.get("templating") or {}).get("list") or ()
    return Dashboard(uid, title, link, panels, tuple(listed))


def flat(model: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All panels, those within rows (folded, or as they were before version 5) too."""
    for panel in model.get("panels") or ():
        if panel.get("type") == "row":
            yield from flat(panel)
        else:
            yield panel
    for row in model.get("rows") or ():
        yield from flat(row)


def read_panel(said: dict[str, Any], link: str) -> Panel:
    """One panel; a target that names no data source is asked of the panel's."""
    source = said.get("datasource")
    targets = tuple(
        {**target, "datasource": target.get("datasource") or source}
        for target in said.get("targets") or ()
    )
    number = int(said.get("id") or 0)
    library = "" if targets else str((said.get("libraryPanel") or {}).get("uid") or "")
    title = str(said.get("title") or "") or f"panel {number}"
    kind = str(said.get("type") or "")
    address = f"{link}?viewPanel={number}"
    return Panel(number, title, kind, targets, address, library, read_unit(said))


def read_unit(said: dict[str, Any]) -> str:
    """What stands behind a panel's values; nothing where its unit is none of `UNITS`."""
    name = ((said.get("fieldConfig") or {}).get("defaults") or {}).get("unit")
    return UNITS.get(str(name), "")

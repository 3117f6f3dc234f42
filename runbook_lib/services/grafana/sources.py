"""Data sources by the names that dashboards call them by; Grafana asks for their uids."""

import threading
from typing import Any

from runbook_lib.errors import Refused
from runbook_lib.services.grafana.client import Client

KNOWN = ("__expr__", "-- Grafana --", "grafana")


class Sources:
    """The data sources of one Grafana, asked for once, and only where a name has to be known."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.lock = threading.Lock()
        self.settings: dict[str, Any] = {}

    def name(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body of a request, each of its queries with the uid of its data source."""
        queries = [
            {**each, "datasource": self.find(each["datasource"])} for each in body["queries"]
        ]
        return {**body, "queries": queries}

    def find(self, source: Any) -> dict[str, Any]:
        """A data source with its uid: of a name, or the default one where none is named."""
        named = source.get("uid") if isinstance(source, dict) else source
        if isinstance(source, dict) and named and named not in ("default", "${datasource}"):
            return source
        if named in KNOWN:
            return {"uid": named}
        known = self.known()
        wanted = named if named and named != "default" else known.get("defaultDatasource")
        found = (known.get("datasources") or {}).get(wanted)
        if not found or not found.get("uid"):
            raise Refused(f"its data source {wanted!r} is none of this Grafana's")
        return {"uid": found["uid"], "type": found.get("type", "")}

    def known(self) -> dict[str, Any]:
        """What Grafana tells each of its pages; a Viewer may not list the data sources."""
        with self.lock:
            if not self.settings:
                missing = "expected Grafana's settings for its pages"
                self.settings = self.client.get("frontend", "settings", missing=missing)
            return self.settings

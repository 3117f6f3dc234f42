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

    def find(self, source: Any) -> dict[str, Any]:
        """A data source with its uid and type: of a uid, of a name, or the default one.

        One that Grafana tells nobody of is left as it is, where its type is said with its uid.
        """
        named = source.get("uid") if isinstance(source, dict) else source
        if named in KNOWN:
            return source if isinstance(source, dict) else {"uid": named}
        known = self.known()
        wanted = named if named and named != "default" else known.get("defaultDatasource")
        listed = known.get("datasources") or {}
        by_uid = (each for each in listed.values() if each.get("uid") == wanted)
        found = next(by_uid, None) or listed.get(wanted)
        if found and found.get("uid"):
            return {"uid": found["uid"], "type": found.get("type", "")}
        if isinstance(source, dict) and named and source.get("type") and "$" not in named:
            return source
        raise Refused(f"its data source {wanted!r} is none of this Grafana's")

    def of_type(self, kind: str) -> list[str]:
        """The names of the data sources of a type, by their letters, as Grafana lists them."""
        listed = (self.known().get("datasources") or {}).items()
        return sorted((name for name, each in listed if each.get("type") == kind), key=str.casefold)

    def known(self) -> dict[str, Any]:
        """What Grafana tells each of its pages; a Viewer may not list the data sources."""
        with self.lock:
            if not self.settings:
                missing = "expected Grafana's settings for its pages"
                self.settings = self.client.get("frontend", "settings", missing=missing)
            return self.settings

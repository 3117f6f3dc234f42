"""The dashboards of the pelican team, as Grafana keeps them."""

from typing import Any

SOURCE = {"uid": "prometheus", "type": "prometheus"}
SOURCE_NAME = "Prometheus"
STALE_UID = "prometheus-of-old"
"""A data source that is still there, and has no data any more."""

REQUESTS = 'sum(rate(http_requests_total{project=~"$project"}[5m]))'
ERRORS = 'sum(rate(http_requests_total{project=~"$project",status=~"5.."}[5m]))'
LATENCY = 'avg(http_request_duration_seconds{project=~"$project",quantile="0.95"})'

PROJECTS = ("server", "frontend", "code-manager")
PROJECT = {
    "name": "project",
    "type": "custom",
    "query": ",".join(PROJECTS),
    "multi": True,
    "includeAll": True,
    "current": {"text": ["All"], "value": ["$__all"]},
    "options": [{"text": name, "value": name, "selected": False} for name in ("$__all", *PROJECTS)],
}


def graph(number: int, title: str, expr: str, **more: Any) -> dict[str, Any]:
    """A panel of the kind time series, with one query."""
    target = {"refId": "A", "expr": expr, "legendFormat": "__auto", "datasource": SOURCE}
    panel = {"id": number, "title": title, "type": "timeseries", "datasource": SOURCE}
    return {**panel, "targets": [target], "gridPos": {"h": 8, "w": 12, "x": 0, "y": 0}, **more}


def made(uid: str, title: str, *panels: dict[str, Any]) -> dict[str, Any]:
    """A dashboard."""
    return {
        "id": None,
        "uid": uid,
        "title": title,
        "timezone": "browser",
        "schemaVersion": 41,
        "version": 1,
        "templating": {"list": [PROJECT]},
        "panels": list(panels),
    }


HOW = "Production only. Ask **opal** before you believe that it is nothing."

OPS = made(
    "ops",
    "Pelican ops",
    {"id": 9, "title": "How to read this", "type": "text", "options": {"content": HOW}},
    graph(1, "Requests per second", REQUESTS),
    graph(2, "5xx per second", ERRORS),
    graph(3, "Latency, 95th percentile", LATENCY, fieldConfig={"defaults": {"unit": "s"}}),
)

HEALTH = made(
    "prod-health",
    "Pelican prod health",
    graph(1, "Workers up", 'min(up{job="pelican"})', type="stat"),
    {
        "id": 5,
        "title": "Queues",
        "type": "row",
        "collapsed": True,
        "panels": [
            graph(
                2,
                "Waiting tasks",
                "",
                datasource=None,
                targets=[{"refId": "A", "expr": "sum(celery_queue_length)"}],
            )
        ],
    },
    {"id": 3, "title": "Cache", "type": "timeseries", "libraryPanel": {"uid": "pelican-cache"}},
    {"id": 4, "title": "Last deployments", "type": "logs", "targets": [{"refId": "A"}]},
)

RETIRED = made(
    "retired",
    "Pelican on the old cluster",
    graph(
        1,
        "Requests per second",
        REQUESTS,
        datasource={**SOURCE, "uid": STALE_UID},
        targets=[{"refId": "A", "expr": REQUESTS}],
    ),
)

DASHBOARDS: dict[str, dict[str, Any]] = {each["uid"]: each for each in (OPS, HEALTH, RETIRED)}

LIBRARY: dict[str, dict[str, Any]] = {
    "pelican-cache": graph(1, "Cache hits", "avg(cache_hit_ratio)"),
}

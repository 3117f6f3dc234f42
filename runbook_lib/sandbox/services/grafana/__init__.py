"""The sandbox's Grafana, under `/grafana`: dashboards of the pelican team, and their data.

As https://grafana.com/docs/grafana/latest/developers/http_api/ describes it. The data is made from
the world (`metrics`), or asked of a real Prometheus on this machine, where one was named with
`PUT /sandbox/prometheus` (`{"url": …}`). `PUT /sandbox/incident` (`{"kind": …}`) says what follows
upon the newest push to production.

Read `query` first.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from runbook_lib.policy.visible import as_html
from runbook_lib.sandbox.server.control import Body, choice_of, control, read_body, text_of
from runbook_lib.sandbox.server.tokens import known_account, token_in
from runbook_lib.sandbox.services.grafana.dashboards import (
    DASHBOARDS,
    LIBRARY,
    PROJECTS,
    SOURCE,
    SOURCE_NAME,
    STALE_UID,
)
from runbook_lib.sandbox.services.grafana.metrics import INCIDENTS
from runbook_lib.sandbox.services.grafana.prometheus import label_values
from runbook_lib.sandbox.services.grafana.query import answer_queries
from runbook_lib.sandbox.world.world import Account, World

VERSION = "11.6.0"
LOOPBACK = ("127.0.0.1", "localhost", "::1")

Endpoint = Callable[[World, Request, Body], Response]


def routes(world: World) -> list[BaseRoute]:
    """Everything under `/grafana`, and the control that names a Prometheus."""
    return [
        Route("/grafana/api/health", health),
        api(world, "GET", "/org", organization),
        api(world, "GET", "/frontend/settings", settings),
        api(world, "GET", "/dashboards/uid/{uid}", dashboard),
        api(world, "GET", "/library-elements/{uid}", library_element),
        api(world, "POST", "/ds/query", query),
        api(world, "GET", "/datasources/uid/{uid}/resources/api/v1/label/{label}/values", values),
        Route("/grafana/d/{uid}", page),
        Route("/grafana/d/{uid}/{slug}", page),
        control(world, "PUT", "/prometheus", name_prometheus, "admin"),
        control(world, "PUT", "/incident", let_happen, "admin"),
    ]


def api(world: World, method: str, path: str, work: Endpoint) -> Route:
    """One route of the API, for everybody whose token is one of the world's."""

    async def endpoint(request: Request) -> Response:
        unknown = HTTPException(401, "Invalid API key")
        try:
            account = known_account(world, token_in(request.headers), unknown=unknown)
        except HTTPException as error:
            return JSONResponse({"message": error.detail}, error.status_code)
        if account.permission == "none":
            said = "You'll need additional permissions to perform this action."
            return JSONResponse({"message": said, "title": "Access denied"}, 403)
        body = await read_body(request)
        return await run_in_threadpool(work, world, request, body)

    return Route(f"/grafana/api{path}", endpoint, methods=[method])


def health(_: Request) -> Response:
    """The one answer that needs no token."""
    return JSONResponse({"commit": "sandbox", "database": "ok", "version": VERSION})


def organization(_world: World, _request: Request, _body: Body) -> Response:
    """The organization that every token belongs to."""
    return JSONResponse({"id": 1, "name": "pelican", "address": {}})


def settings(_world: World, _request: Request, _body: Body) -> Response:
    """What Grafana's own pages are told, as far as data sources go."""
    sources = {SOURCE_NAME: {"name": SOURCE_NAME, "isDefault": True, **SOURCE}}
    return JSONResponse({"datasources": sources, "defaultDatasource": SOURCE_NAME})


def dashboard(_world: World, request: Request, _body: Body) -> Response:
    """A dashboard's model."""
    uid = request.path_params["uid"]
    if uid not in DASHBOARDS:
        return JSONResponse({"message": "Dashboard not found"}, 404)
    meta = {"type": "db", "canSave": False, "slug": uid, "url": f"/d/{uid}/{uid}", "version": 1}
    return JSONResponse({"meta": meta, "dashboard": DASHBOARDS[uid]})


def library_element(_world: World, request: Request, _body: Body) -> Response:
    """A library panel."""
    uid = request.path_params["uid"]
    if uid not in LIBRARY:
        return JSONResponse({"message": "library element could not be found"}, 404)
    model = LIBRARY[uid]
    element = {"uid": uid, "kind": 1, "name": model["title"], "type": model["type"]}
    return JSONResponse({"result": {**element, "model": model}})


def query(world: World, _request: Request, body: Body) -> Response:
    """The data of some queries; where one is refused, the whole answer is a 400."""
    queries = body.get("queries")
    if not isinstance(queries, list) or not queries:
        return JSONResponse({"message": "no queries found"}, 400)
    if any(uid_of(each) not in (SOURCE["uid"], STALE_UID) for each in queries):
        return JSONResponse({"message": "Data source not found"}, 404)
    try:
        first, last = (int(body[name]) / 1000 for name in ("from", "to"))
    except (KeyError, TypeError, ValueError):
        return JSONResponse({"message": "invalid time range"}, 400)
    results = answer_queries(world, queries, first, last)
    refused = any("error" in result for result in results.values())
    return JSONResponse({"results": results}, 400 if refused else 200)


def values(world: World, request: Request, _body: Body) -> Response:
    """The values of a label, as the data source has them; what is not known has none.

    https://prometheus.io/docs/prometheus/latest/querying/api/#querying-label-values
    """
    if request.path_params["uid"] != SOURCE["uid"]:
        return JSONResponse({"message": "Data source not found"}, 404)
    label, prometheus = request.path_params["label"], world.setting("prometheus")
    if prometheus:
        return JSONResponse(label_values(prometheus, label, request.url.query))
    names = PROJECTS if label == "project" else ()
    return JSONResponse({"status": "success", "data": sorted(names)})


def uid_of(query: Any) -> str:
    """The data source that a query names."""
    source = query.get("datasource") if isinstance(query, dict) else None
    return str(source.get("uid")) if isinstance(source, dict) else ""


def page(request: Request) -> Response:
    """Where a dashboard's links lead: its name, and those of its panels."""
    found = DASHBOARDS.get(request.path_params["uid"])
    if found is None:
        raise HTTPException(404, "There is no such dashboard.")
    items = "".join(f"<li>{as_html(panel['title'])}</li>" for panel in found["panels"])
    return HTMLResponse(f"<h1>{as_html(found['title'])}</h1><ul>{items}</ul>")


def name_prometheus(world: World, _account: Account, _request: Request, body: Body) -> Any:
    """Ask a real Prometheus on this machine from now on; an empty address ends that."""
    url = text_of(body, "url")
    parts = urlsplit(url)
    if url and (parts.scheme != "http" or parts.hostname not in LOOPBACK):
        raise HTTPException(422, "'url' is the http address of a Prometheus on this machine.")
    world.set_setting("prometheus", url.rstrip("/"))
    return {"url": url}


def let_happen(world: World, _account: Account, _request: Request, body: Body) -> Any:
    """Let an incident follow upon the newest push to production, or none."""
    kind = choice_of(body, "kind", INCIDENTS, default=INCIDENTS[0])
    world.set_setting("incident", kind)
    return {"kind": kind}

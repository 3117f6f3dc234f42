"""Variables of dashboards without a saved value stand for what Grafana takes, or for nothing."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.errors import Refused
from runbook_lib.policy.monitoring.series import cut_window
from runbook_lib.sandbox.services.grafana.dashboards import DASHBOARDS, SOURCE, graph, made
from runbook_lib.services.grafana.dashboard import read_dashboard
from runbook_lib.services.grafana.query import Variables, request_of
from runbook_lib.services.grafana.resolving import Resolver
from runbook_lib.services.grafana.service import Grafana
from runbook_lib.steps.step import Runner
from tests.services.monitored import PUSHED, Monitored, make_watcher, serve_monitored

WINDOW = cut_window(PUSHED, PUSHED + timedelta(hours=1), timedelta(minutes=1))
QUERY = {"name": "v", "type": "query", "datasource": SOURCE, "query": "label_values(project)"}
SOURCES = {"name": "ds", "type": "datasource", "query": "prometheus"}
STEPS = {"name": "v", "type": "interval", "query": "1m,10m,1h"}


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitored]:
    with serve_monitored(tmp_path_factory.mktemp("grafana") / "world") as made_world:
        yield made_world


@pytest.fixture
def grafana(monitored: Monitored, tmp_path: Path) -> Grafana:
    runner: Runner = make_watcher(tmp_path)
    return Grafana(f"{monitored.url}/grafana", monitored.token(), runner)


def filled(grafana: Grafana, text: str, *saved: dict[str, Any]) -> str:
    """A text with the variables in it replaced."""
    found = Resolver(grafana.client, grafana.sources, WINDOW).resolve(saved)
    return str(Variables(found, WINDOW).fill(text))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"type": "custom", "query": "a, b,c"}, "a"),
        ({"type": "custom", "query": r"a\,b,c"}, "a,b"),
        ({"type": "custom", "query": "one : 1, two : 2"}, "1"),
        ({"type": "custom", "query": "a,b", "includeAll": True}, "(a|b)"),
        ({"type": "custom", "query": "a,b", "includeAll": True, "allValue": ".+"}, ".+"),
        ({"type": "custom", "query": "a,b", "current": {}}, "a"),
        ({"type": "custom", "query": "a,b", "current": {"value": "b"}}, "b"),
        ({"type": "custom", "query": "a,b", "options": [{"value": "b", "selected": True}]}, "b"),
        ({"type": "custom", "query": "a,b", "current": {"value": ["$__all"]}}, "(a|b)"),
        ({"type": "constant", "query": "prod", "current": {"value": ""}}, "prod"),
        ({"type": "textbox", "query": "", "current": {}}, ""),
        ({"type": "textbox", "query": "x", "current": {"value": "y"}}, "y"),
        (STEPS, "1m"),
        ({**STEPS, "auto": True, "auto_count": 10}, "300s"),
        ({**STEPS, "auto": True, "current": {"value": "$__auto_interval_v"}}, "120s"),
        ({**STEPS, "current": {"value": "$__auto"}, "auto_min": "5m"}, "300s"),
        ({**STEPS, "current": {"value": "1h"}}, "1h"),
        (QUERY, "code-manager"),
        ({**QUERY, "query": {"query": "label_values(project)", "refId": "A"}}, "code-manager"),
        ({**QUERY, "query": 'label_values(up{job="a,b"}, project)'}, "code-manager"),
        ({**QUERY, "regex": "/^(.)e.*/"}, "s"),
        ({**QUERY, "regex": "/^(?!code)/"}, "frontend"),
        ({**QUERY, "sort": 2}, "server"),
        ({**QUERY, "includeAll": True, "regex": "/e.*r$/"}, "(code-manager|server)"),
        ({**QUERY, "current": {"value": ["$__all"]}, "sort": 2}, "(server|frontend|code-manager)"),
        ({**QUERY, "current": {"value": "server"}}, "server"),
    ],
)
def test_a_variable_stands_for_what_grafana_takes(
    grafana: Grafana, said: dict[str, Any], expected: str
) -> None:
    assert filled(grafana, "${v}", {"name": "v", **said}) == expected


def test_an_interval_that_follows_the_window_has_a_name_of_its_own(grafana: Grafana) -> None:
    assert filled(grafana, "[$__auto_interval_v]", {**STEPS, "auto": True}) == "[120s]"


def test_one_variable_is_asked_for_with_another(grafana: Grafana) -> None:
    first = {"name": "label", "type": "custom", "query": "project,job"}
    second = {**QUERY, "query": "label_values($label)"}
    assert filled(grafana, "$v", first, second) == "code-manager"


@pytest.mark.parametrize(
    "said",
    [
        {**QUERY, "query": "label_values(nothing_has_it)"},
        {**QUERY, "query": "query_result(topk(1, up))"},
        {**QUERY, "datasource": {"type": "loki", "uid": "logs"}},
        {**QUERY, "regex": "/(unclosed/"},
        {"type": "datasource", "query": "loki"},
        {"type": "interval", "query": ""},
        {"type": "custom", "query": ""},
    ],
)
def test_what_nobody_can_tell_is_no_constant(grafana: Grafana, said: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r"its variable \$v has no saved value"):
        filled(grafana, "$v", {"name": "v", **said})


@pytest.mark.parametrize(
    "source",
    [
        "$ds",
        {"uid": "$ds", "type": "prometheus"},
        {"uid": "${ds}"},
        "Prometheus",
        {"uid": "Prometheus"},
        "default",
        {"uid": "default", "type": "prometheus"},
        None,
        "prometheus",
    ],
)
@pytest.mark.parametrize("saved", [{}, {"value": "default"}, {"value": "Prometheus"}])
def test_a_data_source_is_found_by_whatever_it_is_called(
    grafana: Grafana, source: Any, saved: dict[str, str]
) -> None:
    panel = graph(1, "Requests", "up", datasource=source)
    panel["targets"][0]["datasource"] = source
    said = made("d", "D", panel)
    said["templating"] = {"list": [SOURCES | {"current": saved}]}
    found = read_dashboard({"dashboard": said}, "http://grafana")
    variables = Resolver(grafana.client, grafana.sources, WINDOW).resolve(found.variables)
    body = request_of(found.panels[0], variables, WINDOW, grafana.sources.find)
    assert body["queries"][0]["datasource"] == SOURCE
    assert body["queries"][0]["range"] is True


def test_a_panel_whose_variable_nobody_knows_is_not_judged(
    grafana: Grafana, monitored: Monitored, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = {**QUERY, "name": "cluster", "query": "query_result(up)"}
    panels = (
        graph(1, "Requests", 'sum(rate(http_requests_total{cluster="$cluster"}[5m]))'),
        graph(2, "All requests", "sum(rate(http_requests_total[5m]))"),
    )
    board = made("site", "Site", *panels) | {"templating": {"list": [unknown]}}
    monkeypatch.setitem(DASHBOARDS, "site", board)
    found = grafana.watch(PUSHED, monitored.until, dashboards=["site"]).dashboards[0]
    assert [each.title for each in found.panels] == ["All requests"]
    assert "not judged    Requests: its variable $cluster has no saved value" in str(found)

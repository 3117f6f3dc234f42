"""Dashboards whose data comes from a real Prometheus behind the sandbox's Grafana."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.sandbox.services.grafana.dashboards import DASHBOARDS, graph, made
from runbook_lib.services.grafana.service import Grafana
from runbook_lib.services.grafana.watched import GrafanaReport
from runbook_lib.steps.step import Runner
from tests.services.monitored import PUSHED, WATCHED, Monitored, make_watcher, serve_monitored
from tests.services.prometheus import Hours, run_prometheus

ZONE = "America/Los_Angeles"
WELL, ILL, SILENT = PUSHED, PUSHED - timedelta(days=1), PUSHED - timedelta(days=2)
"""Three pushes on three days: one is quiet, errors follow upon one, and one's data has a gap."""


def history() -> list[Hours]:
    """The hours of three days, in seven weeks, by the clocks of Los Angeles."""
    weeks = [timedelta(weeks=week) for week in range(1, 7)]
    quiet = [
        Hours(day - week, day - week + WATCHED) for day in (WELL, ILL, SILENT) for week in weeks
    ]
    gap = (SILENT + timedelta(minutes=12), SILENT + timedelta(minutes=24))
    return [
        *quiet,
        Hours(WELL, WELL + WATCHED),
        Hours(ILL, ILL + WATCHED, factor=4.0, since=ILL + timedelta(minutes=6)),
        Hours(SILENT, SILENT + WATCHED, silent=gap),
    ]


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_prometheus(tmp_path_factory.mktemp("prometheus") / "server", history()) as url:
        yield url


@pytest.fixture(scope="module")
def monitored(prometheus: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitored]:
    with serve_monitored(tmp_path_factory.mktemp("grafana") / "world") as made:
        made.control("PUT", "prometheus", url=prometheus)
        yield made


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return make_watcher(tmp_path)


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dashboard `site`, with what this Prometheus measures."""
    requests = 'sum(rate(http_requests_total{project=~"$project"}[$__rate_interval]))'
    errors = 'sum(rate(http_requests_total{status=~"5.."}[5m]))'
    by_status = "sum by (status) (rate(http_requests_total[5m]))"
    panels = (
        graph(1, "Requests", requests, fieldConfig={"defaults": {"unit": "reqps"}}),
        graph(2, "Errors", errors),
        graph(3, "By status", by_status),
        graph(4, "Cache", "avg(cache_hit_ratio)", type="stat"),
    )
    monkeypatch.setitem(DASHBOARDS, "site", made("site", "Site", *panels))


def watch(made: Monitored, runner: Runner, pushed: Any = WELL, uid: str = "site") -> GrafanaReport:
    grafana = Grafana(f"{made.url}/grafana", made.token(), runner)
    return grafana.watch(pushed, pushed + WATCHED, dashboards=[uid], zone=ZONE)


def levels(found: GrafanaReport) -> dict[str, str]:
    """The verdict on each panel."""
    return {panel.title: panel.verdict.level for panel in found.dashboards[0].panels}


@pytest.mark.usefixtures("board")
def test_a_quiet_push_is_quiet(monitored: Monitored, runner: Runner) -> None:
    found = watch(monitored, runner)
    assert levels(found) == dict.fromkeys(("Requests", "Errors", "By status", "Cache"), "quiet"), (
        str(found)
    )
    assert found.html().count("<img") == 4


@pytest.mark.usefixtures("board")
def test_errors_that_follow_upon_a_push_are_an_alarm_in_their_line(
    monitored: Monitored, runner: Runner
) -> None:
    found = watch(monitored, runner, ILL)
    alarmed = [title for title, level in levels(found).items() if level == "alarm"]
    assert alarmed == ["Errors", "By status"], str(found)
    lines = {panel.title: panel.verdict.subject for panel in found.dashboards[0].panels}
    assert lines["By status"] == '{status="500"}'


@pytest.mark.usefixtures("board")
def test_a_gap_is_said(monitored: Monitored, runner: Runner) -> None:
    found = watch(monitored, runner, SILENT)
    assert levels(found)["Cache"] == "look at this"
    assert any("Cache: look at this" in line and "no data" in line for line in found.warnings)


@pytest.mark.parametrize(
    ("expr", "reason"),
    [
        ("0 * vector(1) / 0", "no data at all"),
        ("avg(no_such_metric)", "no data at all"),
        ("sum(rate(cache_hit_ratio[5m])", "the data source refused query A: bad_data"),
        ("cache_hit_ratio - 2 * avg(cache_hit_ratio)", ""),
    ],
)
def test_what_is_no_number_is_no_data_and_what_is_negative_is_some(
    monitored: Monitored,
    runner: Runner,
    monkeypatch: pytest.MonkeyPatch,
    expr: str,
    reason: str,
) -> None:
    panels = graph(1, "Strange", expr), graph(2, "Cache", "avg(cache_hit_ratio)")
    monkeypatch.setitem(DASHBOARDS, "strange", made("strange", "Strange", *panels))
    found = watch(monitored, runner, uid="strange")
    assert levels(found) == {"Strange": "look at this" if reason else "quiet", "Cache": "quiet"}
    assert reason in str(found)


@pytest.mark.usefixtures("board")
def test_a_prometheus_that_is_away_is_said_of_each_panel(
    monitored: Monitored, runner: Runner, prometheus: str
) -> None:
    monitored.control("PUT", "prometheus", url="http://127.0.0.1:9")
    try:
        found = watch(monitored, runner)
    finally:
        monitored.control("PUT", "prometheus", url=prometheus)
    assert set(levels(found).values()) == {"look at this"}
    assert "Connection refused" in str(found)


def test_the_values_of_a_label_are_asked_of_it(
    monitored: Monitored, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "label_values(http_requests_total{project='server'}, status)"
    status = {"name": "status", "type": "query", "query": asked, "regex": "/5../"}
    errors = graph(1, "Errors", 'sum(rate(http_requests_total{status="$status"}[5m]))')
    board = made("site", "Site", errors) | {"templating": {"list": [status]}}
    monkeypatch.setitem(DASHBOARDS, "site", board)
    assert levels(watch(monitored, runner)) == {"Errors": "quiet"}
    assert levels(watch(monitored, runner, ILL)) == {"Errors": "alarm"}

"""The sandbox's Grafana answers as Grafana's HTTP API is described."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import requests

from runbook_lib.sandbox.services.grafana.dashboards import ERRORS, REQUESTS
from tests.services.monitored import PUSHED, Monitored, serve_monitored

SOURCE = {"uid": "prometheus", "type": "prometheus"}


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitored]:
    with serve_monitored(tmp_path_factory.mktemp("grafana") / "world") as made:
        yield made


def ask(
    made: Monitored, method: str, path: str, body: Any = None, *, login: str = "operator"
) -> requests.Response:
    session = requests.Session()
    session.trust_env = False
    headers = {"Authorization": f"Bearer {made.token(login)}"}
    url = f"{made.url}{path}"
    return session.request(method, url, json=body, headers=headers, timeout=60)


def query(made: Monitored, *exprs: str, since: datetime = PUSHED, **more: Any) -> requests.Response:
    """The data of some expressions, for half an hour, a point a minute."""
    queries = [
        {"refId": chr(65 + i), "expr": expr, "datasource": SOURCE, "interval": "60s"} | more
        for i, expr in enumerate(exprs)
    ]
    first = int(since.timestamp() * 1000)
    body = {"queries": queries, "from": str(first), "to": str(first + 30 * 60_000 - 1)}
    return ask(made, "POST", "/grafana/api/ds/query", body)


def values(answer: requests.Response, name: str = "A") -> list[float]:
    found: list[float] = answer.json()["results"][name]["frames"][0]["data"]["values"][1]
    return found


def test_health_needs_no_token(monitored: Monitored) -> None:
    session = requests.Session()
    session.trust_env = False
    answer = session.get(f"{monitored.url}/grafana/api/health", timeout=60)
    assert answer.json()["database"] == "ok"


def test_a_dashboard_has_its_model_and_its_address(monitored: Monitored) -> None:
    said = ask(monitored, "GET", "/grafana/api/dashboards/uid/ops").json()
    assert said["meta"]["url"] == "/d/ops/ops"
    assert said["dashboard"]["uid"] == "ops"
    assert ask(monitored, "GET", "/grafana/d/ops/ops").status_code == 200


@pytest.mark.parametrize(
    ("path", "login", "status"),
    [
        ("/grafana/api/dashboards/uid/none", "operator", 404),
        ("/grafana/api/library-elements/none", "operator", 404),
        ("/grafana/api/dashboards/uid/ops", "stranger", 403),
    ],
)
def test_refusals_have_a_message(monitored: Monitored, path: str, login: str, status: int) -> None:
    answer = ask(monitored, "GET", path, login=login)
    assert answer.status_code == status
    assert answer.json()["message"]


def test_data_comes_as_frames_of_times_and_numbers(monitored: Monitored) -> None:
    answer = query(monitored, REQUESTS)
    assert answer.status_code == 200
    (frame,) = answer.json()["results"]["A"]["frames"]
    assert [field["type"] for field in frame["schema"]["fields"]] == ["time", "number"]
    times, numbers = frame["data"]["values"]
    assert len(times) == len(numbers) == 30
    assert times[0] == int(PUSHED.timestamp() * 1000)
    assert {after - before for before, after in pairwise(times)} == {60_000}


def test_the_same_moment_has_the_same_figures_whoever_asks(monitored: Monitored) -> None:
    assert values(query(monitored, REQUESTS)) == values(query(monitored, REQUESTS))
    half = query(monitored, REQUESTS, since=PUSHED + timedelta(minutes=10))
    assert values(half)[:20] == values(query(monitored, REQUESTS))[10:]


def test_several_queries_are_answered_by_their_names(monitored: Monitored) -> None:
    answer = query(monitored, REQUESTS, ERRORS)
    assert max(values(answer, "B")) < 5 < min(values(answer, "A"))


def test_a_refused_query_makes_the_whole_answer_a_400(monitored: Monitored) -> None:
    answer = query(monitored, REQUESTS, "sum(rate(up[5m])")
    assert answer.status_code == 400
    assert "parse error" in answer.json()["results"]["B"]["error"]
    assert answer.json()["results"]["A"]["frames"]


def test_what_nobody_measures_is_an_empty_frame(monitored: Monitored) -> None:
    (frame,) = query(monitored, "penguins_total").json()["results"]["A"]["frames"]
    assert frame["data"]["values"] == []


def test_nothing_is_measured_before_its_time(monitored: Monitored) -> None:
    answer = query(monitored, REQUESTS, since=monitored.until - timedelta(minutes=9))
    assert len(values(answer)) == 10


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"queries": [], "from": "1", "to": "2"}, 400),
        ({"queries": ["x"], "from": "1", "to": "2"}, 404),
        ({"queries": [{"refId": "A", "expr": "up", "datasource": SOURCE}], "from": "now"}, 400),
    ],
)
def test_what_is_no_query_is_refused(
    monitored: Monitored, body: dict[str, Any], status: int
) -> None:
    assert ask(monitored, "POST", "/grafana/api/ds/query", body).status_code == status


@pytest.mark.parametrize(
    "url", ["http://example.org", "ftp://127.0.0.1", "http://localhost.example", "file:///etc"]
)
def test_only_a_prometheus_on_this_machine_is_ever_asked(monitored: Monitored, url: str) -> None:
    answer = ask(monitored, "PUT", "/sandbox/prometheus", {"url": url})
    assert answer.status_code == 422
    assert monitored.world.setting("prometheus") is None


@pytest.mark.parametrize("path", ["/sandbox/prometheus", "/sandbox/incident"])
def test_only_an_admin_changes_what_happens(monitored: Monitored, path: str) -> None:
    assert ask(monitored, "PUT", path, {"kind": "none", "url": ""}, login="qa").status_code == 403

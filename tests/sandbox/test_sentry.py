"""The sandbox's Sentry answers as https://docs.sentry.io/api/ describes it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from runbook_lib.sandbox.services import sentry
from runbook_lib.sandbox.services.sentry.issues import plant_issue
from runbook_lib.sandbox.services.sentry.search import BadSearch, parse_search
from runbook_lib.sandbox.world.world import World
from tests.services.monitored import PUSHED, TAG, Monitored, serve_monitored

API = "/sentry/api/0/organizations/pelican"


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitored]:
    with serve_monitored(tmp_path_factory.mktemp("sentry") / "world") as made:
        yield made


def ask(made: Monitored, path: str, login: str = "operator", **query: Any) -> requests.Response:
    session = requests.Session()
    session.trust_env = False
    headers = {"Authorization": f"Bearer {made.token(login)}"}
    return session.get(
        f"{made.url}{API}{path}?{urlencode(query, doseq=True)}", headers=headers, timeout=60
    )


def test_issues_have_the_fields_that_sentry_describes(monitored: Monitored) -> None:
    (issue, *_) = ask(monitored, "/issues/").json()
    assert issue.keys() >= {
        *("id", "shortId", "title", "culprit", "permalink", "level", "status", "substatus"),
        *("project", "type", "metadata", "count", "userCount", "firstSeen", "lastSeen"),
    }
    assert isinstance(issue["count"], str)
    assert isinstance(issue["userCount"], int)
    assert issue["firstSeen"].endswith("Z")


def test_a_list_comes_in_pages_with_cursors(monitored: Monitored) -> None:
    first = ask(monitored, "/issues/", limit=2, query="")
    after = first.links["next"]
    assert (len(first.json()), after["results"]) == (2, "true")
    assert first.links["previous"]["results"] == "false"
    second = ask(monitored, "/issues/", limit=2, query="", cursor=after["cursor"])
    assert {each["id"] for each in first.json()}.isdisjoint(each["id"] for each in second.json())
    assert ask(monitored, "/issues/", query="").links["next"]["results"] == "false"


@pytest.mark.parametrize(
    ("path", "login", "query", "status"),
    [
        ("/issues/", "stranger", {}, 403),
        ("/issues/", "operator", {"query": "nonsense:x"}, 400),
        ("/issues/", "operator", {"query": "is:asleep"}, 400),
        ("/issues/", "operator", {"project": "server"}, 400),
        ("/issues/", "operator", {"start": "2026-03-01T00:00:00"}, 400),
        ("/issues/", "operator", {"cursor": "x"}, 400),
        ("/issues/9999/", "operator", {}, 404),
    ],
)
def test_refusals_have_a_status_and_a_detail(
    monitored: Monitored, path: str, login: str, query: dict[str, str], status: int
) -> None:
    answer = ask(monitored, path, login, **query)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_an_unknown_token_is_401(monitored: Monitored) -> None:
    session = requests.Session()
    session.trust_env = False
    assert session.get(f"{monitored.url}{API}/", timeout=60).status_code == 401


def test_what_is_to_come_is_not_seen_yet(tmp_path: Path) -> None:
    with serve_monitored(tmp_path / "world") as made:
        later = made.until + timedelta(minutes=5)
        plant_issue(made.world, "server", "Later", at=later)
        titles = [each["title"] for each in ask(made, "/issues/", query="").json()]
        assert "Later" not in titles
        made.world.move_clock(later)
        titles = [each["title"] for each in ask(made, "/issues/", query="").json()]
        assert "Later" in titles


def test_the_past_is_the_same_in_each_world(tmp_path: Path) -> None:
    said = []
    for name in ("one", "two"):
        with serve_monitored(tmp_path / name) as made:
            text = json.dumps(ask(made, "/issues/", query="").json())
            said.append(text.replace(made.url, ""))
    assert said[0] == said[1]


def test_a_world_that_is_opened_again_has_its_past_once(tmp_path: Path) -> None:
    counts = []
    for _ in range(2):
        with World(tmp_path / "world", clock=PUSHED) as world:
            sentry.routes(world)
            with world.transaction() as database:
                row = database.execute("SELECT count(*) FROM sentry_event").fetchone()
            counts.append(row[0])
    assert counts[0] == counts[1] > 0


def test_an_incident_is_planted_once(tmp_path: Path) -> None:
    with serve_monitored(tmp_path / "world") as made:
        made.control("PUT", "incident", kind="errors")
        for _ in range(3):
            found = ask(made, "/issues/", query=f'firstRelease:"{TAG}"').json()
        assert [issue["title"].partition(":")[0] for issue in found] == ["OperationalError"]


@pytest.mark.parametrize(
    "body",
    [
        {"project": "penguin", "title": "x"},
        {"project": "server"},
        {"project": "server", "title": "x", "events": "many"},
        {"project": "server", "title": "x", "events": -1},
    ],
)
def test_what_is_no_issue_is_not_planted(monitored: Monitored, body: dict[str, Any]) -> None:
    session = requests.Session()
    session.trust_env = False
    headers = {"Authorization": f"Bearer {monitored.token()}"}
    url = f"{monitored.url}/sandbox/sentry/issues"
    assert session.post(url, json=body, headers=headers, timeout=60).status_code == 422


def test_searches_are_read_as_sentry_reads_them() -> None:
    found = parse_search('is:unresolved is:regressed firstRelease:"2026.03.12"')
    assert found.states == ("unresolved", "regressed")
    assert found.first_releases == ("2026.03.12",)
    assert parse_search(None).states == ("unresolved",)
    assert parse_search("").states == ()
    with pytest.raises(BadSearch, match="Error parsing"):
        parse_search("is:unresolved and then some")


def test_releases_and_environments_are_listed_as_sentry_describes_them(
    monitored: Monitored,
) -> None:
    assert [each["name"] for each in ask(monitored, "/environments/").json()] == [
        *("production", "stage")
    ]
    assert {"version": TAG}.items() <= ask(monitored, "/releases/", project=1).json()[0].items()
    assert ask(monitored, "/releases/", project=1, query=TAG[2:]).json()
    assert ask(monitored, "/releases/", project=1, query="none").json() == []
    unknown = ask(monitored, "/issues/", environment="nowhere")
    assert unknown.status_code == 404


def test_issues_are_sorted_by_their_events_where_that_is_asked_for(monitored: Monitored) -> None:
    found = ask(monitored, "/issues/", query="", sort="freq").json()
    counts = [int(each["count"]) for each in found]
    assert counts == sorted(counts, reverse=True)

"""Dashboards after a push, asked of the sandbox's Grafana over HTTP."""

import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from runbook_lib.errors import AccessDenied, Failed, Refused, Unavailable, UsageError
from runbook_lib.policy.monitoring.series import Series, Window
from runbook_lib.reading.sanitised import sanitise
from runbook_lib.sandbox.services.grafana.dashboards import DASHBOARDS, REQUESTS, graph, made
from runbook_lib.services.grafana import client
from runbook_lib.services.grafana.plot import draw
from runbook_lib.services.grafana.service import SIDE_BY_SIDE, Grafana
from runbook_lib.services.grafana.watch import Watch, judge_panel, worst_of
from runbook_lib.services.grafana.watched import GrafanaReport
from runbook_lib.steps.step import Runner
from tests.services.monitored import PUSHED, TAG, Monitored, make_watcher, serve_monitored

ZONE = "America/Los_Angeles"
QUERY = r"/grafana/api/ds/query"
PICTURE = re.compile(r'src="data:image/png;base64,([A-Za-z0-9+/=]+)"')


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitored]:
    with serve_monitored(tmp_path_factory.mktemp("grafana") / "world") as made:
        yield made


@pytest.fixture(autouse=True)
def well(monitored: Monitored) -> None:
    """Nothing is wrong with the site and its Grafana when a test begins."""
    monitored.control("DELETE", "faults")
    monitored.control("PUT", "incident", kind="none")


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return make_watcher(tmp_path)


def grafana_of(made: Monitored, runner: Runner, login: str = "operator") -> Grafana:
    return Grafana(f"{made.url}/grafana", made.token(login), runner)


def watch(made: Monitored, runner: Runner, *dashboards: str, **more: Any) -> GrafanaReport:
    wanted: dict[str, Any] = {"zone": ZONE, "tag": TAG} | more
    uids = dashboards or ("ops", "prod-health")
    return grafana_of(made, runner).watch(PUSHED, made.until, dashboards=uids, **wanted)


def levels(found: GrafanaReport) -> dict[str, str]:
    """The verdict on each panel."""
    return {panel.title: panel.verdict.level for each in found.dashboards for panel in each.panels}


def pictures(html: str) -> list[bytes]:
    """The pictures in some HTML."""
    return [b64decode(found) for found in PICTURE.findall(html)]


# --- verdicts -------------------------------------------------------------------------------------


def test_a_quiet_push_is_quiet_in_each_panel(monitored: Monitored, runner: Runner) -> None:
    found = watch(monitored, runner)
    assert set(levels(found).values()) == {"quiet"}, str(found)
    assert levels(found).keys() == {
        *("Requests per second", "5xx per second", "Latency, 95th percentile"),
        *("Workers up", "Waiting tasks", "Cache"),
    }
    assert (found.verdict.level, found.warnings) == ("quiet", ())
    assert "not judged    How to read this: a panel of the kind text has no data" in str(found)
    assert "2026.03.12, 2026-03-12 09:40–10:25 America/Los_Angeles, against 6 weeks" in str(found)


def test_pushes_at_other_times_are_quiet_too(monitored: Monitored, runner: Runner) -> None:
    for hours in (20, 31, 44):
        pushed = PUSHED - timedelta(hours=hours)
        found = grafana_of(monitored, runner).watch(
            pushed, pushed + timedelta(minutes=50), dashboards=["ops", "prod-health"], zone=ZONE
        )
        assert found.verdict.level == "quiet", str(found)


@pytest.mark.parametrize(
    ("incident", "panel"),
    [
        ("errors", "5xx per second"),
        ("latency", "Latency, 95th percentile"),
        ("traffic", "Requests per second"),
    ],
)
def test_an_incident_is_an_alarm_in_its_panel_alone(
    monitored: Monitored, runner: Runner, incident: str, panel: str
) -> None:
    monitored.control("PUT", "incident", kind=incident)
    found = watch(monitored, runner)
    assert [title for title, level in levels(found).items() if level == "alarm"] == [panel]
    assert found.verdict.subject == panel
    assert found.warnings[0].startswith(f"Pelican ops, {panel}: alarm: ")
    assert "against a median of" in found.warnings[0]
    assert found.link == f"{monitored.url}/grafana/d/ops/ops"


def test_a_blip_late_in_a_long_push_is_expected_of_it(monitored: Monitored, runner: Runner) -> None:
    early = PUSHED - timedelta(minutes=8)
    grafana = grafana_of(monitored, runner)
    for ended, expected in ((None, "look at this"), (PUSHED, "quiet")):
        found = grafana.watch(early, monitored.until, dashboards=["ops"], zone=ZONE, ended_at=ended)
        assert found.verdict.level == expected, str(found)


def test_a_gap_is_said_by_the_teams_clocks(monitored: Monitored, runner: Runner) -> None:
    monitored.control("PUT", "incident", kind="gap")
    found = watch(monitored, runner, "ops")
    assert set(levels(found).values()) == {"look at this"}
    assert all("no data 09:50–10:05" in line for line in found.warnings)


def test_values_have_the_panels_unit(monitored: Monitored, runner: Runner) -> None:
    monitored.control("PUT", "incident", kind="latency")
    assert re.search(
        r"highest 0\.\d+ s against a median of 0\.\d+ s at \d\d:", str(watch(monitored, runner))
    )


def test_a_direction_that_is_good_is_no_alarm(monitored: Monitored, runner: Runner) -> None:
    monitored.control("PUT", "incident", kind="traffic")
    found = watch(monitored, runner, directions={"Requests per second": "up"})
    assert found.verdict.level == "quiet"


def test_other_hours_of_earlier_weeks_would_be_found_out(
    monitored: Monitored, runner: Runner
) -> None:
    """The site follows the team's clocks, which were put forward four days ago."""
    ours = [w.start.hour for w in watch(monitored, runner, "ops").dashboards[0].plan.windows]
    assert ours[0] == 16
    assert set(ours[1:]) == {17}


# --- dashboards -----------------------------------------------------------------------------------


def test_a_dashboard_without_data_is_refused_and_the_others_are_told(
    monitored: Monitored, runner: Runner
) -> None:
    monitored.control("PUT", "incident", kind="errors")
    with pytest.raises(Refused, match="Pelican on the old cluster.*found none.*mend its data") as e:
        watch(monitored, runner, "ops", "retired")
    assert "Pelican ops, 5xx per second: alarm" in str(e.value)


def test_a_dashboard_that_is_not_there_is_refused(monitored: Monitored, runner: Runner) -> None:
    with pytest.raises(Refused, match=r"expected a dashboard 'opps', found none.*Dashboard not"):
        watch(monitored, runner, "ops", "opps")


def test_a_query_that_the_data_source_refuses_is_said_of_its_panel(
    monitored: Monitored, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = made("bad", "Bad", graph(1, "Good", REQUESTS), graph(2, "Broken", "sum(rate(up[5m])"))
    monkeypatch.setitem(DASHBOARDS, "bad", bad)
    found = watch(monitored, runner, "bad")
    assert levels(found) == {"Good": "quiet", "Broken": "look at this"}
    assert "the data source refused query A: bad_data" in str(found)


def test_more_panels_than_are_asked_for_are_not_called_quiet(
    monitored: Monitored, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = made("many", "Many", *(graph(n, f"Panel {n}", "up") for n in range(1, 43)))
    monkeypatch.setitem(DASHBOARDS, "many", many)
    found = watch(monitored, runner, "many")
    assert [title for title, level in levels(found).items() if level != "quiet"] == [
        "Panel 41",
        "Panel 42",
    ]


def test_several_queries_of_a_panel_are_judged_one_by_one(
    monitored: Monitored, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = graph(1, "Both", "")
    both["targets"] = [
        {"refId": "A", "expr": "sum(rate(http_requests_total[$__rate_interval]))"},
        {"refId": "B", "expr": 'rate(http_requests_total{status=~"5.."}[$__interval])'},
        {"refId": "C", "expr": "sum(", "hide": True},
    ]
    monkeypatch.setitem(DASHBOARDS, "both", made("both", "Both", both))
    monitored.control("PUT", "incident", kind="errors")
    (panel,) = watch(monitored, runner, "both").dashboards[0].panels
    assert [verdict.level for verdict in panel.verdicts] == ["alarm", "quiet"]
    assert 'status=~"5.."' in panel.verdict.subject


# --- pictures -------------------------------------------------------------------------------------


def test_each_judged_panel_has_a_small_picture(monitored: Monitored, runner: Runner) -> None:
    found = watch(monitored, runner)
    drawn = pictures(found.html())
    assert len(drawn) == 6
    for data in drawn:
        assert len(data) < 60_000
        with Image.open(BytesIO(data)) as picture:
            assert picture.format == "PNG"
            assert picture.width > 400


def test_a_picture_is_the_same_each_time(monitored: Monitored, runner: Runner) -> None:
    found = watch(monitored, runner, "ops")
    assert found.html() == found.html()
    assert watch(monitored, runner, "ops").html() == found.html()


def test_the_push_is_marked_in_the_picture(monitored: Monitored, runner: Runner) -> None:
    comparison = watch(monitored, runner, "ops").dashboards[0].panels[0].comparison
    assert comparison is not None
    with Image.open(BytesIO(draw(comparison, tag=TAG))) as picture:
        colours = [
            picture.convert("RGB").getpixel((x, picture.height // 2)) for x in range(picture.width)
        ]
    red = [x for x, colour in enumerate(colours) if is_red(colour)]
    assert red
    assert picture.width * 0.3 < red[0] < picture.width * 0.6


def is_red(colour: Any) -> bool:
    red, green, blue = colour
    return bool(red - green > 40 and red - blue > 40)


def test_pictures_survive_in_the_page_of_a_record(monitored: Monitored, runner: Runner) -> None:
    found = watch(monitored, runner, "ops")
    shown = sanitise(found._repr_mimebundle_()["text/html"])
    assert pictures(shown) == pictures(found.html())
    assert "quiet" in shown


def test_text_from_outside_is_escaped(
    monitored: Monitored, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = made("evil", "<b>x</b>", graph(1, '"><script>alert(1)</script>$\\frac', "up"))
    monkeypatch.setitem(DASHBOARDS, "evil", evil)
    html = watch(monitored, runner, "evil", tag="$\\frac{<i>").html()
    assert "<script" not in html
    assert "<b>x</b>" not in html
    assert len(pictures(html)) == 1


# --- refusals and trouble -------------------------------------------------------------------------


def test_access_is_checked(monitored: Monitored, runner: Runner) -> None:
    made = grafana_of(monitored, runner)
    assert str(made.check_access()) == "Grafana 11.6.0 lets this token read pelican"
    assert monitored.token() not in repr(made) + repr(made.client) + repr(made.client.key)


def test_a_token_that_may_not_ask_is_told_what_it_lacks(
    monitored: Monitored, runner: Runner
) -> None:
    with pytest.raises(AccessDenied, match=r"status 403.*role Viewer"):
        grafana_of(monitored, runner, "stranger").watch(PUSHED, monitored.until, dashboards=["ops"])
    with pytest.raises(AccessDenied, match=r"status 401.*Invalid API key") as caught:
        Grafana(f"{monitored.url}/grafana", "not-a-token", runner).check_access()
    assert "not-a-token" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"until": PUSHED}, "at most 3 days after it"),
        ({"until": PUSHED + timedelta(days=4)}, "at most 3 days after it"),
        ({"until": datetime(2026, 3, 13)}, "with their time zone"),
        ({"ended_at": PUSHED - timedelta(minutes=1)}, "looked at until"),
        ({"weeks": 2}, "expected 3 to 26 weeks"),
        ({"zone": "Mars/Olympus"}, "name of a time zone"),
        ({"dashboards": []}, "expected the uids of the dashboards"),
        ({"dashboards": "ops"}, "expected the uids of the dashboards"),
        ({"directions": {"Reqests": "up"}}, "found Reqests; the panels are 5xx per second"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    monitored: Monitored, runner: Runner, change: dict[str, Any], message: str
) -> None:
    asked: dict[str, Any] = {"until": monitored.until, "dashboards": ["ops"], "zone": ZONE} | change
    with pytest.raises(UsageError, match=message):
        grafana_of(monitored, runner).watch(PUSHED, **asked)


@pytest.mark.parametrize("kind", ["status", "drop-before", "drop-after"])
def test_one_panel_without_an_answer_is_not_called_quiet(
    monitored: Monitored, runner: Runner, kind: str
) -> None:
    monitored.fault(QUERY, kind=kind)
    found = watch(monitored, runner, "ops")
    assert sorted(levels(found).values()) == ["look at this", "quiet", "quiet"]
    assert "no verdict can be given" in found.warnings[0]


def test_no_panel_with_an_answer_is_a_look_without_one(
    monitored: Monitored, runner: Runner
) -> None:
    monitored.fault(QUERY, times=10_000)
    with pytest.raises(Unavailable, match="has a failure of its own"):
        watch(monitored, runner, "ops")


def test_a_look_that_got_no_answer_is_repeated(monitored: Monitored, runner: Runner) -> None:
    monitored.fault(r"/grafana/api/dashboards/uid/ops", kind="drop-after")
    assert watch(monitored, runner, "ops").verdict.level == "quiet"


@pytest.mark.parametrize(
    "body", [{"dashboard": {"panels": ["x"]}}, {"dashboard": {"panels": [{"id": "x"}]}}]
)
def test_a_dashboard_of_another_form_is_a_failure(
    monitored: Monitored, runner: Runner, body: Any
) -> None:
    monitored.fault(r"/grafana/api/dashboards/uid/ops", status=200, body=body)
    with pytest.raises(Failed, match="as Grafana describes it, found another form"):
        watch(monitored, runner, "ops")


@pytest.mark.parametrize(
    "body",
    [
        {"results": {"A": {"frames": [{"schema": {"fields": [{"type": "time"}]}, "data": 7}]}}},
        {"results": {"A": {"frames": ["x"]}}},
        {"results": {}},
        {"answer": 42},
    ],
)
def test_data_of_another_form_is_said_of_its_panel(
    monitored: Monitored, runner: Runner, body: Any
) -> None:
    monitored.fault(QUERY, status=200, body=body)
    found = watch(monitored, runner, "ops")
    assert sorted(levels(found).values()) == ["look at this", "quiet", "quiet"]
    assert "no verdict can be given" in found.warnings[0]


@pytest.mark.filterwarnings("error")
def test_a_panel_without_data_beside_others_has_an_empty_picture(
    monitored: Monitored, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    panels = graph(1, "Requests", REQUESTS), graph(2, "Penguins", "penguins_total")
    monkeypatch.setitem(DASHBOARDS, "half", made("half", "Half", *panels))
    found = watch(monitored, runner, "half")
    assert levels(found) == {"Requests": "quiet", "Penguins": "look at this"}
    assert "no data at all, neither since the push nor in the 6 weeks before it" in str(found)
    assert len(pictures(found.html())) == 2


def test_right_after_the_push_nothing_can_be_told_yet(monitored: Monitored, runner: Runner) -> None:
    until = PUSHED + timedelta(seconds=160)
    found = grafana_of(monitored, runner).watch(PUSHED, until, dashboards=["ops"], zone=ZONE)
    assert set(levels(found).values()) == {"look at this"}
    assert "only 2 points since the push; run this again later" in str(found)


def test_looking_later_takes_nothing_back(monitored: Monitored, runner: Runner) -> None:
    monitored.control("PUT", "incident", kind="errors")
    after_an_hour = watch(monitored, runner, "ops").dashboards[0].plan
    late = Watch.plan(
        PUSHED, PUSHED + timedelta(days=1), ended=PUSHED, weeks=6, zone=ZoneInfo(ZONE), tag=TAG
    )
    assert late.close is not None
    assert late.close.windows[0].step == after_an_hour.windows[0].step == timedelta(minutes=1)
    assert late.close.windows[0].start == after_an_hour.windows[0].start
    assert [each.windows[0].step for each in late.looks] == [
        timedelta(minutes=1),
        timedelta(minutes=30),
    ]


def test_a_spike_of_a_push_is_an_alarm_on_the_next_day_too() -> None:
    """It lasts for a quarter of an hour, which half-hours do not show."""

    def plan(hours: float) -> Watch:
        until = PUSHED + timedelta(hours=hours)
        return Watch.plan(PUSHED, until, ended=PUSHED, weeks=6, zone=ZoneInfo(ZONE), tag=TAG)

    def line(look: Watch) -> list[tuple[Series, ...]]:
        def value(window: Window, moment: int, week: int) -> float:
            since = PUSHED.timestamp() + 1200
            spike = week == 0 and since <= moment < since + 900
            return (100 + (moment // 60 * 7 + week * 3) % 5) * (2.2 if spike else 1)

        return [
            (
                Series(
                    "",
                    tuple(
                        (float(at), value(window, at, week))
                        for at in range(
                            int(window.start.timestamp()), int(window.end.timestamp()), 60
                        )
                    ),
                ),
            )
            for week, window in enumerate(look.windows)
        ]

    for hours in (1, 3, 24, 70):
        judged = [judge_panel(line(look), look, "both", "") for look in plan(hours).looks]
        assert worst_of(judged)[0][0].level == "alarm"
    assert judge_panel(line(plan(24)), plan(24), "both", "")[0][0].level != "alarm"


def test_each_thread_keeps_its_connection_while_panels_are_asked_for(
    monitored: Monitored, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    open_session = client.open_session
    monkeypatch.setattr(client, "open_session", lambda url: opened.append(url) or open_session(url))
    watch(monitored, runner, "ops")
    assert 1 < len(opened) <= 1 + SIDE_BY_SIDE

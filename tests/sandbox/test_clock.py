"""The world's own time: it stands still or runs, is set forward, and people act by it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runbook_lib.cli.sandbox import command
from runbook_lib.sandbox.samples.team.week import CLOCK, coming_push, due_push, next_tagging
from runbook_lib.sandbox.world.clock import FASTEST, Clock
from runbook_lib.sandbox.world.world import World
from tests.sandbox.team_world import TAG, THURSDAY, TRAIN, TeamSandbox, run_team

NEXT_TUESDAY = datetime.fromisoformat("2026-03-17T09:05-07:00")
NEXT = "2026.03.19"
FAST = 36_000


def test_a_clock_that_stands_still_shows_its_moment() -> None:
    assert Clock(CLOCK).now(5e9) == CLOCK
    assert Clock.read(Clock(CLOCK).written()) == Clock(CLOCK.astimezone(UTC))


def test_a_clock_that_runs_passes_as_many_seconds_as_its_pace_says() -> None:
    clock = Clock(CLOCK, 60, since=1000)
    assert clock.now(1000) == CLOCK
    assert clock.now(1010.5) == CLOCK + timedelta(seconds=630)
    assert clock.now(900) == CLOCK
    assert Clock.read(clock.written()).now(1010.5) == clock.now(1010.5)


def test_a_clock_is_set_forward_and_goes_on_from_there() -> None:
    clock = Clock(CLOCK, 60, since=1000).forward(THURSDAY, 1001)
    assert clock.now(1002) == THURSDAY + timedelta(minutes=1)
    assert clock.forward(CLOCK, 1003) == clock


def test_another_pace_begins_where_the_clock_is() -> None:
    clock = Clock(CLOCK, 60, since=1000).at_pace(0, 1060)
    assert clock.stands_still
    assert clock.now(9999) == CLOCK + timedelta(hours=1)


def test_a_world_that_was_made_before_keeps_its_time(tmp_path: Path) -> None:
    with World(tmp_path / "world", clock=CLOCK) as world:
        world.set_setting("clock", "2026-03-12T16:30:00+00:00")
        assert world.now() == THURSDAY


def test_people_set_only_a_clock_forward_that_stands_still(tmp_path: Path) -> None:
    with World(tmp_path / "world", clock=CLOCK) as world:
        world.run_clock(1)
        assert world.pass_time(THURSDAY) < THURSDAY
        world.run_clock(0)
        assert world.pass_time(THURSDAY) == THURSDAY == world.now()


@pytest.mark.parametrize(
    ("now", "coming", "due", "following"),
    [
        ("2026-03-10T09:04", "2026-03-12", None, "2026-03-10T09:05"),
        ("2026-03-10T09:05", "2026-03-12", "2026-03-12", "2026-03-17T09:05"),
        ("2026-03-12T23:59", "2026-03-12", "2026-03-12", "2026-03-17T09:05"),
        ("2026-03-13T00:00", "2026-03-19", None, "2026-03-17T09:05"),
    ],
)
def test_a_week_begins_after_the_push_before_and_its_tags_are_due_on_tuesday(
    now: str, coming: str, due: str | None, following: str
) -> None:
    moment = datetime.fromisoformat(f"{now}-07:00")
    assert str(coming_push(moment)) == coming
    assert str(due_push(moment) or "") == (due or "")
    assert next_tagging(moment) == datetime.fromisoformat(f"{following}-07:00")


@pytest.fixture
def living(tmp_path: Path) -> Iterator[TeamSandbox]:
    yield from run_team(tmp_path / "world")


def clock(team: TeamSandbox, **said: Any) -> dict[str, Any]:
    return dict(team.client().expect("PUT", "/sandbox/clock", said))


def told(team: TeamSandbox, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(command, ["clock", *arguments, "--world", str(team.folder)])
    return done.exit_code, done.output


def test_the_command_lets_the_clock_run_and_sets_it_to_the_next_week(living: TeamSandbox) -> None:
    code, said = told(living, "next-week", "--pace", "60")
    assert code == 0 and said.endswith("; it runs, 60 seconds in one\n")
    now = living.now()
    assert now >= NEXT_TUESDAY
    assert living.wait_until(lambda: living.now() > now)
    assert told(living, "--pace", "0")[1].startswith("2026-03-17T16:")
    assert living.now() == living.now()


@pytest.mark.parametrize("pace", [-1, FASTEST + 1, "fast", True, None])
def test_a_wrong_pace_is_refused(living: TeamSandbox, pace: Any) -> None:
    assert living.client().ask("PUT", "/sandbox/clock", {"pace": pace}).status == 422
    assert living.now() == CLOCK


def team_of(team: TeamSandbox, until: str, push: str = "") -> None:
    team.client().expect("PUT", "/sandbox/team", {"until": until, "push": push})


def test_colleagues_begin_each_week_once(living: TeamSandbox) -> None:
    before = {name: living.head(name) for name in ("server", "frontend", "code-manager")}
    clock(living, to="next week")
    after = {name: living.head(name) for name in before}
    assert [name for name in before if before[name] != after[name]] == ["server", "frontend"]
    reviews = living.api("server-security", "pulls/9/reviews")
    assert [one["state"] for one in reviews] == ["APPROVED"]
    living.settle()
    state = living.state()
    team_of(living, "")
    clock(living, to="2026-03-17T12:00-07:00")
    assert {name: living.head(name) for name in before} == after
    living.settle()
    assert len(living.state()["happenings"]) == len(state["happenings"])


def test_a_week_comes_by_itself_where_the_clock_runs(living: TeamSandbox) -> None:
    before = living.head("server")
    clock(living, to="2026-03-12T23:00-07:00", pace=FAST)
    living.wait_until(lambda: living.head("server") != before)


def test_colleagues_do_nothing_of_a_push_that_another_is_asked_for(living: TeamSandbox) -> None:
    clock(living, to="next week")
    team_of(living, "pushed", push="2026-03-12")
    assert living.api("server", f"git/matching-refs/tags/{NEXT}") == []
    team_of(living, "tagged", push=NEXT)
    assert len(living.api("server", f"git/matching-refs/tags/{NEXT}")) == 1


def test_colleagues_do_not_push_before_the_day_where_the_clock_runs(living: TeamSandbox) -> None:
    clock(living, pace=1)
    living.until("pushed")
    assert living.versions("stage") == {TAG}
    assert living.versions("production") == {"2026.03.05-1", "2026.03.05"}
    clock(living, to="2026-03-12T09:30-07:00")
    living.until("pushed")
    assert living.versions("production") == {TAG}


def say(team: TeamSandbox, text: str) -> None:
    body = {"channel": "C0REMORA1", "text": text}
    team.client().expect("POST", "/slack/api/chat.postMessage", body)


def test_operations_never_take_production_back(living: TeamSandbox) -> None:
    living.until("pushed")
    living.set_person("qa", mode="off")
    old = "server 2026.03.05-1"
    living.client().expect("PATCH", living.ask(text=old), {"state": "approved"})
    say(living, f"please push to production: {old}")
    living.wait_until(lambda: "did not deploy pelican/server 2026.03.05-1" in channel(living))
    assert living.version("production", "server") == TAG


def channel(team: TeamSandbox) -> str:
    found = team.client().expect("GET", "/slack/api/conversations.history?channel=C0REMORA1")
    return "\n".join(one["text"] for one in found["messages"])


def test_a_push_takes_its_time_by_a_clock_that_runs(living: TeamSandbox) -> None:
    living.until("tagged")
    clock(living, to=THURSDAY.isoformat(), pace=1200)
    path = living.ask()
    living.wait_until(lambda: living.answer(path))
    say(living, f"please push to production: {TRAIN}")
    living.wait_until(lambda: living.versions("production") == {TAG})
    done = [one for one in living.state()["deployments"] if one["environment"] == "production"]
    times = sorted(datetime.fromisoformat(one["at"]) for one in done[:3])
    assert times[2] - times[0] >= timedelta(minutes=13)

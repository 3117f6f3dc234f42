"""Three weeks in one world that lives on: every runbook of each, by a clock that runs."""

import re
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from runbook_lib.policy.push.notes import Notes
from runbook_lib.sandbox.samples.team.week import ZONE, document_path, tag_key, tag_of
from tests.push.test_week import WEEK
from tests.push.world import NAMES, TeamWorld
from tests.release.carried_out import Executed, step_through
from tests.release.world import git

PUSHES = (date(2026, 3, 12), date(2026, 3, 19), date(2026, 3, 26))
BEFORE = {"server": "2026.03.05-1", "frontend": "2026.03.05", "code-manager": "2026.03.05"}
"""What runs in production when the first week begins."""
PACE = 300
"""So many seconds pass in one: each look has new numbers."""
LINK = re.compile(r"/pelican/([\w-]+)/compare/(\S+)\.\.\.(\S+)")


def clock(world: TeamWorld, **said: object) -> None:
    """Set the world's clock."""
    world.client().expect("PUT", "/sandbox/clock", said)


def at(push: date, days: int, hour: int) -> str:
    """Half past an hour of a day around a push, by the team's clocks."""
    day = push + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, 30, tzinfo=ZONE).isoformat()


def play(*runbooks: str) -> None:
    """Carry out runbooks, one after the other; the sandbox's people approve at their gates."""
    for runbook in runbooks:
        step_through(runbook=runbook).went_well()


def let_happen(world: TeamWorld, incident: str) -> None:
    """Let something follow upon the newest push to production."""
    world.client().expect("PUT", "/sandbox/incident", {"kind": incident})


def asked(gate: str, done: Executed) -> list[dict[str, Any]]:
    """What a session has asked at a gate."""
    found = [event.said for event in done.events if event.kind == "asked"]
    return [one for one in found if one["gate"] == gate]


def heads(push: date) -> dict[str, str]:
    """What goes out with a push: the server's tag has a pick."""
    return {name: tag_of(push) + ("-1" if name == "server" else "") for name in NAMES}


def play_until_pushed(world: TeamWorld, push: date) -> Executed:
    """The runbooks of a week on their days; what the push itself came to."""
    play(*WEEK[:3])
    clock(world, to=at(push, -1, 10))
    play("cherry_pick")
    clock(world, to=at(push, 0, 9))
    return step_through(runbook="live_push").went_well()


def test_three_weeks_go_on_from_one_another(world: TeamWorld) -> None:
    clock(world, pace=PACE)
    for push in PUSHES:
        let_happen(world, "errors" if push == PUSHES[1] else "none")
        done = play_until_pushed(world, push)
        if push == PUSHES[1]:
            assert len(asked("monitoring", done)) == 1
            assert_the_same_is_asked_once(world)
        play("close_push", "push_duty")
        clock(world, to="next week")
    assert_it_lived_on(world)
    before = world.state()
    for runbook in WEEK[1:]:
        step_through({"push_date": PUSHES[1].isoformat()}, runbook=runbook)
    assert world.state() == before


def assert_the_same_is_asked_once(world: TeamWorld) -> None:
    """What is worse two hours later is asked anew; from then on each look has new numbers alone."""
    clock(world, to=(world.now() + timedelta(hours=2)).isoformat())
    step_through(runbook="live_push").went_well()
    again = step_through(runbook="live_push").went_well()
    assert asked("monitoring", again) == []


def assert_it_lived_on(world: TeamWorld) -> None:
    """Each week has its own tags, links, sections and words, and nothing is doubled."""
    bases = BEFORE
    for push in PUSHES:
        made = {name: {tag_of(push), head} for name, head in heads(push).items()}
        assert {name: set(tags) for name, tags in world.tags(of=tag_of(push)).items()} == made
        text = world.notes(document_path(push))
        links = [(name, bases[name], head) for name, head in heads(push).items()]
        assert LINK.findall(text) == links
        assert_sections(text)
        bases = heads(push)
    assert_production_moved_forward(world)
    assert_people_were_told_once(world)
    assert_the_rest_went_on(world)


def assert_sections(text: str) -> None:
    """The notes have blockers, a pick that is done and when the push was, each once."""
    for heading in ("## Blockers:", "## Cherry-picks:", "## Pushing:", "## Stats"):
        assert text.count(heading) == 1, text
    notes = Notes.parse(text)
    assert len(re.findall(r"^\* ~~https:\S+/server/commit/\w{40}~~$", text, re.MULTILINE)) == 1
    start, end = (
        datetime.strptime(one, "%H:%M PDT") for one in (notes.stats.start, notes.stats.end)
    )
    assert timedelta(minutes=13) <= end - start < timedelta(hours=4)
    lines = Counter(line for line in text.splitlines() if line.strip())
    assert max(lines.values()) == 1, lines


def assert_production_moved_forward(world: TeamWorld) -> None:
    """Each deployment of production is newer than the one before."""
    done = [
        one
        for one in reversed(world.get("/sandbox/state")["deployments"])
        if one["environment"] == "production"
    ]
    for name in NAMES:
        versions = [one["version"] for one in done if one["project"] == name]
        assert versions == [BEFORE[name], *(heads(push)[name] for push in PUSHES)]
        assert versions == sorted(versions, key=tag_key)
    assert [one["at"] for one in done] == sorted(one["at"] for one in done)


def assert_people_were_told_once(world: TeamWorld) -> None:
    """The channel and the topic tell of each push once, and of the right next one."""
    texts = [message["text"] for message in world.messages()]
    assert max(Counter(texts).values()) == 1
    for push in PUSHES:
        mine = [text for text in texts if f"/{push} hand-over]" in text]
        assert len(mine) == 1 and f"{push + timedelta(weeks=1)}, notes:" in mine[0]
        assert sum(f"/{push} production " in text for text in texts) == 1
    assert world.topic().startswith("Push 2026-04-02 by edith: ")
    assert len(world.topic().split(" | ")) == 3


def assert_the_rest_went_on(world: TeamWorld) -> None:
    """Fixes are public from week to week, texts are extracted, and bugs come and go."""
    server, private = world.of("server"), world.of("server-security")
    for push in PUSHES[1:]:
        day = f"{push:%Y_%m_%d}"
        git(server.bare, "cat-file", "-e", f"{tag_of(push)}:src/pelican/guards/g{day}.py")
        pot = git(server.bare, "show", "main:locale/pelican.pot")
        assert pot.count(f'msgid "Seen until {push}"') == 1
    main = git(private.bare, "rev-parse", "main")
    git(server.bare, "merge-base", "--is-ancestor", main, tag_of(PUSHES[2]))
    titles = [pull["title"] for pull in server.get("/api/v3/repos/pelican/server/pulls?state=all")]
    assert max(Counter(titles).values()) == 1
    bugs = world.get("/bugzilla/rest/bug?product=Pelican&whiteboard=push-blocker")["bugs"]
    mine = {bug["summary"]: bug["status"] for bug in bugs if "summary" in bug["summary"]}
    assert mine == {
        f"The summary of {push} counts a pair twice": state
        for push, state in zip(
            (*PUSHES[1:], date(2026, 4, 2)), ("RESOLVED", "RESOLVED", "NEW"), strict=True
        )
    }
    since = (world.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S")
    path = "/sentry/api/0/organizations/pelican/issues/"
    found = world.get(f"{path}?start={since}&end=2026-12-31T00:00:00&query=")
    assert any(issue["title"].startswith("ConnectionError") for issue in found)


@pytest.mark.parametrize("pace", [0, PACE])
def test_a_week_that_nobody_closed_is_closed_before_the_next(world: TeamWorld, pace: float) -> None:
    world.until("pushed")
    clock(world, to="next week", pace=pace)
    done = step_through(runbook="close_push").went_well()
    assert str(PUSHES[0]) in done.said("decide_last_week")["detail"]
    assert world.has_notes(document_path(PUSHES[1]))
    assert not any(world.tags(of=tag_of(PUSHES[1])).values())

"""Another team: two repositories, no security, notes in a draft, Matrix alone, every other week.

It called its tags otherwise before: the last push has `2026.03.05` and `2026.03.05-1`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runbook_lib.cli import main
from tests.conftest import sit_down
from tests.push.conftest import WriteProfile
from tests.push.test_cherry_pick import push_file
from tests.push.world import TeamWorld, profile_keys
from tests.release.carried_out import Executed, step_through

TWO = ("server", "frontend")
LAST, PUSH, NEXT = "2026-03-05", "2026-03-19", "2026-04-02"
TUESDAY = "2026-03-17T09:05:00-07:00"
HEADINGS = {"blockers": "Showstoppers", "pushing": "What ships", "stats": "The clock"}
WEEK = ("tag_push", "extract_locales", "cherry_pick", "live_push", "close_push")


@dataclass(frozen=True)
class Names:
    """What the team's tags are called: its form, and this push's two, and the next one's."""

    tags: Mapping[str, Any]
    first: str
    second: str
    following: str


EARLIER = ["{year}.{month}.{day}"]
WEEKLY = Names(
    {"first": "v{year}.{week}.{number}", "earlier": EARLIER},
    "v2026.12.0",
    "v2026.12.1",
    "v2026.14.0",
)
DATED = Names(
    {"first": "release-{year}-{month}-{day}", "earlier": EARLIER},
    "release-2026-03-19",
    "release-2026-03-19-1",
    "release-2026-04-02",
)


def another_team(world: TeamWorld, tags: Mapping[str, Any]) -> dict[str, Any]:
    """What its profile has otherwise than the sandbox's team."""
    both = profile_keys(world, {})["push"]["repositories"][: len(TWO)]
    return {
        "tags": tags,
        "interval": 2,
        "people": ["edith", "operator"],
        "repositories": [both[0], {**both[1], "locales": None}],
        "notes": {"kind": "draft", "github": "pelican/notes", "headings": HEADINGS},
        "blockers": {"label": "showstopper", "github": ["pelican/server"]},
        **dict.fromkeys(("slack", "security", "calendar", "dependencies", "sentry", "grafana")),
    }


def carry_out(runbook: str, **parameters: Any) -> Executed:
    """A runbook to its end; what goes out is approved by whoever carries it out."""
    gate = "tags" if runbook == "tag_push" else ""
    parameters = {"profile": "team", **parameters}
    return step_through(parameters, runbook=runbook, approve=gate).went_well()


def approve_as_qa() -> None:
    """Have somebody else than the run's operator approve at QA's gate, from a terminal."""
    waiting = step_through({"profile": "team"}, runbook="live_push").ended_with("Waiting")
    assert "approval by QA (the operator does not count" in waiting
    with pytest.MonkeyPatch.context() as patch:
        sit_down(patch, "quinn")
        typed = ["approve", f"live_push/pelican/{PUSH}", "qa", "--reason", "tested on stage"]
        said = CliRunner().invoke(main, typed)
    assert said.exit_code == 0, said.output


def draft(world: TeamWorld, tag: str) -> str:
    """The text of the notes that are called so."""
    [found] = [one for one in world.of("notes").releases() if one["tag_name"] == tag]
    assert found["draft"]
    return str(found["body"])


def tell_operations(world: TeamWorld, **tags: str) -> None:
    """Have the sandbox's QA approve, too, for its operations wait for that; then it is Thursday."""
    text = ", ".join(f"{name} {tag}" for name, tag in tags.items())
    asked = {"run": "qa", "gate": "qa", "digest": text, "title": "The push", "text": text}
    made = world.client().expect("POST", "/sandbox/approvals", asked)
    path = f"/sandbox/approvals/{made['id']}"
    world.wait_until(lambda: world.get(path)["state"] == "approved")


def running(world: TeamWorld, environment: str) -> dict[str, str]:
    versions = world.versions(environment)
    return {name: versions[name] for name in TWO}


@pytest.fixture
def somebody(write_profile: WriteProfile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's own git knows who commits."""
    config = tmp_path / "gitconfig"
    config.write_text("[user]\n\tname = Olive\n\temail = olive@team.example\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))


@pytest.mark.usefixtures("somebody")
@pytest.mark.parametrize("names", [WEEKLY, DATED], ids=["by week", "by day"])
def test_a_push_of_two_weeks_goes_from_runbook_to_runbook(
    world: TeamWorld, write_profile: WriteProfile, names: Names
) -> None:
    write_profile(**another_team(world, names.tags))
    carry_out("close_push", push_date=LAST)
    notes = draft(world, names.first)
    assert "# pelican push of Thursday 19th March 2026" in notes and "## Showstoppers\n" in notes
    world.client("ops").expect("PUT", "/sandbox/clock", {"to": TUESDAY})

    duty = carry_out("push_duty")
    assert f"The push of {PUSH}" in duty.text and "security_fixes" not in duty.text

    heads = world.heads()
    carry_out("tag_push")
    assert {name: world.tags(of=names.first)[name] for name in TWO} == {
        name: {names.first: heads[name]} for name in TWO
    }
    assert world.tags(of=names.first)["code-manager"] == {}
    shipping = draft(world, names.first).partition("## What ships\n")[2].partition("## ")[0]
    assert f"server/compare/2026.03.05-1...{names.first}\n" in shipping
    assert f"frontend/compare/2026.03.05...{names.first}\n" in shipping

    carry_out("extract_locales")
    branches = [ref for ref in world.refs()["pelican/server"] if "locales" in ref]
    assert branches == [f"refs/heads/locales-{PUSH}"]

    fix = push_file(world, "docs/fix.md", "Mended.\n", "fix: mend it")
    carry_out("cherry_pick", repository="server", commits=fix)
    assert names.second in world.tags(of=names.second)["server"]
    assert f"server/compare/2026.03.05-1...{names.second}\n" in draft(world, names.first)

    ships = {"server": names.second, "frontend": names.first}
    approve_as_qa()
    tell_operations(world, **ships)
    carry_out("live_push")
    assert running(world, "production") == ships == running(world, "stage")
    request = f"please push to production: server {names.second}, frontend {names.first}"
    assert sum(request in said for said in world.room()) == 1
    clock = draft(world, names.first).partition("## The clock\n")[2]
    assert "- start time: 09:30 PDT\n- end time: " in clock

    carry_out("close_push")
    assert "Thursday 2nd April 2026" in draft(world, names.following)
    shown = carry_out("push_duty", push_date=PUSH).text.splitlines()
    rows = [line for line in shown if line.split("  ")[0] in WEEK]
    assert len(rows) == len(WEEK) and all(" done " in line for line in rows)

    before = world.state(), world.room(), world.of("notes").releases()
    for runbook in WEEK:
        again = carry_out(runbook, push_date=names.first, **picked(runbook, fix))
        made = {step for step, outcome in again.outcomes if outcome not in ("already", "good")}
        assert made <= {"extract"}, (runbook, again.outcomes)
    assert (world.state(), world.room(), world.of("notes").releases()) == before


def picked(runbook: str, commit: str) -> dict[str, str]:
    """What a run of cherry-picks is about."""
    return {"repository": "server", "commits": commit} if runbook == "cherry_pick" else {}


def test_its_runbooks_are_as_a_runbook_is_to_be(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    write_profile(**another_team(world, WEEKLY.tags))
    checked = CliRunner().invoke(main, ["check", "--strict", "push_duty", *WEEK])
    assert checked.exit_code == 0, checked.output


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tags": {"first": "v{version}"}}, "{version}"),
        ({"tags": {"first": "v{year}.{number}"}}, "either {month} and {day} or {week}"),
        ({"tags": {"earlier": ["{year}-{month}"]}}, "either {month} and {day} or {week}"),
        (
            {"tags": {"first": "v{year}.{week}.{number}"}, "extra": ["2026-03-20"]},
            "found v2026.12.0 for those of Friday 2026-03-20 and Thursday 2026-03-19",
        ),
        ({"headings": {"blockers": "Stop", "picks": "STOP:"}}, "that differ in their words"),
        ({"headings": {"goals": "Goals"}}, "goals"),
    ],
)
def test_what_can_not_work_is_said_before_anything_is_done(
    world: TeamWorld, write_profile: WriteProfile, changes: dict[str, Any], said: str
) -> None:
    team = another_team(world, WEEKLY.tags)
    notes = {**team["notes"], **{k: v for k, v in changes.items() if k == "headings"}}
    rest = {key: value for key, value in changes.items() if key != "headings"}
    write_profile(**{**team, "notes": notes, **rest})
    done = step_through({"profile": "team"}, runbook="push_duty", until="decide_week")
    assert said in done.ended_with("UsageError")


def test_a_push_is_named_by_its_tag_or_refused(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    write_profile(**another_team(world, WEEKLY.tags))

    def decide(name: str) -> Executed:
        parameters = {"profile": "team", "push_date": name}
        return step_through(parameters, runbook="push_duty", until="decide_week")

    for name in ("v2026.12.1", PUSH):
        assert f"push of Thursday {PUSH}" in decide(name).went_well().said("decide_week")["detail"]
    assert "Thursday 2026-03-05 and Thursday 2026-03-19" in decide("v2026.11.0").ended_with(
        "UsageError"
    )

"""Three releases in a row in one world, a week apart: each is its own, and nothing is doubled."""

from collections import Counter
from pathlib import Path

from tests.release.carried_out import step_through
from tests.release.world import World, git

RELEASES = (("1.9", "2026-01-15"), ("1.9.1", "2026-01-22"), ("1.9.2", "2026-01-29"))


def test_three_releases_go_on_from_one_another(world: World, tmp_path: Path) -> None:
    for version, day in RELEASES:
        world.client().expect("PUT", "/sandbox/clock", {"to": f"{day}T10:00:00+00:00"})
        step_through().went_well()
        assert world.version()["version"] == version
        fix = {f"src/tidewatch/fix_{version.replace('.', '_')}__py": '"""A fix."""\n'}
        world.push(tmp_path / "scratch", f"fix: what {version} counts twice", **fix)
        world.settle()
    assert_it_lived_on(world)
    before = world.result()
    step_through({"version": "1.9"}, until="load-test").went_well()
    assert world.result() == before


def assert_it_lived_on(world: World) -> None:
    """Tags, entries, tickets and pull requests are those of three releases."""
    versions = [version for version, _ in RELEASES]
    releases = [(found["tag_name"], found["draft"]) for found in world.releases()]
    assert sorted(releases) == [(version, False) for version in versions]
    assert sorted(pull["title"] for pull in world.pulls()) == [f"Release {v}" for v in versions]
    titles = Counter(bug["summary"] for bug in world.bugs())
    assert titles == {
        f"Please deploy tidewatch {version} to {place}": 1
        for version in versions
        for place in ("STAGE", "PRODUCTION")
    }
    text = git(world.bare, "show", "master:CHANGELOG.md")
    places = [text.index(f"{version} ({day})") for version, day in reversed(RELEASES)]
    assert places == sorted(places)
    assert all(text.count(f"what {version} counts twice") == 1 for version in versions[:2])
    deployed = reversed(world.get("/sandbox/state")["deployments"])
    assert [one["version"] for one in deployed if one["environment"] == "stage"][-3:] == versions

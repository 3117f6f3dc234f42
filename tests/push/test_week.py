"""The whole week in one world, from the security fixes to the hand-over; and once more."""

from tests.push.world import NAMES, NEXT_NOTES, TAG, TeamWorld
from tests.release.carried_out import step_through

WEEK = (
    "security_fixes",
    "tag_push",
    "extract_locales",
    "cherry_pick",
    "live_push",
    "close_push",
    "push_duty",
)
LAST = {"server": f"{TAG}-1", "frontend": TAG, "code-manager": TAG}


CAUGHT_UP = ("catch_up", "extract")
"""What is done once more: the private mirror follows what others have pushed, and the texts of the
tag with the picks are extracted, which changes nothing on the remote."""


def test_the_week_goes_from_runbook_to_runbook_and_nothing_is_done_twice(world: TeamWorld) -> None:
    for runbook in WEEK:
        done = step_through(runbook=runbook).went_well()
    assert world.versions("production") == LAST == world.versions("stage")
    assert {name: max(tags) for name, tags in world.tags().items()} == LAST
    assert all(f"...{LAST[name]}\n" in world.notes() for name in NAMES)
    assert world.has_notes(NEXT_NOTES)
    shown = [line for line in done.text.splitlines() if line.split("  ")[0] in WEEK]
    assert len(shown) == len(WEEK) - 1 and all(" done " in line for line in shown)
    before = world.state()
    for runbook in WEEK:
        again = step_through({"push_date": "2026-03-12"}, runbook=runbook).went_well()
        made = {step for step, outcome in again.outcomes if outcome not in ("already", "good")}
        assert made <= set(CAUGHT_UP), (runbook, again.outcomes)
    after, refs = world.state(), world.refs()
    assert after[1:] == before[1:]
    mains = {refs[f"pelican/{name}"]["refs/heads/main"] for name in ("server", "server-security")}
    assert len(mains) == 1

"""A plan of any runbook comes to its end, and says of each thing what it is of and comes after."""

import pytest

from tests.push.world import TeamWorld
from tests.release.carried_out import step_through

LINES = {
    "live_push": "ask for the approval of monitoring: 2026.03.12 is well in production: "
    "after write start",
    "security_fixes": "check equal: after merge",
    "extract_locales": "open pull request: after extract of server",
}


@pytest.mark.parametrize("runbook", LINES)
def test_a_plan_comes_to_its_end_and_changes_nothing(world: TeamWorld, runbook: str) -> None:
    world.until("" if runbook == "security_fixes" else "tagged")
    before = world.refs(), world.messages()
    plan = step_through({"plan": True}, runbook=runbook).went_well()
    assert {outcome for _, outcome in plan.outcomes} <= {"good", "already", "planned"}
    assert LINES[runbook] in plan.text
    assert (world.refs(), world.messages()) == before

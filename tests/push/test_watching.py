"""What is watched after a push, and judged: once for the same findings, in the tags' own window."""

from datetime import timedelta
from typing import Any

import pytest

from runbook_lib.run.approval import decide
from tests.push.world import TAG, TeamWorld
from tests.release.carried_out import Executed, step_through

RUN = "live_push/pelican/2026-03-12"


@pytest.fixture
def tagged(world: TeamWorld) -> TeamWorld:
    """A world with this week's tags."""
    world.until("tagged")
    return world


def push(**parameters: str) -> Executed:
    return step_through(parameters, runbook="live_push")


def unjudged(world: TeamWorld) -> Executed:
    """A run whose last gate nobody answers."""

    def leave(_: dict[str, Any]) -> None:
        world.set_person("approver", mode="off")

    done = step_through(runbook="live_push", before={'run.approve("monitoring"': leave})
    done.ended_with("Waiting")
    return done


def incident(world: TeamWorld, kind: str) -> None:
    world.client().expect("PUT", "/sandbox/incident", {"kind": kind})


def later(world: TeamWorld, minutes: int) -> None:
    to = world.now() + timedelta(minutes=minutes)
    world.client().expect("PUT", "/sandbox/clock", {"to": to.isoformat()})


def asked(executed: Executed) -> list[dict[str, Any]]:
    said = [event.said for event in executed.events if event.kind == "asked"]
    return [one for one in said if one["gate"] == "monitoring"]


def test_an_approval_counts_for_the_same_findings_and_not_for_new_ones(tagged: TeamWorld) -> None:
    incident(tagged, "errors")
    first = unjudged(tagged)
    later(tagged, 10)
    second = unjudged(tagged)
    assert asked(first)[0]["digest"] == asked(second)[0]["digest"]
    assert asked(first)[0]["text"] == asked(second)[0]["text"]
    decide(RUN, "monitoring", verdict="approved", reason="known", short=asked(first)[0]["digest"])
    later(tagged, 10)
    push().went_well()
    incident(tagged, "latency")
    third = unjudged(tagged)
    known = asked(first)[0]["text"].splitlines()
    found = asked(third)[0]["text"].splitlines()
    assert set(known) < set(found) and "Latency" in found[-1]


def test_a_milder_look_does_not_take_back_what_was_found(tagged: TeamWorld) -> None:
    incident(tagged, "errors")
    first = unjudged(tagged)
    incident(tagged, "none")
    again = unjudged(tagged)
    assert asked(again)[0]["text"] == asked(first)[0]["text"]


def test_the_window_is_that_of_the_tags_whatever_the_notes_say(tagged: TeamWorld) -> None:
    text = tagged.notes()
    tagged.edit_notes(text[-40:], f"{text[-40:]}\n## Stats\n\n- start time: 9:17am Eastern\n")
    done = push().went_well()
    assert done.namespace["graphs"].dashboards[0].plan.since == done.namespace["asked"].at
    assert "Look at the times: the start in the notes is Thu 2026-03-12 06:17 PDT" in done.text
    assert "(9:17am Eastern), Thu 2026-03-12 09:30 PDT was seen" in done.text


def test_a_follow_up_is_watched_from_its_own_deployment_on(tagged: TeamWorld) -> None:
    first = push().went_well()
    later(tagged, 8 * 60)
    tagged.tag("server", f"{TAG}-1")
    tagged.wait_until(lambda: tagged.versions("stage")["server"] == f"{TAG}-1")
    again = push(follow_up=f"server {TAG}-1").went_well()
    began = again.namespace["graphs"].dashboards[0].plan.since
    assert began - first.namespace["graphs"].dashboards[0].plan.since > timedelta(hours=7)
    assert began == again.namespace["asked"].at

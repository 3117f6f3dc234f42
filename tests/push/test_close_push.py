"""The end of a push: next notes, topics, hand-over; each made once."""

from typing import Any
from urllib.parse import quote

import pytest

from runbook_lib.sandbox.services.matrix import ROOM
from tests.push.conftest import WriteProfile
from tests.push.world import NEXT_NOTES, TeamWorld
from tests.release.carried_out import Executed, step_through


def close(**parameters: Any) -> Executed:
    return step_through(parameters, runbook="close_push")


@pytest.fixture
def pushed(world: TeamWorld) -> TeamWorld:
    world.until("pushed")
    return world


def test_the_next_push_gets_its_notes_topics_and_hero(pushed: TeamWorld) -> None:
    close().went_well()
    notes = pushed.notes(NEXT_NOTES)
    assert notes.startswith("# pelican push of Thursday 19th March 2026\n")
    assert "push hero is @willow\n" in notes
    assert notes.count("/compare/YYYY.MM.DD...YYYY.MM.DD\n") == 3
    assert "Push 2026-03-19 by willow: http" in pushed.topic()
    assert pushed.topic().endswith(" | Deploys &amp; &lt;alarms&gt; | keep it short")
    said = pushed.messages()[-1]["text"]
    assert "willow, the next one is yours: Thursday 2026-03-19" in said


def test_running_it_again_sets_and_posts_nothing(pushed: TeamWorld) -> None:
    close().went_well()
    before = pushed.refs(), pushed.messages(), pushed.topic()
    again = close().went_well()
    assert {outcome for _, outcome in again.outcomes} == {"already", "good"}
    assert (pushed.refs(), pushed.messages(), pushed.topic()) == before


def test_notes_that_somebody_has_begun_stay_as_they_are(pushed: TeamWorld) -> None:
    path = f"/api/v3/repos/pelican/notes/contents/{NEXT_NOTES}"
    pushed.client("edith").expect("PUT", path, {"message": "begin", "content": "IyBNaW5lCg=="})
    close().went_well()
    assert pushed.notes(NEXT_NOTES) == "# Mine\n"


def test_a_topic_without_room_is_refused_and_not_cut(pushed: TeamWorld) -> None:
    topic = "x" * 240
    pushed.slack("conversations.setTopic", channel="C0REMORA1", topic=topic)
    messages = pushed.messages()
    text = close().ended_with("Refused")
    assert "at most 250 characters" in text and "shorten what people have written" in text
    assert pushed.topic() == topic and pushed.messages() == messages
    pushed.slack("conversations.setTopic", "edith", channel="C0REMORA1", topic="short")
    close().went_well()
    assert pushed.topic().endswith(" | short")


def test_a_lost_answer_tells_the_next_hero_once(pushed: TeamWorld) -> None:
    fault = {"path_pattern": "/slack/api/chat.postMessage", "method": "POST"}
    pushed.client().expect("POST", "/sandbox/faults", {**fault, "kind": "drop-after", "times": 1})
    close().went_well()
    said = [one["text"] for one in pushed.messages() if "next one is yours" in one["text"]]
    assert len(said) == 1


def test_a_team_without_slack_is_told_in_its_matrix_room(
    pushed: TeamWorld, write_profile: WriteProfile
) -> None:
    write_profile(slack=None)
    before = pushed.messages()
    for _ in range(2):
        close(profile="team", push_date="2026-03-12").went_well()
    (said,) = pushed.room()
    assert said.startswith("The push of 2026-03-12 is done. willow, the next one is yours")
    assert pushed.messages() == before


def test_a_team_without_rooms_is_shown_whom_to_tell(
    pushed: TeamWorld, write_profile: WriteProfile
) -> None:
    write_profile(slack=None, matrix=None)
    before = pushed.messages()
    done = close(profile="team", push_date="2026-03-12").went_well()
    assert "tell them, if nobody has: The push of 2026-03-12 is done. willow" in done.text
    assert (pushed.messages(), pushed.room()) == (before, [])


def test_a_plan_writes_nothing(pushed: TeamWorld) -> None:
    before = pushed.refs(), pushed.messages(), pushed.topic()
    close(plan=True).went_well()
    assert (pushed.refs(), pushed.messages(), pushed.topic()) == before


def test_a_push_that_has_not_begun_is_not_closed(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    write_profile()
    before = world.refs(), world.messages()
    text = close(profile="team", push_date="2026-03-12").ended_with("Refused")
    assert "expected a tag 2026.03.12" in text
    assert (world.refs(), world.messages()) == before


PEOPLE = """
[profiles.team.people.willow]
github = "will-o"
slack = "U0WILLOW1"
matrix = "@will:sandbox.example"
"""


@pytest.mark.parametrize("room", ["slack", "matrix"])
def test_the_next_hero_is_called_by_what_each_place_calls_them(
    pushed: TeamWorld, write_profile: WriteProfile, room: str
) -> None:
    path = write_profile(**({} if room == "slack" else {"slack": None}))
    path.write_text(path.read_text() + PEOPLE)
    for _ in range(2):
        close(profile="team", push_date="2026-03-12").went_well()
    assert "push hero is @will-o\n" in pushed.notes(NEXT_NOTES)
    if room == "slack":
        (said,) = [one["text"] for one in pushed.messages() if "next one is yours" in one["text"]]
        assert "<@U0WILLOW1>, the next one is yours" in said
        assert "Push 2026-03-19 by willow: http" in pushed.topic()
    else:
        path = f"/matrix/_matrix/client/v3/rooms/{quote(ROOM)}/messages?dir=b&limit=1"
        (event,) = pushed.get(path)["chunk"]
        assert "willow, the next one is yours" in event["content"]["body"]
        assert event["content"]["m.mentions"] == {"user_ids": ["@will:sandbox.example"]}


def test_a_push_that_production_has_left_behind_is_not_closed_and_not_waited_for(
    pushed: TeamWorld,
) -> None:
    later = {"environment": "production", "repository": "pelican/server", "version": "2026.03.19"}
    pushed.client().expect("POST", "/sandbox/deployments", {**later, "commit": "a" * 40})
    before = pushed.refs(), pushed.messages(), pushed.topic()
    text = close(push_date="2026-03-12").ended_with("Refused")
    assert "shows 2026.03.19" in text and "of a later push: nothing is brought back" in text
    assert (pushed.refs(), pushed.messages(), pushed.topic()) == before

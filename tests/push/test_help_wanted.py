"""Somebody is found for a blocking bug: asked in the room, once, by name of who touched it last."""

from typing import Any

from runbook_lib.push.blockers import BlockingBug
from runbook_lib.push.run import PushRun
from tests.push.conftest import WriteProfile
from tests.push.world import TeamWorld
from tests.release.carried_out import Executed, step_through

ASKED = "blocks the push of 2026-03-12, and nobody works on it"
ISSUE = "/api/v3/repos/pelican/server/issues/431"


def live_push(**parameters: Any) -> Executed:
    return step_through(runbook="live_push", until="run.ask_for_help", parameters=parameters)


def asked(world: TeamWorld) -> list[str]:
    return [one["text"] for one in world.messages() if ASKED in one["text"]]


def look(done: Executed, number: int) -> tuple[PushRun, BlockingBug]:
    """The run, and the blocking bug of that number."""
    bugs = {bug.number: bug for bug in done.namespace["blockers"]}
    return done.namespace["run"], bugs[number]


def comment(world: TeamWorld, login: str, text: str) -> None:
    world.client(login).expect("POST", f"{ISSUE}/comments", {"body": text})


def touched(world: TeamWorld) -> str:
    """Whom the issue's request names, asked as a new push would."""
    done = live_push().went_well()
    run, bug = look(done, 431)
    return str(run.find_last_touch(bug))


def test_each_bug_of_nobody_is_asked_about_once_by_name(world: TeamWorld) -> None:
    world.until("tagged")
    live_push().went_well()
    first = asked(world)
    assert len(first) == 2 and all("Please assign it there." in text for text in first)
    assert first[0].startswith(f"pelican/server#431 {ASKED}: A ring's &lt;b&gt;colour")
    assert "Willow Wader, you touched that last (" in first[0]
    assert "refuse colours that no ring has (#421)" in first[0]
    assert "qa@sandbox.example, you filed it: will you take it, or who does?" in first[1]
    comment(world, "matteo", "It is in src/pelican/feeds/views.py, too.")
    again = live_push().went_well()
    assert asked(world) == first
    assert ("announce", "already") in again.outcomes


def test_who_is_asked_is_called_by_the_name_that_the_room_knows(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    world.until("tagged")
    path = write_profile()
    people = '[profiles.team.people.will]\nslack = "U0WILLOW1"\nnames = ["Willow Wader"]\n'
    path.write_text(f"{path.read_text()}\n{people}")
    live_push(profile="team", push_date="2026-03-12").went_well()
    assert "<@U0WILLOW1>, you touched that last (" in asked(world)[0]


def test_a_lost_answer_asks_once(world: TeamWorld) -> None:
    world.until("tagged")
    fault = {"path_pattern": "/slack/api/chat.postMessage", "method": "POST"}
    world.client().expect("POST", "/sandbox/faults", {**fault, "kind": "drop-after", "times": 1})
    live_push().went_well()
    assert len(asked(world)) == 2


def test_whoever_has_taken_it_is_shown_with_it_and_nobody_is_asked(world: TeamWorld) -> None:
    world.until("tagged")
    world.client("edith").expect("PATCH", ISSUE, {"assignees": ["edith"]})
    done = live_push().went_well()
    assert len(asked(world)) == 1 and "#431" not in asked(world)[0]
    assert look(done, 431)[1].people == ("@edith",)


def test_without_a_file_it_is_who_wrote_on_it_last_and_is_not_who_filed_it(
    world: TeamWorld,
) -> None:
    world.until("tagged")
    world.client().expect("PATCH", ISSUE, {"body": "Seen on stage."})
    assert touched(world) == "qa, you filed it"
    comment(world, "edith", "I see it as well.")
    comment(world, "qa", "Thanks.")
    assert touched(world) == "edith, you wrote on it last"


def test_a_line_is_asked_after_before_its_file(world: TeamWorld) -> None:
    world.until("tagged")
    text: dict[str, Any] = {"body": 'File "src/pelican/rings/models.py", line 1, in <module>'}
    world.client().expect("PATCH", ISSUE, text)
    found = touched(world)
    assert "you touched that last (" in found and "#421" not in found

"""What a push brings of dependencies was tried out on dev: asked before anything is tagged."""

import base64
from typing import Any

from tests.push.conftest import WriteProfile
from tests.push.world import TAG, TeamWorld
from tests.release.carried_out import Executed, step_through


def commit(world: TeamWorld, old: str, new: str, message: str) -> str:
    """Have a colleague edit the frontend's package.json on main; CI is green on it."""
    home = "/api/v3/repos/pelican/frontend"
    found = world.client("edith").expect("GET", f"{home}/contents/package.json")
    text = base64.b64decode(found["content"]).decode()
    assert old in text
    content = base64.b64encode(text.replace(old, new).encode()).decode()
    body = {"message": message, "content": content, "sha": found["sha"]}
    made = world.client("edith").expect("PUT", f"{home}/contents/package.json", body)
    sha = str(made["commit"]["sha"])
    status = {"state": "success", "context": "tests"}
    world.client().expect("POST", f"{home}/statuses/{sha}", status)
    return sha


def tag_push(**parameters: Any) -> Executed:
    return step_through(parameters, runbook="tag_push", until="run.to_try_out")


def asked(done: Executed) -> list[str]:
    """What the gate has asked."""
    return [event.said["text"] for event in done.events if event.matches("asked", gate="dev")]


def test_without_an_update_nobody_is_asked(world: TeamWorld) -> None:
    commit(world, '"private": true', '"private": false', "chore: publish it")
    assert asked(tag_push().went_well()) == []
    assert set(world.tags()["frontend"]) == set()


def test_a_new_version_waits_for_whoever_says_that_it_was_tried_out(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    sha = commit(world, "7.1.0", "7.2.0", "chore: use pelican-linter 7.2.0")
    commit(world, '"private": true', '"private": false', "chore: publish it")
    path = write_profile(slack=None)
    path.write_text(path.read_text().replace('"limit" = 30', '"limit" = 1'))
    parameters = {"profile": "team", "push_date": "2026-03-12"}
    waiting = tag_push(**parameters)
    assert "dev" in waiting.ended_with("Waiting") and f"{TAG}: tried out on dev" in waiting.evalue
    text = asked(waiting)[-1]
    assert text.startswith("frontend uses pelican-linter 7.2.0 instead of 7.1.0, by\n")
    assert text.count("\n") == 1 and sha[:9] in text and "chore: use pelican-linter" in text
    assert world.tags()["frontend"] == {}
    write_profile(slack=None)
    step_through(parameters, runbook="tag_push", until="run.to_try_out", approve="dev").went_well()
    after = tag_push(**parameters).went_well()
    assert asked(after) == []


def test_the_sandboxs_people_say_it_of_themselves(world: TeamWorld) -> None:
    commit(world, "7.1.0", "7.2.0", "chore: use pelican-linter 7.2.0")
    done = tag_push().went_well()
    assert len(asked(done)) == 1


def test_one_that_was_taken_out_and_came_back_is_asked_about_with_both_commits(
    world: TeamWorld,
) -> None:
    commit(world, '"pelican-linter": "7.1.0"', '"linter": "1"', "chore: use no linter")
    commit(world, '"linter": "1"', '"pelican-linter": "8.0.0"', "chore: use the linter again")
    text = asked(tag_push())[-1]
    assert text.startswith("frontend uses pelican-linter 8.0.0 instead of 7.1.0, by\n")
    assert "use no linter" in text and "use the linter again" in text


def test_what_is_tagged_already_is_not_asked_about(world: TeamWorld) -> None:
    commit(world, "7.1.0", "7.2.0", "chore: use pelican-linter 7.2.0")
    for name in world.heads():
        world.tag(name)
    assert asked(tag_push().went_well()) == []

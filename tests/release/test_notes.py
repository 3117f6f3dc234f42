"""Generated notes, where a team prefers them: what was approved is what is published."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from runbook_lib.release.release import Release
from tests.release.carried_out import Executed, step_through
from tests.release.conftest import WriteProfile
from tests.release.test_waiting import TEAM, approve
from tests.release.world import World

Space = dict[str, Any]


def with_notes(namespace: Space) -> None:
    """What the cells above the draft do where the release does not say the entry."""
    run, release = namespace["run"], namespace["release"]
    notes = run.release_notes(release, namespace["entry"])
    run.approve("notes", notes.question, title="The notes of 1.9")
    namespace["entry"] = replace(namespace["entry"], text=notes.text)
    namespace["notes"] = notes


@pytest.fixture
def generated(write_profile: WriteProfile) -> Callable[..., Executed]:
    """Goes through the release of a team that prefers generated notes."""
    write_profile({"github.notes": "generated"})

    def run(**more: Any) -> Executed:
        return step_through(TEAM, before={"tree.push": with_notes}, **more)

    return run


def merge_pull(world: World, title: str) -> None:
    """Have a pull request merged into the source branch, as its author's page does."""
    hub = f"/api/v3/repos/{world.repository}"
    client = world.client()
    head = client.expect("GET", f"{hub}/git/ref/heads/master")["object"]["sha"]
    branch = {"ref": "refs/heads/lamp", "sha": head}
    client.expect("POST", f"{hub}/git/refs", branch)
    file = {"message": "fix: trim the lamp", "content": "eA==", "branch": "lamp"}
    client.expect("PUT", f"{hub}/contents/lamp.txt", file)
    pull = {"title": title, "head": "lamp", "base": "master"}
    number = client.expect("POST", f"{hub}/pulls", pull)["number"]
    client.expect("PUT", f"{hub}/pulls/{number}/merge", {"merge_method": "merge"})
    world.settle()


def test_generated_notes_are_approved_before_the_push_and_stay_though_titles_change(
    world: World, generated: Callable[..., Executed]
) -> None:
    world.set_person("reviewer", mode="off")
    merge_pull(world, "Trim the lamp")
    generated().ended_with("Waiting")
    approve()
    asked = generated()
    assert "notes" in asked.ended_with("Waiting")
    (question,) = [one.said for one in asked.events if one.matches("asked", gate="notes")]
    assert "* Trim the lamp by @" in question["text"]
    assert "**Full Changelog**" in question["text"]
    assert "refs/tags/1.9" not in world.refs()[world.repository]

    answer = approve(gate="notes")
    assert answer.exit_code == 0, answer.output
    hub = f"/api/v3/repos/{world.repository}/pulls/1"
    world.client().expect("PATCH", hub, {"title": "Something else"})
    world.set_person("reviewer", mode="on")
    done = generated(until="github.publish_release").went_well()
    (published,) = [one for one in world.releases() if one["tag_name"] == "1.9"]
    assert published["draft"] is False
    assert published["body"].startswith(question["text"].rstrip())
    assert done.namespace["entry"].text == question["text"]

    again = generated(until="github.publish_release").went_well()
    assert again.namespace["notes"].question == ""
    assert again.namespace["entry"].text == question["text"]


def test_a_rejected_text_is_generated_anew(
    world: World, generated: Callable[..., Executed]
) -> None:
    merge_pull(world, "Trim the lamp")
    generated().ended_with("Waiting")
    approve()
    generated().ended_with("Waiting")
    approve("--reject", gate="notes")
    hub = f"/api/v3/repos/{world.repository}/pulls/1"
    world.client().expect("PATCH", hub, {"title": "Keep the lamp trimmed"})
    asked = generated()
    asked.ended_with("Waiting")
    (question,) = [one.said for one in asked.events if one.matches("asked", gate="notes")]
    assert "Keep the lamp trimmed" in question["text"]


def test_without_that_wish_the_release_says_the_changelogs_entry(world: World) -> None:
    before: Space = {}

    def look(namespace: Space) -> None:
        release: Release = namespace["release"]
        notes = namespace["run"].release_notes(release, namespace["entry"])
        before.update(text=notes.text, question=notes.question, said=str(notes))

    done = step_through(before={"tree.push": look}, until="tree.push").went_well()
    assert before["text"] == done.namespace["entry"].text
    assert (before["question"], before["said"]) == ("", "the release says the changelog's entry")
    assert world.releases() == []

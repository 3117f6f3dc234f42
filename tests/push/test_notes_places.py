"""The notes may be a file, a draft release or a pad: the same runbooks keep them."""

from datetime import date
from typing import Any

import pytest

from runbook_lib.policy.push.notes import write_stat
from tests.conftest import as_a_step_does
from tests.push.conftest import WriteProfile
from tests.push.world import TeamWorld
from tests.release.carried_out import Executed, step_through

NEXT = date(2026, 3, 19)
PLACES: dict[str, dict[str, str]] = {
    "file": {"kind": "file", "github": "pelican/notes", "path": "next/{date}.md"},
    "draft": {"kind": "draft", "github": "pelican/notes"},
    "etherpad": {"kind": "etherpad", "url": "{url}/etherpad"},
}


def close() -> Executed:
    parameters = {"profile": "team", "push_date": "2026-03-12"}
    return step_through(parameters, runbook="close_push")


@pytest.mark.parametrize("kind", PLACES)
def test_the_next_notes_are_made_once_and_edited_beside_people(
    world: TeamWorld, write_profile: WriteProfile, kind: str
) -> None:
    world.until("pushed")
    place = {key: value.replace("{url}", world.url) for key, value in PLACES[kind].items()}
    write_profile(notes=place)
    made = close().went_well()
    assert made.said("create")["outcome"] == "done"
    again = close().went_well()
    assert again.said("create")["outcome"] == "already"
    run: Any = again.namespace["run"]
    notes = run.notes_of(NEXT)
    store = notes.store
    assert str(notes) == store.place, "a step that is given them says which in every session"
    found = store.read()
    assert found is not None and "push hero is @willow\n" in found.text
    with as_a_step_does():
        asked = found.text.replace("## Before we push:", "## Before we push:\n\n- ask")
        store.write(asked, replacing=found)
    changed = write_stat(store.read().text, "start", "09:31 PDT")
    assert "- ask" in changed and "start time: 09:31 PDT" in changed


def test_an_etherpad_without_an_address_is_named(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    world.until("pushed")
    write_profile(notes={"kind": "etherpad"})
    text = close().ended_with("UsageError")
    assert "expected the address of the Etherpad in the profile" in text
    assert "push.notes.url" in text

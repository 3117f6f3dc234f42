"""Texts for translation: extracted by the repositories' own commands, pushed, proposed once."""

from pathlib import Path
from typing import Any

import pytest

from tests.push.conftest import WriteProfile
from tests.push.world import NAMES, TAG, TeamWorld, git
from tests.release.carried_out import Executed, step_through

BRANCH = "locales-2026-03-12"


def extract(**parameters: Any) -> Executed:
    return step_through(parameters, runbook="extract_locales")


@pytest.fixture
def write_signed_profile(
    write_profile: WriteProfile, monkeypatch: pytest.MonkeyPatch
) -> WriteProfile:
    """Writes the profile of somebody who may commit."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Olive")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "olive@sandbox.example")
    return write_profile


@pytest.fixture
def tagged(world: TeamWorld) -> TeamWorld:
    world.until("tagged")
    return world


def pulls(world: TeamWorld, name: str = "server") -> list[dict[str, Any]]:
    found = world.of(name).github("pulls?state=all&per_page=100")
    return [pull for pull in found if pull["head"]["ref"] == BRANCH]


def test_new_texts_become_a_branch_and_a_pull_request(tagged: TeamWorld) -> None:
    done = extract().went_well()
    changed = git(tagged.bare, "diff", "--name-only", f"main~1...{BRANCH}").splitlines()
    assert changed and all(path.startswith("locale/") for path in changed)
    assert [pull["base"]["ref"] for pull in pulls(tagged)] == ["main"]
    assert pulls(tagged, "frontend") == [] and "no new texts" in done.text
    assert f"refs/heads/{BRANCH}" not in tagged.refs()["pelican/frontend"]


def test_running_it_again_opens_no_second_pull_request(tagged: TeamWorld) -> None:
    tagged.set_person("reviewer", mode="off")
    extract().went_well()
    before = tagged.refs()
    again = extract().went_well()
    assert tagged.refs() == before and len(pulls(tagged)) == 1
    said = {step for step, outcome in again.outcomes if outcome == "done"}
    assert said <= {"extract"}


def test_before_the_tags_there_is_nothing_to_extract_from(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    write_profile(slack=None)
    before = world.refs()
    text = extract(profile="team", push_date="2026-03-12").ended_with("Refused")
    assert "expected a tag 2026.03.12" in text and "tag_push" in text
    assert world.refs() == before


def test_texts_are_extracted_once_stage_has_the_tags(
    world: TeamWorld, write_signed_profile: WriteProfile
) -> None:
    path = write_signed_profile(slack=None)
    path.write_text(path.read_text().replace('"limit" = 30', '"limit" = 1'))
    world.set_person("ops", mode="off")
    for name in NAMES:
        world.tag(name)
    text = extract(profile="team", push_date="2026-03-12").ended_with("Waiting")
    assert "stage/server/__version__ shows 2026.03.05-1" in text
    assert f"refs/heads/{BRANCH}" not in world.refs()["pelican/server"]
    world.set_person("ops", mode="on")
    world.wait_until(lambda: world.versions("stage") == dict.fromkeys(NAMES, TAG))
    write_signed_profile(slack=None)
    extract(profile="team", push_date="2026-03-12").went_well()


def test_what_was_picked_into_a_tag_is_not_brought_to_main_a_second_time(
    tagged: TeamWorld,
) -> None:
    tagged.set_person("reviewer", mode="off")
    step_through(runbook="cherry_pick").went_well()
    start = tagged.heads()["server"]
    done = extract().went_well()
    assert git(tagged.bare, "log", "--format=%s", f"main..{BRANCH}") == "Extract locales"
    assert git(tagged.bare, "rev-parse", f"{BRANCH}^") == start
    assert f"server {TAG}-1 is not on main: the texts are extracted from main at" in done.text
    path = "/api/v3/repos/pelican/server/contents/LATE.md"
    body = {"message": "one more thing", "content": "eAo="}
    tagged.client("edith").expect("PUT", path, body)
    before = tagged.refs()
    extract().went_well()
    assert tagged.refs() == before


def test_a_push_that_is_past_is_not_extracted_from(
    tagged: TeamWorld, write_profile: WriteProfile
) -> None:
    write_profile(slack=None)
    tagged.client().expect("PUT", "/sandbox/clock", {"to": "2026-03-13T10:00:00-07:00"})
    before = tagged.refs()
    text = extract(profile="team", push_date="2026-03-12").ended_with("Refused")
    assert "found that of Thursday 2026-03-12, which is past" in text
    assert tagged.refs() == before


def test_what_was_begun_before_the_push_is_brought_to_its_end(
    tagged: TeamWorld, write_signed_profile: WriteProfile
) -> None:
    write_signed_profile(slack=None)
    parameters = {"profile": "team", "push_date": "2026-03-12"}
    step_through(parameters, runbook="extract_locales", until="run.push_locales").went_well()
    tagged.client().expect("PUT", "/sandbox/clock", {"to": "2026-03-13T10:00:00-07:00"})
    extract(**parameters).went_well()
    assert len(pulls(tagged)) == 1


def test_a_command_that_fails_leaves_nothing_behind(
    tagged: TeamWorld, write_profile: WriteProfile
) -> None:
    path: Path = write_profile(slack=None)
    broken = '"command" = ["sh", "-c", "echo no such catalog >&2; exit 3"]'
    path.write_text(path.read_text().replace('"command" = ["./scripts/extract-l10n.sh"]', broken))
    before = tagged.refs()
    text = extract(profile="team", push_date="2026-03-12").ended_with("Failed")
    assert "3" in text and "no such catalog" in text
    assert tagged.refs() == before


def test_a_branch_with_something_else_is_never_overwritten(tagged: TeamWorld) -> None:
    sha = git(tagged.bare, "rev-parse", "main~3")
    body = {"ref": f"refs/heads/{BRANCH}", "sha": sha}
    tagged.client("edith").expect("POST", "/api/v3/repos/pelican/server/git/refs", body)
    before = tagged.refs()
    text = extract().ended_with("Conflict")
    assert BRANCH in text
    assert tagged.refs() == before and pulls(tagged) == []


def test_a_lost_answer_of_the_pull_request_opens_one(tagged: TeamWorld) -> None:
    fault = {"path_pattern": "/api/v3/repos/pelican/server/pulls", "method": "POST"}
    tagged.client().expect("POST", "/sandbox/faults", {**fault, "kind": "drop-after", "times": 1})
    extract().went_well()
    assert len(pulls(tagged)) == 1

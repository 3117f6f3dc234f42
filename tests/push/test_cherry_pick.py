"""Cherry-picks: a new tag from an existing one, and nothing made where something is wrong."""

from typing import Any

import pytest

from tests.push.world import TAG, TeamWorld, git
from tests.release.carried_out import Executed, step_through

NEW = f"{TAG}-1"


@pytest.fixture
def tagged(world: TeamWorld) -> TeamWorld:
    """The world after a colleague has tagged the push, and asked for a pick in the notes."""
    world.until("tagged")
    return world


def pick(**parameters: Any) -> Executed:
    return step_through(parameters, runbook="cherry_pick")


def subject(world: TeamWorld, number: str) -> str:
    """The commit of the server's main whose subject names a pull request."""
    found = git(world.bare, "log", "main", "--format=%H", f"--grep=(#{number})", "-1")
    assert found, number
    return found


def push_file(world: TeamWorld, path: str, text: str, message: str) -> str:
    """Have a colleague change a file on the server's main; returns the commit."""
    import base64

    address = f"/api/v3/repos/pelican/server/contents/{path}"
    found = world.client("edith").ask("GET", f"{address}?ref=main")
    old = {"sha": found.data["sha"]} if found.found and isinstance(found.data, dict) else {}
    body = {"message": message, "content": base64.b64encode(text.encode()).decode(), **old}
    made = world.client("edith").expect("PUT", address, {**body, "branch": "main"})
    return str(made["commit"]["sha"])


def test_what_the_notes_ask_for_is_picked_into_the_next_tag(tagged: TeamWorld) -> None:
    old = tagged.tags()["server"]
    done = pick().went_well()
    tags = tagged.tags()["server"]
    assert {**old, NEW: tags[NEW]} == tags
    assert git(tagged.bare, "rev-parse", f"{NEW}~1") == old[TAG]
    assert "pairs breed" in git(tagged.bare, "log", "-1", "--format=%s", NEW)
    notes = tagged.notes()
    assert f"server/compare/2026.03.05-1...{NEW}\n" in notes
    assert "* ~~https://sandbox.example/pelican/server/commit/" in notes
    assert tagged.versions("stage")["server"] == NEW
    assert done.said("approve")["detail"].endswith("nothing to approve")


def test_running_it_again_makes_no_second_tag(tagged: TeamWorld) -> None:
    pick().went_well()
    before = tagged.refs(), tagged.notes(), tagged.messages()
    again = pick().went_well()
    assert {outcome for _, outcome in again.outcomes} == {"already"}
    assert (tagged.refs(), tagged.notes(), tagged.messages()) == before


def test_a_run_that_died_before_the_push_goes_on(tagged: TeamWorld) -> None:
    step_through(runbook="cherry_pick", until="picking.pick(picks)", abandon=True).went_well()
    assert NEW not in tagged.tags()["server"]
    pick().went_well()
    assert list(tagged.tags()["server"]) == [TAG, NEW]


def test_a_merge_commit_is_refused_with_what_it_merged(tagged: TeamWorld) -> None:
    merge = git(tagged.bare, "log", "main", "--merges", "--format=%H", "-1")
    before = tagged.refs(), tagged.notes()
    text = pick(commits=merge).ended_with("Refused")
    merged = git(tagged.bare, "rev-parse", f"{merge}^2")
    assert merged[:9] in text and "merge" in text
    assert (tagged.refs(), tagged.notes()) == before


@pytest.mark.parametrize("asked", ["deadbeef" * 5, "not-a-commit", "https://x.example/a/b/commit/1"])
def test_an_unknown_commit_is_refused(tagged: TeamWorld, asked: str) -> None:
    before = tagged.refs(), tagged.notes()
    text = pick(commits=asked)
    assert text.ename in ("Refused", "UsageError") and asked[:7] in text.evalue
    assert (tagged.refs(), tagged.notes()) == before


def test_a_commit_that_the_tag_has_is_left_out_with_a_word(tagged: TeamWorld) -> None:
    there = git(tagged.bare, "rev-parse", f"{TAG}^{{commit}}")
    fix = git(tagged.bare, "rev-parse", "main")
    done = pick(commits=f"{there} {fix}").went_well()
    assert "in 2026.03.12 already" in done.text or "already" in done.text
    assert git(tagged.bare, "rev-list", "--count", f"{TAG}..{NEW}") == "1"


def test_commits_are_picked_in_the_order_of_main(tagged: TeamWorld) -> None:
    first = push_file(tagged, "docs/one.md", "one\n", "docs: one")
    second = push_file(tagged, "docs/two.md", "two\n", "docs: two")
    pick(commits=f"{second}, {first}").went_well()
    picked = git(tagged.bare, "log", "--reverse", "--format=%s", f"{TAG}..{NEW}")
    assert picked.splitlines() == ["docs: one", "docs: two"]
    assert tagged.notes().count(f"commit/{first}~~") == 1


def test_what_is_missing_before_a_pick_is_asked_about_before_anything_is_made(
    tagged: TeamWorld,
) -> None:
    push_file(tagged, "src/pelican/new.py", "a = 1\nb = 2\n", "feat: begin")
    migration = "src/pelican/rings/migrations/0008_more.py"
    push_file(tagged, migration, "MORE = 1\n", "feat: migrate")
    wanted = push_file(tagged, "src/pelican/new.py", "a = 1\nb = 3\n", "fix: change")
    tagged.set_person("approver", mode="no")
    before = tagged.refs(), tagged.notes()
    refused = step_through({"commits": wanted}, runbook="cherry_pick")
    asked = [event.said for event in refused.events if event.kind == "asked"][0]
    assert "feat: begin" in asked["text"] and "0008_more.py" in asked["text"]
    assert refused.ename == "Refused"
    assert (tagged.refs(), tagged.notes()) == before


def test_a_conflict_names_the_files_and_leaves_nothing(tagged: TeamWorld) -> None:
    push_file(tagged, "src/pelican/export.py", "one = 1\n", "refactor: all of the export")
    wanted = push_file(tagged, "src/pelican/export.py", "one = 2\n", "fix: the number")
    before = tagged.refs(), tagged.notes()
    text = pick(commits=wanted).ended_with("Conflict")
    assert "src/pelican/export.py" in text
    assert (tagged.refs(), tagged.notes()) == before


def test_a_lost_answer_of_the_push_makes_one_tag(tagged: TeamWorld) -> None:
    fault = {"path_pattern": "/pelican/server.git/git-receive-pack", "method": "POST"}
    tagged.client().expect("POST", "/sandbox/faults", {**fault, "kind": "drop-after", "times": 1})
    pick().went_well()
    assert list(tagged.tags()["server"]) == [TAG, NEW]


def test_a_repository_that_the_profile_does_not_name_is_refused(tagged: TeamWorld) -> None:
    before = tagged.refs()
    text = pick(repository="backend").ended_with("UsageError")
    assert "server, frontend, code-manager" in text and "'backend'" in text
    assert tagged.refs() == before


def test_nothing_to_pick_is_said(tagged: TeamWorld) -> None:
    text = pick(repository="frontend").ended_with("Refused")
    assert "expected commits to pick" in text and "list them there" in text


def test_a_pick_that_a_colleague_pushed_meanwhile_takes_the_name(tagged: TeamWorld) -> None:
    def tag_meanwhile(_: dict[str, Any]) -> None:
        tagged.tag("server", NEW, at="main~3")

    text = step_through(
        runbook="cherry_pick", before={"picking.push(picked)": tag_meanwhile}
    ).ended_with("Conflict")
    assert f"{TAG}-2" in text
    theirs = tagged.tags()["server"][NEW]
    pick().went_well()
    tags = tagged.tags()["server"]
    assert tags[NEW] == theirs and f"{TAG}-2" in tags

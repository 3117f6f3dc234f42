"""Cherry-picks: a new tag from an existing one, and nothing made where something is wrong."""

from pathlib import Path
from typing import Any

import pytest

from tests.push.world import TAG, TeamWorld
from tests.release.carried_out import Executed, step_through
from tests.release.world import git

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
    before = tagged.state()
    again = pick().went_well()
    assert {outcome for _, outcome in again.outcomes} == {"already", "good"}
    assert tagged.state() == before


def test_running_it_again_once_production_has_the_tag_writes_no_second_link(
    tagged: TeamWorld,
) -> None:
    pick().went_well()
    tagged.until("pushed")
    notes = tagged.notes()
    git(tagged.bare, "update-ref", "refs/heads/main", merge(tagged.bare, "main", NEW))
    again = pick().went_well()
    assert tagged.notes() == notes
    closed = [event.said["result"] for event in again.events if event.kind == "closed"]
    assert closed == [f"{NEW} has the commits, and is on stage"]


def merge(bare: Path, branch: str, tag: str) -> str:
    """The commit that merges a tag into a branch."""
    tree = git(bare, "merge-tree", "--write-tree", branch, tag)
    people = [part for name in ("user.name=x", "user.email=x@x.example") for part in ("-c", name)]
    return git(bare, *people, "commit-tree", "-p", branch, "-p", tag, "-m", "merge", tree)


def test_a_run_that_died_before_the_push_goes_on(tagged: TeamWorld) -> None:
    step_through(runbook="cherry_pick", until="picking.pick(picks)", abandon=True).went_well()
    assert NEW not in tagged.tags()["server"]
    pick().went_well()
    assert list(tagged.tags()["server"]) == [TAG, NEW]


def test_a_merge_commit_is_refused_with_what_it_merged(tagged: TeamWorld) -> None:
    merge = git(tagged.bare, "log", "main", "--merges", "--format=%H", "-1")
    before = tagged.state()
    text = pick(commits=merge).ended_with("Refused")
    merged = git(tagged.bare, "rev-parse", f"{merge}^2")
    assert merged[:9] in text and "merge" in text
    assert tagged.state() == before


@pytest.mark.parametrize(
    "asked", ["deadbeef" * 5, "not-a-commit", "https://x.example/a/b/commit/1"]
)
def test_an_unknown_commit_is_refused(tagged: TeamWorld, asked: str) -> None:
    before = tagged.state()
    text = pick(commits=asked)
    assert text.ename in ("Refused", "UsageError") and asked[:7] in text.evalue
    assert tagged.state() == before


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
    before = tagged.state()
    refused = step_through({"commits": wanted}, runbook="cherry_pick")
    asked = next(event.said for event in refused.events if event.kind == "asked")
    assert "feat: begin" in asked["text"] and "0008_more.py" in asked["text"]
    assert refused.ename == "Refused"
    assert tagged.state() == before


def test_a_conflict_names_the_files_and_leaves_nothing(tagged: TeamWorld) -> None:
    push_file(tagged, "src/pelican/export.py", "one = 1\n", "refactor: all of the export")
    wanted = push_file(tagged, "src/pelican/export.py", "one = 2\n", "fix: the number")
    before = tagged.state()
    text = pick(commits=wanted).ended_with("Conflict")
    assert "src/pelican/export.py" in text
    assert tagged.state() == before


def test_a_lost_answer_of_the_push_makes_one_tag(tagged: TeamWorld) -> None:
    fault = {"path_pattern": "/pelican/server.git/git-receive-pack", "method": "POST"}
    tagged.client().expect("POST", "/sandbox/faults", {**fault, "kind": "drop-after", "times": 1})
    pick().went_well()
    assert list(tagged.tags()["server"]) == [TAG, NEW]


def test_a_repository_that_the_profile_does_not_name_is_refused(tagged: TeamWorld) -> None:
    before = tagged.state()
    text = pick(repository="backend").ended_with("UsageError")
    assert "server, frontend, code-manager" in text and "'backend'" in text
    assert tagged.state() == before


def test_nothing_to_pick_is_said(tagged: TeamWorld) -> None:
    text = pick(repository="frontend").ended_with("Refused")
    assert "expected commits to pick" in text and "list them there" in text


def test_a_pick_that_a_colleague_pushed_meanwhile_takes_the_name(tagged: TeamWorld) -> None:
    def tag_meanwhile(_: dict[str, Any]) -> None:
        tagged.tag("server", NEW, at="main~3")

    text = step_through(
        runbook="cherry_pick", before={"run.push_picked(picked)": tag_meanwhile}
    ).ended_with("Conflict")
    assert f"{TAG}-2" in text
    theirs = tagged.tags()["server"][NEW]
    pick().went_well()
    tags = tagged.tags()["server"]
    assert tags[NEW] == theirs and f"{TAG}-2" in tags


def merge_pull(world: TeamWorld, method: str) -> tuple[int, str]:
    """Have colleagues open and merge a pull request of two commits; its number and merge."""
    path = "/api/v3/repos/pelican/server"
    edith, head = world.client("edith"), f"notes-{method}"
    sha = git(world.bare, "rev-parse", "main")
    edith.expect("POST", f"{path}/git/refs", {"ref": f"refs/heads/{head}", "sha": sha})
    for number in ("1", "2"):
        file = {"message": f"docs: part {number}", "content": "eAo=", "branch": head}
        edith.expect("PUT", f"{path}/contents/docs/{method}-{number}.md", file)
    body = {"title": f"docs: by {method}", "head": head, "base": "main"}
    pull = edith.expect("POST", f"{path}/pulls", body)["number"]
    merged = world.client("reviewer").expect(
        "PUT", f"{path}/pulls/{pull}/merge", {"merge_method": method}
    )
    return int(pull), str(merged["sha"])


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_a_pull_request_stands_for_the_commits_that_it_brought(
    tagged: TeamWorld, method: str
) -> None:
    tagged.set("merge_method", method)
    tagged.set_person("reviewer", mode="off")
    pull, _ = merge_pull(tagged, method)
    pick(commits=f"https://sandbox.example/pelican/server/pull/{pull}").went_well()
    files = git(tagged.bare, "diff", "--name-only", TAG, NEW).splitlines()
    assert files == [f"docs/{method}-1.md", f"docs/{method}-2.md"]
    merges = git(tagged.bare, "rev-list", "--merges", "--count", f"{TAG}..{NEW}")
    assert merges == "0"


def test_a_pull_request_that_is_not_merged_is_refused(tagged: TeamWorld) -> None:
    path = "/api/v3/repos/pelican/server"
    sha = git(tagged.bare, "rev-parse", "main")
    edith = tagged.client("edith")
    tagged.set_person("reviewer", mode="off")
    edith.expect("POST", f"{path}/git/refs", {"ref": "refs/heads/open", "sha": sha})
    edith.expect(
        "PUT", f"{path}/contents/A.md", {"message": "a", "content": "eAo=", "branch": "open"}
    )
    body = {"title": "open", "head": "open", "base": "main"}
    pull = edith.expect("POST", f"{path}/pulls", body)["number"]
    before = tagged.state()
    text = pick(commits=f"#{pull}").ended_with("Refused")
    assert f"{pull}" in text and "merge" in text
    tip = git(tagged.bare, "rev-parse", "open")
    text = pick(commits=tip).ended_with("Refused")
    assert "what is not merged yet has to be merged first" in text
    assert tagged.state() == before


def test_the_number_of_a_pull_request_is_enough(tagged: TeamWorld) -> None:
    tagged.set_person("reviewer", mode="off")
    pull, _ = merge_pull(tagged, "squash")
    pick(commits=f"#{pull}").went_well()
    assert list(tagged.tags()["server"]) == [TAG, NEW]
    struck = [line for line in tagged.notes().splitlines() if f"/pull/{pull}~~" in line]
    assert len(struck) == 1 and struck[0].startswith("* ~~http")
    before = tagged.state()
    pick(commits=f"#{pull}").went_well()
    assert tagged.state() == before


def test_a_link_to_another_repository_is_refused_with_where_it_belongs(tagged: TeamWorld) -> None:
    before = tagged.state()
    text = pick(commits="https://sandbox.example/pelican/frontend/pull/12").ended_with("UsageError")
    assert "expected links to pelican/server" in text and "run for their own repository" in text
    assert tagged.state() == before


def test_concerns_that_are_approved_are_picked_all_the_same(tagged: TeamWorld) -> None:
    migration = "src/pelican/rings/migrations/0008_more.py"
    push_file(tagged, migration, "MORE = 1\n", "feat: migrate")
    wanted = push_file(tagged, "docs/late.md", "late\n", "docs: late")
    done = pick(commits=wanted).went_well()
    assert done.said("approve")["outcome"] == "done"
    asked = [event.said for event in done.events if event.kind == "asked"]
    assert len(asked) == 1 and "0008_more.py" in asked[0]["text"]
    assert git(tagged.bare, "diff", "--name-only", TAG, NEW) == "docs/late.md"
    again = pick(commits=wanted).went_well()
    assert not [event for event in again.events if event.kind == "asked"]


def test_a_newer_tag_that_is_passed_over_is_asked_about(tagged: TeamWorld) -> None:
    pick().went_well()
    wanted = push_file(tagged, "docs/late.md", "late\n", "docs: late")
    tagged.set_person("approver", mode="no")
    before = tagged.state()
    refused = pick(commits=wanted, tag=TAG)
    asked = next(event.said for event in refused.events if event.kind == "asked")
    assert refused.ename == "Refused"
    assert f"{NEW} has what {TAG}-2 would not" in asked["text"]
    assert tagged.state() == before


def test_a_second_pick_goes_on_top_of_the_first(tagged: TeamWorld) -> None:
    pick().went_well()
    wanted = push_file(tagged, "docs/late.md", "late\n", "docs: late")
    pick(commits=wanted[:9]).went_well()
    tags = tagged.tags()["server"]
    assert list(tags) == [TAG, NEW, f"{TAG}-2"]
    assert git(tagged.bare, "rev-parse", f"{TAG}-2~1") == tags[NEW]
    assert f"server/compare/2026.03.05-1...{TAG}-2\n" in tagged.notes()
    assert tagged.notes().count("server/compare/") == 1


def test_a_tag_to_begin_from_that_is_not_there_is_refused(tagged: TeamWorld) -> None:
    before = tagged.state()
    text = pick(tag="2026.03.12-9").ended_with("Refused")
    assert "'2026.03.12-9'" in text and f"such as {TAG}" in text
    assert tagged.state() == before


def test_a_plan_picks_nothing_and_reaches_the_end(tagged: TeamWorld) -> None:
    before = tagged.state()
    planned = pick(plan=True).went_well()
    assert "planned" in {outcome for _, outcome in planned.outcomes}
    assert tagged.state() == before


def test_what_a_colleague_writes_into_the_notes_meanwhile_is_kept(tagged: TeamWorld) -> None:
    def edit(_: dict[str, Any]) -> None:
        tagged.edit_notes("## Before we push:\n", "## Before we push:\n\n- wait for *her* wörd\n")

    step_through(runbook="cherry_pick", before={"write_picks": edit}).went_well()
    assert "- wait for *her* wörd\n" in tagged.notes()
    assert "* ~~https://sandbox.example/pelican/server/commit/" in tagged.notes()


def test_a_run_that_died_after_the_push_strikes_the_notes(tagged: TeamWorld) -> None:
    step_through(runbook="cherry_pick", until="run.push_picked(picked)", abandon=True).went_well()
    refs = tagged.tags()
    assert "~~" not in tagged.notes()
    pick().went_well()
    assert tagged.tags() == refs
    assert "* ~~https://sandbox.example/pelican/server/commit/" in tagged.notes()


@pytest.mark.parametrize("where", ["main", f"{TAG}~1"], ids=["with the picks", "without them"])
def test_a_tag_that_was_moved_since_the_run_made_it_is_not_taken(
    tagged: TeamWorld, where: str
) -> None:
    pick().went_well()
    made = tagged.tags()["server"][NEW]
    git(tagged.bare, "update-ref", f"refs/tags/{NEW}", where)
    before = tagged.state()
    for said in (pick().ended_with("Conflict"), pick().ended_with("Conflict")):
        assert f"expected that server has {NEW} at {made:.9}, found it at" in said, said
        assert "a pushed tag is never moved. Ask who did" in said
    assert tagged.state() == before
    git(tagged.bare, "update-ref", f"refs/tags/{NEW}", made)
    pick().went_well()

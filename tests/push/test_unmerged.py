"""What is reviewed and waits to be merged is pointed out before anything is tagged."""

import base64
from typing import Any

import pytest

from tests.push.conftest import WriteProfile
from tests.push.world import TAG, TeamWorld
from tests.release.carried_out import Executed, step_through

HEAD = "count-again"


def look(**parameters: Any) -> Executed:
    return step_through(parameters, runbook="tag_push", until="run.find_unmerged").went_well()


def said(done: Executed) -> str:
    return str(done.said("find_unmerged")["detail"])


def open_pull(
    world: TeamWorld,
    *,
    of: str = "frontend",
    title: str = "fix: count again",
    body: str = "",
    draft: bool = False,
) -> int:
    """Have a colleague open a pull request with a commit of theirs; returns its number."""
    home = f"/api/v3/repos/pelican/{of}"
    edith = world.client("edith")
    sha = world.heads()[of]
    edith.expect("POST", f"{home}/git/refs", {"ref": f"refs/heads/{HEAD}", "sha": sha})
    content = base64.b64encode(b"again\n").decode()
    file = {"message": title, "content": content, "branch": HEAD}
    edith.expect("PUT", f"{home}/contents/again.txt", file)
    pull = {"title": title, "head": HEAD, "base": "main", "body": body, "draft": draft}
    return int(edith.expect("POST", f"{home}/pulls", pull)["number"])


def approve(world: TeamWorld, number: int, *, of: str = "frontend") -> None:
    """Have the reviewer approve it as it is."""
    path = f"/api/v3/repos/pelican/{of}/pulls/{number}/reviews"
    world.client("reviewer").expect("POST", path, {"event": "APPROVE"})


def check(world: TeamWorld, state: str, *, of: str = "frontend") -> None:
    """Have CI say something of the pull request's commit."""
    sha = world.refs()[f"pelican/{of}"][f"refs/heads/{HEAD}"]
    path = f"/api/v3/repos/pelican/{of}/statuses/{sha}"
    world.client().expect("POST", path, {"state": state, "context": "more"})


@pytest.fixture
def alone(world: TeamWorld, write_profile: WriteProfile) -> TeamWorld:
    """The world, in which neither reviewer nor CI do anything by themselves."""
    write_profile(slack=None, security=None)
    world.set_person("reviewer", mode="off")
    world.set_person("ci", mode="off")
    return world


def team() -> dict[str, str]:
    return {"profile": "team", "push_date": "2026-03-12"}


def test_what_is_approved_and_green_is_pointed_out_and_holds_nothing_up(alone: TeamWorld) -> None:
    number = open_pull(alone)
    assert said(look(**team())) == "nothing that is reviewed waits to be merged"
    approve(alone, number)
    check(alone, "pending")
    assert said(look(**team())) == "nothing that is reviewed waits to be merged"
    check(alone, "success")
    before = alone.state()
    text = said(look(**team()))
    what = f"! not merged: pelican/frontend#{number} fix: count again"
    assert text.startswith(f"{what}: approved by reviewer, CI is green http")
    assert "merged first, then run this again" in text
    assert alone.state() == before
    path = f"/api/v3/repos/pelican/frontend/pulls/{number}/merge"
    alone.client("edith").expect("PUT", path, {})
    assert said(look(**team())) == "nothing that is reviewed waits to be merged"


def test_one_that_somebody_wants_changed_or_that_is_red_or_a_draft_is_not(
    alone: TeamWorld,
) -> None:
    number = open_pull(alone)
    approve(alone, number)
    check(alone, "failure")
    assert said(look(**team())) == "nothing that is reviewed waits to be merged"
    check(alone, "success")
    path = f"/api/v3/repos/pelican/frontend/pulls/{number}/reviews"
    ask = {"event": "REQUEST_CHANGES", "body": "Count twice."}
    alone.client("matteo").expect("POST", path, ask)
    assert said(look(**team())) == "nothing that is reviewed waits to be merged"
    draft = open_pull(alone, of="code-manager", draft=True)
    approve(alone, draft, of="code-manager")
    check(alone, "success", of="code-manager")
    assert said(look(**team())) == "nothing that is reviewed waits to be merged"


def test_one_for_a_blocking_bug_is_pointed_out_however_far_it_is(alone: TeamWorld) -> None:
    number = open_pull(alone, body="Fixes pelican/server#430, not #431 of here.")
    text = said(look(**team()))
    assert f"pelican/frontend#{number} fix: count again: not approved yet; it names" in text
    assert "it names pelican/server#430, which blocks the push http" in text
    assert "#431" not in text


def test_bugzilla_is_asked_only_where_a_pull_request_names_a_bug(alone: TeamWorld) -> None:
    fault = {"path_pattern": "/bugzilla/*", "kind": "status", "status": 404, "times": 50}
    alone.client().expect("POST", "/sandbox/faults", fault)
    assert said(look(**team())) == "nothing that is reviewed waits to be merged"
    alone.client().ask("DELETE", "/sandbox/faults")
    open_pull(alone, title="Bug 1 - count a colony once")
    blocking = look(**team()).namespace["run"].blocking_bugs()
    assert f"it names {blocking[0].name}, which blocks the push" in said(look(**team()))


def test_what_a_week_is_without_is_not_looked_at(
    alone: TeamWorld, write_profile: WriteProfile
) -> None:
    approve(alone, open_pull(alone))
    check(alone, "success")
    weeks = [{"push": "2026-03-12", "without": ["frontend"]}]
    write_profile(slack=None, security=None, weeks=weeks)
    assert said(look(**team())) == "nothing that is reviewed waits to be merged"


def test_of_the_private_repository_no_more_is_told_than_how_many(world: TeamWorld) -> None:
    done = look()
    line = "! not merged: 1 reviewed fix of the private repository; run security_fixes"
    assert line in said(done)
    kept = "".join(str(event) for event in done.events) + done.text
    assert "fix-feed-token" not in kept and "Take the token out" not in kept
    step_through(runbook="security_fixes").went_well()
    assert said(look()) == "nothing that is reviewed waits to be merged"
    assert world.tags(of=TAG) == {name: {} for name in world.tags()}

"""Security fixes: upstream first, security second, and nothing named before it is public."""

import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.push.conftest import WriteProfile
from tests.push.world import TeamWorld, git
from tests.release import carried_out
from tests.release.carried_out import Executed, step_through

BRANCH, SUBJECT, UNREVIEWED = "fix-feed-token", "Take the token out", "limit-uploads"
SECRETS = (BRANCH, SUBJECT, 'ADDRESS = "/feed"')


def mains(world: TeamWorld) -> tuple[str, str]:
    """Main of the public repository, and of its private mirror."""
    refs = world.refs()
    names = ("pelican/server", "pelican/server-security")
    public, private = (refs[name]["refs/heads/main"] for name in names)
    return public, private


def fixes(**parameters: Any) -> Executed:
    return step_through(parameters, runbook="security_fixes")


def test_the_reviewed_fix_becomes_public_and_both_mains_are_equal(world: TeamWorld) -> None:
    before = mains(world)
    fixes().went_well()
    public, private = mains(world)
    assert public == private != before[0]
    assert git(world.bare, "rev-parse", f"{public}^1") == before[0]
    head = git(world.of("server-security").bare, "rev-parse", BRANCH)
    assert git(world.bare, "rev-parse", f"{public}^2") == head


def test_running_it_again_finds_it_and_pushes_nothing(world: TeamWorld) -> None:
    fixes().went_well()
    before = world.refs()
    again = fixes().went_well()
    assert {outcome for _, outcome in again.outcomes} == {"already", "good"}
    assert world.refs() == before


def test_fixes_are_not_merged_for_a_push_that_is_past(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    write_profile(slack=None)
    before = world.refs()
    text = fixes(profile="team", push_date="2026-03-05").ended_with("Refused")
    assert "found that of Thursday 2026-03-05, which is past" in text
    assert world.refs() == before


def test_a_branch_without_review_is_refused_and_left_out_by_itself(world: TeamWorld) -> None:
    before = world.refs()
    text = fixes(branches=UNREVIEWED).ended_with("Refused")
    assert UNREVIEWED in text and "approv" in text
    assert world.refs() == before
    done = fixes().went_well()
    merged = git(world.bare, "log", "--format=%s", "main", "-8")
    assert "ten megabytes" not in merged and UNREVIEWED in done.text


def test_a_branch_that_changed_after_its_approval_is_not_reviewed(world: TeamWorld) -> None:
    world.set_person("reviewer", mode="off")  # who is quick would review it anew
    path = "/api/v3/repos/pelican/server-security/contents/LATE.md"
    body = {"message": "one more thing", "content": "eAo=", "branch": BRANCH}
    world.client("edith").expect("PUT", path, body)
    before = world.refs()
    text = fixes(branches=BRANCH).ended_with("Refused")
    assert BRANCH in text
    assert world.refs() == before


def test_a_merge_by_the_web_button_is_found_and_refused(world: TeamWorld) -> None:
    path = "/api/v3/repos/pelican/server-security/pulls/7/merge"
    world.client("edith").expect("PUT", path, {})
    before = world.refs()
    text = fixes().ended_with("Refused")
    assert "security has" in text and "upstream has not" in text
    assert world.refs() == before
    tagging = step_through(runbook="tag_push").ended_with("Refused")
    assert BRANCH not in tagging and SUBJECT not in tagging
    assert world.refs() == before


def test_a_run_that_died_between_the_pushes_goes_on_with_the_second(world: TeamWorld) -> None:
    step_through(runbook="security_fixes", until="mirrors.push_upstream", abandon=True).went_well()
    public, private = mains(world)
    assert public != private
    fixes().went_well()
    assert mains(world) == (public, public)


def test_security_is_never_pushed_to_where_upstream_refuses(world: TeamWorld) -> None:
    before = mains(world)
    fault = {"path_pattern": "/pelican/server.git/git-receive-pack", "method": "POST"}
    body = {**fault, "kind": "status", "status": 403, "times": 1}
    world.client().expect("POST", "/sandbox/faults", body)
    assert fixes().ename
    assert mains(world) == before
    fixes().went_well()
    public, private = mains(world)
    assert public == private != before[0]


def test_where_main_moves_on_the_merge_is_made_and_asked_anew(world: TeamWorld) -> None:
    def move_on(_: dict[str, Any]) -> None:
        body = {"message": "docs: later", "content": "eAo=", "branch": "main"}
        world.client("edith").expect("PUT", "/api/v3/repos/pelican/server/contents/L.md", body)

    first = step_through(runbook="security_fixes", before={"mirrors.push_upstream": move_on})
    assert "made anew" in first.ended_with("Conflict")
    private = mains(world)[1]
    assert git(world.of("server-security").bare, "rev-parse", "main") == private
    again = fixes().went_well()
    assert again.said("approve")["outcome"] == "done"
    public, private = mains(world)
    assert public == private and "docs: later" in git(world.bare, "log", "--format=%s", "main")


def test_a_rejected_diff_stays_private(world: TeamWorld) -> None:
    world.set_person("approver", mode="no")
    before = world.refs()
    text = fixes().ended_with("Refused")
    assert "Change what was rejected" in text
    assert world.refs() == before


def test_a_review_that_is_taken_back_while_the_difference_is_asked_about_holds_it_back(
    world: TeamWorld,
) -> None:
    def close(_: dict[str, Any]) -> None:
        path = "/api/v3/repos/pelican/server-security/pulls/7"
        world.client("edith").expect("PATCH", path, {"state": "closed"})

    before = world.refs()
    first = step_through(runbook="security_fixes", before={"mirrors.push_upstream": close})
    assert f"pull request of {BRANCH} into main" in first.ended_with("Refused")
    assert world.refs() == before
    fixes().went_well()
    assert SUBJECT not in git(world.bare, "log", "--format=%s", "main", "-8")


def everything(folder: Path) -> bytes:
    """All bytes of the files below a folder, and of all objects of the repositories there."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    found = b"".join(path.read_bytes() for path in files)
    for head in folder.rglob("HEAD"):
        if (head.parent / "objects").is_dir():
            command = ["git", "-C", str(head.parent), "cat-file", "--batch-all-objects", "--batch"]
            found += subprocess.run(command, check=True, capture_output=True).stdout
    return found


def test_nothing_that_names_the_fix_is_public_before_upstream_has_it(
    world: TeamWorld, home: Path, tmp_path: Path
) -> None:
    world.set_person("approver", mode="off")
    out = tmp_path / "out" / "executed.ipynb"
    out.parent.mkdir()
    waits = carried_out.execute(out, {}, runbook="security_fixes")
    assert waits.ename, "it waits at the gate"
    assert "private" in waits.folder.parts
    step_through(runbook="push_duty").went_well()
    place = home / "sandbox" / "team"
    public = [place / name for name in ("runs", "sessions", "mirrors", "archive.git")]
    public += [world.of(name).bare for name in ("server", "frontend", "code-manager", "notes")]
    public.append(out.parent)
    for folder in public:
        seen = everything(folder) if folder.exists() else b""
        for secret in SECRETS:
            assert secret.encode() not in seen, f"{secret} in {folder}"
    for table in ("slack_message", "matrix_event", "happening"):
        with sqlite3.connect(place / "world.sqlite") as database:
            rows = database.execute(f"SELECT * FROM {table}").fetchall()
        if table != "happening":
            assert not [row for row in rows if any(s in str(row) for s in SECRETS)], table


@pytest.mark.parametrize("runbook", ["tag_push"])
def test_a_public_run_after_it_tells_of_commits_alone(world: TeamWorld, runbook: str) -> None:
    fixes().went_well()
    done = step_through(runbook=runbook).went_well()
    text = done.said("check_public")["detail"]
    assert text.startswith("security/main is at ")
    assert BRANCH not in text and SUBJECT not in text


def test_what_is_merged_now_is_not_for_a_push_that_is_past(world: TeamWorld) -> None:
    world.client().expect("PUT", "/sandbox/clock", {"to": "2026-03-13T10:00-07:00"})
    before = world.refs()
    text = fixes(push_date="2026-03-12").ended_with("Refused")
    assert "found that of Thursday 2026-03-12, which is past: leave push_date empty" in text
    assert world.refs() == before
    fixes().went_well()
    assert world.refs() != before

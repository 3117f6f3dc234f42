"""Merges, carried out on the real repository."""

from pathlib import Path

import pytest
from requests import Response

from runbook_lib.sandbox.services.github import merging

from .served import Served

MASTER, RELEASE = "refs/heads/master", "refs/heads/release/1.9"

COUNTS = {
    "dismiss_stale_reviews_on_push": False,
    "require_code_owner_review": False,
    "require_last_push_approval": False,
    "required_approving_review_count": 0,
    "required_review_thread_resolution": False,
}
"""What a rule about pull requests must say."""


def open_pull(github: Served, **said: object) -> int:
    words = {"title": "Release 1.9", "head": "release/1.9", "base": "master", "body": "b", **said}
    return int(github.post(":/pulls", words).json()["number"])


def merge(github: Served, number: int = 1, **said: object) -> Response:
    return github.ask("PUT", f":/pulls/{number}/merge", said, who="reviewer")


def test_a_merge_commit_keeps_the_heads_commit(github: Served) -> None:
    open_pull(github)
    base, head = github.git("rev-parse", "master"), github.git("rev-parse", "release/1.9")
    done = github.remote("reviewer").get_pull(1).merge()
    assert github.git("rev-list", "--parents", "-1", "master").split() == [done.sha, base, head]
    form = "%an <%ae>%n%cn%n%cI%n%B"
    assert github.git("log", "-1", f"--format={form}", "master").splitlines() == [
        "Rowan Reviewer <reviewer@sandbox.example>",
        "Rowan Reviewer",
        "2026-01-15T10:00:00+00:00",
        "Merge pull request #1 from harbor/release/1.9",
        "",
        "Release 1.9",
    ]


def test_a_squash_makes_one_commit_and_orphans_the_head(github: Served) -> None:
    github.commit(RELEASE, {"CHANGELOG.md": "## 1.9\n"}, "docs: changelog\n\nWith a body.")
    open_pull(github)
    base, head = github.git("rev-parse", "master"), github.git("rev-parse", "release/1.9")
    done = github.remote("reviewer").get_pull(1).merge(merge_method="squash")
    assert github.git("rev-list", "--parents", "-1", "master").split() == [done.sha, base]
    assert github.git("rev-parse", "master^{tree}") == github.git("rev-parse", "release/1.9^{tree}")
    assert github.git("log", "-1", "--format=%an/%cn%n%B", "master").splitlines() == [
        "Olive Operator/Rowan Reviewer",
        "Release 1.9 (#1)",
        "",
        "* chore: tag 1.9",
        "",
        "* docs: changelog",
        "",
        "With a body.",
    ]
    assert github.git("merge-base", head, "master") == base
    assert github.remote().get_pull(1).head.sha == head


def test_a_squash_of_one_commit_takes_its_words(github: Served) -> None:
    open_pull(github)
    merge(github, merge_method="squash")
    assert github.git("log", "-1", "--format=%B", "master") == "chore: tag 1.9 (#1)"


def test_a_rebase_makes_each_commit_anew_on_the_base(github: Served) -> None:
    github.commit(RELEASE, {"CHANGELOG.md": "## 1.9\n"}, "docs: changelog")
    base = github.commit(MASTER, {"NEWS": "n"}, "docs: news")
    open_pull(github)
    done = github.remote("reviewer").get_pull(1).merge(merge_method="rebase")
    log = github.git("log", "--format=%s/%an/%cn", f"{base}..master").splitlines()
    assert log == [
        "docs: changelog/Pat Pusher/Rowan Reviewer",
        "chore: tag 1.9/Pat Pusher/Rowan Reviewer",
    ]
    assert done.sha == github.git("rev-parse", "master")
    assert set(github.git("ls-tree", "--name-only", "master").split()) == {
        "CHANGELOG.md",
        "NEWS",
        "README.md",
        "setup.py",
        "tides",
    }


def test_words_for_the_merge_commit_are_taken(github: Served) -> None:
    open_pull(github)
    merge(github, commit_title="chore: release 1.9", commit_message="")
    assert github.git("log", "-1", "--format=%B", "master") == "chore: release 1.9"


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_a_conflict_is_not_merged(github: Served, method: str) -> None:
    open_pull(github)
    github.commit(MASTER, {"setup.py": "version='2.0'\n"}, "feat!: two")
    before = github.git("for-each-ref")
    pull = github.remote().get_pull(1)
    assert (pull.mergeable, pull.mergeable_state) == (False, "dirty")
    refused = merge(github, merge_method=method)
    assert refused.status_code == 405  # type: ignore[attr-defined]
    assert refused.json()["message"] == "Pull Request is not mergeable"  # type: ignore[attr-defined]
    assert github.git("for-each-ref") == before


def test_a_merge_of_another_head_than_was_seen_is_refused(github: Served) -> None:
    open_pull(github)
    seen = github.git("rev-parse", "release/1.9")
    github.commit(RELEASE, {"NEWS": "n"}, "docs: news")
    refused = github.ask("PUT", ":/pulls/1/merge", {"sha": seen})
    assert refused.status_code == 409
    assert refused.json()["message"].startswith("Head branch was modified.")
    assert github.ask("PUT", ":/pulls/1/merge", {"sha": github.git("rev-parse", "release/1.9")}).ok


def test_what_is_merged_closed_or_a_draft_is_not_merged(github: Served) -> None:
    open_pull(github, draft=True)
    refused = github.ask("PUT", ":/pulls/1/merge", {})
    assert (refused.status_code, refused.json()["message"]) == (
        405,
        "Pull Request is still a draft",
    )
    github.ask("PATCH", ":/pulls/1", {"state": "closed"})
    assert github.ask("PUT", ":/pulls/1/merge", {}).status_code == 405
    open_pull(github)
    assert github.get(":/pulls/2").json()["merged"] is False
    assert github.ask("PUT", ":/pulls/2/merge", {}).ok
    assert github.get(":/pulls/2").json()["merged"] is True
    assert github.ask("PUT", ":/pulls/2/merge", {}).status_code == 405
    wrong = github.ask("PUT", ":/pulls/2/merge", {"merge_method": "octopus"})
    assert wrong.status_code == 422
    assert github.ask("PUT", ":/pulls/2/merge", {}, who="reader").status_code == 403


def test_a_merge_is_told_as_a_push_and_as_a_merge(github: Served) -> None:
    open_pull(github)
    merge(github)
    pushed = github.told("push")[-1]
    assert (pushed["ref"], pushed["after"]) == (MASTER, github.git("rev-parse", "master"))
    assert [one["action"] for one in github.told("pull_request")] == ["opened", "merged"]


def test_commits_made_by_the_api_have_the_same_ids_each_time(github: Served) -> None:
    open_pull(github)
    merge(github)
    assert github.git("rev-parse", "master") == "29ccf7c89407eb31195997d743da61936208a96d"


def test_one_branch_is_merged_into_another(github: Served) -> None:
    remote = github.remote()
    merged = remote.merge("master", "release/1.9", "chore: back")
    assert merged is not None
    assert github.git("rev-parse", "master") == merged.sha
    assert remote.merge("master", "release/1.9") is None
    github.commit(RELEASE, {"setup.py": "version='1.9.1'\n"}, "fix: a")
    github.commit(MASTER, {"setup.py": "version='2.0'\n"}, "feat: b")
    conflict = github.post(":/merges", {"base": "master", "head": "release/1.9"})
    assert (conflict.status_code, conflict.json()["message"]) == (409, "Merge conflict")
    for said in ({"base": "none", "head": "master"}, {"base": "master", "head": "none"}):
        assert github.post(":/merges", said).status_code == 404


def test_an_older_git_merges_in_a_work_tree_to_the_same_tree(github: Served) -> None:
    folder = Path(github.world.git_folder("harbor/tidewatch"))
    fork = github.git("rev-parse", "master")
    ours = github.commit(MASTER, {"NEWS": "n", "tides/moon.py": "FULL = 2\n"}, "docs: news")
    theirs = github.git("rev-parse", "release/1.9")
    expected = merging.merge_trees(folder, ours, theirs)
    assert merging.merge_in_work_tree(folder, fork, ours, theirs) == expected
    other = github.commit(MASTER, {"setup.py": "version='3'\n"}, "feat!: three")
    assert merging.merge_in_work_tree(folder, fork, other, theirs) is None
    assert merging.merge_trees(folder, other, theirs) is None


@pytest.mark.parametrize(
    ("method", "setting", "said"),
    [
        ("merge", "allow_merge_commit", "Merge commits"),
        ("squash", "allow_squash_merge", "Squash merges"),
        ("rebase", "allow_rebase_merge", "Rebase merges"),
    ],
)
def test_a_way_to_merge_that_the_repository_forbids_is_refused(
    github: Served, method: str, setting: str, said: str
) -> None:
    changed = github.ask("PATCH", ":", {setting: False}).json()
    assert changed[setting] is False
    open_pull(github)
    refused = merge(github, merge_method=method)
    assert refused.status_code == 405
    assert refused.json()["message"] == f"{said} are not allowed on this repository."
    assert github.ask("PATCH", ":", {setting: True}).json()[setting] is True
    assert merge(github, merge_method=method).status_code == 200


def test_the_rules_of_a_branch_are_shown_and_held(github: Served) -> None:
    merges = {"type": "pull_request", "parameters": {"allowed_merge_methods": ["rebase"]} | COUNTS}
    rules = [{"type": "required_linear_history"}, merges]
    conditions = {"ref_name": {"include": ["refs/heads/mas*"], "exclude": []}}
    said = {"name": "main", "enforcement": "active", "rules": rules, "conditions": conditions}
    made = github.post(":/rulesets", said)
    assert (made.status_code, made.json()["rules"]) == (201, rules)
    shown = github.get(":/rules/branches/master").json()
    assert [(one["type"], one["ruleset_id"]) for one in shown] == [
        ("required_linear_history", 1),
        ("pull_request", 1),
    ]
    assert github.get(":/rules/branches/release/1.9").json() == []
    open_pull(github)
    assert merge(github, merge_method="squash").status_code == 405
    said = merge(github, merge_method="merge").json()["message"]
    assert said == "This branch must not contain merge commits."
    assert merge(github, merge_method="rebase").status_code == 200
    assert github.post(":/rulesets", made.json(), who="reviewer").status_code == 403


def test_what_goes_through_a_merge_queue_is_merged_by_nobody(github: Served) -> None:
    rules = [{"type": "merge_queue"}]
    conditions = {"ref_name": {"include": ["~ALL"], "exclude": []}}
    said = {"name": "queue", "enforcement": "active", "rules": rules, "conditions": conditions}
    github.post(":/rulesets", said)
    open_pull(github)
    assert merge(github).json()["message"] == "Changes must be made through the merge queue"

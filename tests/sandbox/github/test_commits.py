"""Commits, and what is said of them."""

import subprocess
from pathlib import Path

from runbook_lib.sandbox.world.keys import make_signing_key

from .served import Served


def test_a_commit_is_found_by_branch_tag_and_short_id(github: Served) -> None:
    tagged = github.git("rev-parse", "1.8^{commit}")
    for name in ("1.8", "tags/1.8", tagged, tagged[:8]):
        assert github.get(f":/commits/{name}/status").json()["sha"] == tagged
    assert github.get(":/commits/refs/heads/release/1.9/status").status_code == 200
    missing = github.get(":/commits/" + "1" * 40 + "/status")
    assert missing.status_code == 422
    assert missing.json()["message"] == "No commit found for SHA: " + "1" * 40


def verification(github: Served, name: str) -> dict[str, object]:
    sha = github.git("rev-parse", name)
    found: dict[str, object] = github.get(f":/git/commits/{sha}").json()["verification"]
    return found


def test_a_signed_commit_is_verified_by_the_worlds_key(github: Served, tmp_path: Path) -> None:
    key = make_signing_key(github.world.keys)
    words = ["-c", "gpg.format=ssh", "-c", f"user.signingkey={key.private}", "-S", "-p", "master"]
    at = words.index("-S")
    sha = github.git(*words[:at], "commit-tree", "-m", "signed", *words[at:], "master^{tree}")
    github.git("update-ref", "refs/heads/signed", sha)
    found = verification(github, "signed")
    assert (found["verified"], found["reason"]) == (False, "unknown_key")
    words[3] = f"user.signingkey={key.private}"
    environment = {"GIT_COMMITTER_EMAIL": key.principal, "GIT_AUTHOR_EMAIL": key.principal}
    done = subprocess.run(
        [
            *("git", "-C", str(github.world.git_folder("harbor/tidewatch"))),
            *(*words[:at], "-c", "user.name=Olive", "commit-tree", "-m", "signed", *words[at:]),
            "master^{tree}",
        ],
        env={"PATH": "/usr/bin:/bin", "GIT_AUTHOR_NAME": "O", "GIT_COMMITTER_NAME": "O"}
        | environment,
        capture_output=True,
        check=True,
        text=True,
    )
    github.git("update-ref", "refs/heads/signed", done.stdout.strip())
    found = verification(github, "signed")
    assert (found["verified"], found["reason"]) == (True, "valid")
    assert str(found["signature"]).startswith("-----BEGIN SSH SIGNATURE-----")
    assert verification(github, "master")["reason"] == "unsigned"


def test_statuses_are_combined_by_the_last_of_each_context(github: Served) -> None:
    sha = github.git("rev-parse", "master")
    commit = github.remote_commit(sha, "ci")
    assert commit.get_combined_status().state == "pending"
    for state, context in (("failure", "test"), ("success", "lint"), ("success", "test")):
        commit.create_status(state, context=context, target_url="https://ci.example/1")
    combined = commit.get_combined_status()
    assert (combined.state, combined.total_count) == ("success", 2)
    assert len(github.get(f":/commits/{sha}/statuses").json()) == 3
    commit.create_status("error", context="LINT")
    assert commit.get_combined_status().state == "failure"
    commit.create_status("pending", context="lint")
    assert commit.get_combined_status().state == "pending"


def test_a_status_is_refused_of_no_commit_or_in_no_state(github: Served) -> None:
    sha = github.git("rev-parse", "master")
    cases = [
        ("1" * 40, {"state": "success"}, "No commit found for SHA: " + "1" * 40),
        (sha, {"state": "green"}, "Validation Failed"),
        (sha, {}, "Validation Failed"),
        (sha, {"state": "success", "description": "x" * 141}, "Validation Failed"),
    ]
    for commit, said, words in cases:
        answer = github.post(f":/statuses/{commit}", said)
        assert (answer.status_code, answer.json()["message"]) == (422, words)
    assert github.get(f":/commits/{sha}/statuses").json() == []


def test_a_check_suite_is_made_once_and_is_queued_without_a_run(github: Served) -> None:
    said = {"head_sha": github.git("rev-parse", "release/1.9")}
    made = [github.post(":/check-suites", said, who="ci") for _ in range(2)]
    assert [one.status_code for one in made] == [201, 200]
    shown = made[0].json()
    assert (shown["status"], shown["conclusion"]) == ("queued", None)
    assert shown["latest_check_runs_count"] == 0
    missing = github.post(":/check-suites", {"head_sha": "1" * 40}, who="ci")
    assert missing.status_code == 422


def test_check_runs_go_from_queued_to_a_conclusion(github: Served) -> None:
    sha, remote = github.git("rev-parse", "release/1.9"), github.remote("ci")
    run = remote.create_check_run("build", sha)
    assert (run.status, run.conclusion) == ("queued", None)
    run.edit(status="in_progress")
    assert (
        github.get(f":/commits/{sha}/check-suites").json()["check_suites"][0]["status"] == "queued"
    )
    run.edit(conclusion="failure", output={"title": "1 of 9 failed", "summary": "s"})
    assert (run.status, run.conclusion, run.output.title) == (
        "completed",
        "failure",
        "1 of 9 failed",
    )
    remote.create_check_run("build", sha, conclusion="success")
    latest = github.get(":/commits/release/1.9/check-runs").json()
    assert (latest["total_count"], latest["check_runs"][0]["conclusion"]) == (1, "success")
    assert github.get(f":/commits/{sha}/check-runs?filter=all").json()["total_count"] == 2
    assert github.get(f":/commits/{sha}/check-runs?check_name=none").json()["total_count"] == 0
    suites = list(github.remote_commit(sha).get_check_suites())
    assert [(one.status, one.conclusion) for one in suites] == [("completed", "success")]


def test_a_check_run_is_refused_without_commit_or_conclusion(github: Served) -> None:
    sha = github.git("rev-parse", "master")
    for said in (
        {"name": "x", "head_sha": "1" * 40},
        {"name": "x", "head_sha": sha, "status": "completed"},
        {"name": "x", "head_sha": sha, "conclusion": "great"},
    ):
        assert github.post(":/check-runs", said).status_code == 422
    assert github.ask("PATCH", ":/check-runs/99", {}).status_code == 404
    refused = github.post(":/check-runs", {"name": "x", "head_sha": sha}, who="reader")
    assert refused.headers["X-Accepted-GitHub-Permissions"] == "checks=write"

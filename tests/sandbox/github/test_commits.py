"""Commits, what lies between them, and what is said of them."""

import subprocess
from pathlib import Path

from runbook_lib.sandbox.world.keys import make_signing_key

from .served import Served

MASTER = "refs/heads/master"


def test_history_is_listed_by_branch_path_and_date(github: Served) -> None:
    remote = github.remote()
    subjects = [one.commit.message.splitlines()[0] for one in remote.get_commits()]
    assert subjects == ["feat(moon): full moon", "fix: low tide", "feat: begin"]
    assert [one.sha for one in remote.get_commits(sha="release/1.9")][1:] == [
        one.sha for one in remote.get_commits()
    ]
    assert len(list(remote.get_commits(path="tides/table.py"))) == 1
    assert github.get(":/commits?since=2030-01-01T00:00:00Z").json() == []
    assert len(github.get(":/commits?until=2030-01-01T00:00:00Z").json()) == 3
    assert len(github.get(":/commits?author=pat@example.org").json()) == 3
    assert github.get(":/commits?author=nobody@example.org").json() == []
    assert github.get(":/commits?sha=none").status_code == 404
    assert remote.get_commits().totalCount == 3


def test_history_comes_in_pages(github: Served) -> None:
    first = github.get(":/commits?per_page=2")
    assert len(first.json()) == 2
    assert len(github.get(first.links["next"]["url"]).json()) == 1


def test_a_commit_shows_what_it_changed(github: Served) -> None:
    github.commit(MASTER, {"setup.py": "version='2'\nname='x'\n", "é.txt": "ü\n"}, "feat!: more")
    commit = github.remote().get_commit("master")
    assert {
        file.filename: (file.status, file.additions, file.deletions) for file in commit.files
    } == {
        "setup.py": ("modified", 2, 1),
        "é.txt": ("added", 1, 0),
    }
    assert commit.stats.total == 4
    assert "+version='2'" in commit.files[0].patch
    first = github.remote().get_commit(github.git("rev-list", "--max-parents=0", "master"))
    assert {file.status for file in first.files} == {"added"}


def test_renames_deletions_and_binaries_are_shown_as_such(github: Served) -> None:
    person = "Pat <pat@example.org> 1768471200 +0000"
    stream = (
        f"commit {MASTER}\nauthor {person}\ncommitter {person}\ndata 1\nm\nfrom {MASTER}^0\n"
        "R tides/table.py tides/tables.py\nD setup.py\nM 100644 inline x.bin\ndata 3\n\0\1\2\n"
    )
    github.git("fast-import", "--quiet", text=stream.encode())
    files = {one["filename"]: one for one in github.get(":/commits/master").json()["files"]}
    assert files["tides/tables.py"]["previous_filename"] == "tides/table.py"
    assert {name: one["status"] for name, one in files.items()} == {
        "setup.py": "removed",
        "tides/tables.py": "renamed",
        "x.bin": "added",
    }
    assert "patch" not in files["x.bin"]
    assert "patch" not in files["tides/tables.py"]


def test_a_commit_is_found_by_branch_tag_and_short_id(github: Served) -> None:
    tagged = github.git("rev-parse", "1.8^{commit}")
    for name in ("1.8", "tags/1.8", tagged, tagged[:8]):
        assert github.get(f":/commits/{name}").json()["sha"] == tagged
    assert github.get(":/commits/refs/heads/release/1.9").status_code == 200
    missing = github.get(":/commits/" + "1" * 40)
    assert missing.status_code == 422
    assert missing.json()["message"] == "No commit found for SHA: " + "1" * 40
    bare = github.get(":/commits/1.8", headers={"Accept": "application/vnd.github.sha"})
    assert bare.text == tagged
    patch = github.get(":/commits/1.8", headers={"Accept": "application/vnd.github.diff"})
    assert patch.text.startswith("diff --git")


def test_a_signed_commit_is_verified_by_the_worlds_key(github: Served, tmp_path: Path) -> None:
    key = make_signing_key(github.world.keys)
    words = ["-c", "gpg.format=ssh", "-c", f"user.signingkey={key.private}", "-S", "-p", "master"]
    at = words.index("-S")
    sha = github.git(*words[:at], "commit-tree", "-m", "signed", *words[at:], "master^{tree}")
    github.git("update-ref", "refs/heads/signed", sha)
    found = github.get(":/commits/signed").json()["commit"]["verification"]
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
    found = github.get(":/commits/signed").json()["commit"]["verification"]
    assert (found["verified"], found["reason"]) == (True, "valid")
    assert found["signature"].startswith("-----BEGIN SSH SIGNATURE-----")
    assert github.get(":/commits/master").json()["commit"]["verification"]["reason"] == "unsigned"


def test_a_comparison_counts_both_sides_from_where_they_part(github: Served) -> None:
    remote = github.remote()
    assert remote.compare("master", "master").status == "identical"
    ahead = remote.compare("1.8", "release/1.9")
    assert (ahead.status, ahead.ahead_by, ahead.behind_by) == ("ahead", 2, 0)
    assert [one.commit.message for one in ahead.commits] == [
        "feat(moon): full moon",
        "chore: tag 1.9",
    ]
    assert {file.filename for file in ahead.files} == {"setup.py", "tides/moon.py"}
    assert remote.compare("master", "1.8").status == "behind"
    fork = github.git("rev-parse", "master")
    github.commit(MASTER, {"NEWS": "n"}, "docs: news")
    apart = remote.compare("master", "release/1.9")
    assert (apart.status, apart.ahead_by, apart.behind_by) == ("diverged", 1, 1)
    assert apart.merge_base_commit.sha == fork
    assert [file.filename for file in apart.files] == ["setup.py"]
    assert remote.compare("harbor:master", "harbor:release/1.9").ahead_by == 1


def test_a_comparison_with_nothing_or_without_common_history_is_not_found(github: Served) -> None:
    for names in ("master...none", "none...master", "master", "other:master...master"):
        assert github.get(f":/compare/{names}").status_code == 404
    person = "Pat <pat@example.org> 1768471200 +0000"
    stream = f"commit refs/heads/alone\nauthor {person}\ncommitter {person}\ndata 1\nm\n"
    github.git("fast-import", "--quiet", text=stream.encode())
    refused = github.get(":/compare/master...alone")
    assert refused.json()["message"] == "No common ancestor between master and alone."


def test_statuses_are_combined_by_the_last_of_each_context(github: Served) -> None:
    sha, remote = github.git("rev-parse", "master"), github.remote("ci")
    commit = remote.get_commit(sha)
    assert commit.get_combined_status().state == "pending"
    for state, context in (("failure", "test"), ("success", "lint"), ("success", "test")):
        commit.create_status(state, context=context, target_url="https://ci.example/1")
    combined = commit.get_combined_status()
    assert (combined.state, combined.total_count) == ("success", 2)
    assert len(list(commit.get_statuses())) == 3
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
    found = remote.get_check_run(run.id)
    assert (found.status, found.conclusion, found.output.title) == (
        "completed",
        "failure",
        "1 of 9 failed",
    )
    remote.create_check_run("build", sha, conclusion="success")
    latest = github.get(":/commits/release/1.9/check-runs").json()
    assert (latest["total_count"], latest["check_runs"][0]["conclusion"]) == (1, "success")
    assert github.get(f":/commits/{sha}/check-runs?filter=all").json()["total_count"] == 2
    assert github.get(f":/commits/{sha}/check-runs?check_name=none").json()["total_count"] == 0
    suites = list(remote.get_commit(sha).get_check_suites())
    assert [(one.status, one.conclusion) for one in suites] == [("completed", "success")]


def test_a_check_run_is_refused_without_commit_or_conclusion(github: Served) -> None:
    sha = github.git("rev-parse", "master")
    for said in (
        {"name": "x", "head_sha": "1" * 40},
        {"name": "x", "head_sha": sha, "status": "completed"},
        {"name": "x", "head_sha": sha, "conclusion": "great"},
    ):
        assert github.post(":/check-runs", said).status_code == 422
    assert github.get(":/check-runs/99").status_code == 404
    refused = github.post(":/check-runs", {"name": "x", "head_sha": sha}, who="reader")
    assert refused.headers["X-Accepted-GitHub-Permissions"] == "checks=write"

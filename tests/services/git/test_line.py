"""The whole line, from clone to merge, and the same again."""

from pathlib import Path

import pytest

from runbook_lib.errors import Conflict
from runbook_lib.services.git import Repository
from runbook_lib.steps.step import Runner
from tests.services.git.conftest import FILES, SAID, Upstream, git, outcomes, prepare


def carry_out(repository: Repository, upstream: Upstream, start: str) -> list[str]:
    shown = [
        repository.clone(upstream.url),
        repository.switch("master"),
        repository.pull("master", to=start),
        repository.check_clean("master"),
        repository.check_signing(),
    ]
    branch = repository.create_branch("release/1.9", start)
    version = branch.set_version("1.9", SAID)
    (branch.path / "CHANGELOG.md").write_text("# 1.9\n\n# 1.8\n")
    shown += [branch, version, branch.check_changed(FILES, start)]
    made = branch.commit("chore: tag 1.9", FILES, start)
    tag = branch.sign_tag("1.9", made, "chore: tag 1.9")
    shown += [made, tag, branch.push("release/1.9", tag)]
    return [" ".join(str(value).split()) for value in shown]


def test_a_second_time_everything_is_there_already(
    repository: Repository, upstream: Upstream, runner: Runner
) -> None:
    start = upstream.head
    first = carry_out(repository, upstream, start)
    before = upstream.refs()
    runner.reports.clear()
    assert carry_out(repository, upstream, start) == first
    assert set(outcomes(runner)) == {"already", "good"}
    assert upstream.refs() == before
    made = git(upstream.bare, "rev-parse", "release/1.9")
    assert first[-1] == f"origin has release/1.9 and 1.9 at {made:.9}"
    assert git(upstream.bare, "rev-parse", "1.9^{commit}", "1.9^{commit}^") == f"{made}\n{start}"


def test_another_machine_finds_it_all(
    repository: Repository, upstream: Upstream, runner: Runner, tmp_path: Path
) -> None:
    start = upstream.head
    first = carry_out(repository, upstream, start)
    upstream.push("feat: somebody goes on", more__py="more = 1\n")
    elsewhere = Repository(tmp_path / "elsewhere" / "checkout", runner, signing=repository.signing)
    again = carry_out(elsewhere, upstream, start)
    assert again[-3:] == first[-3:]
    assert again[2] == (
        f"master is at {start:.9}; origin/master has moved on by 1 commit to "
        f"{upstream.head:.9} (not followed)"
    )


def test_another_machine_finds_it_all_after_the_merge_when_the_branch_is_deleted(
    repository: Repository, upstream: Upstream, runner: Runner, tmp_path: Path
) -> None:
    start = upstream.head
    first = carry_out(repository, upstream, start)
    git(upstream.clone, "fetch", "--quiet")
    git(upstream.clone, "merge", "--quiet", "--no-ff", "-m", "Merge", "origin/release/1.9")
    git(upstream.clone, "push", "--quiet", "origin", "master", ":release/1.9")
    elsewhere = Repository(tmp_path / "elsewhere" / "checkout", runner, signing=repository.signing)
    before = upstream.refs()
    again = carry_out(elsewhere, upstream, start)
    assert again[-3:-1] == first[-3:-1]
    assert again[-1].endswith("(release/1.9 was merged and deleted since)")
    assert upstream.refs() == before
    made = git(upstream.bare, "rev-parse", "1.9^{commit}")
    assert str(elsewhere.check_merged(made, "master")) == f"origin/master has {made:.9}"


def test_the_source_branch_and_its_files_stay_as_they_were(
    repository: Repository, upstream: Upstream
) -> None:
    carry_out(repository, upstream, upstream.head)
    assert 'version="1.8"' in (repository.path / "setup.py").read_text()
    repository.check_clean("master")


def test_what_an_earlier_session_made_with_other_content_is_not_taken_over(
    repository: Repository, upstream: Upstream, runner: Runner, tmp_path: Path
) -> None:
    start = upstream.head
    carry_out(repository, upstream, start)
    git(upstream.clone, "fetch", "--quiet")
    git(upstream.clone, "merge", "--quiet", "--no-ff", "-m", "Merge", "origin/release/1.9")
    git(upstream.clone, "push", "--quiet", "origin", "master", ":release/1.9")
    elsewhere = Repository(tmp_path / "elsewhere" / "checkout", runner, signing=repository.signing)
    elsewhere.clone(upstream.url)
    branch = elsewhere.create_branch("release/1.9", start)
    prepare(branch)
    (branch.path / "CHANGELOG.md").write_text("# 1.9 and something else\n")
    with pytest.raises(Conflict, match="with other content"):
        branch.commit("chore: tag 1.9", FILES, start)

"""Many at once, and git's own clients beside the API's."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runbook_lib.sandbox.world.git_objects import clean_environment

from .served import NAME, Served

WORDS = {"title": "Release 1.9", "head": "release/1.9", "base": "master"}


class Clone:
    """A clone over HTTP, with the operator's token."""

    def __init__(self, github: Served, folder: Path) -> None:
        self.folder = folder
        scheme, host = github.url.split("://")
        address = f"{scheme}://operator:{github.token('operator')}@{host}/{NAME}.git"
        self.run("clone", "--quiet", address, str(folder), at=folder.parent)

    def run(self, *words: str, at: Path | None = None) -> str:
        done = subprocess.run(
            ["git", "-C", str(at or self.folder), *words],
            env=clean_environment() | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, name: str) -> str:
        (self.folder / name).write_text(name)
        self.run("add", "--", name)
        self.run("commit", "--quiet", "-m", f"feat: {name}")
        return self.run("rev-parse", "HEAD")


@pytest.fixture
def clone(github: Served, tmp_path: Path) -> Clone:
    return Clone(github, tmp_path / "clone")


def test_a_real_push_moves_a_pull_request_and_is_told_by_its_pusher(
    github: Served, clone: Clone
) -> None:
    github.post(":/pulls", WORDS, who="reviewer")
    clone.run("checkout", "--quiet", "release/1.9")
    head = clone.commit("NEWS")
    clone.run("push", "--quiet", "origin", "release/1.9")
    assert github.get(":/pulls/1").json()["head"]["sha"] == head
    happenings = [one for one in github.world.happenings() if one.kind == "pull_request"]
    assert [(one.who, one.data["action"]) for one in happenings] == [
        ("reviewer", "opened"),
        ("operator", "synchronize"),
    ]


def test_a_merge_pushed_by_hand_merges_the_pull_request(github: Served, clone: Clone) -> None:
    github.post(":/pulls", WORDS, who="reviewer")
    clone.run("merge", "--quiet", "--no-ff", "-m", "chore: merge", "origin/release/1.9")
    clone.run("push", "--quiet", "origin", "master", ":release/1.9")
    pull = github.get(":/pulls/1").json()
    assert (pull["merged"], pull["merged_by"]["login"]) == (True, "operator")
    assert pull["merge_commit_sha"] == clone.run("rev-parse", "HEAD")


def test_a_merge_is_seen_by_the_next_fetch(github: Served, clone: Clone) -> None:
    github.post(":/pulls", WORDS)
    sha = github.ask("PUT", ":/pulls/1/merge", {}).json()["sha"]
    clone.run("pull", "--quiet", "--ff-only")
    assert clone.run("rev-parse", "HEAD") == sha


def test_of_many_who_open_and_merge_at_once_one_succeeds(github: Served) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: github.post(":/pulls", WORDS).status_code, range(8)))
        merged = list(
            pool.map(lambda _: github.ask("PUT", ":/pulls/1/merge", {}).status_code, range(8))
        )
    assert sorted(opened) == [201] + [422] * 7
    assert sorted(merged) == [200] + [405] * 7
    assert github.git("rev-list", "--count", "--merges", "master") == "1"
    assert [one["action"] for one in github.told("pull_request")] == ["opened", "merged"]


def test_pushes_merges_and_looks_at_once_lose_nothing(github: Served, clone: Clone) -> None:
    def push(number: int) -> None:
        branch = f"work/{number}"
        clone.run("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")

    def change(number: int) -> int:
        said = {"message": f"feat: {number}", "content": "eA==", "branch": "master"}
        return github.ask("PUT", f":/contents/file-{number}", said).status_code

    def look(_: int) -> int:
        return github.get(":/pulls").status_code

    github.post(":/pulls", WORDS)
    with ThreadPoolExecutor(12) as pool:
        pushed = [pool.submit(push, number) for number in range(6)]
        changed = [pool.submit(change, number) for number in range(6)]
        looked = [pool.submit(look, number) for number in range(12)]
        assert [one.result(30) for one in changed] == [201] * 6
        assert {one.result(30) for one in looked} == {200}
        assert [one.result(30) for one in pushed] == [None] * 6
    assert len(github.git("ls-tree", "--name-only", "master").split()) == 3 + 6
    told = [one["ref"] for one in github.told("push")]
    assert sorted(told) == ["refs/heads/master"] * 6 + [
        f"refs/heads/work/{one}" for one in range(6)
    ]


def test_a_pull_request_that_moves_is_told_once_however_many_look(github: Served) -> None:
    github.post(":/pulls", WORDS)
    github.commit("refs/heads/release/1.9", {"NEWS": "n"}, "docs: news")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: github.get(":/pulls"), range(16)))
    assert [one["action"] for one in github.told("pull_request")] == ["opened", "synchronize"]

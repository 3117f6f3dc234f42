"""git over the sandbox's smart HTTP, by git itself; and mirrors of real repositories."""

import gzip
import os
import re
import subprocess
from http.client import HTTPConnection
from pathlib import Path

import pytest

from runbook_lib.errors import Conflict, UsageError
from runbook_lib.sandbox.world.git_objects import ZEROS, all_refs, clean_environment, run_git
from runbook_lib.sandbox.world.mirror import mirror_repository, without_password
from runbook_lib.sandbox.world.repositories import (
    Repository,
    find_repository,
    list_repositories,
)
from runbook_lib.sandbox.world.world import World
from tests.sandbox.conftest import Sandbox
from tests.sandbox.repositories import create_repository


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git as a user would, without any configuration of this machine."""
    return subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        env=clean_environment(),
    )


def commit(folder: Path, name: str, text: str = "text\n") -> str:
    (folder / name).write_text(text)
    run_git(folder, "add", "--all")
    run_git(folder, "commit", "--quiet", "-m", f"chore: add {name}")
    return run_git(folder, "rev-parse", "HEAD").strip()


@pytest.fixture
def quiet(sandbox: Sandbox) -> Sandbox:
    """A sandbox in which nothing happens by itself."""
    sandbox.people_off()
    return sandbox


@pytest.fixture
def clone(quiet: Sandbox, tmp_path: Path) -> Path:
    """A clone by the operator."""
    folder = tmp_path / "clone"
    run_git(tmp_path, "clone", "--quiet", quiet.git_url(), str(folder))
    return folder


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A repository on this machine, with a branch and a tag beside its main one."""
    folder = tmp_path / "original"
    folder.mkdir()
    run_git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "one")
    run_git(folder, "tag", "-m", "first", "v1.0.0")
    run_git(folder, "branch", "topic")
    commit(folder, "two")
    return folder


def remote_refs(sandbox: Sandbox) -> dict[str, str]:
    with World(sandbox.folder) as world:
        return all_refs(world.git_folder(sandbox.repository))


def pushes(sandbox: Sandbox) -> list[tuple[str, str, str, str]]:
    told = [line for line in sandbox.state()["happenings"] if line["kind"] == "push"][1:]
    return [
        (line["who"], line["data"]["ref"], line["data"]["before"], line["data"]["after"])
        for line in told
    ]


def test_a_clone_has_all_branches_and_tags(quiet: Sandbox, clone: Path) -> None:
    assert run_git(clone, "tag").split() == ["1.7", "1.8", "v1.6.12"]
    assert run_git(clone, "rev-parse", "HEAD").strip() == remote_refs(quiet)["refs/heads/master"]


def test_anybody_may_read_what_is_public(shared_sandbox: Sandbox, tmp_path: Path) -> None:
    done = git(tmp_path, "clone", "--quiet", shared_sandbox.git_url(None), "copy")
    assert done.returncode == 0, done.stderr


def test_a_push_reaches_the_repository_and_is_told(quiet: Sandbox, clone: Path) -> None:
    before = remote_refs(quiet)["refs/heads/master"]
    head = commit(clone, "new")
    run_git(clone, "tag", "-m", "new", "1.9")
    tag = run_git(clone, "rev-parse", "refs/tags/1.9").strip()
    run_git(clone, "push", "--quiet", "--atomic", "origin", "HEAD:refs/heads/release/1.9", "1.9")
    run_git(clone, "push", "--quiet", "origin", "master")
    run_git(clone, "push", "--quiet", "origin", ":refs/heads/release/1.9")
    assert remote_refs(quiet)["refs/heads/master"] == head
    assert pushes(quiet) == [
        ("operator", "refs/heads/release/1.9", ZEROS, head),
        ("operator", "refs/tags/1.9", ZEROS, tag),
        ("operator", "refs/heads/master", before, head),
        ("operator", "refs/heads/release/1.9", head, ZEROS),
    ]


def test_an_atomic_push_with_one_refused_ref_changes_nothing(quiet: Sandbox, clone: Path) -> None:
    before = remote_refs(quiet)
    run_git(clone, "checkout", "--quiet", "-b", "side", "HEAD~2")
    commit(clone, "new")
    refs = ["HEAD:refs/heads/new", "HEAD:refs/heads/master"]
    done = git(clone, "push", "--atomic", "origin", *refs)
    assert done.returncode != 0
    assert "non-fast-forward" in done.stderr
    assert remote_refs(quiet) == before
    assert pushes(quiet) == []


def test_two_pushes_for_one_ref_leave_the_loser_refused(quiet: Sandbox, tmp_path: Path) -> None:
    clones = [tmp_path / "a", tmp_path / "b"]
    for folder in clones:
        run_git(tmp_path, "clone", "--quiet", quiet.git_url(), str(folder))
        commit(folder, folder.name)
    both = [
        subprocess.Popen(
            ["git", "-C", str(folder), "push", "-q", "origin", "master"],
            env=clean_environment(),
            stderr=subprocess.DEVNULL,
        )
        for folder in clones
    ]
    assert sorted(bool(push.wait()) for push in both) == [False, True]
    assert len(pushes(quiet)) == 1


@pytest.mark.parametrize("login", ["reader", "stranger"])
def test_who_may_not_write_is_refused_and_nothing_changes(
    quiet: Sandbox, clone: Path, login: str
) -> None:
    before = remote_refs(quiet)
    commit(clone, "new")
    done = git(clone, "push", quiet.git_url(login), "master")
    assert done.returncode != 0
    assert "403" in done.stderr
    assert remote_refs(quiet) == before


def test_a_push_without_a_token_is_asked_for_one(quiet: Sandbox, clone: Path) -> None:
    commit(clone, "new")
    done = git(clone, "push", quiet.git_url(None), "master")
    assert done.returncode != 0
    assert "could not read Username" in done.stderr


def test_a_push_with_an_unknown_token_is_refused(quiet: Sandbox, clone: Path) -> None:
    before = remote_refs(quiet)
    commit(clone, "new")
    url = quiet.git_url(None).replace("://", "://operator:wrong@")
    done = git(clone, "push", url, "master")
    assert done.returncode != 0
    assert "Authentication failed" in done.stderr
    assert remote_refs(quiet) == before


def ask_refs(sandbox: Sandbox, full_name: str, token: str = "") -> tuple[int, str | None]:
    """The status of git's first request, and who it is asked to be."""
    connection = HTTPConnection(sandbox.url.removeprefix("http://"))
    headers = {"Authorization": f"token {token}"} if token else {}
    connection.request("GET", f"/{full_name}.git/info/refs?service=git-upload-pack", None, headers)
    response = connection.getresponse()
    response.read()
    return response.status, response.getheader("WWW-Authenticate")


def test_a_private_repository_is_not_there_for_strangers(quiet: Sandbox) -> None:
    with World(quiet.folder) as world:
        create_repository(world, "harbor/secret", private=True)
    challenge = 'Basic realm="sandbox"'
    assert ask_refs(quiet, "harbor/secret") == (401, challenge)
    assert ask_refs(quiet, "harbor/secret", "wrong") == (401, challenge)
    assert ask_refs(quiet, "harbor/secret", quiet.token("stranger")) == (404, None)
    assert ask_refs(quiet, "harbor/nothing", quiet.token("operator")) == (404, None)
    assert ask_refs(quiet, "harbor/secret", quiet.token("reader")) == (200, None)


def test_files_of_the_repository_are_not_served(shared_sandbox: Sandbox) -> None:
    for path in ("config", "objects/info/packs", "../../world.sqlite", "HEAD"):
        assert shared_sandbox.client().ask("GET", f"/harbor/tidewatch.git/{path}").status == 404


def test_a_large_push_goes_through(quiet: Sandbox, clone: Path) -> None:
    (clone / "large").write_bytes(os.urandom(30_000_000))
    head = commit(clone, "note")
    run_git(clone, "-c", "http.postBuffer=65536", "push", "--quiet", "origin", "master")
    assert remote_refs(quiet)["refs/heads/master"] == head


def test_a_compressed_request_is_understood(shared_sandbox: Sandbox) -> None:
    body = b"0014command=ls-refs\n0001001bref-prefix refs/heads/\n0000"
    connection = HTTPConnection(shared_sandbox.url.removeprefix("http://"))
    headers = {
        "Content-Type": "application/x-git-upload-pack-request",
        "Content-Encoding": "gzip",
        "Git-Protocol": "version=2",
    }
    path = "/harbor/tidewatch.git/git-upload-pack"
    connection.request("POST", path, iter([gzip.compress(body)]), headers, encode_chunked=True)
    answer = connection.getresponse().read().decode()
    assert re.search(r"[0-9a-f]{40} refs/heads/master", answer)


def test_protocol_version_two_is_spoken(shared_sandbox: Sandbox, tmp_path: Path) -> None:
    environment = clean_environment() | {"GIT_TRACE_PACKET": "1"}
    done = subprocess.run(
        ["git", "ls-remote", shared_sandbox.git_url(None)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert "git< version 2" in done.stderr


def test_repositories_are_found_by_name_in_any_case(world: World) -> None:
    made = create_repository(world, "Harbor/Lights", default_branch="main")
    assert made == Repository(1, "Harbor/Lights", False, "main", "")
    assert find_repository(world, "harbor/lights") == made
    assert list_repositories(world) == [made]
    with pytest.raises(Conflict, match="harbor/lights already"):
        create_repository(world, "harbor/lights")


@pytest.mark.parametrize("name", ["lights", "-x/y", "a/../b", "a/b.git", "a/b c", "a/.."])
def test_a_bad_name_is_refused(world: World, name: str) -> None:
    with pytest.raises(UsageError, match="owner/name"):
        create_repository(world, name)


def test_a_mirror_has_branches_and_tags_and_leaves_the_original_alone(
    world: World, original: Path
) -> None:
    run_git(original, "update-ref", "refs/stash-like/x", "HEAD")
    before = run_git(original, "for-each-ref"), sorted(original.rglob("*"))
    made = mirror_repository(world, original, "me/project")
    assert made.default_branch == "main"
    assert all_refs(world.git_folder("me/project")) == all_refs(original)
    assert "stash-like" not in run_git(world.git_folder("me/project"), "for-each-ref")
    assert (run_git(original, "for-each-ref"), sorted(original.rglob("*"))) == before


def test_a_mirror_tells_of_its_head(world: World, original: Path) -> None:
    mirror_repository(world, str(original), "me/project")
    told = world.happenings()
    assert [happening.kind for happening in told] == ["push"]
    assert told[0].data == {
        "repository": "me/project",
        "ref": "refs/heads/main",
        "before": ZEROS,
        "after": run_git(original, "rev-parse", "main").strip(),
    }


def test_the_default_branch_of_a_clone_is_its_origins(
    world: World, original: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    run_git(tmp_path, "clone", "--quiet", str(original), str(copy))
    run_git(copy, "checkout", "--quiet", "-b", "feature")
    run_git(copy, "branch", "--quiet", "-D", "main")
    made = mirror_repository(world, copy, "me/project")
    assert made.default_branch == "main"
    refs = all_refs(world.git_folder("me/project"))
    assert refs["refs/heads/main"] == all_refs(original)["refs/heads/main"]
    assert sorted(refs) == ["refs/heads/feature", "refs/heads/main", "refs/tags/v1.0.0"]


def test_a_copy_of_ours_shares_its_objects_and_is_called_as_what_it_is_of(
    world: World, original: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.git"
    run_git(tmp_path, "clone", "--quiet", "--mirror", f"file://{original}", str(copy))
    run_git(copy, "repack", "-a", "-d", "--quiet")
    there = "https://me:secret@git.example/project.git"
    made = mirror_repository(world, copy, "me/project", copy_of=there)
    assert made.description == "A mirror of https://git.example/project.git"
    folder = world.git_folder("me/project")
    assert all_refs(folder) == all_refs(original)
    run_git(folder, "fsck", "--strict")
    [pack] = folder.glob("objects/pack/*.pack")
    assert pack.stat().st_nlink == 2


def test_what_can_not_be_shared_is_fetched(
    world: World, original: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise OSError("another file system")

    monkeypatch.setattr(os, "link", refuses)
    mirror_repository(world, original, "me/project", copy_of="https://git.example/project.git")
    assert all_refs(world.git_folder("me/project")) == all_refs(original)


def test_a_url_can_be_mirrored(shared_sandbox: Sandbox, world: World) -> None:
    made = mirror_repository(world, shared_sandbox.git_url("reader"), "me/copy")
    assert made.default_branch == "master"
    assert all_refs(world.git_folder("me/copy")) == remote_refs(shared_sandbox)
    assert shared_sandbox.token("reader") not in made.description


def test_a_shallow_clone_is_refused(world: World, original: Path, tmp_path: Path) -> None:
    run_git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{original}", "shallow")
    with pytest.raises(UsageError, match="shallow clone; run `git fetch --unshallow`"):
        mirror_repository(world, tmp_path / "shallow", "me/project")


def test_a_partial_clone_is_refused(world: World, original: Path, tmp_path: Path) -> None:
    run_git(original, "config", "uploadpack.allowFilter", "true")
    run_git(tmp_path, "clone", "--quiet", "--filter=blob:none", f"file://{original}", "partial")
    with pytest.raises(UsageError, match="partial clone"):
        mirror_repository(world, tmp_path / "partial", "me/project")


def test_an_empty_repository_is_refused(world: World, tmp_path: Path) -> None:
    run_git(tmp_path, "init", "--quiet", "--initial-branch=main", "empty")
    with pytest.raises(UsageError, match="found an empty repository"):
        mirror_repository(world, tmp_path / "empty", "me/project")


def test_a_folder_that_is_no_repository_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected a git repository in"):
        mirror_repository(world, tmp_path, "me/project")
    with pytest.raises(UsageError, match="there is no such folder"):
        mirror_repository(world, tmp_path / "nowhere", "me/project")


def test_a_source_is_never_taken_for_an_option(world: World) -> None:
    with pytest.raises(UsageError, match="does not begin with '-'"):
        mirror_repository(world, "--upload-pack=touch x", "me/project")


def test_an_unreachable_source_is_named_without_its_password(world: World) -> None:
    with pytest.raises(UsageError, match=r"http://127\.0\.0\.1:9/x\.git") as caught:
        mirror_repository(world, "http://me:hush@127.0.0.1:9/x.git", "me/project")
    assert "hush" not in str(caught.value)
    assert find_repository(world, "me/project") is None
    assert without_password("git@host.example:x/y.git") == "git@host.example:x/y.git"


def test_a_default_branch_that_is_not_there_is_refused(world: World, original: Path) -> None:
    with pytest.raises(UsageError, match=r"expected a branch master in .*, found main, topic"):
        mirror_repository(world, original, "me/project", default_branch="master")


def test_a_detached_head_needs_a_named_branch(world: World, original: Path) -> None:
    run_git(original, "checkout", "--quiet", "--detach")
    with pytest.raises(UsageError, match="name it with default_branch"):
        mirror_repository(world, original, "me/project")
    made = mirror_repository(world, original, "me/project", default_branch="main")
    assert made.default_branch == "main"


def test_a_push_that_makes_a_ref_which_rules_hold_back_is_refused_as_a_whole(
    quiet: Sandbox, clone: Path
) -> None:
    rules = {"name": "tags", "target": "tag", "enforcement": "active", "rules": []}
    rules |= {"conditions": {"ref_name": {"include": ["refs/tags/v*"], "exclude": []}}}
    place = f"/api/v3/repos/{quiet.repository}/rulesets"
    quiet.client().expect("POST", place, {**rules, "rules": [{"type": "creation"}]})
    before = remote_refs(quiet)
    commit(clone, "new")
    run_git(clone, "branch", "release/9")
    run_git(clone, "tag", "v9")
    refused = git(clone, "push", "--atomic", "origin", "release/9", "v9")
    assert refused.returncode
    assert "[remote rejected] v9 -> v9 (push declined due to repository rule" in refused.stderr
    assert "Cannot create ref due to creations being restricted" in refused.stderr
    assert remote_refs(quiet) == before
    run_git(clone, "tag", "9")
    run_git(clone, "push", "--atomic", "origin", "release/9", "9")

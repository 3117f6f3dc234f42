"""Rehearsals: a mirror of a real repository is released, and the original is only read."""

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from runbook_lib.errors import UsageError
from runbook_lib.release.rehearsal import open_rehearsal, state_digest
from runbook_lib.sandbox.server import process
from tests.release.carried_out import Executed, step_through
from tests.release.conftest import Execute
from tests.release.history import Change, build, history_of_years
from tests.release.world import World, git, refs_of

PROJECT = Path(__file__).resolve().parent.parent.parent
MOST_CALLS = 40
QUIETLY = {"test_command": "true"}


def every_byte(folder: Path) -> dict[str, str]:
    """The digest of each file of a repository: refs, HEAD, index, objects, and the worktree."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert files
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


@pytest.fixture
def rehearse(home: Path) -> Callable[..., tuple[Executed, World]]:
    """Rehearses the release of a repository right here: how that went, and the world it was in."""

    def run(
        repository: Path | str, *, until: str = "", **parameters: str
    ) -> tuple[Executed, World]:
        world = world_of(home, str(repository))
        given = {"repository": str(repository), **QUIETLY, **parameters}
        return step_through(given, until=until), world

    return run


def world_of(home: Path, repository: str) -> World:
    """The world in which a repository is rehearsed, with quick people in it."""
    rehearsal = open_rehearsal(home / "sandbox", repository)
    running = process.start(rehearsal.running.folder, keep=True)
    world = World(running, rehearsal.profile.github.repository)
    rehearsal.lease.close()
    world.hurry()
    world.settle()
    return world


def check_released(done: Executed, world: World, tag: str, version: str) -> None:
    """The tag is a signed one, merged, released and on stage, and was made with few calls."""
    signers = f"gpg.ssh.allowedSignersFile={world.allowed_signers}"
    git(world.bare, "-c", signers, "verify-tag", f"refs/tags/{tag}")
    source = git(world.bare, "symbolic-ref", "HEAD")
    git(world.bare, "merge-base", "--is-ancestor", f"refs/tags/{tag}", source)
    release = next(found for found in world.releases() if found["tag_name"] == tag)
    assert not release["draft"]
    assert world.version()["commit"] == world.tag_commit(tag)
    assert world.bugs()[0]["summary"].endswith(f"{version} to STAGE")
    (closed,) = [event for event in done.events if event.kind == "closed"]
    assert 0 < closed.said["calls"]["GitHub"] <= MOST_CALLS


def check_mirrored(original: Path, world: World) -> None:
    """All branches but the source branch, and all tags, are in the world as they are outside."""
    there = refs_of(world.bare)
    source = git(world.bare, "symbolic-ref", "HEAD")
    for name, sha in refs_of(original).items():
        if name.startswith(("refs/heads/", "refs/tags/")) and name != source:
            assert there[name] == sha


def test_this_very_project_can_be_rehearsed(home: Path, tmp_path: Path, execute: Execute) -> None:
    original = tmp_path / "runbook-kit"
    subprocess.run(["git", "clone", "--quiet", "--no-local", "--", PROJECT, original], check=True)
    before = every_byte(original)
    world = world_of(home, str(original))
    done = execute(repository=str(original), version="7.0.0", test_command="python --version")
    done.went_well()
    assert every_byte(original) == before
    check_released(done, world, "7.0", "7.0")
    check_mirrored(original, world)
    assert 'version = "7.0.0"' in git(world.bare, "show", "7.0:pyproject.toml")


def test_a_history_of_years_can_be_rehearsed(home: Path, tmp_path: Path, execute: Execute) -> None:
    original = build(tmp_path / "lighthouse", history_of_years())
    assert int(git(original, "rev-list", "--count", "HEAD")) >= 1000
    assert len(git(original, "tag").split()) == 30
    assert int(git(original, "rev-list", "--count", "--merges", "HEAD")) > 50
    (original / "notes.txt").write_text("mine\n")
    (original / ".git" / "info" / "exclude").write_text("notes.txt\n")
    before = every_byte(original)
    world = world_of(home, str(original))
    done = execute(repository=str(original), test_command="true").went_well()
    assert every_byte(original) == before
    check_released(done, world, "2.7", "2.7")
    check_mirrored(original, world)
    listed = done.said("account")["detail"]
    assert "left out" in listed


def test_tags_with_a_v_and_three_numbers_go_on_so(
    rehearse: Callable[..., tuple[Executed, World]], tmp_path: Path
) -> None:
    package = '{\n  "name": "buoy",\n  "version": "2.3.0",\n  "private": true\n}\n'
    original = build(
        tmp_path / "buoy",
        [
            Change("chore: begin", {"package.json": package, "README.md": "# Buoy\n"}),
            Change("fix: float", {"a": "1"}, tag="v2.2.1"),
            Change("feat: ring", {"a": "2"}, tag="v2.3.0"),
            Change("feat: shine", {"a": "3"}),
        ],
        branch="main",
    )
    before = every_byte(original)
    done, world = rehearse(original)
    done.went_well()
    assert every_byte(original) == before
    check_released(done, world, "v2.4.0", "2.4")
    assert git(world.bare, "show", "v2.4.0:package.json") == package.replace("2.3", "2.4").strip()


def test_a_bare_repository_and_its_url_can_be_rehearsed(
    rehearse: Callable[..., tuple[Executed, World]], tmp_path: Path
) -> None:
    plain = build(tmp_path / "work", small_history())
    bare = tmp_path / "sluice.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(plain), str(bare))
    before = every_byte(bare)
    for address in (bare, f"file://{bare}"):
        done, world = rehearse(address)
        done.went_well()
        check_released(done, world, "0.2", "0.2")
        assert world.repository == "rehearsal/sluice"
    assert every_byte(bare) == before


def test_tests_have_the_submodules_that_lie_beside_the_original(
    home: Path, tmp_path: Path, execute: Execute
) -> None:
    build(tmp_path / "keel", [Change("feat: begin", {"keel.py": "print('afloat')"})])
    original = build(tmp_path / "sluice", small_history())
    git(original, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../keel")
    identity = ("-c", "user.name=Iris", "-c", "user.email=iris@islands.example")
    git(original, *identity, "commit", "--quiet", "-m", "feat: a keel")
    done = execute(repository=str(original), test_command="python keel/keel.py").went_well()
    assert "afloat" in next(event for event in done.events if event.kind == "passed").said["tail"]


def test_commits_without_a_convention_are_asked_about_at_the_gate(
    rehearse: Callable[..., tuple[Executed, World]], tmp_path: Path
) -> None:
    original = build(
        tmp_path / "pier",
        [
            Change("Initial import", {"setup.py": 'setup(name="pier", version="1.0")\n'}),
            Change("Release 1.0", {"a": "1"}, tag="1.0"),
            Change("Mend the planks", {"a": "2"}),
            Change("Paint & varnish <everything>", {"a": "3"}),
        ],
    )
    asked, _ = rehearse(original, until="larger = ")
    leap = asked.went_well().namespace["release"].leap
    assert leap.startswith("1.0.1 is proposed, and the commits call for no version: none of the 2")
    assert "Paint & varnish <everything>" in leap
    done, world = rehearse(original, version="1.1.0")
    done.went_well()
    check_released(done, world, "1.1", "1.1")
    gates = [event.said["gate"] for event in done.events if event.kind == "approved"]
    assert gates == ["version", "changelog", "load-test"]


def test_without_a_test_command_somebody_has_to_agree(
    rehearse: Callable[..., tuple[Executed, World]], tmp_path: Path
) -> None:
    original = build(tmp_path / "weir", small_history())
    done, _ = rehearse(original, until="tree.check_changed", test_command="")
    done.went_well()
    gates = [event.said["gate"] for event in done.events if event.kind == "approved"]
    assert gates == ["untested", "changelog"]


def test_the_original_is_rehearsed_anew_after_new_commits(
    rehearse: Callable[..., tuple[Executed, World]], tmp_path: Path
) -> None:
    original = build(tmp_path / "weir", small_history())
    first, world = rehearse(original)
    again, _ = rehearse(original)
    assert {outcome for _, outcome in again.went_well().outcomes} == {"already", "good"}
    build(original, [Change("fix: leak less", {"a": "9"})], onto="main")
    git(original, "reset", "--quiet", "--hard")
    newer, other = rehearse(original, until="decide_release(")
    newer.went_well()
    assert other.folder != world.folder
    assert newer.namespace["release"].start != first.namespace["release"].start


def small_history() -> list[Change]:
    """Three commits since nothing, one release."""
    text = '[project]\nname = "sluice"\nversion = "0.1.0"\n'
    return [
        Change("chore: begin", {"pyproject.toml": text}),
        Change("feat: open", {"a": "1"}, tag="0.1"),
        Change("feat: close", {"a": "2"}),
    ]


def test_the_current_folders_settings_are_not_read_to_look_at_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, ran = tmp_path / "here", tmp_path / "ran"
    git(tmp_path, "init", "--quiet", "here")
    git(here, "config", "core.sshCommand", f"touch {ran}; false")
    git(here, "config", "url.https://127.0.0.1:1/.insteadOf", "/")
    monkeypatch.chdir(here)
    with pytest.raises(UsageError, match="git says"):
        state_digest("ssh://git@127.0.0.1:1/x.git", "")
    assert not ran.exists()
    assert state_digest(str(here), "") != state_digest(str(here), "main")


@pytest.mark.parametrize("address", ["http://git.example/x.git", "HTTP://git.example/x"])
def test_an_address_that_could_be_changed_on_the_way_is_not_rehearsed(
    tmp_path: Path, address: str
) -> None:
    with pytest.raises(UsageError, match="expected a repository at an https or ssh address"):
        open_rehearsal(tmp_path / "sandbox", address)


@pytest.mark.parametrize("when", ["1700000000 +51800", "1700000000 -9999", "99999999999999 +0000"])
def test_times_that_nobody_has_and_tags_without_a_tagger_are_released_all_the_same(
    rehearse: Callable[..., tuple[Executed, World]], tmp_path: Path, when: str
) -> None:
    package = '{\n  "name": "buoy",\n  "version": "2.3.0",\n  "private": true\n}\n'
    original = build(tmp_path / "buoy", [Change("chore: begin", {"package.json": package})])
    add_tag_without_tagger(original, "2.3")
    for subject in ("feat: ring", "fix: float"):
        add_commit(original, subject, when)
    done, world = rehearse(original)
    check_released(done.went_well(), world, "2.4", "2.4")
    check_mirrored(original, world)
    listed = str(world.releases()[0]["body"])
    assert "ring" in listed
    assert "float" in listed


def add_tag_without_tagger(repository: Path, name: str) -> None:
    """Tag the newest commit as git did before it had taggers."""
    text = f"object {git(repository, 'rev-parse', 'HEAD')}\ntype commit\ntag {name}\n\nold\n"
    write = ("git", "-C", repository, "hash-object", "-ttag", "-w", "--literally", "--stdin")
    made = subprocess.run(write, input=text, capture_output=True, text=True, check=True)
    git(repository, "update-ref", f"refs/tags/{name}", made.stdout.strip())


def add_commit(repository: Path, subject: str, when: str) -> None:
    """A commit of that time, which git itself would not make."""
    tree, head = (git(repository, "rev-parse", name) for name in ("HEAD^{tree}", "HEAD"))
    person = f"Iris Islander <iris@islands.example> {when}"
    text = f"tree {tree}\nparent {head}\nauthor {person}\ncommitter {person}\n\n{subject}\n"
    write = ("git", "-C", repository, "hash-object", "-tcommit", "-w", "--literally", "--stdin")
    made = subprocess.run(write, input=text, capture_output=True, text=True, check=True)
    git(repository, "reset", "--quiet", "--hard", made.stdout.strip())

"""A large repository: it comes in portions, and what came stays whatever happens."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from runbook_lib.errors import Unavailable
from runbook_lib.programs import attend
from runbook_lib.services.git import Mirror, progress
from runbook_lib.services.git import git as command
from runbook_lib.services.git.clones import receiving
from runbook_lib.services.git.clones.receiving import bounds_of, next_size
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.progress import Receiving, without_progress
from runbook_lib.steps.phase import Phase, looking
from runbook_lib.steps.report import Report
from runbook_lib.steps.step import Runner
from tests.services.git.conftest import Served, Upstream, commit, git

PORTIONS = 4


class Said:
    """A step's line that keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, float | None]] = []

    def progress(self, text: str, fraction: float | None = None) -> None:
        self.told.append((text, fraction))

    def finish(self, report: Report) -> None:
        pass


@pytest.fixture
def mirror(tmp_path: Path, runner: Runner, served: Served) -> Mirror:
    return Mirror(tmp_path / "mirror.git", served.url, runner)


@pytest.fixture
def large(upstream: Upstream, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some more history, and a patience that any first fetch is too long for.

    This one may have made its refs before it is asked whether there are any.
    """
    with (home / ".gitconfig").open("a") as file:
        file.write("[fetch]\nunpackLimit = 1\n")
    for number in range(12):
        commit(upstream.clone, f"fix: {number}", **{f"pier{number}__py": "pier = 1\n" * 50})
        git(upstream.clone, "tag", f"1.8.{number}")
    git(upstream.clone, "switch", "--quiet", "-c", "old", "HEAD~9")
    commit(upstream.clone, "fix: on a branch of its own", old__py="old = 1\n")
    git(upstream.clone, "push", "--quiet", "--tags", "origin", "master", "old")
    seen = set[Path]()

    def refuse_first(git: Git, _: Receiving) -> None:
        if git.folder not in seen:
            seen.add(git.folder)
            raise receiving.Long

    monkeypatch.setattr(receiving, "refuse_long", refuse_first)
    monkeypatch.setattr(receiving, "FIRST", PORTIONS)
    monkeypatch.setattr(receiving, "next_size", lambda size, seconds: size)


def commits(mirror: Mirror) -> int:
    """How many commits a mirror has."""
    return int(git(mirror.path, "rev-list", "--count", "--all"))


def packs(served: Served) -> int:
    """How often a pack, or what is there, was asked for."""
    return sum(path.endswith("git-upload-pack") for path in served.asked)


def test_only_a_first_fetch_takes_too_long(mirror: Mirror) -> None:
    told = Receiving(lambda _: None)
    told.remaining = receiving.LONG + 1
    mirror.fetch()
    receiving.refuse_long(mirror.git, told)
    assert told.judge is None
    for ref in git(mirror.path, "for-each-ref", "--format=%(refname)").split():
        git(mirror.path, "update-ref", "-d", ref)
    with pytest.raises(receiving.Long):
        receiving.refuse_long(mirror.git, told)
    told.remaining = receiving.LONG
    receiving.refuse_long(mirror.git, told)


@pytest.mark.usefixtures("large")
def test_a_first_fetch_that_takes_long_comes_in_portions_and_whole(
    mirror: Mirror, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []
    real = receiving.fetch

    def fetch(*given: object, **more: object) -> None:
        taken.append([str(one) for one in given[2:]])
        real(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(receiving, "fetch", fetch)
    mirror.fetch()
    assert taken[1] == ["--depth=1", "--no-tags"]
    assert taken[2:-1] == [[f"--deepen={PORTIONS}", "--no-tags"]] * (len(taken) - 3)
    assert len(taken) > 5
    assert not bounds_of(mirror.git)
    assert git(mirror.path, "for-each-ref") == git(upstream.bare, "for-each-ref")
    git(mirror.path, "fsck", "--strict")


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("cut", [1, 2, 4])
def test_what_came_stays_where_the_connection_breaks_off(
    mirror: Mirror,
    served: Served,
    upstream: Upstream,
    cut: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, calls = receiving.fetch, []

    def fetch(*given: object, **more: object) -> None:
        calls.append(given)
        served.troubles = ["git-upload-pack:cut after"] * 2 if len(calls) == cut else []
        real(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(receiving, "fetch", fetch)
    with pytest.raises(Unavailable):
        mirror.bring_up_to_date()
    before = commits(mirror)
    calls += [()] * 9
    served.troubles = []
    asked = len(served.asked)
    mirror.bring_up_to_date()
    assert before >= max(0, (cut - 2) * PORTIONS - PORTIONS + 1)
    assert len(served.asked) > asked
    assert not bounds_of(mirror.git)
    assert git(mirror.path, "for-each-ref") == git(upstream.bare, "for-each-ref")


@pytest.mark.usefixtures("large")
def test_a_portion_that_breaks_off_is_asked_for_again_as_a_smaller_one(
    mirror: Mirror, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "BROKE_OFF", 0.0)
    monkeypatch.setattr(receiving, "LEAST", 1)
    real, sizes = receiving.fetch, []

    def fetch(*given: object, **more: object) -> None:
        sizes.extend(int(str(one)[9:]) for one in given if str(one).startswith("--deepen="))
        if sizes[-1:] == [PORTIONS]:
            raise Unavailable("it broke off")
        real(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(receiving, "fetch", fetch)
    mirror.bring_up_to_date()
    assert sizes[0] == PORTIONS
    assert set(sizes[1:]) == {PORTIONS // 4}
    assert git(mirror.path, "for-each-ref") == git(upstream.bare, "for-each-ref")


def test_an_ordinary_repository_comes_at_once(mirror: Mirror, served: Served) -> None:
    mirror.fetch()
    assert packs(served) <= 5
    assert not bounds_of(mirror.git)


@pytest.mark.usefixtures("large")
def test_a_mirror_that_is_there_is_brought_up_to_date_at_once(
    mirror: Mirror, upstream: Upstream
) -> None:
    mirror.fetch()
    head = upstream.push("fix: one more", one__py="one = 1\n")
    mirror.fetch()
    assert mirror.head("master").id == head


def test_a_mirror_is_packed_where_objects_have_come(
    mirror: Mirror, upstream: Upstream, asked: list[str]
) -> None:
    mirror.fetch()
    assert asked.count("gc") == 1
    upstream.push("fix: one more", one__py="one = 1\n")
    mirror.fetch()
    assert asked.count("gc") == 2
    git(upstream.bare, "tag", "another")
    mirror.fetch()
    assert asked.count("gc") == 2


def test_a_part_of_an_upstream_that_is_shallow_itself_is_no_reason_to_go_on_for_ever(
    tmp_path: Path, runner: Runner, upstream: Upstream
) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", "--depth=2", f"file://{upstream.bare}", "part.git")
    mirror = Mirror(tmp_path / "mirror.git", str(tmp_path / "part.git"), runner)
    git(
        tmp_path, "clone", "--quiet", "--bare", "--depth=1", f"file://{upstream.bare}", "mirror.git"
    )
    mirror.bring_up_to_date()
    assert mirror.head("master").id == upstream.head


def test_what_a_killed_git_left_is_not_in_the_way(mirror: Mirror, upstream: Upstream) -> None:
    mirror.fetch()
    left = [
        mirror.path / "objects" / "pack" / "tmp_pack_Xy12",
        mirror.path / "shallow.lock",
        mirror.path / "packed-refs.lock",
        mirror.path / "refs" / "heads" / "master.lock",
    ]
    for file in left:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"half")
    head = upstream.push("fix: one more", one__py="one = 1\n")
    mirror.fetch()
    assert mirror.head("master").id == head
    assert not any(file.exists() for file in left)


@pytest.mark.parametrize(
    ("seconds", "then"), [(0, 4000), (9.9, 4000), (30, 1500), (90, 500), (9999, 250)]
)
def test_a_portion_is_as_large_as_the_last_one_was_fast(seconds: float, then: int) -> None:
    assert next_size(1000, seconds) == then
    assert next_size(60, 90) == 50


def test_how_far_it_is_is_shown_in_percent_now_and_then(
    monkeypatch: pytest.MonkeyPatch, clock: Callable[[float], None]
) -> None:
    line, heard = Said(), Receiving()
    with looking(Phase("fetch", line=line)):
        heard(b"Receiving objects:   0% (1/200)\r")
        assert line.told == []
        clock(3.0)
        for percent in range(100):
            clock(0.5)
            text = (
                f"Receiving objects: {percent:3}% ({percent * 2}/200), {percent}.00 MiB | 1 MiB/s\r"
            )
            heard(text.encode()[:11])
            heard(text.encode()[11:])
        clock(60.0)
        heard(b"Resolving deltas:  50% (5/10)\rResol")
    assert line.told[:2] == [
        ("receiving objects: 0 %, 0.00 MiB", 0.0),
        ("receiving objects: 10 %, 10.00 MiB", 0.1),
    ]
    assert line.told[-1] == ("resolving deltas: 50 %", 0.5)
    assert len(line.told) == 11


def test_it_is_known_how_long_it_will_take(clock: Callable[[float], None]) -> None:
    found: list[float] = []
    heard = Receiving(lambda receiving: found.append(receiving.remaining))
    heard(b"Receiving objects:   0% (1/1000000)\r")
    clock(6.0)
    heard(b"Receiving objects:   1% (10000/1000000), 6.00 MiB | 1.00 MiB/s\r")
    assert found[0] == 0.0
    assert found[1] == pytest.approx(600, rel=0.1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the time that git's progress is measured by."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])

    def move(seconds: float) -> None:
        now[0] += seconds

    return move


def open_program(code: str) -> "subprocess.Popen[bytes]":
    """A program of Python's, in a group of its own."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen([sys.executable, "-c", code], start_new_session=True, **pipes)


def test_a_program_that_goes_on_telling_may_take_its_time() -> None:
    heard: list[bytes] = []
    telling = (
        "import sys,time\nfor n in range(6): time.sleep(.2); print(n, file=sys.stderr, flush=True)"
    )
    answer = attend(open_program(f"{telling}\nprint('done')"), silence=0.9, hear=heard.append)
    assert (answer.status, answer.text) == (0, "done")
    assert b"".join(heard).split() == [b"0", b"1", b"2", b"3", b"4", b"5"]


def test_one_that_says_nothing_is_ended() -> None:
    process, began = open_program("import time; time.sleep(60)"), time.monotonic()
    with pytest.raises(TimeoutError, match="said nothing for 0 s"):
        attend(process, silence=0.3, hear=lambda _: None)
    assert process.poll() is not None
    assert time.monotonic() - began < 10


def test_what_it_told_on_its_way_is_no_part_of_what_went_wrong() -> None:
    said = (
        "remote: Enumerating objects: 52, done.\nremote: Counting objects:   1% (1/52)\r"
        "remote: Counting objects: 100% (52/52), done.\n"
        "Receiving objects:  10% (5/52), 1 KiB | 1 MiB/s\r"
        "fatal: early EOF\nerror: RPC failed; curl 18\n"
    )
    assert without_progress(said).split("\n") == [
        "fatal: early EOF",
        "error: RPC failed; curl 18",
        "",
    ]


def test_a_fetch_that_stands_still_is_unavailable(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "SILENCE", 0.3)
    still = tmp_path / "ssh"
    still.write_text("#!/bin/sh\nexec sleep 60\n")
    still.chmod(0o755)
    monkeypatch.setenv("GIT_SSH", str(still))
    silent = Mirror(tmp_path / "silent.git", "ssh://git.example/x.git", mirror.runner)
    with pytest.raises(Unavailable, match="git fetch said nothing for 0 s"):
        silent.bring_up_to_date()

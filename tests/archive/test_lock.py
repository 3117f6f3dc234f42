"""The lock of a run: one session at a time, here and across machines, whatever is away."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runbook_lib.archive import Acquired, Archive, Held, Holder, Lock, is_silent
from runbook_lib.archive.layout import LOCKS, lock_name
from runbook_lib.errors import Refused, Unavailable, UsageError, Waiting
from tests.archive.conftest import RUN, Make, git, name
from tests.archive.test_remote import address, served
from tests.services.git.conftest import Served

__all__ = ["served"]

ROOT = Path(__file__).parents[2]
NOON = datetime(2025, 11, 23, 12, tzinfo=UTC)


def holder(number: int, *, minutes: int = 0) -> Holder:
    at = (NOON + timedelta(minutes=minutes)).isoformat()
    return Holder(RUN, name(number), "olive", "quay", 4000 + number, at, at)


@pytest.fixture(params=["local", "remote"])
def locks(
    request: pytest.FixtureRequest, tmp_path: Path, bare: Path
) -> Iterator[tuple[Lock, Lock]]:
    """The lock as two sessions see it: on one machine, or on two with a remote."""
    if request.param == "local":
        archive = Archive(tmp_path / "archive.git")
        yield Lock(archive, RUN), Lock(archive, RUN)
    else:
        one, two = (tmp_path / name / "archive.git" for name in ("one", "two"))
        remote = str(bare)
        yield Lock(Archive(one, remote=remote), RUN), Lock(Archive(two, remote=remote), RUN)


def test_a_lock_names_its_holder_and_nobody_else_gets_it(locks: tuple[Lock, Lock]) -> None:
    first, second = locks
    assert second.holder() is None
    assert first.acquire(holder(1)) == Acquired(holder(1))
    assert second.holder() == holder(1)
    with pytest.raises(Held, match=f"session {name(1)} of olive on quay") as caught:
        second.acquire(holder(2))
    assert caught.value.holder == holder(1)
    assert isinstance(caught.value, Waiting)


def test_a_session_may_take_its_own_lock_again(locks: tuple[Lock, Lock]) -> None:
    first, second = locks
    first.acquire(holder(1))
    first.acquire(holder(1, minutes=5))
    assert second.holder() == holder(1, minutes=5)


def test_a_lock_that_was_given_up_is_free(locks: tuple[Lock, Lock]) -> None:
    first, second = locks
    first.acquire(holder(1))
    first.release(holder(1))
    first.release(holder(1))
    assert second.holder() is None
    second.acquire(holder(2))
    first.release(holder(1))
    assert first.holder() == holder(2)


def test_a_sign_of_life_is_seen_by_others(locks: tuple[Lock, Lock]) -> None:
    first, second = locks
    first.acquire(holder(1))
    renewed = first.renew(holder(1)).holder
    found = second.holder()
    assert found == renewed
    assert found is not None
    assert is_silent(holder(1))
    assert not is_silent(found)
    assert replace(found, renewed=holder(1).renewed) == holder(1)


def test_a_lock_is_taken_over_only_from_whom_it_was_shown_to_be(locks: tuple[Lock, Lock]) -> None:
    first, second = locks
    first.acquire(holder(1))
    shown = second.holder()
    assert shown is not None
    renewed = first.renew(holder(1)).holder
    with pytest.raises(Held) as caught:
        second.take_over(holder(2), from_=shown)
    assert caught.value.holder == renewed
    second.take_over(holder(2), from_=renewed)
    assert first.holder() == holder(2)


def test_a_session_whose_lock_was_taken_over_is_told_when_it_renews(
    locks: tuple[Lock, Lock],
) -> None:
    first, second = locks
    first.acquire(holder(1))
    second.take_over(holder(2), from_=holder(1))
    with pytest.raises(Held, match=name(2)):
        first.renew(holder(1))
    second.release(holder(2))
    with pytest.raises(Held, match="open the run again") as caught:
        first.renew(holder(1))
    assert caught.value.holder is None
    with pytest.raises(Held, match="open the run again"):
        second.take_over(holder(2), from_=holder(1))


def test_the_lock_of_an_archived_session_holds_nobody_up(
    locks: tuple[Lock, Lock], sessions: Make
) -> None:
    first, second = locks
    first.acquire(holder(1))
    first.archive.add(sessions(1))
    first.archive.push()
    second.archive.fetch()
    second.acquire(holder(2))
    assert first.holder() == holder(2)


def test_each_run_has_a_lock_of_its_own(locks: tuple[Lock, Lock]) -> None:
    first, second = locks
    first.acquire(holder(1))
    other = Lock(second.archive, "release/tidewatch/2.0")
    other.acquire(replace(holder(2), run=other.run))
    with pytest.raises(UsageError, match="a session of"):
        other.renew(holder(1))


@pytest.mark.parametrize("shared", [False, True], ids=["local", "remote"])
def test_of_many_who_ask_at_once_one_gets_the_lock(
    tmp_path: Path, bare: Path, shared: bool
) -> None:
    code = """
import sys, time
from pathlib import Path
from runbook_lib.archive import Archive, Held, Holder, Lock
folder, remote, go, session = sys.argv[1:]
lock = Lock(Archive(Path(folder), remote=remote), "r/p/1")
until = time.monotonic() + 60
while not Path(go).exists() and time.monotonic() < until:
    time.sleep(0.001)
at = "2026-11-23T12:00:00+00:00"
try:
    lock.acquire(Holder("r/p/1", session, "olive", "quay", 1, at, at))
except Held as error:
    print("held by", error.holder.session)
else:
    print("mine")
"""
    go, processes = tmp_path / "go", []
    for number in range(6):
        folder = tmp_path / (f"archive-{number}.git" if shared else "archive.git")
        arguments = [str(folder), str(bare) if shared else "", str(go), name(number)]
        command = [sys.executable, "-c", code, *arguments]
        processes.append(
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        )
    go.touch()
    answers = []
    for process in processes:
        said, trouble = process.communicate(timeout=120)
        assert process.returncode == 0, trouble
        answers.append(said.decode().strip())
    winner = name(answers.index("mine"))
    assert sorted(answers) == [*[f"held by {winner}"] * 5, "mine"]


def test_while_the_remote_is_away_the_lock_holds_on_this_machine(
    tmp_path: Path, bare: Path
) -> None:
    archive = Archive(tmp_path / "one" / "archive.git", remote=str(bare))
    away = bare.rename(tmp_path / "unplugged.git")
    lock = Lock(archive, RUN)
    assert lock.acquire(holder(1)).problem
    assert lock.renew(holder(1)).problem
    with pytest.raises(Held, match=name(1)):
        lock.acquire(holder(2))
    away.rename(bare)
    with pytest.raises(Held, match=name(1)):
        lock.acquire(holder(2))
    renewed = lock.renew(holder(1))
    assert not renewed.problem
    other = Lock(Archive(tmp_path / "two" / "archive.git", remote=str(bare)), RUN)
    assert other.holder() == renewed.holder
    assert git(archive.folder, "for-each-ref", LOCKS) == ""
    lock.release(holder(1))
    assert git(bare, "for-each-ref") == ""


def test_a_remote_that_refuses_locks_keeps_nobody_from_working_here(
    tmp_path: Path, bare: Path
) -> None:
    hook = bare / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'closed on Sundays' >&2\nexit 1\n")
    hook.chmod(0o755)
    lock = Lock(Archive(tmp_path / "one" / "archive.git", remote=str(bare)), RUN)
    acquired = lock.acquire(holder(1))
    assert acquired.problem
    assert "closed on Sundays" in str(acquired.problem)
    assert lock.renew(holder(1)).problem
    with pytest.raises(Held, match=name(1)):
        lock.acquire(holder(2))
    hook.unlink()
    renewed = lock.renew(holder(1))
    assert not renewed.problem
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    other = Lock(Archive(tmp_path / "two" / "archive.git", remote=str(bare)), RUN)
    with pytest.raises(Held, match=name(1)):
        other.acquire(holder(2))
    with pytest.raises(Refused, match="hook"):
        other.take_over(holder(2), from_=renewed.holder)


def test_a_lock_that_the_remote_named_last_still_counts_while_it_is_away(
    tmp_path: Path, bare: Path
) -> None:
    archive = Archive(tmp_path / "archive.git", remote=str(bare))
    lock = Lock(archive, RUN)
    lock.acquire(holder(1))
    away = bare.rename(tmp_path / "unplugged.git")
    assert lock.holder() == holder(1)
    with pytest.raises(Held, match=name(1)):
        lock.acquire(holder(2))
    with pytest.raises(Unavailable):
        lock.take_over(holder(2), from_=holder(1))
    assert lock.renew(holder(1)).problem
    with pytest.raises(Unavailable):
        lock.release(holder(1))
    away.rename(bare)
    assert lock.holder() == holder(1)


def test_who_was_faster_while_the_remote_was_away_keeps_the_lock(
    tmp_path: Path, bare: Path
) -> None:
    first, second = (
        Lock(Archive(tmp_path / name / "archive.git", remote=str(bare)), RUN) for name in "ab"
    )
    away = bare.rename(tmp_path / "unplugged.git")
    assert first.acquire(holder(1)).problem
    away.rename(bare)
    second.acquire(holder(2))
    with pytest.raises(Held, match=name(2)):
        first.renew(holder(1))


def test_a_lock_of_this_machine_alone_is_taken_over_and_claims_the_remote(
    tmp_path: Path, bare: Path
) -> None:
    lock = Lock(Archive(tmp_path / "archive.git", remote=str(bare)), RUN)
    away = bare.rename(tmp_path / "unplugged.git")
    lock.acquire(holder(1))
    assert lock.take_over(holder(2), from_=holder(1)).problem
    away.rename(bare)
    assert not lock.renew(holder(2)).problem
    assert git(bare, "for-each-ref", "--format=%(refname)") == LOCKS + lock_name(RUN)


def test_a_lock_whose_answer_was_lost_is_looked_at_again(
    tmp_path: Path, bare: Path, served: Served
) -> None:
    lock = Lock(Archive(tmp_path / "archive.git", remote=address(served)), RUN)
    served.troubles.append("/git-receive-pack:cut after")
    assert lock.acquire(holder(1)) == Acquired(holder(1))
    assert served.troubles == []
    served.troubles.append("/git-receive-pack:cut after")
    lock.release(holder(1))
    assert git(bare, "for-each-ref") == ""


def test_a_lock_s_commit_has_no_history_and_no_files(locks: tuple[Lock, Lock]) -> None:
    first, _ = locks
    first.acquire(holder(1))
    first.renew(holder(1))
    name_ = (first.seen if first.archive.remote else first.here).name
    assert git(first.archive.folder, "log", "--format=%P", name_) == ""
    assert git(first.archive.folder, "ls-tree", name_) == ""


def test_a_holder_is_silent_after_a_while() -> None:
    assert not is_silent(holder(1), now=NOON + timedelta(seconds=900))
    assert is_silent(holder(1), now=NOON + timedelta(seconds=901))
    assert is_silent(holder(1), after=10.0, now=NOON + timedelta(seconds=11))

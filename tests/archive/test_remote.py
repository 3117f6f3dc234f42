"""The archive's remote: many writers, and every sort of trouble; nothing is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runbook_lib.archive import Archive
from runbook_lib.archive.layout import MAIN, SEEN_MAIN
from runbook_lib.archive.remote import Remote
from runbook_lib.archive.store import Store
from runbook_lib.errors import Refused, Unavailable
from tests.archive.conftest import (
    RUN,
    Make,
    begin,
    carry_out,
    check_history,
    end,
    git,
    make_session,
    name,
)
from tests.services.git.conftest import Served, handler
from tests.serving import serving

ROOT = Path(__file__).parents[2]
WRITERS = 8
EACH = 3


@pytest.fixture
def served(tmp_path: Path, bare: Path) -> Iterator[Served]:
    """The remote over HTTP, with troubles when asked for."""
    git(bare, "config", "http.receivepack", "true")
    made = Served(tmp_path)
    with serving(handler(made)) as made.port:
        yield made


def address(served: Served) -> str:
    return served.url.replace("upstream.git", "remote.git")


@pytest.fixture
def machines(tmp_path: Path, bare: Path) -> tuple[Archive, Archive]:
    """Two machines with one remote."""
    first, second = (tmp_path / name / "archive.git" for name in ("one", "two"))
    return Archive(first, remote=str(bare)), Archive(second, remote=str(bare))


def main_of(folder: Path) -> str:
    return git(folder, "rev-parse", "main")


def write_all(tmp_path: Path, archives: list[Path], remote: str) -> set[str]:
    """Have as many processes as there are archives write at once; the names of all sessions."""
    go, processes, names = tmp_path / "go", [], set()
    for writer, archive in enumerate(archives):
        mine = range(writer * EACH, (writer + 1) * EACH)
        folders = [str(make_session(tmp_path / "data", number)) for number in mine]
        names |= {name(number) for number in mine}
        command = [sys.executable, "-m", "tests.archive.writer", str(archive), remote, str(go)]
        processes.append(
            subprocess.Popen([*command, *folders], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        )
    go.touch()
    for process in processes:
        said = process.communicate(timeout=180)[1]
        assert process.returncode == 0, said
    return names


def test_eight_machines_write_to_one_remote_at_once(tmp_path: Path, bare: Path) -> None:
    archives = [tmp_path / f"machine-{number}.git" for number in range(WRITERS)]
    check_history(bare, write_all(tmp_path, archives, str(bare)))


def test_eight_machines_write_to_one_remote_over_http_at_once(
    tmp_path: Path, bare: Path, served: Served
) -> None:
    archives = [tmp_path / f"machine-{number}.git" for number in range(WRITERS)]
    check_history(bare, write_all(tmp_path, archives, address(served)))


def test_eight_processes_write_to_one_archive_at_once(tmp_path: Path) -> None:
    archive = tmp_path / "archive.git"
    check_history(archive, write_all(tmp_path, [archive] * WRITERS, ""))


def test_eight_processes_share_an_archive_and_its_remote(tmp_path: Path, bare: Path) -> None:
    archive = tmp_path / "archive.git"
    names = write_all(tmp_path, [archive] * WRITERS, str(bare))
    check_history(bare, names)
    check_history(archive, names)


def test_what_is_pushed_keeps_its_author_and_dates(
    machines: tuple[Archive, Archive], sessions: Make, bare: Path
) -> None:
    first, second = machines
    first.add(sessions(1))
    first.push()
    second.add(sessions(2, operator="rowan"))
    before = git(second.folder, "log", "-1", "--format=%an %ae %at", "main")
    second.push()
    assert git(bare, "log", "-1", "--format=%an %ae %at", "main") == before
    assert main_of(second.folder) == main_of(bare)
    check_history(bare, {name(1), name(2)})


def test_both_may_begin_from_nothing_with_several_records(
    machines: tuple[Archive, Archive], sessions: Make, bare: Path
) -> None:
    for number in range(4):
        machines[number % 2].add(sessions(number))
    for archive in machines:
        archive.push()
    machines[0].fetch()
    for folder in (bare, *(archive.folder for archive in machines)):
        check_history(folder, {name(number) for number in range(4)})


def test_a_remote_that_somebody_has_begun_otherwise_is_gone_on_with(
    archive: Archive, sessions: Make, bare: Path, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--quiet", str(bare), "clone")
    clone = tmp_path / "clone"
    (clone / "README.md").write_text("The archive of the harbor.\n")
    git(clone, "add", "--all")
    git(clone, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-m", "docs: readme")
    git(clone, "push", "--quiet", "origin", "HEAD:main")
    start = main_of(bare)
    archive.add(sessions(1))
    shared = Archive(archive.folder, remote=str(bare))
    shared.push()
    assert git(bare, "rev-parse", "main^") == start
    assert [entry.session for entry in shared.entries()] == [name(1)]
    assert next(shared.entries()).previous == ""


def test_a_remote_that_is_away_gets_everything_later(
    archive: Archive, sessions: Make, bare: Path, tmp_path: Path
) -> None:
    shared = Archive(archive.folder, remote=str(bare))
    away = bare.rename(tmp_path / "unplugged.git")
    for number in (1, 2):
        shared.add(sessions(number))
        with pytest.raises(Unavailable):
            shared.push()
    with pytest.raises(Unavailable):
        shared.fetch()
    check_history(archive.folder, {name(1), name(2)})
    away.rename(bare)
    shared.push()
    check_history(bare, {name(1), name(2)})


@pytest.mark.parametrize("trouble", ["503", "cut", "429"])
def test_a_server_in_trouble_is_unavailable_and_gets_everything_later(
    archive: Archive, sessions: Make, bare: Path, served: Served, trouble: str
) -> None:
    shared = Archive(archive.folder, remote=address(served))
    shared.add(sessions(1))
    served.troubles.append(f"info/refs:{trouble}")
    with pytest.raises(Unavailable):
        shared.push()
    shared.push()
    check_history(bare, {name(1)})


def test_a_push_whose_answer_is_lost_is_not_made_twice(
    archive: Archive, sessions: Make, bare: Path, served: Served
) -> None:
    shared = Archive(archive.folder, remote=address(served))
    shared.add(sessions(1))
    served.troubles.append("/git-receive-pack:cut after")
    with pytest.raises(Unavailable):
        shared.push()
    assert shared.has(name(1))
    assert served.troubles == []
    shared.push()
    shared.add(sessions(2))
    shared.push()
    check_history(bare, {name(1), name(2)})


def test_a_remote_that_refuses_is_quoted_and_nothing_is_lost(
    archive: Archive, sessions: Make, bare: Path
) -> None:
    hook = bare / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho the harbor is closed >&2\nexit 1\n")
    hook.chmod(0o755)
    shared = Archive(archive.folder, remote=str(bare))
    shared.add(sessions(1))
    with pytest.raises(Refused, match="the harbor is closed"):
        shared.push()
    assert shared.has(name(1))
    hook.unlink()
    shared.push()
    check_history(bare, {name(1)})


@pytest.mark.parametrize("damage", ["rewound", "rewritten", "gone"])
def test_a_remote_whose_history_was_rewritten_is_never_followed(
    machines: tuple[Archive, Archive], sessions: Make, bare: Path, damage: str
) -> None:
    first, second = machines
    for number in (1, 2):
        first.add(sessions(number))
    first.push()
    second.fetch()
    kept = main_of(bare)
    tree = git(bare, "rev-parse", "main^{tree}")
    made = git(bare, "-c", "user.name=a", "-c", "user.email=a@b", "commit-tree", "-m", "x", tree)
    target = {"rewound": git(bare, "rev-parse", "main^"), "rewritten": made}.get(damage)
    git(bare, "update-ref", *(["refs/heads/main", target] if target else ["-d", "refs/heads/main"]))
    second.add(sessions(3))
    for work in (second.fetch, second.push):
        with pytest.raises(Refused, match="history was rewritten"):
            work()
    refs = git(bare, "for-each-ref", "--format=%(objectname)", "refs/heads")
    assert refs == (target or "")
    check_history(second.folder, {name(1), name(2), name(3)})
    git(bare, "update-ref", "refs/heads/main", kept)
    second.push()
    check_history(bare, {name(1), name(2), name(3)})


def test_a_run_is_handed_over_from_machine_to_machine(
    machines: tuple[Archive, Archive], tmp_path: Path, bare: Path
) -> None:
    first, second = machines
    data = tmp_path / "one"
    journal = begin(data, 1)
    journal.join(RUN, data / "runs" / RUN / "sessions")
    carry_out(journal, "approve", "waiting")
    first.add(make_session(data, 0, outcome="waiting"))
    first.push()
    first.share(journal.path.parent)
    second.fetch()
    assert second.sessions_of(RUN) == [name(0), name(1)]
    assert second.open_runs() == [RUN]
    there = tmp_path / "two" / "runs" / RUN / "sessions"
    second.bring(RUN, there)
    assert (there / name(1) / "journal.jsonl").read_bytes() == journal.path.read_bytes()
    second.add(make_session(tmp_path / "two", 2))
    second.push()
    first.add(end(journal))
    first.push()
    second.fetch()
    second.bring(RUN, there)
    assert (there / name(1) / "archived").exists()
    assert second.open_sessions() == first.open_sessions() == []
    assert git(bare, "for-each-ref", "--format=%(refname)") == MAIN
    check_history(bare, {name(0), name(1), name(2)})
    check_history(second.folder, {name(0), name(1), name(2)})


def test_what_could_not_be_shared_is_shared_with_the_next_push(
    archive: Archive, tmp_path: Path, bare: Path
) -> None:
    shared = Archive(archive.folder, remote=str(bare))
    away = bare.rename(tmp_path / "unplugged.git")
    journal = begin(tmp_path / "data", 1)
    with pytest.raises(Unavailable):
        shared.share(journal.path.parent)
    away.rename(bare)
    shared.push()
    assert git(bare, "for-each-ref", "--format=%(refname)") == f"refs/sessions/{name(1)}"


STOPS = ("push", "fetch", "fast-import", "commit-tree", "update-ref", "rev-list")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("command", STOPS)
def test_a_push_that_is_killed_anywhere_loses_nothing(
    machines: tuple[Archive, Archive],
    sessions: Make,
    bare: Path,
    command: str,
    after: bool,
) -> None:
    first, second = machines
    second.add(sessions(3))
    second.push()
    first.add(sessions(1))
    first.add(sessions(2))
    code = f"""
import os, signal
from pathlib import Path
from runbook_lib.archive import Archive
from runbook_lib.services.git.git import Git
ask = Git.ask
def killed(self, *arguments, stdin=b""):
    if arguments[0] == {command!r} and not {after}:
        os.kill(os.getpid(), signal.SIGKILL)
    answer = ask(self, *arguments, stdin=stdin)
    if arguments[0] == {command!r}:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer
Git.ask = killed
Archive(Path({str(first.folder)!r}), remote={str(bare)!r}).push()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert all(first.has(name(number)) for number in (1, 2))
    first.push()
    second.fetch()
    for folder in (bare, first.folder, second.folder):
        check_history(folder, {name(1), name(2), name(3)})


def test_a_record_that_is_there_already_by_another_way_is_not_replayed(
    machines: tuple[Archive, Archive], sessions: Make, bare: Path
) -> None:
    first, second = machines
    both = sessions(1)
    first.add(sessions(0))
    for archive in machines:
        archive.add(both)
        archive.push()
    check_history(bare, {name(0), name(1)})
    check_history(second.folder, {name(0), name(1)})


def test_a_local_commit_that_changes_a_record_is_not_sent_on_top_of_others(
    machines: tuple[Archive, Archive], sessions: Make, bare: Path
) -> None:
    first, second = machines
    for number, archive in enumerate(machines):
        archive.add(sessions(number))
    first.push()
    store = Store(second.folder)
    path = git(second.folder, "ls-tree", "-r", "--name-only", "main").splitlines()[0]
    blob = git(second.folder, "hash-object", "-w", "--stdin", stdin="forged")
    index = {"GIT_INDEX_FILE": str(second.folder / "index"), "PATH": os.environ["PATH"]}
    for command in (
        ["read-tree", "main"],
        ["update-index", "--cacheinfo", f"100644,{blob},{path}"],
    ):
        subprocess.run(["git", *command], cwd=second.folder, env=index, check=True)
    tree = subprocess.check_output(["git", "write-tree"], cwd=second.folder, env=index, text=True)
    who = ("-c", "user.name=a", "-c", "user.email=a@b")
    made = git(second.folder, *who, "commit-tree", "-p", "main", "-m", "x", tree.strip())
    git(second.folder, "update-ref", MAIN, made)
    before = main_of(bare)
    with pytest.raises(Refused, match="only ever added"):
        second.push()
    assert (main_of(bare), store.ref(SEEN_MAIN)) == (before, before)


def project(tmp_path: Path, bare: Path) -> str:
    """A project's own main in the remote; its commit."""
    work = tmp_path / "project"
    git(tmp_path, "clone", "--quiet", str(bare), str(work))
    (work / "setup.py").write_text("")
    git(work, "add", ".")
    git(work, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "code")
    git(work, "push", "--quiet", "origin", "HEAD:refs/heads/main")
    return main_of(bare)


def test_a_branch_that_holds_something_else_gets_no_record(
    tmp_path: Path, bare: Path, sessions: Make
) -> None:
    code = project(tmp_path, bare)
    archive = Archive(tmp_path / "one" / "archive.git", remote=str(bare))
    made = archive.add(sessions(1))
    for course in (archive.push, archive.fetch, archive.push):
        with pytest.raises(Refused, match=r"expected an archive on the branch main .*found setup"):
            course()
    assert main_of(bare) == code
    assert archive.store.ref(MAIN) == made


def test_an_archive_stands_on_a_branch_of_a_projects_own_repository(
    tmp_path: Path, bare: Path, sessions: Make
) -> None:
    code = project(tmp_path, bare)
    first, second = (
        Archive(tmp_path / name / "archive.git", remote=str(bare), branch="team/records")
        for name in ("one", "two")
    )
    for number, archive in enumerate((first, second, first)):
        archive.add(sessions(number))
        archive.push()
    second.fetch()
    assert second.sessions_of(RUN) == [name(0), name(1), name(2)]
    assert main_of(bare) == code
    assert git(bare, "rev-list", "--count", "team/records").strip() == "3"


def test_no_password_is_shown(archive: Archive, sessions: Make) -> None:
    remote = Remote(archive.store, "https://olive:s3cret@127.0.0.1:1/x.git")
    assert "s3cret" not in str(remote)
    archive.add(sessions(1))
    environment = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.extraHeader"}
    shared = Archive(
        archive.folder,
        remote="http://127.0.0.1:1/x.git",
        environment=environment | {"GIT_CONFIG_VALUE_0": "Authorization: Basic s3cret"},
    )
    with pytest.raises(Unavailable) as caught:
        shared.push()
    assert "s3cret" not in f"{caught.value} {shared!r} {shared.store!r}"

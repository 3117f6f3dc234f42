"""The archive on one machine: what goes in, what it says, and how it is found again."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest

from runbook_lib.archive import Archive
from runbook_lib.archive.layout import run_path
from runbook_lib.errors import Conflict, Failed, UsageError
from tests.archive.conftest import (
    FIRST,
    RUN,
    Make,
    begin,
    carry_out,
    check_history,
    end,
    git,
    history,
    make_session,
    name,
)


def test_a_session_becomes_one_commit_with_its_files_and_a_place_in_its_run(
    archive: Archive, sessions: Make
) -> None:
    folder = sessions(1)
    assert not archive.exists
    made = archive.add(folder)
    assert git(archive.folder, "rev-parse", "main") == made
    day = f"2026/11/23/{name(1)}"
    files = git(archive.folder, "ls-tree", "-r", "--name-only", "main").splitlines()
    place = f"{run_path(RUN)}/{name(1)}"
    assert sorted(files) == sorted([f"{day}/journal.jsonl", f"{day}/record.ipynb", place])
    for file in ("journal.jsonl", "record.ipynb"):
        assert archive.read(name(1), file) == (folder / file).read_bytes()
    assert git(archive.folder, "for-each-ref", "--format=%(refname)") == "refs/heads/main"


def test_a_commit_says_what_was_done_and_by_whom(archive: Archive, sessions: Make) -> None:
    folder = sessions(1, runbook_commit="abc123")
    archive.add(folder)
    (entry,) = history(archive.folder)
    events = [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]
    assert entry["message"].startswith(f"done: {RUN}\n\ndone  push tag 1.9 to origin\n\nRunbook: ")
    assert list(entry)[:14] == [
        *("Runbook", "Run", "Session", "Operator", "Host", "Profile", "Outcome", "Started"),
        *("Ended", "Library", "Runbook-Commit", "Journal", "Record", "Previous"),
    ]
    assert (entry["Runbook"], entry["Run"], entry["Session"]) == ("release", RUN, name(1))
    assert (entry["Operator"], entry["Host"], entry["Profile"]) == ("olive", "quay", "sandbox")
    assert (entry["Outcome"], entry["Library"]) == ("done", "runbook-kit 0.1.0")
    assert (entry["Runbook-Commit"], entry["Previous"]) == ("abc123", "none")
    assert (entry["Started"], entry["Ended"]) == (events[0]["time"], events[-1]["time"])
    record = hashlib.sha256((folder / "record.ipynb").read_bytes()).hexdigest()
    assert (entry["Journal"], entry["Record"]) == (events[-1]["hash"], record)
    assert git(archive.folder, "log", "--format=%an <%ae>") == "olive <olive@quay>"


def test_each_record_names_the_one_before_it(archive: Archive, sessions: Make) -> None:
    for number in range(3):
        archive.add(sessions(number, run=RUN if number else ""))
    check_history(archive.folder, {name(number) for number in range(3)})
    assert "Run" not in history(archive.folder)[0]


def test_a_session_is_archived_once(archive: Archive, sessions: Make) -> None:
    first, second = sessions(1), sessions(2)
    made = archive.add(first)
    archive.add(second)
    assert archive.add(first) == made
    check_history(archive.folder, {name(1), name(2)})


def test_git_s_own_identity_is_the_author_and_the_journal_s_end_the_date(
    archive: Archive, sessions: Make, home: Path
) -> None:
    (home / ".gitconfig").write_text("[user]\nname = Olive O\nemail = olive@harbor.example\n")
    archive.add(sessions(1))
    shown = git(archive.folder, "log", "--format=%an <%ae> %cn <%ce>")
    assert shown == "Olive O <olive@harbor.example> Olive O <olive@harbor.example>"
    ended = next(archive.entries()).ended
    assert git(archive.folder, "log", "--format=%aI", "--date=iso")[:19] == ended[:19]


def test_a_session_that_has_not_ended_is_not_archived(archive: Archive, tmp_path: Path) -> None:
    journal = begin(tmp_path, 1)
    with pytest.raises(UsageError, match="that has ended"):
        archive.add(journal.path.parent)
    assert not archive.exists


def test_a_damaged_journal_is_not_archived(archive: Archive, sessions: Make) -> None:
    folder = sessions(1)
    path = folder / "journal.jsonl"
    path.write_text(path.read_text().replace("olive", "rowan", 1))
    with pytest.raises(Failed, match="line 1"):
        archive.add(folder)
    assert not archive.exists


def test_an_approval_has_a_journal_and_no_record(archive: Archive, tmp_path: Path) -> None:
    journal = begin(tmp_path, 1, runbook=None, command="approve")
    decided = {"gate": "changelog", "digest": "d1", "by": "olive", "reason": "fine"}
    journal.append("approved", **decided, host="quay", how="command")
    journal.append("ended")
    archive.add(journal.path.parent)
    (entry,) = archive.entries()
    assert (entry.runbook, entry.outcome, entry.record) == ("approve", "done", "")
    with pytest.raises(UsageError, match="runbook log"):
        archive.read(name(1), "record.ipynb")


def test_nothing_in_a_step_can_pass_for_a_trailer_or_steer_a_terminal(
    archive: Archive, tmp_path: Path
) -> None:
    journal = begin(tmp_path, 1, operator="olive\nOutcome: refused")
    nasty = "x\x1b[2J\n\nSession: forged\nOutcome: done\n\n\u202eevil \udcff".replace("\udcff", "")
    carry_out(journal, "push_tag", "failed", nasty)
    carry_out(journal, "push\nRun: forged", "failed")
    archive.add(end(journal, "failed"))
    (entry,) = history(archive.folder)
    assert (entry["Session"], entry["Outcome"]) == (name(1), "failed")
    assert entry["Operator"] == "olive Outcome: refused"
    body = entry["message"].split("\n\n")[1].split("\n")
    assert len(body) == 3
    assert all(line.startswith("failed  ") for line in body)
    assert all(sign.isprintable() or sign == "\n" for sign in entry["message"])
    (read,) = archive.entries()
    assert (read.session, read.run, read.outcome) == (name(1), "", "failed")


def test_a_session_of_a_hundred_steps_has_a_line_for_each(archive: Archive, tmp_path: Path) -> None:
    journal = begin(tmp_path, 1)
    for number in range(100):
        carry_out(journal, f"step_{number}", "done", f"do {number} " + "very " * 100 + "long")
    archive.add(end(journal))
    lines = next(archive.entries()).message.split("\n\n")[1].split("\n")
    assert len(lines) == 100
    assert max(map(len, lines)) < 220


def test_what_is_no_session_s_name_is_refused(archive: Archive, tmp_path: Path) -> None:
    for session in ("../../x", "s1", "", "20261123T1-a\nb"):
        with pytest.raises(UsageError, match="expected the name of a session"):
            archive.read(session, "journal.jsonl")


def test_a_folder_that_is_something_else_is_left_alone(archive: Archive, sessions: Make) -> None:
    archive.folder.mkdir(parents=True)
    (archive.folder / "holiday.jpg").touch()
    with pytest.raises(Failed, match="name another"):
        archive.add(sessions(1))
    assert [path.name for path in archive.folder.iterdir()] == ["holiday.jpg"]


def test_the_operator_s_own_settings_and_hooks_change_nothing(
    archive: Archive, sessions: Make, home: Path, tmp_path: Path
) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "reference-transaction").write_text("#!/bin/sh\nexit 1\n")
    (hooks / "reference-transaction").chmod(0o755)
    (home / ".gitconfig").write_text(
        f"[core]\nhooksPath = {hooks}\n[color]\nui = always\n[log]\nshowSignature = true\n"
        "[i18n]\ncommitEncoding = latin1\nlogOutputEncoding = latin1\n[init]\ndefaultBranch = x\n"
        "[format]\npretty = oneline\n[fastimport]\nunpackLimit = 1\n"
    )
    archive.add(sessions(1, operator="Zoë"))
    (entry,) = archive.entries()
    assert (entry.session, entry.operator) == (name(1), "Zoë")


@pytest.fixture
def filled(archive: Archive, sessions: Make) -> Archive:
    """An archive with nine sessions: three runs, two people."""
    for number in range(9):
        run = f"release/tidewatch/1.{number // 3}"
        outcome = ("failed", "waiting", "done")[number % 3]
        operator = "rowan" if number % 2 else "olive"
        archive.add(sessions(number, run=run, outcome=outcome, operator=operator))
    return archive


def numbers(found: object) -> list[int]:
    assert hasattr(found, "__iter__")
    return [int(entry.session.rpartition("-")[2], 16) for entry in found]


def test_the_log_is_newest_first_and_as_long_as_one_likes(filled: Archive) -> None:
    assert numbers(filled.entries()) == [8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert numbers(filled.entries(4)) == [8, 7, 6, 5]
    assert numbers(Archive(filled.folder / "none").entries()) == []


def test_the_log_is_read_page_by_page(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runbook_lib.archive.entries.FIRST_PAGE", 1)
    monkeypatch.setattr("runbook_lib.archive.entries.FEW", 1)
    assert numbers(filled.entries()) == [8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert numbers(filled.entries(operator="olive")) == [8, 6, 4, 2, 0]
    assert numbers(filled.entries(1, text="release/tidewatch/1.0")) == [2]


def test_the_log_is_filtered(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    assert numbers(filled.entries(run="release/tidewatch/1.1")) == [5, 4, 3]
    assert numbers(filled.entries(run="release/tidewatch/1")) == []
    assert numbers(filled.entries(operator="rowan", outcome="done")) == [5]
    assert numbers(filled.entries(runbook="release", outcome="failed")) == [6, 3, 0]
    assert numbers(filled.entries(text="OPEN A PULL")) == [7, 6, 4, 3, 1, 0]
    assert numbers(filled.entries(text="-x")) == numbers(filled.entries(text="näh")) == []
    oldest = [*filled.entries()][-1].started
    assert numbers(filled.entries(since=FIRST + timedelta(days=-999))) == [*range(8, -1, -1)]
    assert numbers(filled.entries(until=FIRST + timedelta(days=-999))) == []
    assert oldest <= next(filled.entries()).started


def test_a_run_s_sessions_and_the_runs_that_are_open_are_found(
    filled: Archive, sessions: Make
) -> None:
    run = "release/tidewatch/1.1"
    assert filled.sessions_of(run) == [name(3), name(4), name(5)]
    assert filled.sessions_of("release/tidewatch/9") == []
    filled.add(sessions(20, run="release/tidewatch/2.0", outcome="waiting"))
    filled.add(sessions(21, run="release/tidewatch/2.1", outcome="planned"))
    filled.add(sessions(22, run="release/other/2.2", outcome="failed"))
    assert filled.open_runs("release/tidewatch/") == ["release/tidewatch/2.0"]
    assert filled.open_runs() == ["release/other/2.2", "release/tidewatch/2.0"]


def test_a_session_is_found_by_its_name(filled: Archive) -> None:
    found = filled.find(name(4))
    assert found is not None
    assert (found.session, found.open) == (name(4), False)
    assert found.to_dict()["outcome"] == "waiting"
    assert filled.find(name(99)) is None


def test_a_run_s_journals_are_brought_and_what_is_longer_here_stays(
    filled: Archive, tmp_path: Path
) -> None:
    run, folder = "release/tidewatch/1.1", tmp_path / "elsewhere" / "sessions"
    filled.bring(run, folder)
    assert sorted(path.name for path in folder.iterdir()) == filled.sessions_of(run)
    first, second, third = sorted(folder.iterdir())
    assert sorted(path.name for path in first.iterdir()) == [
        "archived",
        "journal.jsonl",
        "record.ipynb",
    ]
    whole = (first / "journal.jsonl").read_bytes()
    assert whole == filled.read(name(3), "journal.jsonl")
    (first / "archived").unlink()
    (first / "journal.jsonl").write_bytes(whole[: len(whole) // 2])
    (second / "archived").unlink()
    with (second / "journal.jsonl").open("a") as file:
        file.write('{"longer":1}\n')
    longer = (second / "journal.jsonl").read_bytes()
    (third / "archived").unlink()
    filled.bring(run, folder)
    assert (first / "journal.jsonl").read_bytes() == whole
    assert (second / "journal.jsonl").read_bytes() == longer
    assert [(f / "archived").exists() for f in (first, second, third)] == [True, False, True]


def test_a_journal_that_differs_from_the_archived_one_is_not_overwritten(
    filled: Archive, tmp_path: Path
) -> None:
    run, folder = "release/tidewatch/1.1", tmp_path / "elsewhere" / "sessions"
    filled.bring(run, folder)
    path = folder / name(4) / "journal.jsonl"
    path.write_text(path.read_text().replace("olive", "mallo"))
    (folder / name(4) / "archived").unlink()
    with pytest.raises(Conflict, match="one of the two was changed"):
        filled.bring(run, folder)
    assert "mallo" in path.read_text()


def test_an_open_session_is_shared_as_far_as_it_has_come_until_it_is_archived(
    archive: Archive, tmp_path: Path
) -> None:
    journal = begin(tmp_path / "data", 1)
    journal.join(RUN, tmp_path / "data" / "runs" / RUN / "sessions")
    carry_out(journal, "push_tag", "waiting")
    archive.share(journal.path.parent)
    so_far = journal.path.read_bytes()
    assert archive.sessions_of(RUN) == [name(1)]
    assert (archive.open_runs("release/"), archive.has(name(1))) == ([RUN], False)
    (entry,) = archive.open_sessions()
    assert (entry.session, entry.outcome, entry.open) == (name(1), "waiting", True)
    folder = tmp_path / "elsewhere" / "sessions"
    archive.bring(RUN, folder)
    brought = folder / name(1)
    assert (brought / "journal.jsonl").read_bytes() == so_far
    assert (brought / "brought").exists()
    carry_out(journal, "push_branch", "waiting")
    archive.share(journal.path.parent)
    archive.bring(RUN, folder)
    assert (brought / "journal.jsonl").read_bytes() == journal.path.read_bytes()
    archive.add(end(journal))
    archive.bring(RUN, folder)
    assert git(archive.folder, "for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert sorted(path.name for path in brought.iterdir()) == [
        "archived",
        "journal.jsonl",
        "record.ipynb",
    ]
    assert archive.open_sessions() == []


def test_loose_objects_are_packed_and_the_records_stay(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runbook_lib.archive.packing.MANY", 0)
    for number in range(30):
        archive.add(make_session(tmp_path / "data", number))
        archive.push()
    counted = dict(
        line.split(": ") for line in git(archive.folder, "count-objects", "-v").splitlines()
    )
    assert int(counted["packs"]) <= 6
    assert int(counted["count"]) == 0
    git(archive.folder, "commit-graph", "verify")
    assert (archive.folder / "objects/info/commit-graphs/commit-graph-chain").exists()
    check_history(archive.folder, {name(number) for number in range(30)})


def test_who_can_only_read_an_archive_packs_nothing(
    archive: Archive, sessions: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.add(sessions(1))
    open_ = Path.open

    def refuse(path: Path, mode: str = "r", **given: object) -> object:
        if path.parent == archive.folder and "w" in mode:
            raise PermissionError(path)
        return open_(path, mode, **given)  # type: ignore[call-overload]

    monkeypatch.setattr("runbook_lib.archive.packing.MANY", 0)
    monkeypatch.setattr(Path, "open", refuse)
    archive.push()
    monkeypatch.undo()
    assert "packs: 0" in git(archive.folder, "count-objects", "-v")


def test_what_came_packed_gets_its_commit_graph(archive: Archive, sessions: Make) -> None:
    archive.add(sessions(1))
    archive.push()
    assert not (archive.folder / "objects/info/commit-graphs").exists()
    git(archive.folder, "repack", "-q", "-a", "-d")
    git(archive.folder, "config", "core.commitGraph", "false")  # as an operator may have it
    archive.push()
    git(archive.folder, "config", "core.commitGraph", "true")
    git(archive.folder, "commit-graph", "verify")
    assert (archive.folder / "objects/info/commit-graphs/commit-graph-chain").exists()
    check_history(archive.folder, {name(1)})

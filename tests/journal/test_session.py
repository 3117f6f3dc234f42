"""Where sessions and runs are kept; and past runs: a damaged one is named, the others are read."""

import os
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import platformdirs
import pytest

from runbook_lib.errors import UsageError
from runbook_lib.journal.events import START, Event
from runbook_lib.journal.journal import Journal
from runbook_lib.journal.session import (
    JOURNAL,
    PRIVATE,
    Home,
    PastRun,
    check_data_folder,
    data_folder,
    name_session,
    session_folders,
)


def make_run(home: Home, name: str, session: str) -> Path:
    """A run with one session; the session's journal."""
    journal = Journal(home.session_folder(session) / JOURNAL, session=session, operator="olive")
    journal.append("opened")
    journal.join(name, home.run_folder(name) / "sessions")
    journal.close()
    return journal.path


def test_a_damaged_run_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    home = Home(tmp_path)
    make_run(home, "release/tide/1.0", "20260101T000000.000000Z-aaaaaa")
    damaged = make_run(home, "release/tide/1.1", "20260102T000000.000000Z-bbbbbb")
    damaged.write_bytes(damaged.read_bytes().replace(b"olive", b"otto"))
    newest, oldest = home.past_runs("release", "tide")
    assert newest.name == "release/tide/1.1"
    assert newest.events == ()
    assert f"{damaged} line 1: its text does not have the hash" in newest.problem
    assert [event.kind for event in oldest.events] == ["opened", "joined"]
    assert (oldest.name, oldest.subject, oldest.problem) == ("release/tide/1.0", "1.0", "")
    assert re.fullmatch(r"begun \d{4}-\d\d-\d\d \d\d:\d\d UTC by olive", oldest.begun)


def test_a_run_without_a_session_is_the_oldest(tmp_path: Path) -> None:
    home = Home(tmp_path)
    make_run(home, "release/tide/1.0", "20260101T000000.000000Z-aaaaaa")
    home.run_folder("release/tide/1.1").mkdir()
    assert [run.subject for run in home.past_runs("release", "tide")] == ["1.0", "1.1"]


@pytest.mark.parametrize(
    ("kinds", "closed"),
    [
        ((), False),
        (("opened", "intent", "outcome", "closed"), True),
        (("opened", "intent", "outcome", "closed", "ended", "opened", "joined"), True),
        (("opened", "closed", "opened", "intent"), False),
        (("opened", "closed", "opened", "intent", "outcome", "closed"), True),
    ],
)
def test_a_run_is_closed_until_a_change_is_begun_again(
    tmp_path: Path, kinds: tuple[str, ...], closed: bool
) -> None:
    home = Home(tmp_path)
    path = make_run(home, "release/tide/1.0", "20260101T000000.000000Z-aaaaaa")
    again = Journal.reopen(path)
    for kind in kinds:
        step = {"step": "push", "number": 1}
        more = {"intent": step | {"announced": "x"}, "outcome": step | {"outcome": "done"}}
        again.append(kind, **more.get(kind, {}))
    again.close()
    [run] = home.past_runs("release", "tide")
    assert run.closed is closed


def told(kind: str, session: str, operator: str = "olive", **said: object) -> Event:
    time = f"2026-11-27T09:3{session[1:]}:00.000+00:00"
    event = {"event": kind, "session": session, "operator": operator, "time": time, **said}
    return Event(event, START, "")


def test_a_run_tells_what_counts_of_it_since_it_was_abandoned_last() -> None:
    first = [
        told("opened", "s1"),
        told("pinned", "s1", decided={"subject": "1.0"}),
        told("pinned", "s1", decided={"subject": "1.1"}),
    ]
    run = PastRun("release/tide/1.0", Path("runs/release/tide/1.0"), tuple(first))
    assert (run.subject, run.begun) == ("1.0", "begun 2026-11-27 09:31 UTC by olive")
    assert (run.decision(dict), run.undertaken, run.abandoned) == ({"subject": "1.0"}, True, None)
    over = told("abandoned", "s2")
    left = replace(run, events=(*first, told("opened", "s2"), over))
    assert (left.decision(dict), left.undertaken, left.abandoned) == (None, False, over)
    assert left.begun == run.begun
    again = replace(left, events=(*left.events, told("opened", "s3", "mia")))
    assert (again.begun, again.abandoned) == ("begun 2026-11-27 09:33 UTC by mia", over)
    begun = replace(again, events=(*again.events, told("intent", "s3", "mia")))
    assert (begun.undertaken, begun.abandoned) == (True, None)


def test_sessions_and_runs_stay_where_they_have_always_been(tmp_path: Path) -> None:
    data, name = tmp_path, "20260101T000000.000000Z-aaaaaa"
    for home in (data / "profiles" / "team", data / "sandbox" / "sample" / PRIVATE):
        assert Home(home).run_folder("release/tide/1.0") == home / "runs/release/tide/1.0"
        assert Home(home).session_folder(name) == home / "sessions" / name
        assert Home(home).mirror("tide") == home / "mirrors" / "tide.git"
    open_one = data / "profiles/team/sessions" / name
    joined = data / "sandbox/sample/private/runs/release/tide/1.0/sessions" / name
    for folder in (open_one, joined, data / "elsewhere/team/sessions" / name):
        folder.mkdir(parents=True)
    assert {*session_folders(data)} == {open_one, joined}


def test_the_data_folder_is_the_users_unless_another_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path))
    assert data_folder() == tmp_path
    monkeypatch.setenv("RUNBOOK_HOME", "")
    assert data_folder() == platformdirs.user_data_path("runbook")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_data_folder_is_its_owners_alone_and_one_that_is_there_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "some" / "where"))
    check_data_folder()
    assert mode(data_folder()) == 0o700
    data_folder().chmod(0o755)
    check_data_folder()
    assert (mode(data_folder()), [*data_folder().iterdir()]) == (0o755, [])


def test_a_data_folder_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("RUNBOOK_HOME", str(file / "runs"))
    said = f"found {file}/runs: Not a directory; name another in RUNBOOK_HOME$"
    with pytest.raises(UsageError, match=said):
        check_data_folder()


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_what_is_kept_of_private_runs_is_its_owners_alone(umask: None, tmp_path: Path) -> None:
    home = Home(tmp_path / "team", PRIVATE)
    for _ in range(2):
        home.new_session()
        home.folder.chmod(0o755)
    home.new_session()
    (home.folder / "later").touch()
    assert (home.folder, mode(home.folder)) == (tmp_path / "team" / "private", 0o700)
    assert mode(home.folder / "later") == 0o600
    assert home.said() == {"private": True}


def test_others_may_read_what_is_kept_of_other_runs(umask: None, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.new_session()
    (tmp_path / "later").touch()
    assert mode(tmp_path / "later") == 0o644
    assert home.said() == {}


def test_the_first_session_has_the_name_that_it_was_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RUNBOOK_SESSION", "20260101T000000.000000Z-aaaaaa")
    assert Home(tmp_path).new_session() == "20260101T000000.000000Z-aaaaaa"
    assert re.fullmatch(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{6}", Home(tmp_path).new_session())


@pytest.fixture
def tokyo() -> Iterator[None]:
    """This machine's clock shows the time of Tokyo."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


def test_a_session_is_named_by_the_time_in_greenwich_and_after_each_that_has_joined_a_run(
    tokyo: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path))
    before, name, after = datetime.now(UTC), name_session(), datetime.now(UTC)
    assert f"{before:%Y%m%dT%H%M%S}" <= name[:15] <= f"{after:%Y%m%dT%H%M%S}"
    newest = "21260101T000000.000000Z"
    joined = tmp_path / "profiles/team/runs/release/tide/1.0/sessions" / f"{newest}-aaaaaa"
    joined.mkdir(parents=True)
    assert name_session().startswith("21260101T000000.000001Z-")

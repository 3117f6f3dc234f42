"""Past runs: what is damaged is named, and keeps nobody from the others."""

from pathlib import Path

from runbook_lib.journal.journal import Journal
from runbook_lib.journal.session import JOURNAL, Home


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
    assert oldest.problem == ""

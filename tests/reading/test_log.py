"""`runbook log`: past sessions, newest first, of all that this machine can read."""

from pathlib import Path

import pytest

from runbook_lib.journal.summary import FACTS
from runbook_lib.reading.listed import ListedSession
from tests.reading.conftest import SAMPLE, damage
from tests.record.conftest import CELLS, WITHIN, Practice, gone, wait_for
from tests.record.team import RUN, give_secrets, make_machine, make_remote

KEYS = {
    *("session", "runbook", "run", "operator", "host", "profile", "outcome", "started", "ended"),
    *("library", "runbook_commit", "gone", "state", "commit", "problem", "parameters", "decided"),
    *("seconds", "private", "waived", "work"),
}
Team = tuple[Practice, Practice, Path]


def test_sessions_are_listed_newest_first_with_what_a_program_asks_for(sample: Practice) -> None:
    new, old = sample.asked("log")
    assert set(new) == KEYS
    assert (new["run"], old["run"]) == ("release/tidewatch/2.0", SAMPLE)
    assert (old["outcome"], old["state"]) == ("done", "archived")
    assert old["decided"]["version"] == "1.9.0"
    assert new["parameters"]["version"] == "2.0.0"
    assert new["seconds"] > 0


@pytest.mark.parametrize(
    "asked",
    [
        ("--run", "1.9"),
        ("--run", SAMPLE, "--outcome", "done"),
        ("--text", "DRAFT RELEASE 1.9"),
        ("--runbook", "release", "--text", "tidewatch/1.9"),
    ],
    ids=" ".join,
)
def test_sessions_are_found_by_what_is_known_of_them(
    asked: tuple[str, ...], sample: Practice
) -> None:
    assert [one["run"] for one in sample.asked("log", *asked)] == [SAMPLE]


@pytest.mark.parametrize(
    "asked",
    [("--operator", "nobody"), ("--outcome", "failed"), ("--until", "7d"), ("--runbook", "x")],
    ids=" ".join,
)
def test_what_nobody_did_is_not_listed(asked: tuple[str, ...], sample: Practice) -> None:
    assert sample.asked("log", *asked) == []


def test_only_so_many_are_listed_as_are_asked_for(sample: Practice) -> None:
    assert len(sample.asked("log", "-n", "1")) == 1
    assert len(sample.asked("log", "-n", "0", "--since", "1h")) == 2


def test_outside_a_terminal_each_session_is_one_plain_line(sample: Practice) -> None:
    heads, new, old = sample.command("log").splitlines()
    assert heads.startswith("started")
    assert "✔ done" in new and "release/tidewatch/2.0" in new
    assert SAMPLE in old and "\x1b" not in old


def test_a_run_that_is_not_there_ends_with_the_names_that_are_like_it(sample: Practice) -> None:
    said = sample.command("log", "--run", "tidewatch/1.8", status=2)
    assert "UsageError" in said and SAMPLE in said
    assert "7d or 2w; found 'lately'" in sample.command("log", "--since", "lately", status=2)


def test_what_others_have_archived_is_listed_from_another_machine(team: Team) -> None:
    olive, otto, _ = team
    for machine in (olive, otto):
        [one] = machine.asked("log")
        assert (one["run"], one["operator"], one["outcome"]) == (RUN, "olive", "waiting")
        assert one["decided"] == {"name": "1.0"}


def test_a_remote_that_is_away_is_said_and_what_is_here_is_listed(team: Team) -> None:
    olive, _, remote = team
    away = remote.rename(remote.with_name("away.git"))
    try:
        said = olive.command("log")
        assert "is read as it was last seen" in said and RUN in said
        assert "last seen" not in olive.command("log", "--offline")
    finally:
        away.rename(remote)


def test_a_session_that_is_at_work_is_listed_as_alive_and_one_that_died_as_unknown(
    practice: Practice,
) -> None:
    with practice.start(halt="act start") as papermill:
        kernel = practice.halted()
        [one] = practice.asked("log")
        assert (one["outcome"], one["state"]) == ("alive", "alive")
        papermill.kill()
        papermill.communicate(timeout=WITHIN)
    wait_for(lambda: gone(kernel))
    [one] = practice.asked("log")
    assert (one["outcome"], one["state"]) == ("unknown", "died")
    assert practice.asked("log", "--outcome", "unknown")[0]["session"] == one["session"]


def test_a_damaged_session_is_named_and_keeps_nobody_from_the_others(practice: Practice) -> None:
    practice.run()
    damage(practice)
    good, bad = practice.asked("log")
    assert (good["outcome"], bad["state"]) == ("done", "damaged")
    assert bad["run"] == good["run"]
    assert "does not have the hash" in bad["problem"]


def test_two_homes_are_one_list(
    tmp_path: Path, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_secrets(monkeypatch)
    remote = make_remote(tmp_path / "remote.git")
    olive = make_machine(tmp_path, practice.desk, remote, "olive", CELLS)
    olive.run()
    olive.run("-p", "profile", "team")
    assert [one["profile"] for one in olive.asked("log")] == ["team", "sandbox"]


def test_a_terminal_without_unicode_is_no_reason_to_fail(sample: Practice) -> None:
    said = sample.command("log", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert "\\u2714 done" in said


def test_a_decision_from_a_terminal_is_not_taken_for_the_run() -> None:
    said = dict.fromkeys(FACTS, "") | {"runbook": "approve", "run": SAMPLE, "outcome": "done"}
    assert ListedSession(**said, state="archived").row()[-1] == "runbook approve"
    said["runbook"] = "release"
    assert ListedSession(**said, state="archived").row()[-1] == ""

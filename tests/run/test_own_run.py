"""A run of one's own: its subject, its services and their tables, and what it has decided."""

import os
import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from runbook_lib import (
    Address,
    OwnRun,
    Service,
    Settings,
    Unavailable,
    UsageError,
    check,
    open_run,
    step,
)
from runbook_lib.errors import Failed, Held, Refused, Waiting
from runbook_lib.journal.journal import read_journal
from runbook_lib.run.opening import current
from runbook_lib.secrets.masking import MASK
from runbook_lib.steps.gate import host
from runbook_lib.steps.patience import Patience

PROFILE = """
[profiles.me]
project = "mill"

[profiles.me.store]
folder = "{folder}"

[profiles.me.cellar]
folder = "{folder}/cellar"

[profiles.me.github]
repository = "mill/flour"
token_variable = "MILL_LOGIN"
"""
PASSWORD = "flour-and-water"

Open = Callable[..., OwnRun]


class StoreSettings(Settings):
    """Where sacks are put."""

    folder: Path
    secret_variable: str = "STORE_LOGIN"


class Store(Service):
    """A folder with sacks."""

    settings: StoreSettings

    @step
    def put(self, sack: str) -> Generator[str, None, str]:
        """Put a sack into the store."""
        place = self.settings.folder / sack
        if place.exists():
            return f"{sack} is in {self.settings.folder}"
        yield f"put {sack} with {self.secret}"
        place.parent.mkdir(exist_ok=True)
        place.touch()
        return sack


class Mill(Service):
    """A service that nothing has to be said of."""


class WindSettings(Settings):
    """A table that can't be left out."""

    url: Address
    strength: int = 3


class Wind(Service):
    """One whose table is missing."""

    settings: WindSettings


@check
def look_into(run: OwnRun, sack: str) -> str:
    """Look into a sack."""
    return f"{sack} of {run.name}"


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens runs of `grind` with the profile `me`, each with its own kernel's namespace."""
    (tmp_path / "runbook.toml").write_text(PROFILE.format(folder=tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("RUNBOOK_CONFIG", raising=False)
    monkeypatch.setenv("STORE_LOGIN", PASSWORD)

    def opening(subject: object = "1.0", **given: Any) -> OwnRun:
        declared = {"__annotations__": {"profile": str, "plan": bool}}
        values = {"profile": "me", "plan": False, **given}
        return open_run("grind", parameters={**declared, **values}, subject=subject)

    yield opening
    leave()


def leave() -> None:
    """End the session, as a kernel's end does."""
    run = current.pop("run", None)
    if run is not None:
        run.end()


def test_a_run_is_named_by_its_subject_and_found_again(opened: Open) -> None:
    first = opened("2026-11-26")
    assert first.name == "grind/mill/2026-11-26"
    assert first.use(Store).put("rye") == "rye is in " + str(first.use(Store).settings.folder)
    leave()
    second = opened("2026-11-26")
    second.use(Store).put("rye")
    assert [one.outcome for one in second.runner.reports] == ["already"]
    assert [event.kind for event in second.journal.earlier].count("intent") == 1


@pytest.mark.parametrize(
    "subject", ["", " ", "../../../evil", "a/b", ".", "..", "-rf", "a b", "é", "x" * 101, "a\n"]
)
def test_a_subject_that_is_no_name_is_refused_before_anything_is_written(
    opened: Open, tmp_path: Path, subject: str
) -> None:
    with pytest.raises(UsageError, match="expected a subject of letters, digits"):
        opened(subject)
    assert not list((tmp_path / "home").glob("**/journal.jsonl"))


def test_a_subject_may_be_anything_that_is_written_so(opened: Open) -> None:
    assert opened(date(2026, 11, 26)).name == "grind/mill/2026-11-26"


def test_the_opening_cell_goes_on_with_its_subject_and_begins_anew_for_another(
    opened: Open,
) -> None:
    first = opened("1.0")
    assert opened("1.0") is first
    other = opened("1.1")
    assert other is not first and first.ended
    assert other.name == "grind/mill/1.1"


def test_an_opening_that_another_session_holds_back_is_held_back_each_time(opened: Open) -> None:
    first = opened("1.0")
    current.clear()
    for _ in range(2):
        with pytest.raises(Held):
            opened("1.0")
    with pytest.raises(Held):
        current["run"].use(Store).put("rye")
    said = str(current["run"].board.read())
    assert f"lock: {first.journal.operator} on " in said and first.journal.session in said
    first.end()
    second = opened("1.0")
    assert second.holding
    second.use(Store).put("rye")


@pytest.mark.parametrize("subject", [1.9, None, ("a",), b"a"])
def test_what_is_no_text_is_no_subject_to_join(opened: Open, subject: Any) -> None:
    with pytest.raises(UsageError, match="expected a subject of letters, digits"):
        opened(None).join(subject)


def test_a_subject_can_be_joined_later(opened: Open) -> None:
    run = opened(None)
    assert run.name == "grind"
    run.join("1.0")
    assert run.name == "grind/mill/1.0"


@dataclass(frozen=True)
class Grain:
    kind: str
    day: date


@pytest.mark.parametrize(
    ("value", "other"),
    [
        ("rye", "oats"),
        (3, 4),
        ([1, 2], []),
        ((1, "a"), (2, "b")),
        ({"a": [date(2026, 1, 1).isoformat()]}, {}),
        (date(2026, 11, 26), date(2026, 11, 27)),
        (Path("a/b"), Path("c")),
        (Grain("rye", date(2026, 1, 1)), Grain("oats", date(2026, 1, 1))),
        (None, "something"),
    ],
)
def test_what_is_decided_first_counts_for_each_later_session(
    opened: Open, capsys: pytest.CaptureFixture[str], value: Any, other: Any
) -> None:
    assert opened().decide("grain", value) == value
    leave()
    assert opened().decide("grain", other) == value
    assert "! The run keeps what it has decided: grain" in capsys.readouterr().out
    assert opened().decide("grain", value) == value


def test_a_plan_pins_nothing_and_sees_what_is_pinned(opened: Open) -> None:
    assert opened(plan=True).decide("grain", "oats") == "oats"
    leave()
    assert opened().decide("grain", "rye") == "rye"
    leave()
    assert opened(plan=True).decide("grain", "oats") == "rye"


def test_what_is_only_planned_is_decided_once_it_is_there(opened: Open) -> None:
    run = opened(plan=True)
    planned = run.command(MAKE, makes="sack")
    assert run.decide("sack", planned) is planned
    leave()
    opened().decide("sack", "rye")
    leave()
    run = opened(plan=True)
    assert run.decide("sack", run.command(MAKE, makes="sack")) == "rye"


def test_a_question_whose_name_is_an_option_is_asked_of_nobody(opened: Open) -> None:
    run = opened()
    with pytest.raises(UsageError, match="expected a gate that is called by one word"):
        run.approve("--digest", "a sack", title="Upload")
    with pytest.raises(UsageError, match="expected a step by hand that is called by one word"):
        run.by_hand("Restart the mill", name="the mill")
    assert run.journal.find("asked") is None


def test_nothing_is_decided_before_the_run_has_its_subject(opened: Open) -> None:
    with pytest.raises(UsageError, match=r"joined its subject before 'grain' is decided"):
        opened(None).decide("grain", "rye")


@pytest.mark.parametrize("value", [object(), {1, 2}.__iter__(), float("nan"), PASSWORD])
def test_what_would_not_be_kept_as_it_is_is_not_decided(opened: Open, value: object) -> None:
    run = opened()
    run.use(Store)
    with pytest.raises(UsageError, match="that can be kept as it is"):
        run.decide("grain", value)
    assert run.journal.find("decided") is None


def test_a_service_has_its_table_its_secret_and_its_steps(opened: Open, tmp_path: Path) -> None:
    run = opened()
    store = run.use(Store)
    assert (store.settings.folder, store.secret) == (tmp_path, PASSWORD)
    assert run.use(Store) is store
    store.put("rye")
    journal = run.journal.path.read_text()
    assert PASSWORD not in journal and f"put rye with {MASK}" in journal
    assert PASSWORD not in repr(store) + str(store)
    assert str(store) == f"store\n  folder           {tmp_path}\n  secret_variable  STORE_LOGIN"


def test_two_services_of_a_kind_have_a_table_and_steps_each(opened: Open, tmp_path: Path) -> None:
    run = opened()
    run.use(Store).put("rye")
    run.use(Store, "cellar").put("rye")
    assert (tmp_path / "cellar" / "rye").exists()
    events = read_journal(run.journal.path)
    started = [one.said["arguments"].get("of") for one in events if one.kind == "started"]
    assert started == [None, "cellar"]


def test_a_service_without_settings_needs_no_table(opened: Open) -> None:
    assert opened().use(Mill).secret == ""


def test_a_table_that_is_missing_is_asked_for_by_name(opened: Open) -> None:
    with pytest.raises(UsageError) as refused:
        opened().use(Wind)
    assert "add [profiles.me.wind]" in str(refused.value)
    assert "profiles.me.wind.url: expected a value, found none" in str(refused.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('urll = "https://wind.example"', "profiles.me.wind.urll: an unknown key; known here: "),
        ('url = "https://u:p4ssword@wind.example"', "no user or password may stand in an address"),
        ('url = "https://wind.example"\nstrength = "gale"', "profiles.me.wind.strength: "),
    ],
)
def test_what_is_wrong_in_a_table_of_ones_own_is_named(
    opened: Open, tmp_path: Path, line: str, said: str
) -> None:
    file = tmp_path / "runbook.toml"
    file.write_text(f"{file.read_text()}\n[profiles.me.wind]\n{line}\n")
    with pytest.raises(UsageError) as refused:
        opened().use(Wind)
    assert said in str(refused.value)
    assert "p4ssword" not in str(refused.value)


def test_a_secret_is_masked_before_its_service_is_used(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "runbook.toml"
    line = 'secret_variable = "SHIBBOLETH"'
    file.write_text(f"{file.read_text()}\n[profiles.me.wind.mast]\n{line}\n")
    monkeypatch.setenv("SHIBBOLETH", "nor-east-by-north")
    assert opened().masking("nor-east-by-north, and rye") == f"{MASK}, and rye"


@pytest.mark.parametrize("strength", ["nor-east-by-north", f"ghp_{'a1B2' * 9}"])
def test_a_secret_in_the_wrong_place_of_a_table_is_not_repeated(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, strength: str
) -> None:
    monkeypatch.setenv("WIND_TOKEN", "nor-east-by-north")
    file = tmp_path / "runbook.toml"
    table = f'[profiles.me.wind]\nurl = "https://wind.example"\nstrength = "{strength}"\n'
    file.write_text(f"{file.read_text()}\n{table}")
    with pytest.raises(UsageError, match=r"profiles.me.wind.strength: .*; found") as refused:
        opened().use(Wind)
    assert strength not in str(refused.value)


def test_a_secret_that_is_nowhere_is_asked_for_by_its_variable(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STORE_LOGIN")
    with pytest.raises(
        UsageError, match="expected a secret for store, found none: set STORE_LOGIN"
    ):
        opened().use(Store)


def test_a_table_that_is_changed_after_the_opening_is_refused(opened: Open, tmp_path: Path) -> None:
    run = opened()
    file = tmp_path / "runbook.toml"
    file.write_text(file.read_text().replace("/cellar", "/attic"))
    with pytest.raises(Refused, match=r"found that cellar.folder is .*attic"):
        run.use(Store).put("rye")


def test_a_check_may_be_a_plain_function_of_the_run(opened: Open) -> None:
    assert look_into(opened(), "rye") == "rye of grind/mill/1.0"


def test_a_command_is_run_once_a_run(opened: Open, tmp_path: Path) -> None:
    command = ["python", "-c", "open('ran', 'a').write('x')"]
    for _ in range(2):
        opened().command(command)
        leave()
    assert (tmp_path / "ran").read_text() == "x"
    opened().command(command, subject="something else")
    assert (tmp_path / "ran").read_text() == "xx"


MAKE = ["python", "-c", "open('ran', 'a').write('x'); open('sack', 'w').write('rye')"]


def test_what_a_command_made_is_made_anew_only_where_it_is_changed(
    opened: Open, tmp_path: Path
) -> None:
    (tmp_path / "sack").write_text("of somebody else")
    made = opened().command(MAKE, makes="sack")
    assert [one.path for one in made.files] == ["sack"]
    leave()
    assert opened().command(MAKE, makes="sack") == made
    assert (tmp_path / "ran").read_text() == "x"
    (tmp_path / "sack").write_text("oats")
    assert opened().command(MAKE, makes="sack") == made
    assert (tmp_path / "ran").read_text() == "xx"


ONCE = ["python", "-c", "import os; os.path.exists('sack') or open('sack', 'w').write('rye')"]


def test_what_a_killed_session_has_made_is_found_by_the_next_one(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = opened()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("runbook_lib.services.command.making.read_file", interrupt)
        run.command(ONCE, makes="sack")
    leave()
    assert (tmp_path / "sack").read_text() == "rye"
    assert [one.path for one in opened().command(ONCE, makes="sack").files] == ["sack"]


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_command_that_makes_nothing_new_has_failed(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "sack").write_text("of somebody else")
    os.utime(tmp_path / "sack", (1, 1))
    with pytest.raises(Failed, match="to make sack in .* found nothing new"):
        opened().command(["true"], makes="sack")


@pytest.mark.parametrize("makes", ["../sack", "/etc/host*", ".", "a/../../sack"])
def test_what_a_command_makes_is_below_its_folder(opened: Open, tmp_path: Path, makes: str) -> None:
    with pytest.raises(UsageError, match="pattern of files below the command's folder"):
        opened().command(MAKE, makes=makes)
    assert not (tmp_path / "ran").exists()


def test_a_command_about_something_else_is_run_again(opened: Open, tmp_path: Path) -> None:
    run = opened()
    made = run.command(MAKE, makes="sack")
    count = ["python", "-c", "open('counted', 'a').write('x')"]
    for _ in range(2):
        run.command(count, subject=made)
    (tmp_path / "sack").unlink()
    run.command(["python", "-c", "open('sack', 'w').write('oats')"], makes="sack")
    run.command(count, subject=run.command(["cp", "sack", "other"], makes="other"))
    assert (tmp_path / "counted").read_text() == "xx"


def test_a_command_about_what_is_only_planned_is_planned(opened: Open, tmp_path: Path) -> None:
    run = opened(plan=True)
    run.command(["touch", "ran"], subject=run.command(MAKE, makes="sack"))
    assert [one.outcome for one in run.runner.reports] == ["planned", "planned"]
    assert run.runner.reports[-1].detail == "planned, after make"
    assert not (tmp_path / "ran").exists()


def test_what_was_made_is_asked_for_its_content_before_an_act(opened: Open, tmp_path: Path) -> None:
    made = opened().command(MAKE, makes="sack")
    made.check_unchanged()
    (tmp_path / "sack").write_text("oats")
    with pytest.raises(Refused, match="expected sack as .* made it, found something else"):
        made.check_unchanged()
    (tmp_path / "sack").unlink()
    with pytest.raises(Refused, match="expected sack as .* made it, found something else"):
        made.check_unchanged()


def test_a_program_says_what_it_writes_and_keeps_secrets(opened: Open, tmp_path: Path) -> None:
    run = opened()
    run.use(Store)
    ask = ["python", "-c", "import os; print(os.getcwd(), os.environ['LOGIN'])"]
    assert run.program(ask, environment={"LOGIN": "x"}, folder=tmp_path) == f"{tmp_path} x"
    tell = "import os, sys; sys.exit('no ' + os.environ['LOGIN'])"
    with pytest.raises(Failed, match="it ended with status 1, and said: no ") as failed:
        run.program(["python", "-c", tell], environment={"LOGIN": PASSWORD})
    assert PASSWORD not in str(failed.value) and MASK in str(failed.value)


@step
def sleep(run: OwnRun) -> Generator[str, None, str]:
    """Sleep for too long."""
    yield "sleep"
    return run.program("sleep 60", may_act=True, limit=0.1)


def test_a_program_that_is_not_done_in_time_may_have_acted(opened: Open) -> None:
    run = opened()
    with pytest.raises(Unavailable, match="timed out") as asked:
        run.program("sleep 60", limit=0.1)
    assert not asked.value.may_have_acted
    run.runner.patience = Patience(attempts=1, settling=())
    with pytest.raises(Unavailable, match="timed out") as told:
        sleep(run)
    assert told.value.may_have_acted
    assert run.runner.reports[-1].outcome == "unknown"


def test_a_program_that_may_act_is_run_by_a_step_that_acts(opened: Open, tmp_path: Path) -> None:
    with pytest.raises(Failed, match="not done: run touch here"):
        opened().program("touch here", may_act=True, folder=tmp_path)
    assert not (tmp_path / "here").exists()


def test_a_program_that_is_not_there_is_asked_for_by_name(opened: Open, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected a program 'no-such-mill' that can be run in "):
        opened().program("no-such-mill")
    with pytest.raises(UsageError, match="expected a program 'true' that can be run in .*/none"):
        opened().program("true", folder=tmp_path / "none")


class Clerk(Service):
    """A service that uses what its run has."""

    @check
    def name_run(self) -> str:
        """Say which run it is of."""
        return self.run.name


def test_a_service_has_all_that_its_run_has(opened: Open) -> None:
    assert opened().use(Clerk).name_run() == "grind/mill/1.0"


@check
def count(run: OwnRun, *sacks: object) -> str:
    """Count sacks."""
    return str(len(sacks))


def test_what_is_only_planned_is_found_in_lists_as_well(opened: Open) -> None:
    run = opened(plan=True)
    made = run.command(MAKE, makes="sack")
    count(run, "rye", made)
    run.command(["cat", made.paths])
    assert [one.outcome for one in run.runner.reports] == ["planned"] * 3
    assert count(run, "rye", "oats") == "2"


def test_the_board_tells_the_run_as_a_table_before_and_after_a_session(opened: Open) -> None:
    first = opened("1.0")
    first.use(Store).put("rye")
    said = str(first.board.read())
    assert "Board of grind/mill/1.0\nprofile me: mill/flour on github.com\nREADY" in said
    assert re.search(r"✔ done +put +\d", said)
    assert "lock: this session has it" in said
    leave()
    second = opened("1.0")
    assert f"{second.journal.operator}, " in str(second.board.read())
    assert "not looked at again yet" in str(second.board.read())
    second.use(Store).put("rye")
    assert "· already   put" in str(second.board.read())
    second.close("ground")
    said = str(second.board.read())
    assert "✔ DONE\nground" in said and "Timeline: " in said
    assert "lock: given up as this session ends" in said


def test_before_it_has_joined_a_run_the_board_says_who_is_at_work_on_the_unfinished_one(
    opened: Open,
) -> None:
    first = opened("1.0")
    first.use(Store).put("rye")
    current.clear()
    second = opened(None)
    second.board.look_for_unfinished()
    said = str(second.board.read())
    assert "Board of grind/mill/1.0 (not finished)" in said
    assert f"lock: {first.journal.operator} on {host()} has it, last seen " in said
    first.end()
    assert "lock: taken once it is decided" in str(second.board.read())


def test_the_board_says_at_which_gate_the_run_waits_and_for_whom(opened: Open) -> None:
    run = opened("1.0")
    with pytest.raises(Waiting):
        run.approve("sack", "rye", title="The rye", of="a miller")
    said = str(run.board.read())
    assert "… WAITS\nwaits for an approval by a miller" in said
    assert "gate … sack waits for an approval by a miller" in said
    assert "lock: free: given up while the run waits" in said


def test_a_plan_says_so_on_its_board_and_in_its_tables(opened: Open) -> None:
    run = opened("1.0", plan=True)
    run.use(Store).put("rye")
    assert "· PLAN: nothing is changed" in str(run.board.read())
    assert str(run.show()).startswith("plan ")
    assert str(run.close()).startswith("grind/mill/1.0 · PLAN: nothing is changed")
    assert "○ PLAN: nothing was changed" in str(run.board.read())


def test_a_session_says_its_target_in_its_first_event(opened: Open) -> None:
    [first, *_] = opened("1.0").journal.own
    assert first.said["target"] == "mill/flour on github.com"

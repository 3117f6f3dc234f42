"""A checklist with steps by hand, by real papermill: it waits, is confirmed, and goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.record.conftest import CELLS, Practice, write_notebook
from tests.record.conftest import practice as practice
from tests.record.team import (
    RUN,
    TEAM,
    give_secrets,
    make_machine,
    make_remote,
    wait_at_the_gate,
)
from tests.release.world import stop_worlds

NAME = "lay-the-table"
LINK = "https://pictures.example/table.png"
BY_HAND = (
    "## Lay the table",
    'laid = run.by_hand("Lay the table", good="nothing falls down", evidence="link")\nlaid',
)
ASKED = (*CELLS[:3], BY_HAND, *CELLS[3:])
ANSWERED = (
    *CELLS[:3],
    (BY_HAND[0], BY_HAND[1].replace(")\nlaid", ', example="https://pictures.example/1")\nlaid')),
    ("## Look", 'run.by_hand("Look at it")'),
    *CELLS[3:],
)


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Practice, ...]]:
    """Olive's machine and Otto's, with one archive."""
    give_secrets(monkeypatch)
    remote, desk = make_remote(tmp_path / "remote.git"), tmp_path / "desk"
    made = tuple(make_machine(tmp_path, desk, remote, name, ASKED) for name in ("olive", "otto"))
    yield made
    for one in made:
        stop_worlds(one.home)


def test_it_is_asked_for_here_confirmed_there_and_seen_on_both_machines(
    machines: tuple[Practice, ...],
) -> None:
    olive, otto = machines
    said = wait_at_the_gate(olive)
    assert f"runbook confirm {RUN} {NAME}" in " ".join(said.split())
    assert not (olive.desk / "cup").exists()
    [opened] = otto.asked("status")
    assert (opened["waiting"]["kind"], opened["waiting"]["gate"]) == ("by hand", NAME)
    assert opened["advice"].startswith(f"runbook confirm {RUN} {NAME} --digest")
    assert f"step by hand {NAME}" in " ".join(otto.command("status").split())
    digest = opened["waiting"]["digest"]
    refused = ("confirm", RUN, NAME, "--digest", digest)
    assert "expected a link as evidence, found none" in otto.command(*refused, status=2)
    assert "found 'no link'" in otto.command(*refused, "--evidence", "no link", status=2)
    near = otto.command("confirm", RUN, "lay-a-table", "--evidence", LINK, status=2)
    assert f"did you mean {NAME}?" in near
    told = otto.command("approve", RUN, NAME, "--reason", "x", status=2)
    assert f"which is a step by hand: runbook confirm {RUN} {NAME}" in told
    shown = otto.command("confirm", "1.0", NAME, "--evidence", LINK, "--reason", "all four")
    assert "Good: nothing falls down" in shown
    assert "confirmed by otto (command" in shown and f"{LINK}; all four" in shown
    olive.run(*TEAM)
    assert (olive.desk / "cup").exists()
    for one in machines:
        [*_, last] = one.asked("show", RUN)["sessions"]
        [step] = [step for step in last["steps"] if step["step"] == "by_hand"]
        assert (step["outcome"], step["link"]) == ("done", LINK)
        assert "confirmed by otto at" in step["detail"]
        assert one.asked("verify")["stands"]
    log = [(one["runbook"], one["outcome"]) for one in olive.asked("log")]
    assert log[:2] == [("practice", "done"), ("confirm", "done")]
    assert olive.asked("status") == []
    olive.run(*TEAM)
    [newest] = olive.asked("show", "latest")["sessions"]
    assert [s["outcome"] for s in newest["steps"] if s["step"] == "by_hand"] == ["already"]


def test_it_can_not_be_done_until_somebody_says_otherwise(machines: tuple[Practice, ...]) -> None:
    olive, otto = machines
    wait_at_the_gate(olive)
    no = ("confirm", RUN, NAME, "--cannot")
    assert "expected a reason" in otto.command(*no, status=2)
    assert "not done by otto" in otto.command(*no, "--reason", "no table")
    with olive.start(*TEAM) as papermill:
        said = papermill.communicate(timeout=120)[0]
    assert papermill.returncode != 0
    assert "Refused" in said and "no table" in said
    assert olive.asked("status")[0]["state"] == "refused"
    otto.command("confirm", RUN, NAME, "--evidence", LINK)
    olive.run(*TEAM)
    assert olive.asked("verify")["stands"]


def test_the_sandbox_does_what_it_has_an_example_of(practice: Practice) -> None:
    write_notebook(practice.notebook, ANSWERED)
    practice.run()
    [session] = practice.asked("show", "latest")["sessions"]
    done = [step for step in session["steps"] if step["step"] == "by_hand"]
    assert [step["outcome"] for step in done] == ["done", "done"]
    assert "approver@sandbox" in done[0]["detail"] and "pictures.example/1" in done[0]["detail"]
    assert practice.asked("verify")["stands"]


def test_where_it_has_none_the_run_ends_as_waiting(practice: Practice) -> None:
    write_notebook(practice.notebook, ASKED)
    said = practice.command("run", str(practice.notebook), status=75)
    assert "Lay the table" in said
    [opened] = practice.asked("status")
    assert (opened["state"], opened["waiting"]["gate"]) == ("waiting", NAME)
    practice.command("confirm", opened["run"], NAME, "--evidence", LINK)
    practice.command("run", str(practice.notebook))

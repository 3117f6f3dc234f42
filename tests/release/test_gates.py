"""A gate holds everything behind it, whatever order cells are run in, whoever goes on."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner
from nbclient import NotebookClient

from runbook_lib.cli import main
from tests.conftest import sit_down
from tests.release.carried_out import NOTEBOOK, RUNBOOKS, step_through
from tests.release.conftest import WriteProfile
from tests.release.world import World

RUN = "release/tidewatch/1.9"
TEAM = {"profile": "team"}
PASSED = "expected the gate changelog, which stands above this, to be passed"


def runbook(*arguments: str, status: int = 0) -> str:
    """What the command `runbook` answers."""
    answer = CliRunner().invoke(main, list(arguments))
    assert answer.exit_code == status, answer.output
    return str(answer.output)


def test_cells_below_an_undecided_gate_change_nothing(world: World, team_profile: Path) -> None:
    def leave_another_push(names: dict[str, Any]) -> None:
        names["pushed"] = SimpleNamespace(head="f" * 40)

    before = {"github.open_pull_request(": leave_another_push}
    went_on = step_through(TEAM, go_on=True, before=before)
    assert PASSED in went_on.evalue
    assert "found that it is waiting for an approval" in went_on.evalue
    assert world.writes() == []
    assert ("open_pull_request", "refused") in went_on.outcomes
    assert json.loads(runbook("log", "--json"))[0]["outcome"] != "done"
    status = json.loads(runbook("status", "--json"))
    assert [one["run"] for one in status] == [RUN]
    assert "stand" in runbook("verify")


def test_a_run_with_a_gate_that_is_not_passed_is_not_closed(
    world: World, team_profile: Path
) -> None:
    def close(names: dict[str, Any]) -> None:
        names["run"].close("all is done")

    held = step_through(TEAM, before={'run.approve("changelog"': close})
    text = held.ended_with("Refused")
    assert "expected every gate to be passed before the run is closed" in text
    assert "changelog was not asked in this session" in text
    assert not [event for event in held.events if event.kind == "closed"]


def test_a_cell_of_ones_own_does_not_pass_the_gate_either(
    world: World, team_profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_hand(names: dict[str, Any]) -> None:
        source = (
            "commit = tree.commit(names.message, [*place.files, changelog.file],"
            " parent=release.start)"
        )
        names["run"].walk.begin(source, "")
        exec(source, names)

    held = step_through(TEAM, before={'run.approve("changelog"': by_hand})
    assert PASSED in held.ended_with("Refused")
    assert "was not asked in this session: run its cell, then this one" in held.evalue
    assert world.writes() == []


def test_a_rejection_holds_too(world: World, team_profile: Path) -> None:
    step_through(TEAM).ended_with("Waiting")
    runbook("approve", RUN, "changelog", "--reject", "--reason", "a fix is missing")
    went_on = step_through(TEAM, go_on=True)
    assert "is rejected: changelog" in went_on.evalue
    assert world.writes() == []


def test_what_was_approved_holds_for_just_that(world: World, team_profile: Path) -> None:
    first = step_through(TEAM)
    first.ended_with("Waiting")
    runbook("approve", RUN, "changelog", "--reason", "every fix is listed")
    file = first.namespace["tree"].path / "CHANGELOG.md"
    file.write_text(file.read_text().replace("list high and low waters", "list the waters"))
    went_on = step_through(TEAM, go_on=True)
    assert "is void, for what was approved" in went_on.evalue
    assert world.writes() == []


def test_in_a_kernel_that_goes_on_after_errors_nothing_is_changed(
    world: World, team_profile: Path, tmp_path: Path
) -> None:
    """As *Run Selected Cell and All Below* does, below the gate."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = cell.source.replace('profile: str = "sandbox"', 'profile: str = "team"')
    NotebookClient(
        notebook, allow_errors=True, resources={"metadata": {"path": tmp_path}}
    ).execute()
    errors = [
        output["evalue"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output["output_type"] == "error"
    ]
    assert any(PASSED in error for error in errors), errors
    assert world.writes() == []
    assert json.loads(runbook("log", "--json"))[0]["outcome"] != "done"


def test_a_notebook_that_has_lost_a_gate_is_shown_as_such(
    world: World, team_profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = json.loads(NOTEBOOK.read_text())
    kept = [cell for cell in notebook["cells"] if "run.approve(" not in "".join(cell["source"])]
    notebook["cells"] = kept
    mine = tmp_path / "mine" / "release.ipynb"
    mine.parent.mkdir()
    mine.write_text(json.dumps(notebook))
    monkeypatch.setenv("RUNBOOK_NOTEBOOK", str(mine))
    step_through(TEAM, until="decide_release(run").went_well()
    told = json.loads(runbook("log", "--json"))[0]
    assert told["gone"].startswith("version, untested, changelog, notes, unreviewed")
    assert "its notebook had lost the gate version, untested, changelog, notes" in " ".join(
        runbook("log").split()
    )
    assert "lost the gate" in " ".join(runbook("status").split())
    assert "untested, changelog" in " ".join(runbook("show", RUN).split())


def test_a_plan_that_is_none_any_more_is_refused(world: World, team_profile: Path) -> None:
    """Also the other way round: what was opened is what runs."""

    def set_plan(names: dict[str, Any]) -> None:
        names["plan"] = True

    held = step_through(TEAM, before={"run.mirror.fetch": set_plan})
    assert "plan is True and was False" in held.ended_with("Refused")
    assert "from the cell that opens the run on" in held.evalue
    assert world.writes() == []


def test_a_refused_opening_leaves_no_session_to_go_on_in(world: World, team_profile: Path) -> None:
    def open_wrongly(names: dict[str, Any]) -> None:
        from runbook_lib import open_release
        from runbook_lib.errors import UsageError

        with pytest.raises(UsageError):
            open_release("release", parameters={**names, "plan": "yes"})

    held = step_through(TEAM, before={"run.mirror.fetch": open_wrongly})
    assert "expected a session that is open, found one that has ended" in held.ended_with(
        "UsageError"
    )


def test_a_gate_that_nobody_has_is_refused_with_the_known_ones(
    world: World, write_profile: WriteProfile
) -> None:
    write_profile({"gates.chnagelog.operator_counts": False})
    refused = step_through(TEAM).ended_with("UsageError")
    assert "did you mean changelog?" in refused
    assert "unreviewed" in refused and "qa" in refused


def test_a_gate_says_why_it_is_not_passed_and_who_is_next(
    world: World, write_profile: WriteProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_profile(
        {"gates.changelog": {"approvals": 2, "operator_counts": False}}
        and {"gates.changelog.approvals": 2, "gates.changelog.operator_counts": False}
    )
    step_through(TEAM).ended_with("Waiting")
    runbook("approve", RUN, "changelog", "--reason", "mine")
    sit_down(monkeypatch, "petra")
    runbook("approve", RUN, "changelog", "--reason", "hers")
    sit_down(monkeypatch, "olive")
    said = step_through(TEAM).ended_with("Waiting")
    [opened] = json.loads(runbook("status", "--json"))
    for told in (said, opened["waiting"]["how_far"]):
        assert "1 of 2" in told and "the operator does not count" in told
    assert opened["advice"].startswith(f"runbook approve {RUN} changelog --digest")
    assert "1 of 2" in " ".join(runbook("status").split())


def test_a_closed_run_that_died_later_is_open(world: World, team_profile: Path) -> None:
    step_through(TEAM).ended_with("Waiting")
    runbook("approve", RUN, "changelog", "--reason", "every fix is listed")
    step_through(TEAM, approve="load-test").went_well()
    assert json.loads(runbook("status", "--json")) == []
    step_through(TEAM, until="tree.push", abandon=True)
    [again] = json.loads(runbook("status", "--json"))
    assert (again["run"], again["state"]) == (RUN, "died")


def test_an_open_run_that_is_gone_on_with_is_said_in_the_table_and_at_the_gate(
    world: World, team_profile: Path
) -> None:
    first = step_through({**TEAM, "version": "2.0.0"})
    first.ended_with("Waiting")
    again = step_through(TEAM)
    again.ended_with("Waiting")
    assert "release/tidewatch/2.0, begun" in again.text
    assert "To begin anew, name the version" in again.text
    asked = [event.said for event in again.events if event.kind == "asked"]
    assert "This goes on with release/tidewatch/2.0, begun" in asked[-1]["note"]


def test_what_was_pinned_is_not_beaten_in_silence(world: World, team_profile: Path) -> None:
    step_through(TEAM).ended_with("Waiting")
    refused = step_through({**TEAM, "last_release": "1.7.0"}).ended_with("Refused")
    assert "expected what the run of 1.9.0 has pinned: last_release 1.8, found 1.7.0" in refused


def test_all_gates_of_the_runbooks_that_come_along_are_known_by_name() -> None:
    from runbook_lib.notebook.gate_places import GatePlaces
    from runbook_lib.notebook.reference import read_cells

    found = {
        path.stem: [gate.name for gate in GatePlaces(read_cells(path.read_bytes())).gates]
        for path in RUNBOOKS.glob("*.ipynb")
    }
    assert all(name for names in found.values() for name in names)
    assert found["tag_push"] == ["dev", "tags"]
    assert found["live_push"] == ["blockers", "qa", "monitoring"]

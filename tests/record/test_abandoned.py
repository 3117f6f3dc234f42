"""A run that was abandoned is over on every machine; whoever opens it again begins anew."""

from pathlib import Path

import pytest

from tests.record.conftest import CELLS
from tests.record.team import GATE, RUN, TEAM, give_secrets, make_machine, make_remote
from tests.record.team import wait_at_the_gate as wait
from tests.release.world import stop_worlds

ABANDON = ("## Abandon", 'run.abandon("nobody wants a cup")')
CELLS_THAT_ABANDON = (*CELLS[:3], GATE, CELLS[3], ABANDON)


def test_an_abandoned_run_is_over_everywhere_and_its_approvals_count_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_secrets(monkeypatch)
    remote = make_remote(tmp_path / "remote.git")
    olive, otto = (
        make_machine(tmp_path, tmp_path / "desk", remote, name, CELLS_THAT_ABANDON)
        for name in ("olive", "otto")
    )
    wait(olive)
    otto.command("approve", RUN, "cups", "--reason", "white is right")
    olive.run(*TEAM)
    for machine in (olive, otto):
        assert machine.asked("status") == []
        [over] = machine.asked("log", "--outcome", "abandoned")
        assert (over["run"], over["operator"]) == (RUN, "olive")
        assert machine.asked("verify")["stands"]
    said = wait(otto)
    assert "cups" in said
    assert f"! {RUN} was abandoned by olive" in otto.output.read_text()
    assert "nobody wants a cup; this begins it anew." in otto.output.read_text()
    [waits] = otto.asked("status")
    assert (waits["run"], waits["operator"], waits["waiting"]["gate"]) == (RUN, "otto", "cups")
    assert waits["waiting"]["decisions"] == []
    olive.command("approve", "cup", "cups", "--reason", "x", status=2)
    olive.command("approve", RUN, "cups", "--reason", "once more")
    otto.run(*TEAM)
    assert otto.asked("verify")["stands"]
    for machine in (olive, otto):
        stop_worlds(machine.home)

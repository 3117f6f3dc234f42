"""A run of one's own is abandoned from its own notebook, whatever it waits for."""

import pytest

from runbook_lib import Refused, Waiting
from runbook_lib.notebook.gate_places import GatePlaces
from runbook_lib.notebook.reference import ReferenceCell
from runbook_lib.run.own_run import OwnRun
from tests.run.test_own_run import Open, leave, opened

__all__ = ["opened"]

OPENED = "run = open_run('grind')"
ASKS = "run.approve('upload', made, title='Upload')"


def wait_at_the_gate(run: OwnRun, *cells: str) -> None:
    run.guard.places = GatePlaces([ReferenceCell("code", cell) for cell in (OPENED, *cells)])
    with pytest.raises(Waiting):
        run.approve("upload", "a sack", title="Upload")


def test_an_open_gate_does_not_hold_the_end_of_a_run_that_is_given_up(opened: Open) -> None:
    run = opened()
    run.decide("grain", "rye")
    wait_at_the_gate(run, ASKS, "run.close()")
    with pytest.raises(Refused, match="passed before the run is closed; found that upload is"):
        run.close()
    run.abandon("nobody wants rye")
    leave()
    again = opened()
    assert again.decide("grain", "oats") == "oats"
    wait_at_the_gate(again, ASKS)


def test_a_gate_above_the_runbooks_own_cell_that_abandons_holds_it(opened: Open) -> None:
    run = opened()
    wait_at_the_gate(run, ASKS, "run.abandon('nobody wants rye')")
    with pytest.raises(Refused, match="before the run is abandoned; found that upload is waiting"):
        run.abandon("nobody wants rye")
    assert not run.ended


def test_a_gate_below_that_cell_does_not(opened: Open) -> None:
    run = opened()
    run.guard.places = GatePlaces(
        [ReferenceCell("code", cell) for cell in (OPENED, "run.abandon('x')", ASKS)]
    )
    run.abandon("nobody wants rye")
    assert run.ended

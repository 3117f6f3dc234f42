"""A line under a cell is that of a step, as this version of the library or an older shows it."""

from dataclasses import replace

import pytest

from runbook_lib.display.lines import StepLine
from runbook_lib.journal.summary import StepSummary, summarise
from runbook_lib.proof.lines import shows
from runbook_lib.record.weaving import step_line

REJECTED = StepSummary(
    "approve", 1, "refused", "", "cups d1 rejected by ada", "", 0.1, "", {"gate": "cups"}
)


@pytest.mark.parametrize("gate", ["cups", ""])
def test_a_gates_step_may_stand_without_the_gates_name(gate: str) -> None:
    line = StepLine(replace(step_line(REJECTED).report, gate=gate))
    assert f"refused   approve {gate}".rstrip() in str(line)
    assert shows(summarise([]), REJECTED, str(line), line.html())


def test_but_not_with_another_gates_name() -> None:
    line = StepLine(replace(step_line(REJECTED).report, gate="mugs"))
    assert not shows(summarise([]), REJECTED, str(line), line.html())

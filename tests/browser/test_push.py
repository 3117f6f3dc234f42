"""The day of the push, stepped through in JupyterLab by a person at a real browser."""

from pathlib import Path

import pytest

from tests.browser.lab import Lab
from tests.browser.notebook import Notebook

BLOCKERS, QA = 'approve("blockers"', 'approve("qa"'
GRAPHS, CLOSE = "run.watch_graphs(", "run.close("
PANELS = 6
LEGIBLE = 100
"""Pixels: less makes a column of syllables."""


@pytest.fixture
def runbook() -> str:
    return "live_push"


def approve(notebook: Notebook, gate: str) -> None:
    """Wait for a gate's card, and decide on it."""
    notebook.output(gate).get_by_text("has stopped at the gate").wait_for()
    notebook.idle()
    notebook.output(gate).get_by_role("button", name="Approve").click()
    notebook.output(gate).get_by_text("approved by").first.wait_for()


def test_a_person_approves_and_so_does_qa_and_the_push_is_seen_to_its_end(
    lab: Lab, notebook: Notebook, tmp_path: Path
) -> None:
    notebook.run_all()
    approve(notebook, BLOCKERS)
    notebook.output(QA).get_by_text("approved by qa@sandbox").first.wait_for()
    assert notebook.output(QA).get_by_role("button").count() == 0, "QA's is not the operator's"
    assert notebook.output(QA).get_by_text("Asked at").count() == 0, "nothing waits any more"
    (_, asked) = lab.events("asked")
    assert "server 2026.03.12 at " in asked["text"]
    notebook.output(CLOSE).get_by_text("was called").wait_for()
    notebook.idle()
    pictures = notebook.output(GRAPHS).locator("img")
    assert pictures.count() == PANELS
    assert pictures.first.evaluate("image => image.naturalWidth") > 0
    notebook.picture(tmp_path / "end.png")
    wrapped = notebook.output(CLOSE).locator('td[style*="anywhere"]')
    narrowest = min(wrapped.evaluate_all("cells => cells.map(cell => cell.offsetWidth)"))
    assert narrowest > LEGIBLE, "beside the board, words are not cut into letters"
    said = {event["step"]: event["outcome"] for event in lab.events("outcome")}
    assert said["announce"] == "done" and said["wait_for_versions"] in ("done", "good")
    decided = [(event["gate"], event["how"]) for event in lab.events("approved")]
    assert decided == [("blockers", "card"), ("qa", "the sandbox's people")]

"""The release runbook, stepped through in JupyterLab by a person at a real browser."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from runbook_lib.policy.titles import step_title
from runbook_lib.steps.gate import whoami
from tests.browser.lab import PUSHED, Lab, wait_until
from tests.browser.notebook import Notebook

GATE = 'approve("changelog"'
LOAD_TEST = 'approve("load-test"'
AFTER_THE_GATE = "check_changed"
PARAMETERS, OPEN, PREFLIGHT = "repository: str", "open_release(", "check_access()"
NEXT = "decide_release("
PULL_REQUEST = "github.open_pull_request("
CLOSE = "run.close("
READ = "--help shows <b>\"$(tides)\"</b> & 'waves'"
"""What the reader of the changelog sees of that."""
SUBJECT = "--help shows &lt;b>\"$(tides)\"&lt;/b> & 'waves'"
"""A commit's subject with HTML in it, as the changelog has it: escaped, and shown so."""


def test_a_release_stops_at_its_gates_and_goes_on_by_itself_by_the_keyboard_alone(
    lab: Lab, notebook: Notebook, tmp_path: Path
) -> None:
    notebook.run_all()
    run_to_the_gate(notebook)
    card = notebook.output(GATE)
    assert READ in card.inner_text()
    assert "Next: 8 · Verify the edited files" in card.inner_text()
    card.get_by_text("The very text").click()
    assert SUBJECT in card.inner_text()
    assert card.locator("b", has_text="tides").count() == 0
    assert_nothing_ran_after_the_gate(notebook)
    notebook.picture(tmp_path / "gate.png")

    (asked,) = lab.events("asked")
    assert f"changelog {asked['digest']:.12}" in card.inner_text()
    notebook.reason(GATE).focus()
    approve_by_keyboard(notebook, GATE, "every fix is listed")
    decision = f"{asked['digest']:.12} approved by {whoami()} (card): every fix is listed"
    notebook.output(LOAD_TEST).get_by_text("has stopped at the gate").wait_for()
    notebook.idle()
    notebook.focused(notebook.reason(LOAD_TEST))
    assert "load test passed: tidewatch 1.9" in notebook.output(LOAD_TEST).inner_text()
    assert notebook.prompt(CLOSE) == "[ ]:"
    approve_by_keyboard(notebook, LOAD_TEST, "it passed")
    summary = notebook.output(CLOSE)
    summary.get_by_text("GitHub was called").wait_for()
    notebook.idle()
    notebook.picture(tmp_path / "end.png")
    assert_summary(lab, summary)
    save(lab, notebook)
    assert_saved_with_the_decision(lab, decision)
    assert not [output for output in lab.saved_outputs() if output["output_type"] == "error"]
    approved, load_test = lab.events("approved", "rejected")
    assert (approved["event"], load_test["event"]) == ("approved", "approved")
    assert load_test["gate"] == "load-test"
    assert (approved["how"], approved["reason"]) == ("card", "every fix is listed")
    assert approved["digest"] == asked["digest"]
    announced = [one["announced"] for one in lab.events("intent")]
    assert len(announced) == len(set(announced)), "nothing was made twice"
    assert not lab.sandbox_ended(), "the links in the notebook open while its kernel lives"
    assert_all_ends_with_the_kernel(lab, notebook)


def test_a_rejected_changelog_stays_refused_and_opening_again_goes_on_in_the_same_session(
    lab: Lab, notebook: Notebook
) -> None:
    notebook.run_all()
    run_to_the_gate(notebook)
    decide(notebook, "Reject", "a fix is missing")
    notebook.output(GATE).get_by_text("rejected by").first.wait_for()

    notebook.run(GATE)
    notebook.output(GATE).get_by_text("Refused:").wait_for()
    assert "(card): a fix is missing" in notebook.output(GATE).inner_text()
    expect(notebook.output(GATE).get_by_role("button")).to_have_count(0)
    assert len(lab.events("rejected")) == 1

    notebook.run(OPEN)
    notebook.run(GATE)
    notebook.output(GATE).get_by_text("Refused:").wait_for()
    assert len(lab.events("opened")) == 1
    assert_nothing_ran_after_the_gate(notebook)
    assert not lab.sandbox_ended()
    assert_all_ends_with_the_kernel(lab, notebook)


def test_cells_below_the_gate_are_refused_while_nobody_has_decided(
    lab: Lab, notebook: Notebook
) -> None:
    notebook.run_all()
    run_to_the_gate(notebook)
    lab.leave_behind(PUSHED)
    notebook.run_from(PULL_REQUEST)
    notebook.output(PULL_REQUEST).get_by_text("Refused:").wait_for()
    notebook.idle()
    again = notebook.output(PULL_REQUEST).get_by_role("button", name="Run again from here")
    notebook.focused(again)  # the page has brought its reader there
    assert "gate changelog, which stands above this" in notebook.output(PULL_REQUEST).inner_text()
    announced = [event["announced"] for event in lab.events("intent")]
    assert not [text for text in announced if text.startswith(("commit", "sign", "push", "open"))]


def test_a_double_click_is_one_decision_and_the_passed_card_asks_for_nothing(
    lab: Lab, notebook: Notebook, tmp_path: Path
) -> None:
    notebook.run_all()
    run_to_the_gate(notebook)
    notebook.reason(GATE).fill("twice")
    notebook.output(GATE).get_by_role("button", name="Approve").dblclick()
    elsewhere = notebook.page.locator(".rk-form input").first
    elsewhere.click()
    card = notebook.output(GATE)
    card.get_by_text("approved by").first.wait_for()
    shown = card.inner_text()
    notebook.picture(tmp_path / "approved.png")
    assert "not approved" not in shown and "Waiting" not in shown
    notebook.output(LOAD_TEST).get_by_role("button", name="Approve").wait_for()
    notebook.focused(elsewhere)  # who writes is not taken to the next card
    notebook.idle()
    notebook.run(GATE)
    card.get_by_text("approved by").first.wait_for()
    assert "Run this cell again" not in card.inner_text()
    expect(card.get_by_role("button")).to_have_count(0)
    assert [event["event"] for event in lab.events("approved", "rejected")] == ["approved"]


def test_after_a_reload_the_card_tells_what_is_decided(
    lab: Lab, notebook: Notebook, tmp_path: Path
) -> None:
    notebook.run_all()
    run_to_the_gate(notebook)
    save(lab, notebook)
    lab.set_windowing("full")
    notebook.open(lab.address)
    notebook.reason(GATE).fill("after a reload")
    notebook.output(GATE).get_by_role("button", name="Approve").click()
    notebook.output(GATE).get_by_text("approved by").first.wait_for()
    notebook.picture(tmp_path / "reloaded.png")
    assert "aiting for a decision" not in notebook.output(GATE).inner_text()
    assert len(lab.events("approved")) == 1


def test_after_a_restart_of_the_kernel_the_card_says_what_to_do(
    lab: Lab, notebook: Notebook, tmp_path: Path
) -> None:
    notebook.run_all()
    run_to_the_gate(notebook)
    go_on = notebook.page.get_by_role("button", name="Go on")
    go_on.wait_for()  # the board is kept once a second
    notebook.restart()
    notebook.picture(tmp_path / "restarted.png")
    gone = "the kernel that asked is gone: run the notebook again"
    expect(notebook.output(GATE)).to_contain_text(gone)
    go_on.click()
    run_to_the_gate(notebook)
    assert len(lab.events("opened")) == 2


def test_a_cell_alone_after_a_restart_says_what_to_run_first(
    notebook: Notebook, tmp_path: Path
) -> None:
    for cell in (PARAMETERS, OPEN, PREFLIGHT):
        notebook.run(cell)
    notebook.output(PREFLIGHT).get_by_text("may push").wait_for()
    notebook.restart()
    notebook.run(PREFLIGHT)
    refusal = "this kernel does not know 'run'"
    notebook.output(PREFLIGHT).get_by_text(refusal).wait_for()
    notebook.picture(tmp_path / "alone.png")
    assert "Traceback" not in notebook.output(PREFLIGHT).inner_text()
    notebook.output(PREFLIGHT).get_by_role("button", name="Run all above, then this cell").click()
    notebook.output(PREFLIGHT).get_by_text("may push").wait_for()
    notebook.idle()
    assert notebook.prompt(NEXT) == "[ ]:", "what stands below has not run"


def run_to_the_gate(notebook: Notebook) -> None:
    """Wait until the run waits for a decision, and the page has brought its reader there."""
    notebook.output(GATE).get_by_text("has stopped at the gate").wait_for()
    notebook.idle()
    notebook.focused(notebook.reason(GATE))
    assert "The changelog of 1.9" in notebook.output(GATE).inner_text()
    assert "Asked at" in notebook.output(GATE).inner_text()


def approve_by_keyboard(notebook: Notebook, gate: str, reason: str) -> None:
    """Type a reason where the page has brought its reader; Enter leads to Approve, and presses it.

    Escape leads to the notebook, and decides nothing.
    """
    keyboard, card = notebook.page.keyboard, notebook.output(gate)
    keyboard.type(reason)
    keyboard.press("Escape")
    expect(notebook.reason(gate)).not_to_be_focused()
    notebook.reason(gate).focus()
    keyboard.press("Enter")
    notebook.focused(card.get_by_role("button", name="Approve"))
    keyboard.press("Tab")
    notebook.focused(card.get_by_role("button", name="Reject"))
    keyboard.press("Shift+Tab")
    keyboard.press("Enter")


def decide(notebook: Notebook, button: str, reason: str, *, gate: str = GATE) -> None:
    """Give a reason and click."""
    notebook.reason(gate).fill(reason)
    notebook.output(gate).get_by_role("button", name=button).click()


def assert_nothing_ran_after_the_gate(notebook: Notebook) -> None:
    assert notebook.prompt(AFTER_THE_GATE) == "[ ]:"
    assert notebook.prompt(CLOSE) == "[ ]:"


def assert_summary(lab: Lab, summary: Any) -> None:
    """Each step that the journal has is listed with its outcome, the last one too."""
    steps = set(summary.locator("td:nth-child(2)").all_text_contents())
    ended = {event["number"] for event in lab.events("outcome")}
    begun = {
        one["number"]: step_title(one["step"], one["arguments"]) for one in lab.events("started")
    }
    assert steps == {begun[number] for number in ended}
    assert {"push", "publish release", "await bug"} <= steps
    outcomes = {text.split()[-1] for text in summary.locator("td:first-child").all_text_contents()}
    assert {"good", "done"} <= outcomes <= {"good", "already", "done", "waiting"}


def save(lab: Lab, notebook: Notebook) -> None:
    """Save the notebook, and wait until its file is written."""
    before = lab.notebook.stat().st_mtime_ns
    notebook.save()
    wait_until(lambda: lab.saved_since(before), "the notebook is saved")


def assert_saved_with_the_decision(lab: Lab, decision: str) -> None:
    """The saved card can be read without a kernel, and no widget is left in the file."""
    said = [output for output in lab.saved_outputs() if decision in saved_text(output)]
    (card,) = [output for output in said if SUBJECT in saved_text(output)]
    assert decision in "".join(card["data"]["text/html"])
    saved = lab.notebook.read_text()
    assert "widgets" not in json.loads(saved)["metadata"]
    assert "jupyter.widget" not in saved


def saved_text(output: dict[str, Any]) -> str:
    return "".join(output.get("data", {}).get("text/plain", ""))


def assert_all_ends_with_the_kernel(lab: Lab, notebook: Notebook) -> None:
    """Shut the kernel down: the session ends, and the sandbox with it."""
    notebook.choose("Kernel", "Shut Down Kernel")
    wait_until(lab.sandbox_ended, "the sandbox ends with the session")
    assert lab.events("ended")

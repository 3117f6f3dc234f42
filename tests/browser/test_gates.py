"""What is approved at a gate is seen as it will be read, edited there, and judged by anybody."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.lab import LIMIT, PUSHED, Lab
from tests.browser.notebook import Notebook

GATE, LOAD_TEST = 'approve("changelog"', 'approve("load-test"'
KEPT, PULL_REQUEST = "check_approved", "github.open_pull_request("
CLOSE = "run.close("
BY_HAND = "* **tides:** written by hand"
AUDIT = """async scope => {
    const values = ['wcag2a', 'wcag2aa', 'wcag21aa'];
    const found = await axe.run(scope, {runOnly: {type: 'tag', values}});
    return [
        found.passes.flatMap(one => one.nodes).length,
        found.violations.flatMap(
            one => one.nodes.map(at => `${one.id}: ${at.html} ${at.failureSummary}`))
    ];
}"""
SHOWN = ".jp-OutputArea-output"
NARROW = {"width": 900, "height": 900}


def run_to(notebook: Notebook, gate: str) -> None:
    """Wait until the run has stopped at a gate, and the page has brought its reader there."""
    notebook.output(gate).get_by_text("has stopped at the gate").wait_for()
    notebook.idle()
    notebook.focused(notebook.reason(gate))


def test_the_changelog_is_edited_at_its_gate_and_another_page_goes_on_with_nothing_twice(
    lab: Lab, notebook: Notebook, browser: Any, tmp_path: Path
) -> None:
    notebook.run_all()
    run_to(notebook, GATE)
    card = notebook.output(GATE)
    card.get_by_role("button", name="Edit").click()
    field = card.locator("textarea")
    notebook.focused(field)
    field.press("Control+End")
    field.press_sequentially(f"\n{BY_HAND}\n")
    card.locator(".widget-html strong", has_text="tides:").wait_for()
    notebook.picture(tmp_path / "edit.png")
    card.get_by_role("button", name="Save and ask again").click()
    notebook.output(GATE).locator("li", has_text="written by hand").first.wait_for()
    run_to(notebook, GATE)
    first, second = lab.events("asked")
    assert BY_HAND not in first["text"] and BY_HAND in second["text"]
    assert first["digest"] != second["digest"]

    other = Notebook(browser.new_context().new_page())
    other.page.set_default_timeout(LIMIT * 1000)
    other.open(lab.address)
    notebook.output(GATE).get_by_role("button", name="Approve").click()
    run_to(notebook, LOAD_TEST)
    assert notebook.prompt(KEPT) != "[ ]:"
    assert steps(lab).count("check_approved") == 1, "only the page that was clicked goes on"
    other.page.context.close()

    notebook.restart()
    notebook.run_all()
    run_to(notebook, LOAD_TEST)
    notebook.output("changelog.write_entry(").get_by_text(BY_HAND).wait_for(state="attached")
    assert lab.events("asked")[-1]["gate"] == "load-test"
    notebook.output(LOAD_TEST).get_by_role("button", name="Approve").click()
    notebook.output(CLOSE).get_by_text("GitHub was called").wait_for()
    announced = [one["announced"] for one in lab.events("intent") if one["step"] != "approve"]
    assert len(announced) == len(set(announced)), "nothing was made twice"


def test_everybody_can_use_what_is_shown_in_either_theme(
    lab: Lab, notebook: Notebook, axe: str, tmp_path: Path
) -> None:
    notebook.run_all()
    run_to(notebook, GATE)
    notebook.page.evaluate(axe)
    audit = auditing(notebook, tmp_path)
    audit("gate")
    notebook.output(GATE).get_by_role("button", name="Edit").click()
    notebook.focused(notebook.output(GATE).locator("textarea"))
    audit("edit")
    notebook.output(GATE).get_by_role("button", name="Leave as it was").click()
    notebook.page.set_viewport_size(NARROW)
    use_dark_theme(notebook)
    audit("dark")
    lab.leave_behind(PUSHED)
    notebook.run_from(PULL_REQUEST)
    refused = notebook.output(PULL_REQUEST)
    notebook.focused(refused.get_by_role("button", name="Run again from here"))
    for part in ("expected", "found", "what to do"):
        expect(refused.locator("b", has_text=part)).to_have_count(1)
    expect(refused.locator("code").first).to_contain_text("runbook approve release/tidewatch/1.9")
    expect(refused.get_by_text("Traceback")).to_be_hidden()
    audit("refused")


def auditing(notebook: Notebook, pictures: Path) -> Callable[[str], None]:
    """Keeps a picture of what is shown, and finds no fault in it."""

    def audit(name: str) -> None:
        notebook.picture(pictures / f"{name}.png")
        passed, faults = notebook.page.evaluate(AUDIT, SHOWN)
        assert (passed > 20, faults) == (True, [])

    return audit


def use_dark_theme(notebook: Notebook) -> None:
    """Choose JupyterLab's dark theme."""
    notebook.choose("Settings", "Theme")
    notebook.page.locator(".lm-Menu-itemLabel").get_by_text("JupyterLab Dark", exact=True).click()
    notebook.page.locator("body[data-jp-theme-light=false]").wait_for(state="attached")


def steps(lab: Lab) -> list[str]:
    """The steps that were begun, oldest first."""
    return [event["step"] for event in lab.events("started")]

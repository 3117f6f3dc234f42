"""A wait is seen for what it is, can be interrupted, and outlives the page it was begun on."""

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from runbook_lib.sandbox.server.process import find
from tests.browser.lab import LIMIT, Lab
from tests.browser.notebook import Notebook
from tests.browser.test_gates import CLOSE, GATE, LOAD_TEST, run_to

MERGE = "wait_for_merge("


def set_reviewer(lab: Lab, mode: str) -> None:
    """Have the sandbox's reviewer at work, or away."""
    running = find(lab.world)
    assert running is not None
    running.client.expect("PATCH", "/sandbox/people/reviewer", {"mode": mode})


def test_a_wait_that_is_interrupted_and_whose_page_is_closed_is_gone_on_with(
    lab: Lab, notebook: Notebook, browser: Any, tmp_path: Path
) -> None:
    notebook.run_all()
    run_to(notebook, GATE)
    set_reviewer(lab, "off")
    notebook.output(GATE).get_by_role("button", name="Approve").click()
    waiting = notebook.output(MERGE)
    waiting.get_by_text(", looked at ").wait_for()
    notebook.picture(tmp_path / "waits.png")

    notebook.choose("Kernel", "Interrupt Kernel")
    waiting.get_by_text("interrupted").first.wait_for()
    notebook.idle()
    expect(waiting.locator(".jp-mod-error, [data-mime-type*=error]")).to_have_count(0)
    assert [one["outcome"] for one in lab.events("outcome")][-1] == "waiting"

    notebook.run_from(MERGE)
    waiting.get_by_text(", looked at ").wait_for()
    notebook.page.close()
    set_reviewer(lab, "on")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(LIMIT * 1000)
    again = Notebook(page)
    again.open(lab.address)
    again.run_all()
    again.output(LOAD_TEST).get_by_role("button", name="Approve").click()
    again.output(CLOSE).get_by_text("GitHub was called").wait_for()
    announced = [one["announced"] for one in lab.events("intent") if one["step"] != "approve"]
    assert len(announced) == len(set(announced)), "nothing was made twice"
    page.close()

"""A newcomer: from the launcher to an open run, by the form below the parameters."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.lab import LIMIT, Lab, wait_until
from tests.browser.notebook import Notebook

OPEN = "open_release("
CELL = "# Parameters\nversion = '1.10.0'\nsource = 'master'"


@pytest.fixture
def lab(own_lab: Lab) -> Lab:
    """JupyterLab whose launcher makes working copies of its own."""
    return own_lab


@pytest.fixture
def page(browser: Any, lab: Lab) -> Iterator[Any]:
    """JupyterLab's launcher."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(LIMIT * 1000)
    page = context.new_page()
    page.goto(f"{lab.url}lab?reset&token={lab.token}")
    yield page
    context.close()


def untag(notebook: Path) -> None:
    """Forget the tag of the parameters, and have another cell of code above them."""
    found = json.loads(notebook.read_text())
    cells = found["cells"]
    place = next(at for at, cell in enumerate(cells) if cell["cell_type"] == "code")
    cells[place]["metadata"].pop("tags")
    cells.insert(place, {**cells[place], "id": "above", "source": "above = 1"})
    notebook.write_text(json.dumps(found))


def test_a_cell_without_its_tag_gets_it_and_a_window_that_is_full_loses_nothing(
    lab: Lab, page: Any, tmp_path: Path
) -> None:
    untag(lab.notebook)
    lab.set_windowing("full")
    notebook = Notebook(page)
    notebook.open(lab.address)
    note = page.get_by_role("note").filter(has_text="no tag")
    source = notebook.cell("repository: str").locator(".jp-InputArea").bounding_box()
    assert note.bounding_box()["y"] >= source["y"] + source["height"]
    page.screenshot(path=tmp_path / "untagged.png")
    note.get_by_role("button", name="Tag it").click()
    form = page.get_by_role("form", name="Parameters")
    form.get_by_text("next version: 1.9.0, after 1.8").wait_for()
    assert '"parameters"' in lab.notebook.read_text()
    form.get_by_role("button", name="Open the run").click()
    notebook.output(OPEN).get_by_text("tidewatch").first.wait_for()
    notebook.idle()
    assert notebook.prompt("above = 1") == "[1]:", "what stands above the parameters has run"
    notebook.cell("run.close(").scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    page.screenshot(path=tmp_path / "scrolled.png")
    expect(page.locator(".runbook-board")).to_be_in_viewport(ratio=0.99)
    expect(form).to_be_attached()


def injected(copy: Path) -> list[str]:
    """What the cells behind the parameters say, in the notebook's file."""
    try:
        cells = json.loads(copy.read_text())["cells"]
    except ValueError:  # it is being written
        return []
    return [
        "".join(cell["source"])
        for cell in cells
        if "injected-parameters" in cell["metadata"].get("tags", [])
    ]


def test_a_newcomer_is_led_from_the_launcher_to_an_open_run(
    lab: Lab, page: Any, tmp_path: Path
) -> None:
    card = page.locator('.jp-LauncherCard[data-category="Runbooks"]')
    release = card.filter(has_text="release").filter(has_not_text="abandon")
    assert "Makes a production release" in release.get_attribute("title")
    page.screenshot(path=tmp_path / "launcher.png")
    release.click()
    notebook = Notebook(page)
    told = page.get_by_role("status").filter(has_text="next version")
    told.get_by_text("next version: 1.9.0, after 1.8").wait_for()
    page.screenshot(path=tmp_path / "form.png")
    fill_in(page, tmp_path)
    notebook.output(OPEN).get_by_text("tidewatch").first.wait_for()
    notebook.idle()
    [copy] = lab.notebook.parent.glob("working-copies/release-*/*/release.ipynb")
    wait_until(lambda: injected(copy) == [CELL], "the notebook is saved with what was given")
    assert_the_record_has_it(lab)
    assert lab.events("intent") == []
    assert_a_reload_holds_it(notebook, page)


def fill_in(page: Any, folder: Path) -> None:
    """What is mistyped is told; then the keyboard alone opens the run."""
    form = page.get_by_role("form", name="Parameters")
    source = form.get_by_role("combobox", name="source")
    source.fill("mastre")
    form.get_by_text("did you mean master?").wait_for()
    assert source.get_attribute("aria-invalid") == "true"
    assert form.get_by_role("button", name="Open the run").is_disabled()
    page.screenshot(path=folder / "mistyped.png")
    source.fill("master")
    version = form.get_by_role("combobox", name="version", exact=True)
    version.fill("1.10.0")
    form.get_by_text("next version: 1.10.0").wait_for()
    version.press("Enter")
    page.locator(":focus").get_by_text("Open the run").wait_for()
    page.keyboard.press("Enter")


def assert_the_record_has_it(lab: Lab) -> None:
    """The journal's opening, and the record's own cell."""
    [journal] = lab.world.glob("sessions/*/journal.jsonl")
    opened = json.loads(journal.read_text().partition("\n")[0])
    assert (opened["parameters"]["version"], opened["parameters"]["source"]) == ("1.10.0", "master")
    record = json.loads((journal.parent / "record.ipynb").read_text())
    assert CELL in ["".join(cell["source"]) for cell in record["cells"]]


def assert_a_reload_holds_it(notebook: Notebook, page: Any) -> None:
    """Another page, or a later session, begins with what was given."""
    page.reload()
    form = page.get_by_role("form", name="Parameters")
    version = form.get_by_role("combobox", name="version", exact=True)
    version.and_(page.locator("[aria-invalid=false]")).wait_for()
    assert version.input_value() == "1.10.0"

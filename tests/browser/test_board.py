"""The board of a release, in sight of a person at a real browser: light, dark, and narrow."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from runbook_lib.steps.gate import whoami
from tests.browser.lab import Lab, wait_until
from tests.browser.notebook import Notebook

GATE, LOAD_TEST = 'approve("changelog"', 'approve("load-test"'
PARAMETERS, OPEN, CLOSE = "repository: str", "open_release(", "run.close("
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 900, "height": 900}
PAINTED = 700
"""Milliseconds in which a page has been painted anew."""

CONTRASTS = """() => {
  const board = document.querySelector('.runbook-board');
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const over = (colour, below) => {
    canvas.globalCompositeOperation = 'copy';
    canvas.fillStyle = `rgb(${below.join(' ')})`;
    canvas.fillRect(0, 0, 1, 1);
    canvas.globalCompositeOperation = 'source-over';
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const ground = element => element === null ? [255, 255, 255]
    : over(getComputedStyle(element).backgroundColor, ground(element.parentElement));
  const light = colour => colour.map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, place) => sum + c * [0.2126, 0.7152, 0.0722][place], 0);
  const found = [];
  const texts = document.createTreeWalker(board, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const element = text.parentElement, said = text.data.trim();
    if (!said || said === '█' || element.tagName === 'STYLE') continue;
    const below = ground(element), ink = over(getComputedStyle(element).color, below);
    const [dark, bright] = [light(below), light(ink)].sort((a, b) => a - b);
    found.push([(bright + 0.05) / (dark + 0.05), said]);
  }
  return found;
}"""
"""The contrast of each text on the board with what stands behind it, as WCAG counts it."""


def test_the_board_is_in_sight_and_current_from_the_first_cell_to_the_last(
    lab: Lab, notebook: Notebook, tmp_path: Path
) -> None:
    notebook.run_all()
    board = board_of(notebook)
    board.get_by_text(re.compile("UNDER WAY|AT WORK")).wait_for()
    notebook.picture(tmp_path / "under-way.png")
    board.get_by_text("WAITS at “7 · Write the changelog”").wait_for()
    notebook.idle()
    assert_says_whom_it_waits_for(board)
    assert_in_sight_and_beside_the_cells(notebook)
    assert_readable(board)
    notebook.picture(tmp_path / "gate.png")
    assert_narrow_it_is_a_bar_that_unfolds(notebook, tmp_path)

    choose_dark(notebook)
    assert_readable(board)
    notebook.picture(tmp_path / "dark.png")

    notebook.restart()
    run_one(notebook, PARAMETERS)
    run_one(notebook, OPEN)
    expect(board).to_contain_text("release/tidewatch/1.9 (not finished)")
    expect(row(board, "6")).to_contain_text(f"{whoami()}, ")
    expect(board).to_contain_text("not looked at again yet")
    expect(board).to_contain_text("WAITS at “7 · Write the changelog”")
    notebook.picture(tmp_path / "restarted.png")
    assert len(lab.events("asked")) == 1, "nothing was run to show where it stands"

    notebook.page.locator("button.runbook-go-on").click()
    wait_until(lambda: len(lab.events("asked")) == 2, "the button goes on to the gate")
    approve(notebook, GATE)
    board.get_by_text("WAITS at “19 · ").wait_for()
    approve(notebook, LOAD_TEST)
    board.get_by_text("✔ DONE", exact=True).wait_for()
    notebook.idle()
    assert_timeline(board)
    assert_readable(board)
    expect(notebook.page.locator("button.runbook-go-on")).to_have_count(0)
    notebook.picture(tmp_path / "done.png")
    assert_saved_as_it_ended(lab, notebook)


def board_of(notebook: Notebook) -> Any:
    """The board."""
    return notebook.page.locator(".runbook-board")


def row(board: Any, number: str) -> Any:
    """A numbered part of the procedure on the board."""
    return board.locator("tr").filter(has=board.page.locator(f'td:text-is("{number}")'))


def run_one(notebook: Notebook, text: str) -> None:
    """Run one code cell after a restart: its number may be the one that it had."""
    notebook.select(text)
    notebook.choose("Run", "Run Selected Cell and Do not Advance")
    notebook.page.wait_for_timeout(PAINTED)
    notebook.idle()


def approve(notebook: Notebook, gate: str) -> None:
    """Approve what a gate asks."""
    notebook.output(gate).get_by_role("button", name="Approve").click()


def choose_dark(notebook: Notebook) -> None:
    """Have JupyterLab in its dark theme."""
    notebook.page.get_by_role("menuitem", name="Settings", exact=True).click()
    for item in ("Theme", "JupyterLab Dark"):
        notebook.page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()
    notebook.page.wait_for_timeout(PAINTED)


def assert_says_whom_it_waits_for(board: Any) -> None:
    """Sandbox, parts, gates, operator and lock are all on it."""
    expect_said(board, "lock: free: given up while the run waits")  # the last of it that comes
    expect_said(board, re.compile(r"^\s*SANDBOX nothing outside this machine"))
    expect_said(board, "waits for an approval: The changelog of 1.9")
    expect_said(board, "gate version is not needed")
    expect_said(board, "gate load-test has not asked yet")
    for number, said in (("1", "good"), ("7", "waiting"), ("20", "·")):
        expect_said(row(board, number), said)


def expect_said(shown: Any, text: str | re.Pattern[str]) -> None:
    """Wait until it is read there: the board is kept once a second."""
    expect(shown).to_contain_text(text, use_inner_text=True)


def assert_in_sight_and_beside_the_cells(notebook: Notebook) -> None:
    """The board is seen though its cell is scrolled away, and hides nothing of the gate's card."""
    expect(board_of(notebook)).to_be_in_viewport(ratio=0.99)
    expect(notebook.cell(OPEN)).not_to_be_in_viewport()
    card = box(notebook.output(GATE))
    assert card["x"] + card["width"] <= box(board_of(notebook))["x"]


def box(shown: Any) -> dict[str, float]:
    """Where something is in the page; the board's element is another after each update."""
    found: list[dict[str, float]] = []
    wait_until(lambda: found.extend(filter(None, [shown.bounding_box()])) or found, "it is there")
    return found[0]


def assert_narrow_it_is_a_bar_that_unfolds(notebook: Notebook, folder: Path) -> None:
    """Where there is no room beside the cells, it is a bar below them; the pointer unfolds it."""
    notebook.page.mouse.move(0, 0)
    notebook.page.set_viewport_size(NARROW)
    board = board_of(notebook)
    expect(row(board, "20")).to_be_hidden()
    expect(board).to_contain_text("WAITS at")
    assert box(board)["height"] < NARROW["height"] / 5
    notebook.picture(folder / "narrow.png")
    board.hover()
    expect(row(board, "7")).to_be_visible()
    notebook.picture(folder / "narrow-unfolded.png")
    notebook.page.mouse.move(0, 0)
    notebook.page.set_viewport_size(WIDE)


def assert_readable(board: Any) -> None:
    """Each text has the contrast of WCAG's AA."""
    found = board.page.evaluate(CONTRASTS)  # the element of a moment ago may be gone from it
    assert len(found) > 40, found
    assert [(ratio, text) for ratio, text in found if ratio < 4.5] == []


def assert_timeline(board: Any) -> None:
    """It says how long each part took, and for whom it was waited."""
    for said in ("1.9 is published", "Timeline: ", "waits for people"):
        expect_said(board, said)
    expect_said(board, "gate load-test approved by")


def assert_saved_as_it_ended(lab: Lab, notebook: Notebook) -> None:
    """The file has the board as it was last, as text and as HTML, and no widget."""
    before = lab.notebook.stat().st_mtime_ns
    notebook.save()
    wait_until(lambda: lab.saved_since(before), "the notebook is saved")
    texts = ["".join(one.get("data", {}).get("text/plain", "")) for one in lab.saved_outputs()]
    [board] = [text for text in texts if text.startswith("Board of ")]
    assert "✔ DONE" in board and "Timeline: " in board
    assert "jupyter.widget" not in lab.notebook.read_text()

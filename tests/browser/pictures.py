"""The pictures of the runbooks in `docs/pictures/`: `python -m tests.browser.pictures`.

Each runbook is carried out in JupyterLab, in a sandbox of its own, and seen where it says most.
Words name those of which a picture is taken; without any it is all of them.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.lab import FLAGS, LIMIT, open_lab
from tests.browser.notebook import Notebook

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
WIDTH, HEIGHT = 1180, 780
"""The board has room beside the cells."""
COLOURS = 128
"""So many are enough for words and cards, and keep a picture small; the rare ones are among them,
for they say how something went."""

SCROLLS = 4
"""Cells above get their height only when they are scrolled to."""


@dataclass(frozen=True)
class View:
    """What a picture shows: the cell at its top, once the run has come to a gate, or to its end.

    Gates in `approved` are decided before that, as a person does.
    """

    runbook: str
    top: str
    stops: str = "run.close("
    approved: tuple[str, ...] = ()
    height: int = HEIGHT


VIEWS = (
    View("release", 'approve("changelog"', 'approve("changelog"', height=1300),
    View("push_duty", "run.show_week("),
    View("security_fixes", "mirrors.merge(", 'approve("security"'),
    View("tag_push", "run.look_at_train(", 'approve("tags"'),
    View("extract_locales", "run.extract_locales("),
    View("cherry_pick", "run.find_picks("),
    View("live_push", "run.watch_errors(", approved=('approve("blockers"',)),
    View("close_push", "run.following("),
)


@contextmanager
def open_notebook(browser: Any, view: View) -> Iterator[Notebook]:
    """The runbook, open in a browser, with nothing beside it."""
    with tempfile.TemporaryDirectory() as folder, open_lab(Path(folder), view.runbook) as lab:
        context = browser.new_context(viewport={"width": WIDTH, "height": view.height})
        context.set_default_timeout(LIMIT * 1000)
        notebook = Notebook(context.new_page())
        notebook.open(lab.address)
        notebook.page.keyboard.press("Control+b")
        yield notebook
        context.close()


def carry_out(notebook: Notebook, view: View) -> None:
    """Run it to the place that the picture is of."""
    notebook.run_all()
    for gate in view.approved:
        notebook.output(gate).get_by_text("has stopped at the gate").wait_for()
        notebook.idle()
        notebook.output(gate).get_by_role("button", name="Approve").click()
        notebook.output(gate).get_by_text("approved by").first.wait_for()
    notebook.output(view.stops).locator("*").first.wait_for()
    notebook.idle()


def take(notebook: Notebook, view: View) -> bytes:
    """The notebook with that cell at its top, as a small PNG."""
    notebook.page.mouse.move(0, 0)
    for _ in range(SCROLLS):
        notebook.cell(view.top).evaluate("cell => cell.scrollIntoView({block: 'start'})")
        notebook.page.wait_for_timeout(500)
    seen = notebook.page.locator(".jp-NotebookPanel").screenshot()
    small = BytesIO()
    whole = Image.open(BytesIO(seen)).convert("RGB")
    image = whole.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    image.save(small, "PNG", optimize=True)
    return small.getvalue()


def main(names: list[str]) -> None:
    """Take the pictures."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for view in VIEWS:
            if not names or view.runbook in names:
                with open_notebook(browser, view) as notebook:
                    carry_out(notebook, view)
                    (FOLDER / f"{view.runbook}.png").write_bytes(take(notebook, view))
        browser.close()


def find_chromium() -> str:
    """Where the browser is."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "expected Chromium, found none: install it"
    return found


if __name__ == "__main__":
    main(sys.argv[1:])

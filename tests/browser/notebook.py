"""A notebook in JupyterLab, as a person at the browser uses it."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PlaywrightError

A_SECOND_MORE = 1000
"""JupyterLab drops a Run All that comes right after its kernel's first idle, in milliseconds."""


class Notebook:
    """The open notebook: its menus, cells and widgets."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def open(self, address: str) -> None:
        """Open it and wait until its kernel takes work."""
        self.page.goto(address)
        self.takes_work()

    def takes_work(self) -> None:
        """Wait until a new kernel can be given work."""
        self.page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for()
        self.idle()
        self.page.wait_for_timeout(A_SECOND_MORE)

    def idle(self) -> None:
        """Wait until no cell runs or is queued."""
        self.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for()

    def choose(self, menu: str, item: str) -> None:
        """Choose from the menu bar."""
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()

    def cell(self, text: str) -> Any:
        """The code cell whose source has that text."""
        source = self.page.locator(".jp-InputArea", has_text=text)
        return self.page.locator(".jp-CodeCell").filter(has=source)

    def output(self, text: str) -> Any:
        """What stands under the code cell whose source has that text."""
        return self.cell(text).locator(".jp-OutputArea")

    def prompt(self, text: str) -> str:
        """What stands before a code cell: its number, or that it never ran."""
        return str(self.cell(text).locator(".jp-InputPrompt").text_content())

    def reason(self, text: str) -> Any:
        """The field for a reason under a code cell."""
        return self.output(text).locator("input")

    def focused(self, field: Any) -> None:
        """Wait until a field is where the keyboard types, and where the reader looks."""
        try:
            field.and_(self.page.locator(":focus")).wait_for()
        except PlaywrightError as error:
            found = self.page.evaluate("document.activeElement?.outerHTML.slice(0, 300)")
            raise AssertionError(f"expected the keyboard elsewhere, found it at {found}") from error

    def run_all(self) -> None:
        """Run all cells, to the end or to the first that raises."""
        self.choose("Run", "Run All Cells")

    def run(self, text: str) -> None:
        """Run one code cell, and wait until it has run."""
        before = self.prompt(text)
        self.select(text)
        self.choose("Run", "Run Selected Cell and Do not Advance")
        prompt = self.cell(text).locator(".jp-InputPrompt")
        prompt.filter(has_text=re.compile(r"\d"), has_not_text=before).wait_for()
        self.idle()

    def run_from(self, text: str) -> None:
        """Run a code cell and all below."""
        self.select(text)
        self.choose("Run", "Run Selected Cell and All Below")

    def restart(self) -> None:
        """Restart the kernel, and wait until it takes work."""
        self.choose("Kernel", "Restart Kernel…")
        with self.page.expect_response("**/api/kernels/*/restart*"):
            self.page.get_by_role("button", name="Confirm Kernel Restart").click()
        self.takes_work()

    def select(self, text: str) -> None:
        """Select a code cell."""
        self.cell(text).locator(".jp-InputPrompt").click()

    def save(self) -> None:
        """Save it; the file is written a moment later."""
        self.choose("File", "Save Notebook")

    def picture(self, path: Path) -> None:
        """Keep a picture of what is seen."""
        self.page.screenshot(path=path)

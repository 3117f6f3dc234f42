"""Where the keyboard types once a card has come."""

import pytest

from tests.browser.notebook import Notebook

COME = """([at, text]) => {
    const card = document.createElement('button');
    card.className = 'runbook-first';
    card.textContent = text;
    document.querySelectorAll('.jp-Notebook .jp-Cell')[at].append(card);
}"""
TO_A_CELL = "at => document.querySelectorAll('.jp-Notebook .jp-Cell')[at].focus()"
"""As JupyterLab does, on its own, once it has scrolled to the last cell of a Run All."""
UPPER, LOWER, OTHER = 3, 4, 1
"""Cells, by their places."""


def come(notebook: Notebook, at: int, text: str) -> None:
    """Have a card come below a cell."""
    notebook.page.evaluate(COME, [at, text])


def expect_at(notebook: Notebook, text: str) -> None:
    """Wait until the keyboard is at a card."""
    notebook.focused(notebook.page.get_by_role("button", name=text, exact=True))


@pytest.mark.parametrize("order", [(UPPER, LOWER), (LOWER, UPPER)])
def test_of_two_cards_the_upper_one_has_the_reader(
    notebook: Notebook, order: tuple[int, int]
) -> None:
    for at in order:
        come(notebook, at, f"card {at}")
        notebook.page.locator(f"[data-arrived]:text('card {at}')").wait_for()
    expect_at(notebook, f"card {UPPER}")
    notebook.page.evaluate(TO_A_CELL, OTHER)
    expect_at(notebook, f"card {UPPER}")

    notebook.page.locator(".jp-Notebook .jp-Cell").nth(OTHER).click()
    notebook.page.locator(".jp-Notebook .jp-Cell").nth(OTHER).and_(
        notebook.page.locator(":focus")
    ).wait_for()
    notebook.page.evaluate(TO_A_CELL, OTHER + 1)
    notebook.focused(notebook.page.locator(".jp-Notebook .jp-Cell").nth(OTHER + 1))


def test_who_has_gone_to_a_card_himself_stays_there(notebook: Notebook) -> None:
    come(notebook, LOWER, "below")
    expect_at(notebook, "below")
    notebook.page.keyboard.press("Shift")
    come(notebook, UPPER, "above")
    notebook.page.locator("[data-arrived]:text('above')").wait_for()
    expect_at(notebook, "below")

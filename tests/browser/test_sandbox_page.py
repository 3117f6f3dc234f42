"""The sandbox's page in a real browser: it can be read, wide and narrow, and nothing jumps."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.sandbox.server.process import Running, start, stop
from tests.browser.lab import LIMIT

LONG = "\n".join(f"line {number} of what is asked" for number in range(60))
EDGE = "document.querySelector('#bugs').getBoundingClientRect().top"
SCROLLED = "document.querySelector('#bugs pre').scrollTop"
A_LOOK_LATER = 7000
"""The page looks every five seconds, in milliseconds."""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A sandbox with the sample project and a bug with a long text."""
    made = start(tmp_path / "sample", keep=True, sample=True)
    made.client.expect(
        "POST",
        "/bugzilla/rest/bug",
        {
            "product": "Cloud Services",
            "component": "Operations: Deployment Requests",
            "version": "unspecified",
            "summary": "Please deploy tidewatch 1.9 to STAGE",
            "description": LONG,
        },
    )
    yield made
    stop(made.folder)


def visit(browser: Any, running: Running, *, width: int, place: str = "") -> Any:
    """The page, come in to, at its beginning or a place of it."""
    context = browser.new_context(viewport={"width": width, "height": 700})
    context.set_default_timeout(LIMIT * 1000)
    page = context.new_page()
    page.goto(running.page)
    page.goto(f"{running.url}/{place}")
    page.get_by_role("heading", name="What happened").wait_for()
    return page


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_it_can_be_read_at_any_width(
    browser: Any, running: Running, width: int, tmp_path: Path
) -> None:
    page = visit(browser, running, width=width)
    page.screenshot(path=tmp_path / f"page-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    summary = page.locator("#bugs td", has_text="Please deploy tidewatch").first
    text = page.locator("#bugs pre").first
    assert summary.bounding_box()["height"] < 60, "a summary has one line, or two"
    assert text.bounding_box()["width"] > 0.75 * width * (0.8 if width > 1000 else 1)


def check_same_place(before: list[float], after: list[float]) -> None:
    """The bug stands where it stood: a page is scrolled by whole pixels, and rows are no such."""
    assert abs(after[0] - before[0]) < 1 and after[1] == before[1], (before, after)


def test_what_is_read_stays_where_it_is_when_something_happens(
    browser: Any, running: Running
) -> None:
    page = visit(browser, running, width=1280, place="bugzilla/show_bug.cgi?id=1")
    page.evaluate("document.querySelector('#bugs pre').scrollTop = 50; scrollBy(0, 30)")
    before = page.evaluate(f"[scrollY, {EDGE}, {SCROLLED}]")
    for number in range(3):  # above what is read, and below it
        running.client.expect(
            "POST",
            "/sandbox/deployments",
            {
                "repository": "harbor/tidewatch",
                "environment": "stage",
                "version": f"1.8.{number}",
                "commit": "b8f370ea7234d6497a1ba580f7b90fa2d4db396a",
            },
        )
    page.locator("#deployments").get_by_text("tidewatch 1.8.2").wait_for()
    after = page.evaluate(f"[scrollY, {EDGE}, {SCROLLED}]")
    check_same_place(before[1:], after[1:])
    assert after[0] > before[0], "and what is new stands above it"
    page.wait_for_timeout(A_LOOK_LATER)
    check_same_place(after[1:], page.evaluate(f"[{EDGE}, {SCROLLED}]"))


def test_it_says_that_its_sandbox_has_ended(browser: Any, running: Running) -> None:
    page = visit(browser, running, width=1280)
    assert page.get_by_role("alert").count() == 0
    stop(running.folder)
    page.get_by_role("alert").get_by_text("This sandbox has ended").wait_for()
    assert page.get_by_role("heading", name="harbor/tidewatch").is_visible()


def test_a_link_opens_as_soon_as_its_reader_has_come_in(browser: Any, running: Running) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{running.url}/harbor/tidewatch/tree/1.8")
    page.get_by_text("Come in first").wait_for()
    context.new_page().goto(running.page)
    page.get_by_text("Predicts tides").wait_for()
    assert page.url.endswith("/#harbor/tidewatch/tree/1.8")
    assert page.evaluate("scrollY") > 0, "at its place"

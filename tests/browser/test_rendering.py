"""What is shown reads well where our extension is not: exported, on GitHub, in VS Code."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nh3
import pytest

from tests.browser.test_gates import AUDIT
from tests.display.test_anywhere import NOTEBOOKS, SHOWN, bundle, outputs

(RELEASE,) = (path for path in NOTEBOOKS if path.stem == "release")
LIGHT, DARK = "light", "dark"
GROUNDS = {
    ("vscode", LIGHT): ("#ffffff", "#3b3b3b", "#005fb8"),
    ("vscode", DARK): ("#1f1f1f", "#cccccc", "#4daafc"),
    ("github", LIGHT): ("#ffffff", "#1f2328", "#0969da"),
}
"""The ground, the text and the links of the themes that VS Code and GitHub bring along; no style of
ours is left on GitHub, and one of its themes is as good as the other."""
TABLES = (
    "table{border-collapse:collapse}th,td{padding:.3em .6em}"
    "tbody tr:nth-child(even){background:rgb(127 127 127/.08)}"
)
GITHUB = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "br", "b", "i", "strong", "em", "a", "pre", "code"),
    *("img", "div", "p", "ol", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "hr"),
    *("blockquote", "details", "summary", "del", "s", "small", "span", "sub", "sup"),
}
"""What GitHub leaves of HTML, and no style: https://github.com/gjtorikian/html-pipeline, whose
list it uses."""
WIDTHS = (1280, 900)
WIDE = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of the browser alone."""
    page = browser.new_page()
    yield page
    page.close()


def displays() -> Iterator[str]:
    """Each kind of display, and all that a release shows, as HTML."""
    yield from (bundle(name)["text/html"] for name in SHOWN)
    yield from (data["text/html"] for data in outputs(RELEASE) if "text/html" in data)


def page_of(viewer: str, theme: str) -> str:
    """The displays as a viewer shows them, none of JupyterLab's variables beside them."""
    ground, text, link = GROUNDS[viewer, theme]
    shown = displays()
    if viewer == "github":
        shown = (nh3.clean(one, tags=GITHUB, attributes={"a": {"href"}}) for one in shown)
    style = (
        f":root{{--vscode-editor-background:{ground};--vscode-foreground:{text};"
        f"color-scheme:{theme}}}body{{background:{ground};color:{text};"
        f"font:13px sans-serif}}a{{color:{link}}}{TABLES}"
    )
    body = "".join(f"<section>{one}</section>" for one in shown)
    head = f'<html lang="en"><title>Shown</title><style>{style}</style>'
    return f"<!doctype html>{head}<body><main>{body}</main></body></html>"


def assert_good(page: Any, axe: str, scope: str, pictures: Path, *, wide: bool = False) -> None:
    """Everybody can read it, and nothing of it lies beyond the window's edge unless it may."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert wide or page.evaluate(WIDE) <= 0, width
    page.screenshot(path=pictures / "shown.png", full_page=True)
    page.evaluate(axe)
    passed, faults = page.evaluate(AUDIT, scope)
    assert (passed > 100, faults) == (True, [])


@pytest.mark.parametrize(("viewer", "theme"), GROUNDS)
def test_it_is_read_without_our_extension_in_either_theme(
    page: Any, axe: str, tmp_path: Path, viewer: str, theme: str
) -> None:
    page.set_content(page_of(viewer, theme))
    assert_good(page, axe, "main", tmp_path, wide=viewer == "github")


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_an_exported_page_is_read_in_either_theme(
    page: Any, axe: str, tmp_path: Path, theme: str
) -> None:
    nbconvert = pytest.importorskip("nbconvert", reason="nbconvert comes with JupyterLab")
    exporter = nbconvert.HTMLExporter(template_name="lab", theme=theme)
    page.route("https://**", lambda route: route.abort())
    page.set_content(exporter.from_filename(str(RELEASE))[0], wait_until="domcontentloaded")
    assert_good(page, axe, ".jp-RenderedHTML", tmp_path)

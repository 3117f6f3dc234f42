"""What is shown reads well wherever it is read: as text alone, and as HTML without a style.

GitHub's viewer leaves out scripts, styles and most attributes: words that only a style sets apart
would run together there.
"""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.display.lines import StepLine
from runbook_lib.display.table import Table, summary
from runbook_lib.errors import Outcome
from runbook_lib.steps.report import Report

ROOT = Path(__file__).parent.parent.parent
NOTEBOOKS = sorted((ROOT / "tests" / "runbooks").glob("*.ipynb"))
BLOCKS = {"br", "div", "li", "p", "pre", "table", "td", "th", "tr", "details", "summary", "hr"}
NEVER = {"script", "style", "link", "iframe", "form", "input", "button", "object", "embed"}


class Read(HTMLParser):
    """HTML as it is read without any style: its words, and what it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.tags: set[str] = set()
        self.attributes: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name: value or "" for name, value in attrs}
        self.words += " " if tag in BLOCKS else ""

    def handle_endtag(self, tag: str) -> None:
        self.words += " " if tag in BLOCKS else ""

    def handle_data(self, data: str) -> None:
        self.words += data


def line(outcome: Outcome, **said: Any) -> StepLine:
    found = {"detail": "origin has 1.9\nand one more", "link": "https://git.example/a/b", **said}
    return StepLine(Report("push_tag", outcome, seconds=0.3, **found))


SHOWN = {
    "good": line("good"),
    "done": line("done", announced="push tag 1.9 to origin"),
    "waiting": line("waiting", announced="wait for the review"),
    "failed": line("failed"),
    "warning": line("good", detail="! look at this\nall else is well"),
    "running": StepLine(Report("push_tag", "unknown"), running="push tag 1.9"),
    "table": Table("Tags", ("tag", "link"), (("1.9", "https://git.example/a"),), ("and no more",)),
    "summary": summary("the run", [Report("push_tag", "done", "push", "pushed", seconds=1.0)], []),
}


def bundle(name: str) -> dict[str, str]:
    shown: Any = SHOWN[name]
    found: dict[str, str] = shown._repr_mimebundle_()
    return found


@pytest.mark.parametrize("name", SHOWN)
def test_without_a_style_no_words_run_together(name: str) -> None:
    found = bundle(name)
    plain = found["text/plain"].split()
    read = Read(found["text/html"]).words.split()
    without_scheme = [word.removeprefix("https://") for word in plain]
    assert [word for word in read if word not in (*plain, *without_scheme)] == []


@pytest.mark.parametrize("name", SHOWN)
def test_text_alone_says_all_that_the_html_says(name: str) -> None:
    found = bundle(name)
    read = Read(found["text/html"]).words
    assert len(found["text/plain"].split()) >= len(read.split())


def outputs(path: Path) -> list[dict[str, str]]:
    """What the cells of a notebook show, without pictures."""
    cells = json.loads(path.read_text())["cells"]
    shown = [one.get("data", {}) for cell in cells for one in cell.get("outputs", [])]
    kinds = ("text/plain", "text/html")
    return [{kind: "".join(data[kind]) for kind in kinds if kind in data} for data in shown if data]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_a_runbook_shows_needs_no_script_no_sheet_and_no_widget(path: Path) -> None:
    for data in outputs(path):
        assert data.get("text/plain", "").strip(), data
        assert "object at 0x" not in data["text/plain"]
        assert "<IPython" not in data["text/plain"]
        read = Read(data.get("text/html", ""))
        assert read.tags & NEVER == set()
        assert not [name for name in read.attributes if name.startswith("on")]
        assert "javascript:" not in read.attributes.get("href", "")


def test_nbconvert_shows_a_run_with_every_word() -> None:
    nbconvert = pytest.importorskip("nbconvert", reason="nbconvert comes with JupyterLab")
    page, _ = nbconvert.HTMLExporter(template_name="basic").from_filename(str(NOTEBOOKS[-1]))
    read = " ".join(Read(page).words.split())
    for data in outputs(NOTEBOOKS[-1]):
        html = data.get("text/html")
        words = Read(html).words.split() if html else data["text/plain"].split()
        assert [word for word in words if word not in read] == []

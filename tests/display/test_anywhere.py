"""What is shown reads well wherever it is read: as text alone, and as HTML without a style.

GitHub's viewer leaves out scripts, styles and most attributes: words that only a style sets apart
would run together there.
"""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.display.banner import Banner
from runbook_lib.display.card import Card
from runbook_lib.display.error_card import ErrorCard, StopLine
from runbook_lib.display.lines import StepLine
from runbook_lib.display.table import Table, summary
from runbook_lib.display.timeline import make_timeline
from runbook_lib.errors import Outcome
from runbook_lib.journal.decision import Decision
from runbook_lib.policy.told_apart import told_apart
from runbook_lib.steps.question import Question
from runbook_lib.steps.report import Report
from tests.display.test_board import BOARD
from tests.display.test_timeline import EVENTS

ROOT = Path(__file__).parent.parent.parent
NOTEBOOKS = sorted((ROOT / "tests" / "runbooks").glob("*.ipynb"))
BLOCKS = {"br", "div", "li", "p", "pre", "table", "td", "th", "tr", "details", "summary", "hr"}
NEVER = {"script", "style", "link", "iframe", "form", "input", "button", "object", "embed"}


class Read(HTMLParser):
    """HTML as it is read without any style: its words, and what it is made of.

    In `apart`, each element is set apart from what stands beside it, as a style may do.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = self.apart = ""
        self.tags: set[str] = set()
        self.attributes: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name: value or "" for name, value in attrs}
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self.text += " " if tag in BLOCKS else ""
        self.apart += " "

    def handle_data(self, data: str) -> None:
        self.text += data
        self.apart += data


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def line(outcome: Outcome, **said: Any) -> StepLine:
    found = {"detail": "origin has 1.9\nand one more", "link": "https://git.example/a/b", **said}
    return StepLine(Report("push_tag", outcome, seconds=0.3, **found))


QUESTION = Question("mill/p/1", "flour", "The flour", "fine, and *white*", "3f2c81d09" * 8)
APPROVED = Decision(
    "flour", QUESTION.digest, "approved", "mia", "quay", "card", "it is good", "mia"
)
SHOWN = {
    "good": line("good"),
    "done": line("done", announced="push tag 1.9 to origin"),
    "waiting": line("waiting", announced="wait for the review"),
    "failed": line("failed"),
    "warning": line("good", detail="! look at this\nall else is well"),
    "running": StepLine(Report("push_tag", "unknown"), running="push tag 1.9"),
    "board": BOARD,
    "banner": Banner("mill", "moz/mill on github.com", plan=True),
    "error": ErrorCard("Refused", "refused", told_apart("expected one, found two: choose one")),
    "gate": Card(QUESTION, asked="12:00 UTC", ahead="8 · Bake", banner=Banner("mill", "moz/mill")),
    "passed": Card(QUESTION, APPROVED, passed=True),
    "stop": StopLine("This cell has stopped at the gate flour."),
    "timeline": make_timeline(EVENTS),
    "table": Table("Tags", ("tag", "link"), (("1.9", "https://git.example/a"),), ("and no more",)),
    "summary": summary("the run", [Report("push_tag", "done", "push", "pushed", seconds=1.0)], []),
}


def bundle(name: str) -> dict[str, str]:
    shown: Any = SHOWN[name]
    found: dict[str, str] = shown._repr_mimebundle_()
    return found


@pytest.mark.parametrize("name", SHOWN)
def test_without_a_style_no_words_run_together(name: str) -> None:
    read = Read(bundle(name)["text/html"])
    assert words(read.text) == words(read.apart)
    assert read.tags & NEVER == set()


@pytest.mark.parametrize("name", [name for name in SHOWN if name != "error"])
def test_text_alone_says_all_that_the_html_says(name: str) -> None:
    found = bundle(name)
    assert len(words(found["text/plain"])) >= len(words(Read(found["text/html"]).text))


def test_the_text_of_an_error_alone_is_its_message() -> None:
    assert " ".join(bundle("error")["text/plain"].split()) == (
        "Refused: expected one, found two: choose one"
    )


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
        assert words(read.text) == words(read.apart)
        assert read.tags & NEVER == set()
        assert not [name for name in read.attributes if name.startswith("on")]
        assert "javascript:" not in read.attributes.get("href", "")


def test_nbconvert_shows_a_run_with_every_word() -> None:
    nbconvert = pytest.importorskip("nbconvert", reason="nbconvert comes with JupyterLab")
    page, _ = nbconvert.HTMLExporter(template_name="basic").from_filename(str(NOTEBOOKS[-1]))
    read = set(words(Read(page).text))
    for data in outputs(NOTEBOOKS[-1]):
        html = data.get("text/html")
        assert set(words(Read(html).text if html else data["text/plain"])) <= read

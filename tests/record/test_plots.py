"""Pictures of graphs are in the record, and on the page that is made of it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.record.conftest import CELLS, Practice, write_notebook
from tests.release.world import stop_worlds
from tests.services.drawn import make_report

PICTURE = re.compile(r'src="(data:image/png;base64,[A-Za-z0-9+/=]+)"')
GRAPHS = ("## Graphs", "from tests.services.drawn import make_report\n\nmake_report()")


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Practice]:
    """A machine with a runbook that shows graphs."""
    notebook = write_notebook(tmp_path / "practice.ipynb", [*CELLS[:3], GRAPHS, CELLS[-1]])
    (tmp_path / "desk").mkdir()
    made = Practice(tmp_path, notebook, tmp_path / "home", tmp_path / "desk")
    yield made
    stop_worlds(made.home)


def test_a_plot_survives_in_the_record_and_on_its_page(machine: Practice) -> None:
    machine.run()
    drawn = PICTURE.findall(make_report().html())
    assert len(drawn) == 1
    (session,) = machine.sessions
    (record,) = session.glob("*.ipynb")
    shown = [
        "".join(output["data"]["text/html"])
        for cell in json.loads(record.read_text())["cells"]
        for output in cell.get("outputs", ())
        if "text/html" in output.get("data", {})
    ]
    assert [picture for html in shown for picture in PICTURE.findall(html)] == drawn
    machine.command("show", "1.0", "--html", "page.html")
    page = (machine.folder / "page.html").read_text()
    assert PICTURE.findall(page) == drawn
    assert "5xx a minute" in page
    plain = machine.command("show", "1.0")
    assert "alarm         5xx a minute:" in plain
    assert "against a median of" in plain

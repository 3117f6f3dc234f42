"""What a notebook says beside its lines: HTML, metadata, a cell's status; and what is none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proof.conftest import Verify
from tests.proof.forgery import Forger, Said
from tests.proof.test_tampering import notebook


def shown_as_html(record: Said) -> Said:
    """The output that says as HTML what a step came to."""
    outputs = [one for cell in record["cells"] for one in cell.get("outputs", ())]
    data = [one["data"] for one in outputs if "put cup" in str(one.get("data", ""))]
    return dict(next(one for one in data if "text/html" in one))


def html_changed(record: Said) -> None:
    """JupyterLab shows the HTML, and not the text beside it."""
    html = shown_as_html(record)["text/html"]
    html[:] = [line.replace("put cup on the desk", "put gold on the desk") for line in html]


def only_text(record: Said) -> None:
    """The line is another, and has no HTML beside it."""
    for cell in record["cells"]:
        for output in cell.get("outputs", ()):
            if "put cup" in str(output.get("data", "")):
                output["data"] = {"text/plain": ["✔ done      put gold on the desk          0.0 s"]}


def only_html(record: Said) -> None:
    """The text beside the HTML says nothing of a step."""
    html_changed(record)
    for cell in record["cells"]:
        for output in cell.get("outputs", ()):
            if "put gold" in str(output.get("data", "")):
                output["data"]["text/plain"] = ["<StepLine>"]


def outcome_left_out(record: Said) -> None:
    del record["metadata"]["runbook"]["outcome"]


def detail_left_out(record: Said) -> None:
    del record["metadata"]["runbook"]["steps"][0]["detail"]


def cell_called_done(record: Said) -> None:
    """The cell in which the kernel was killed."""
    for cell in record["cells"]:
        said = cell["metadata"]["runbook"]
        said["status"] = "done" if said.get("status") == "unknown" else said.get("status")


def no_list_of_steps(record: Said) -> None:
    record["metadata"]["runbook"]["steps"] = None


def no_kind_of_cell(record: Said) -> None:
    del record["cells"][3]["cell_type"]


def no_metadata(record: Said) -> None:
    record["metadata"]["runbook"] = "none"


@pytest.mark.parametrize(
    ("place", "change", "words"),
    [
        (1, html_changed, "found done 'put cup on the desk', done as HTML"),
        (1, only_text, "put gold on the desk"),
        (1, only_html, "done as HTML"),
        (1, outcome_left_out, "outcome"),
        (1, detail_left_out, "detail of step 1"),
        (0, cell_called_done, "called done"),
        (1, no_list_of_steps, "a notebook as the recorder writes it"),
        (1, no_kind_of_cell, "a notebook as the recorder writes it"),
        (1, no_metadata, "a notebook as the recorder writes it"),
    ],
)
def test_a_notebook_that_says_another_thing_is_named(
    home: Path,
    forger: Forger,
    prove: Verify,
    place: int,
    change: Callable[[Said], None],
    words: str,
) -> None:
    session = forger.entries()[place].session
    forger.change(notebook(place, change))
    proved = prove(home)
    assert (proved.status, proved.first["session"]) == (1, session), proved.text
    said = [
        f"expected {one['expected']}; found {one['found']}"
        for one in proved.findings
        if one["about"] == "notebook"
    ]
    assert any(words in text for text in said), proved.text

"""A check is let pass, and a step done by hand, by the person at JupyterLab's cards."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

import tests.browser.lab
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.record.conftest import write_notebook
from tests.record.team import PROFILE, give_secrets, make_remote

ALLOWED = 'waivable = ["check_lag"]\nwaivers.check_lag = { operator_counts = true }\n'
JOIN = (
    "from dataclasses import dataclass\n\n\n@dataclass(frozen=True)\nclass Subject:\n"
    "    name: str\n\n\nrun.join('1.0', Subject('1.0'))"
)
CHECK = (
    "from runbook_lib.errors import Refused\nfrom runbook_lib.steps.step import check\n\n\n"
    "class Replica:\n    runner = run.runner\n\n    @check\n    def check_lag(self):\n"
    '        raise Refused("expected a lag below 1 s, found <5 s>")\n\n\n'
    "lag = Replica().check_lag()\nlag"
)
BY_HAND = 'table = run.by_hand("Restart the replica", good="<b>no</b> lag", evidence="link")\ntable'
BESIDE = "print('after the table')"
CLOSE = "run.close()"
CELLS = (
    ("", 'profile: str = "team"  # a profile\nplan: bool = False  # only say'),
    ("", 'from runbook_lib import open_run\n\nrun = open_run("practice", parameters=globals())'),
    *(("", source) for source in (JOIN, CHECK, BY_HAND, BESIDE, CLOSE)),
)
HAND = "run.by_hand("
LINK = "https://grafana.example/d/1"


@pytest.fixture
def runbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A runbook of a team, in whose profile a check may be waived by the operator."""
    give_secrets(monkeypatch)
    books = tmp_path / "books"
    books.mkdir()
    write_notebook(books / "practice.ipynb", CELLS)
    remote = make_remote(tmp_path / "remote.git")
    profile = PROFILE.format(operator="olive", remote=remote, silent=900, gates=ALLOWED)
    (tmp_path / "runbook.toml").write_text(profile)
    monkeypatch.setenv("RUNBOOK_CONFIG", str(tmp_path / "runbook.toml"))
    monkeypatch.setattr(tests.browser.lab, "RUNBOOKS", books)
    return "practice"


@pytest.fixture
def lab(own_lab: Lab) -> Lab:
    """JupyterLab with the team's environment."""
    return own_lab


def events(lab: Lab, *kinds: str) -> list[dict[str, Any]]:
    """What the run's journals say of those kinds."""
    journals = sorted(lab.home.glob("profiles/team/runs/*/*/*/sessions/*/journal.jsonl"))
    said = [json.loads(line) for path in journals for line in path.read_text().splitlines()]
    return [event for event in said if event["event"] in kinds]


def click(notebook: Notebook, cell: str, button: str, *given: str) -> Any:
    """Fill the fields under a cell, and click; what stands there."""
    shown = notebook.output(cell)
    for number, text in enumerate(given):
        shown.locator("input").nth(number).fill(text)
    shown.get_by_role("button", name=button).click()
    return shown


def test_a_check_is_waived_and_a_step_is_confirmed_at_their_cards(
    lab: Lab, notebook: Notebook, tmp_path: Path
) -> None:
    notebook.run_all()
    notebook.output("check_lag").get_by_role("button", name="Waive").wait_for()
    notebook.idle()
    assert notebook.prompt(HAND) == "[ ]:"
    shown = click(notebook, "check_lag", "Waive")
    shown.get_by_text("expected a reason").wait_for()
    notebook.picture(tmp_path / "waive.png")
    assert "found <5 s>" in shown.inner_text()
    click(notebook, "check_lag", "Waive", "it is catching up")
    shown.get_by_text("waived by olive").first.wait_for()

    shown = notebook.output(HAND)
    shown.get_by_text("has stopped at the step by hand restart-the-replica").wait_for()
    notebook.idle()
    assert "<b>no</b> lag" in shown.inner_text()
    assert notebook.prompt(BESIDE) == "[ ]:"
    notebook.focused(shown.locator("input").first)
    click(notebook, HAND, "Confirm", "done, I think")
    shown.get_by_text("expected a link as evidence").wait_for()
    notebook.picture(tmp_path / "by-hand.png")
    assert not [one for one in events(lab, "approved") if one["kind"] == "by hand"]
    click(notebook, HAND, "Confirm", LINK, "took two tries")
    shown.get_by_text("confirmed by olive").first.wait_for()
    expect(shown.get_by_role("button")).to_have_count(0)

    summary = notebook.output(CLOSE)
    summary.get_by_text("1 by hand, 1 waived").wait_for()
    notebook.picture(tmp_path / "end.png")
    assert "Let pass: check_lag" in summary.inner_text()
    assert notebook.output(HAND).get_by_text(LINK).count()
    waived, confirmed = events(lab, "approved")
    assert (waived["kind"], waived["reason"]) == ("waiver", "it is catching up")
    assert (confirmed["kind"], confirmed["evidence"]) == ("by hand", LINK)
    outcomes = [one["outcome"] for one in events(lab, "outcome")]
    assert outcomes[:4] == ["refused", "waived", "waiting", "done"]


def test_what_cannot_be_done_stays_refused(lab: Lab, notebook: Notebook) -> None:
    notebook.run_all()
    notebook.output("check_lag").get_by_role("button", name="Waive").wait_for()
    notebook.idle()
    shown = click(notebook, "check_lag", "Waive", "it is catching up")
    shown.get_by_text("waived by olive").first.wait_for()
    shown = notebook.output(HAND)
    shown.get_by_text("has stopped at the step by hand").wait_for()
    notebook.idle()
    click(notebook, HAND, "Can't be done", "", "no such replica")
    shown.get_by_text("not done by olive").first.wait_for()
    notebook.run(HAND)
    shown.get_by_text("Refused:").first.wait_for()
    assert "no such replica" in shown.inner_text()
    assert events(lab, "rejected")[0]["reason"] == "no such replica"

"""The runbooks without anybody at them: what the terminal is told, and what it is told to run."""

import sys
from typing import Any

import pytest

from runbook_lib.cli.run import tell_withheld
from runbook_lib.engine.finished import Finished
from runbook_lib.engine.headless import carry_out
from runbook_lib.engine.watches import NoWatch
from tests.push.world import TeamWorld


class Heard(NoWatch):
    """Keeps what the kernel's process says."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def said(self, text: str) -> None:
        """Keep it."""
        self.lines.append(text)


def run(runbook: str, *given: str) -> tuple[Finished, str]:
    heard = Heard()
    finished = carry_out(runbook, list(given), watch=heard)
    return finished, "\n".join(heard.lines)


@pytest.mark.usefixtures("world")
def test_the_week_is_shown_where_no_cell_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    # Where pytest says that it is at work, ipykernel leaves the terminal alone.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    finished, said = run("push_duty")
    assert finished.outcome == "done"
    for shown in ("The next pushes", "The push of 2026-03-12", "pelican/server#430", "Grafana ops"):
        assert said.count(shown) == 1, said
    assert "runbook run tag_push -p push_date=2026-03-12" in said


def test_what_goes_on_names_the_push_that_was_meant(world: TeamWorld) -> None:
    sha = world.heads()["frontend"]
    body = {"state": "failure", "context": "lint"}
    world.client().expect("POST", f"/api/v3/repos/pelican/frontend/statuses/{sha}", body)
    finished, _ = run("tag_push")
    assert "To go on: runbook run tag_push -p push_date=2026-03-12" in str(finished.error)
    named, _ = run("tag_push", "push_date=2026.03.12")
    assert "To go on: runbook run tag_push -p push_date=2026-03-12" in str(named.error)


@pytest.mark.usefixtures("world")
def test_a_private_refusal_says_why_on_the_operators_own_terminal_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    finished, _ = run("security_fixes", "branches=limit-uploads")
    told = f"{finished.error} {finished.result}"
    assert finished.outcome == "refused" and "approv" not in told
    tell_withheld(finished)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    tell_withheld(finished)
    said = capsys.readouterr().err
    assert "Only said here: expected" in said and "limit-uploads" in said and "approv" in said

"""The release runbook without anybody at it: what was found is told in the terminal, too."""

from pathlib import Path

import pytest

from tests.push.test_from_a_terminal import run


def test_what_was_found_is_shown_where_no_cell_is_seen(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where pytest says that it is at work, ipykernel leaves the terminal alone.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    finished, said = run("release", "plan=True")
    assert finished.outcome == "planned", finished
    assert said.count("What I found") == 1
    assert "the newest version that the source branch reaches" in said

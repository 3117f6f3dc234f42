"""The references of public names, errors and outcomes have all of them."""

from typing import get_args

import pytest

import runbook_lib
from docs.pages import names
from runbook_lib.errors import Outcome, RunbookError


@pytest.mark.parametrize("name", runbook_lib.__all__)
def test_every_public_name_is_told_and_says_what_it_is(name: str) -> None:
    assert f":: runbook_lib.{name}\n" in names.page()
    value = getattr(runbook_lib, name)
    assert names.text_below(name) if get_args(value) else value.__doc__


def every_error(kind: type[RunbookError]) -> set[type[RunbookError]]:
    return {kind}.union(*(every_error(each) for each in kind.__subclasses__()))


def test_every_error_is_told_with_its_outcome_and_status() -> None:
    ours = {kind for kind in every_error(RunbookError) if kind.__module__ == "runbook_lib.errors"}
    assert set(names.error_classes()) == ours
    page = names.error_page()
    for kind in ours:
        assert f"| `{kind.__name__}` | `{kind.outcome}` |" in page
    assert "| `Unavailable` | `waiting` | 75 | A service gave no answer" in page
    assert "| `UsageError` | `refused` | 2 |" in page
    assert "└── Held" in page


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_every_outcome_is_told(outcome: str) -> None:
    assert f"| `{outcome}` | {names.MEANINGS[outcome]} |" in names.outcome_page()

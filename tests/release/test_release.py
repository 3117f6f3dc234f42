"""Which run a session goes on with."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from runbook_lib.release.decision import is_open
from runbook_lib.release.habit_tables import NameTemplates
from runbook_lib.release.release import Decided
from runbook_lib.run.run import Run


def a_run(*tags: str) -> Run:
    """What `is_open` asks of a run: its profile's names, and the tags upstream."""
    named: list[Any] = [SimpleNamespace(name=tag) for tag in tags]
    profile = SimpleNamespace(project="tidewatch", names=NameTemplates())
    return cast(Run, SimpleNamespace(profile=profile, mirror=SimpleNamespace(tags=lambda: named)))


DECIDED = Decided("1.8.0", "master", "0" * 40, "1.7", "2026-01-01", "{version}", "", "")


@pytest.mark.parametrize(
    ("tags", "open_"),
    [
        (["1.7"], True),
        (["1.7", "1.8"], True),
        (["1.7", "1.9"], False),
        (["1.7", "1.8", "1.9"], True),
    ],
)
def test_a_run_without_a_tag_is_left_once_a_larger_version_is_released(
    tags: list[str], open_: bool
) -> None:
    assert is_open(a_run(*tags), DECIDED) is open_


def test_a_run_without_a_decision_is_not_gone_on_with() -> None:
    assert not is_open(a_run("1.7"), None)

"""What is found of how commits say what they change."""

from datetime import UTC, datetime

import pytest

from runbook_lib.policy.commits import Commit
from runbook_lib.policy.release.saying import find_saying


def commits(*subjects: str) -> list[Commit]:
    when = datetime(2020, 2, 7, tzinfo=UTC)
    return [Commit(f"{n:040x}", ("0",), "Ada", when, text) for n, text in enumerate(subjects)]


@pytest.mark.parametrize(
    ("subjects", "found", "seen", "missing"),
    [
        (["feat: x", "docs: y", "y"], "2 of 3 say what they change", "3 commits since 1.8", False),
        (["ui: x", "UI(a): y", "lib: z"], "",
         "3 commits since 1.8; begun with words that are no types: ui (2)", True),
        (["x"], "", "1 commit since 1.8", True),
    ],
)  # fmt: skip
def test_it_is_said_how_many_say_what_they_change(
    subjects: list[str], found: str, seen: str, missing: bool
) -> None:
    finding = find_saying(commits(*subjects), since="1.8")
    assert (finding.found, finding.seen, bool(finding.missing)) == (found, seen, missing)
    assert finding.otherwise == "commits.types, commits.source"

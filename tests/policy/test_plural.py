"""Numbers of things are words that go together, and they come from one place."""

import re
from pathlib import Path

import pytest

import runbook_lib
from runbook_lib.policy.plural import plural

COUNTED = re.compile(
    r"\{(?:len\([^{}]*|[^{}]*\bcount\([^{}]*|count|number|more|ahead|behind|beyond|[^{}]*\.count)\}"
    r" (?:\w+ )?(?:bugs|commits|events|files|lines|panels|records|repositories|steps|users)\b"
)
LIBRARY = Path(runbook_lib.__file__).parent


def test_one_thing_is_not_several() -> None:
    assert [plural(n, "commit") for n in (0, 1, 2)] == ["0 commits", "1 commit", "2 commits"]
    assert plural(1, "duty", "duties") == "1 duty"
    assert plural(2, "duty", "duties") == "2 duties"


@pytest.mark.parametrize("path", sorted(LIBRARY.rglob("*.py")), ids=lambda path: path.stem)
def test_nothing_is_counted_by_hand(path: Path) -> None:
    assert COUNTED.search(path.read_text()) is None

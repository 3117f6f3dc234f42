"""In every form of a changelog nobody is called, what breaks is told, and each line is found."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from runbook_lib.policy.accounting import account
from runbook_lib.policy.changelog import find_entry
from runbook_lib.policy.changelog.beginning import find_form
from runbook_lib.policy.changelog.rendering import lines_of
from runbook_lib.policy.changelog.writing import Wanted, write_entry
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.version import Version

LINK = "https://github.com/example/kit"
COMMITS = [
    Commit("1" * 40, ("0",), "Ada", datetime(2020, 2, 7, tzinfo=UTC), subject, body)
    for subject, body in (
        ("feat: ask @iris (#84), fixes #3", ""),
        ("fix(@babel/core): see o/r#5", "BREAKING CHANGE: by @ada"),
    )
]
FILES = {
    "CHANGELOG.md": "# Changelog\n\n## [1.8.0] - 2020-01-01\n\n### Added\n\n- a thing\n- another\n",
    "CHANGES.rst": "Changes\n=======\n\n1.8.0 (2020-01-01)\n------------------\n\n* a thing\n",
    "NEWS.txt": "1.8.0 (2020-01-01)\n\n- a thing\n- another\n",
}


@pytest.mark.parametrize("file", FILES)
def test_nobody_is_called_in_any_form(file: str) -> None:
    before = FILES[file]
    form, version = find_form(before, file), Version.parse("1.9.0")
    wanted = Wanted(version, "1.9.0", date(2020, 2, 8), LINK)
    entry = find_entry(write_entry(before, form, wanted, lines_of(COMMITS)), version)
    assert entry is not None
    for said in ("@iris", "#3", "@babel/core", "o/r#5", "@ada"):
        assert f"`{said}`" in entry.text, entry.text
    assert account(entry, COMMITS).left_out == (), entry.text
    assert Path(file).suffix != ".md" or f"[#84]({LINK}/issues/84)" in entry.text

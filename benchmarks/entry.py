"""Writes the entry of a release: `python -m benchmarks.entry REPOSITORY TAG`."""

import sys
from datetime import date
from pathlib import Path

from runbook_lib.policy.changelog.form import learn_form
from runbook_lib.policy.changelog.rendering import lines_of
from runbook_lib.policy.changelog.writing import Wanted, write_entry
from runbook_lib.policy.reverts import drop_reverts
from runbook_lib.policy.version import Version
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import read_commits


def main() -> None:
    """Print the changelog with the entry of what was committed since a tag."""
    repository, since = Path(sys.argv[1]), sys.argv[2]
    git = Git(repository)
    text = git.run("cat-file", "blob", "main:CHANGELOG.md").text + "\n"
    commits = drop_reverts(read_commits(git, "main", f"^{since}"))
    form = learn_form(text)
    assert form is not None, "the changelog has an entry to learn from"
    wanted = Wanted(Version.parse("2.0.0"), "2.0.0", date(2026, 1, 15))
    print(write_entry(text, form, wanted, lines_of(commits)))


if __name__ == "__main__":
    main()

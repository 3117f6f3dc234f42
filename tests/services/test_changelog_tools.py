"""Fragments, gathered by the real towncrier, scriv and changie in a place of their own."""

import os
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

from runbook_lib.errors import Failed, UsageError
from runbook_lib.policy.release.changelog import find_habit
from runbook_lib.policy.version import Version
from runbook_lib.release.changelog import ChangelogCheckout
from runbook_lib.services.changelog import Changelog
from runbook_lib.services.changelog import gathering as gathering_module
from runbook_lib.services.changelog.file import ChangelogFile
from runbook_lib.services.git import Worktree
from runbook_lib.steps.step import Runner
from tests.services.test_changelog import Checkout, checkout, hide, outcomes, runner

__all__ = ["checkout", "hide", "runner"]

V2 = Version(1, 9)
DAY = date(2020, 3, 1)

TOWNCRIER = {
    "towncrier.toml": '[tool.towncrier]\nname = "kit"\ndirectory = "changes"\n'
    'filename = "NEWS.md"\nissue_format = "#{issue}"\n',
    "NEWS.md": "# News\n\n<!-- towncrier release notes start -->\n\n"
    "# kit 1.8.0 (2020-02-13)\n\n### Bugfixes\n\n- Old.\n",
    "changes/12.feature.md": "Count all.\n",
    "changes/README.md": "How to write one.\n",
}
SCRIV = {
    "setup.cfg": "[scriv]\nformat = md\nfragment_directory = news.d\n",
    "CHANGELOG.md": "# Log\n\n<!-- scriv-insert-here -->\n\n"
    "<a id='changelog-1.8.0'></a>\n# 1.8.0 — 2020-02-13\n\n## Fixed\n\n- Old.\n",
    "news.d/20200201_ada.md": "### Added\n\n- Count all.\n",
    "news.d/README.md": "How to write one.\n",
}
CHANGIE = {
    ".changie.yaml": "changesDir: .changes\nunreleasedDir: unreleased\nheaderPath: header.tpl.md\n"
    "changelogPath: CHANGELOG.md\nversionExt: md\n"
    "versionFormat: '## {{.Version}} - {{.Time.Format \"2006-01-02\"}}'\n"
    "kindFormat: '### {{.Kind}}'\nchangeFormat: '* {{.Body}}'\n"
    "kinds:\n    - label: Added\n      auto: minor\n"
    "newlines:\n    afterChangelogHeader: 1\n    beforeChangelogVersion: 1\n    endOfVersion: 1\n",
    ".changes/header.tpl.md": "# Log\n",
    ".changes/v1.8.0.md": "## v1.8.0 - 2020-02-13\n### Added\n* Old.",
    ".changes/unreleased/Added-1.yaml": "kind: Added\nbody: Count all.\n"
    "time: 2020-02-20T10:00:00.000000Z\n",
    "CHANGELOG.md": "# Log\n\n\n## v1.8.0 - 2020-02-13\n### Added\n* Old.\n",
}


def commit_all(checkout: Checkout, files: dict[str, str]) -> None:
    """Write files and commit them."""
    for name, text in files.items():
        path = checkout.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    checkout.git("add", ".")
    checkout.commit("chore: files")


def changelog_of(checkout: Checkout, runner: Runner, **settings: object) -> Changelog:
    """The changelog of a checkout as a release has it."""
    start = checkout.git("rev-parse", "HEAD")
    tree = Worktree(checkout.path, runner, branch="master", start=start)
    place = ChangelogCheckout(tree, checkout.path.with_name("apart"), str(checkout.path))
    habit = find_habit(place.paths(), place.text)
    given = {"file": habit.file, "tool": habit.tool, "checkout": place, **settings}
    return Changelog(checkout.path, runner, **given)  # type: ignore[arg-type]


def write(changelog: Changelog) -> str:
    return changelog.write_entry(V2, since="1.8.0", date=DAY, title="1.9").text


@pytest.fixture
def changie() -> dict[str, str]:
    """An environment with changie in it; without it the test is skipped, and fails in CI."""
    clients = os.environ.get("RELEASE_CLIENTS", "")
    search = os.pathsep.join(filter(None, (f"{clients}/.bin", os.environ["PATH"])))
    if shutil.which("changie", path=search):
        return {**os.environ, "PATH": search}
    lacking = "needs changie: npm install changie, and name its node_modules in RELEASE_CLIENTS"
    if os.environ.get("CI"):
        pytest.fail(lacking)
    pytest.skip(lacking)


def test_towncrier_gathers_its_fragments_and_they_leave_with_the_entry(
    checkout: Checkout, runner: Runner
) -> None:
    commit_all(checkout, TOWNCRIER)
    changelog = changelog_of(checkout, runner)
    assert write(changelog) == ("# kit 1.9.0 (2020-03-01)\n\n## Features\n\n- Count all. (#12)\n")
    intent = runner.journal.find("intent", step="write_entry")
    assert intent is not None and intent.said["announced"] == (
        "write the entry 1.9 on top of NEWS.md, of 1 fragment in changes, by towncrier"
    )
    text = (checkout.path / "NEWS.md").read_text()
    assert text.startswith("# News\n\n<!-- towncrier release notes start -->\n\n# kit 1.9.0")
    assert text.endswith(TOWNCRIER["NEWS.md"].partition("start -->\n\n")[2])
    assert changelog.files == ("NEWS.md", "changes/12.feature.md")
    changed = checkout.git("status", "--porcelain").splitlines()
    assert [row.split() for row in changed] == [["M", "NEWS.md"], ["D", "changes/12.feature.md"]]


def test_scriv_gathers_its_fragments_and_its_entry_has_the_releases_date(
    checkout: Checkout, runner: Runner
) -> None:
    commit_all(checkout, SCRIV)
    changelog = changelog_of(checkout, runner)
    assert write(changelog) == (
        "<a id='changelog-1.9.0'></a>\n# 1.9.0 — 2020-03-01\n\n## Added\n\n- Count all.\n"
    )
    assert changelog.files == ("CHANGELOG.md", "news.d/20200201_ada.md")
    assert (checkout.path / "news.d/README.md").exists()
    assert outcomes(runner) == ["done"]
    write(changelog)
    assert outcomes(runner) == ["done", "already"]


def test_changie_makes_a_file_of_the_version_too(
    checkout: Checkout, runner: Runner, changie: dict[str, str]
) -> None:
    commit_all(checkout, CHANGIE)
    changelog = changelog_of(checkout, runner, environment=changie)
    assert write(changelog) == "## v1.9.0 - 2020-03-01\n### Added\n* Count all.\n"
    assert (checkout.path / ".changes/v1.9.0.md").read_text().startswith("## v1.9.0 - 2020-03-01\n")
    assert changelog.files == (
        ".changes/unreleased/Added-1.yaml", ".changes/v1.9.0.md", "CHANGELOG.md",
    )  # fmt: skip


@pytest.mark.parametrize("files", [TOWNCRIER, SCRIV], ids=["towncrier", "scriv"])
def test_a_session_that_is_killed_between_leaves_nothing_lost(
    checkout: Checkout, runner: Runner, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dying(ChangelogFile):
        def write(self, text: str) -> None:
            raise KeyboardInterrupt

    commit_all(checkout, files)
    with monkeypatch.context() as patch:
        patch.setattr(ChangelogFile, "write", Dying.write)
        with pytest.raises(KeyboardInterrupt):
            write(changelog_of(checkout, runner))
    fragments = [name for name in files if name.endswith((".feature.md", "_ada.md"))]
    assert not (checkout.path / fragments[0]).exists()
    again = changelog_of(checkout, runner)
    assert "Count all." in write(again)
    assert again.files == tuple(sorted([again.file, *fragments]))


def test_a_tool_that_is_not_installed_is_refused_with_what_to_install(
    checkout: Checkout, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit_all(checkout, TOWNCRIER)
    monkeypatch.setattr("runbook_lib.services.changelog.programs.sys.executable", "/nowhere/python")
    changelog = changelog_of(checkout, runner, environment={"PATH": "/nowhere"})
    with pytest.raises(UsageError, match=r"gathers the fragments in changes \(towncrier\.toml\)"):
        write(changelog)
    assert "pip install towncrier" in str(runner.reports[0].detail)
    assert (checkout.path / "changes/12.feature.md").exists()


def test_a_profiles_command_takes_away_fragments_and_no_other_file(
    checkout: Checkout, runner: Runner, tmp_path: Path
) -> None:
    commit_all(checkout, {**TOWNCRIER, "kept.txt": "x"})
    script = tmp_path / "news.py"
    script.write_text(
        "from pathlib import Path\nlog = Path('NEWS.md')\nPath('kept.txt').unlink()\n"
        "Path('changes/12.feature.md').unlink()\nPath('changes/new.md').write_text('x')\n"
        "new = '# kit 1.9\\n\\n- Own.\\n\\n# kit 1.8'\n"
        "log.write_text(log.read_text().replace('# kit 1.8', new))\n"
    )
    changelog = changelog_of(checkout, runner, command=(sys.executable, str(script)))
    assert write(changelog) == "# kit 1.9\n\n- Own.\n"
    assert changelog.files == ("NEWS.md", "changes/12.feature.md")
    assert (checkout.path / "kept.txt").exists()
    assert not (checkout.path / "changes/new.md").exists()


def test_a_tool_that_fails_changes_nothing(checkout: Checkout, runner: Runner) -> None:
    broken = {**TOWNCRIER, "towncrier.toml": TOWNCRIER["towncrier.toml"] + "template = 'none.md'\n"}
    commit_all(checkout, broken)
    with pytest.raises(Failed, match="expected towncrier to succeed"):
        write(changelog_of(checkout, runner))
    assert checkout.git("status", "--porcelain") == ""


def test_without_fragments_the_commits_are_told_in_the_form_of_the_others(
    checkout: Checkout, runner: Runner
) -> None:
    files = {name: text for name, text in TOWNCRIER.items() if "12" not in name}
    commit_all(checkout, files)
    checkout.commit("fix: mend it")
    found = changelog_of(checkout, runner).write_entry(
        V2, since="1.8.0", date=DAY, title="1.9", commits=checkout.commits()
    )
    assert found.text == "# kit 1.9.0 (2020-03-01)\n\n### Bugfixes\n\n- mend it\n"
    assert gathering_module.is_taken("changes/1.feature.md", " D", None) is False

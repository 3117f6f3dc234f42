"""Changelogs of many shapes, rehearsed: which file, which bytes, and what is asked."""

from collections.abc import Callable
from pathlib import Path

from tests.release.carried_out import Executed
from tests.release.history import Change, build
from tests.release.test_rehearsal import rehearse  # noqa: F401
from tests.release.world import World, git

Rehearse = Callable[..., tuple[Executed, World]]

PACKAGE = '[project]\nname = "sluice"\nversion = "1.1.0"\n'
WRITTEN = "tree.check_changed"


def history(files: dict[str, str], *subjects: str) -> list[Change]:
    """A release with these files in it, and commits since."""
    since = [Change(subject, {f"{n}.txt": subject}) for n, subject in enumerate(subjects)]
    return [Change("feat: begin", {"pyproject.toml": PACKAGE, **files}, tag="v1.1.0"), *since]


def changed(world: World, tag: str) -> dict[str, str]:
    """What the commit of a tag changes, by path: A, M or D."""
    rows = git(world.bare, "show", "--name-status", "--format=", f"{tag}^{{commit}}").splitlines()
    return {path: letter for letter, path in (row.split("\t") for row in rows)}


KEEP = """\
# Changelog

## [Unreleased]

### Added

- A gate that opens by itself.

## [1.1.0] - 2026-01-02

### Fixed

- The leak.

[Unreleased]: https://github.com/example/sluice/compare/v1.1.0...HEAD
[1.1.0]: https://github.com/example/sluice/compare/v1.0.0...v1.1.0
"""


def test_what_people_wrote_under_unreleased_is_released(
    rehearse: Rehearse,  # noqa: F811
    tmp_path: Path,
) -> None:
    original = build(tmp_path / "sluice", history({"CHANGELOG.md": KEEP}, "feat: open"))
    done, world = rehearse(original)
    done.went_well()
    day = done.namespace["release"].date
    text = git(world.bare, "show", "v1.2.0:CHANGELOG.md") + "\n"
    assert text == KEEP.replace(
        "## [Unreleased]\n", f"## [Unreleased]\n\n## [1.2.0] - {day}\n"
    ).replace("v1.1.0...HEAD\n", (
        "v1.2.0...HEAD\n[1.2.0]: https://github.com/example/sluice/compare/v1.1.0...v1.2.0\n"
    ))  # fmt: skip
    assert changed(world, "v1.2.0") == {"CHANGELOG.md": "M", "pyproject.toml": "M"}
    assert "A gate that opens by itself." in str(world.releases()[0]["body"])


RST = "History\n=======\n\n1.1.0 (2026-01-02)\n------------------\n\n- The leak.\n"


def test_the_file_that_is_there_is_the_one_and_no_other_is_made(
    rehearse: Rehearse,  # noqa: F811
    tmp_path: Path,
) -> None:
    original = build(tmp_path / "sluice", history({"docs/HISTORY.rst": RST}, "fix: shut `it`"))
    done, _ = rehearse(original, until=WRITTEN)
    changelog, day = done.went_well().namespace["changelog"], done.namespace["release"].date
    head = f"1.1.1 ({day})\n------------------\n\n- shut ``it``\n\n"
    assert changelog.read() == RST.replace("1.1.0", f"{head}1.1.0")
    assert sorted(done.namespace["edited"].changes) == ["docs/HISTORY.rst", "pyproject.toml"]


def test_fragments_leave_with_the_commit_of_the_release(
    rehearse: Rehearse,  # noqa: F811
    tmp_path: Path,
) -> None:
    files = {
        "towncrier.toml": '[tool.towncrier]\ndirectory = "changes"\nname = "sluice"\n'
        'filename = "NEWS.rst"\n',
        "changes/.gitignore": "!.gitignore\n",
        "changes/7.feature.rst": "A gate that opens.\n",
    }
    original = build(tmp_path / "sluice", history(files, "feat: open"))
    done, world = rehearse(original)
    done.went_well()
    assert changed(world, "v1.2.0") == {
        "NEWS.rst": "A", "changes/7.feature.rst": "D", "pyproject.toml": "M",
    }  # fmt: skip
    assert "- A gate that opens. (#7)" in str(world.releases()[0]["body"])


def test_an_entry_that_was_written_beforehand_is_the_one_that_is_approved(
    rehearse: Rehearse,  # noqa: F811
    tmp_path: Path,
) -> None:
    entry = "## 1.2.0\n\n- What people should know.\n"
    before = history({"CHANGELOG.md": "## 1.1.0\n\n- a\n"}, "feat: open")
    written = Change("docs: the next", {"CHANGELOG.md": f"{entry}\n## 1.1.0\n\n- a\n"})
    original = build(tmp_path / "sluice", [*before, written])
    done, world = rehearse(original)
    done.went_well()
    assert ("write_entry", "already") in done.outcomes
    assert changed(world, "v1.2.0") == {"pyproject.toml": "M"}
    assert str(world.releases()[0]["body"]).startswith(entry.strip())


def test_an_empty_entry_is_a_question_that_says_so(
    rehearse: Rehearse,  # noqa: F811
    tmp_path: Path,
) -> None:
    files = {"CHANGELOG.md": "## 1.1.0\n\n- a\n"}
    original = build(tmp_path / "sluice", history(files, "chore: tidy", "Mend the planks"))
    done, _ = rehearse(original, until=WRITTEN, version="1.1.1")
    done.went_well()
    asked = next(event for event in done.events if event.matches("asked", gate="changelog"))
    lines = str(asked.said["text"]).splitlines()
    assert lines[0].startswith("The entry of 1.1.1 is EMPTY")
    assert lines[0].endswith("2 commits left out:")
    assert [line.split(" ", 3)[3] for line in lines[1:3]] == [
        "Mend the planks (does not say what it is)", "chore: tidy (chore)",
    ]  # fmt: skip

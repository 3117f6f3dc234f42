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

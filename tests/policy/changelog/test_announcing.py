"""What people have written for the next release, and the step that it calls for."""

import pytest

from runbook_lib.policy.release.changelog import find_habit

TOWNCRIER = '[tool.towncrier]\ndirectory = "news"\n'
SCRIV = "[tool.scriv]\n"
KEEP = "# Changes\n\n## [Unreleased]\n\n{}\n\n## [1.2.0] - 2026-01-02\n\n### Added\n\n- old\n"


@pytest.mark.parametrize(
    ("files", "step"),
    [
        (
            {"pyproject.toml": TOWNCRIER, "news/12.feature.rst": "x", "news/9.bugfix.rst": "x"},
            "minor",
        ),
        ({"pyproject.toml": TOWNCRIER, "news/12.bugfix.1.rst": "x", "news/9.misc": ""}, "patch"),
        ({"pyproject.toml": TOWNCRIER, "news/12.removal.md": "x"}, "minor"),
        ({"pyproject.toml": TOWNCRIER, "news/12.breaking.md": "x"}, "major"),
        ({"pyproject.toml": TOWNCRIER, "news/12.doc.md": "x"}, None),
        ({"pyproject.toml": SCRIV, "changelog.d/a.md": "### Fixed\n\n- x\n"}, "patch"),
        (
            {
                ".changie.yaml": "changesDir: .changes\n",
                ".changes/unreleased/a.yaml": "kind: Added\nbody: x\n",
            },
            "minor",
        ),
        ({"CHANGELOG.md": KEEP.format("### Fixed\n\n- x\n\n### Security\n\n- y")}, "patch"),
        ({"CHANGELOG.md": KEEP.format("### Added\n\n- x\n\n### Fixed\n\n- y")}, "minor"),
        ({"CHANGELOG.md": KEEP.format("- x")}, None),
        ({"CHANGELOG.md": KEEP.format("")}, None),
        ({}, None),
    ],
)
def test_what_is_written_beforehand_calls_for_a_step(
    files: dict[str, str], step: str | None
) -> None:
    habit = find_habit(list(files), files.get)
    assert habit.announced == step
    told = [one.found for one in habit.findings if one.what == "announced"]
    assert told == ([f"a {step} release"] if step else [])

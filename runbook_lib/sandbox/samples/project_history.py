"""The history of the sample project: what each of its commits says and changes."""

from dataclasses import field
from datetime import UTC, datetime

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.samples.project_files import (
    CHANGELOG_1_7,
    CHANGELOG_1_8,
    EXTREMES,
    EXTREMES_TEST,
    FIRST_MIGRATION,
    HARMONICS,
    MAIN,
    README,
    SECOND_MIGRATION,
    SETUP,
    STATIONS,
    TESTS,
    THIRD_MIGRATION,
)

FULL_NAME = "harbor/tidewatch"
CLOCK = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)
"""The time at which the sample project's world stands still."""

MARA = "Mara Quill <mara@harbor.example>"
IVO = "Ivo Brandt <ivo@harbor.example>"


@frozen
class Change:
    """One commit: `files` are whole texts, `edits` replace (path, old, new) in the text so far.

    `branch` is where it is made, off master's head where it is new; `merges` names a branch.
    """

    author: str
    message: str
    files: dict[str, str] = field(default_factory=dict)
    edits: tuple[tuple[str, str, str], ...] = ()
    tag: str = ""
    branch: str = "master"
    merges: str = ""


HISTORY: tuple[Change, ...] = (
    Change(
        MARA,
        "feat: predict the height of the water\n",
        {
            "README.md": README,
            "setup.py": SETUP,
            ".gitignore": "__pycache__/\n*.egg-info/\n",
            "tidewatch/__init__.py": '"""Predicts tides."""\n',
            "tidewatch/harmonics.py": HARMONICS,
            "tidewatch/stations.py": STATIONS,
            "tidewatch/__main__.py": MAIN,
            "tests/__init__.py": "",
            "tests/test_harmonics.py": TESTS,
            "migrations/0001_gauges.sql": FIRST_MIGRATION,
        },
    ),
    Change(
        IVO,
        "fix(stations): keep the sign of western longitudes\n",
        edits=(("tidewatch/stations.py", "(58.97, 3.3)", "(58.97, -3.3)"),),
    ),
    Change(
        MARA,
        "chore: tag v1.6.12\n",
        edits=(("setup.py", 'version="1.6.11"', 'version="1.6.12"'),),
        tag="v1.6.12",
    ),
    Change(
        IVO,
        "feat(harmonics): add the sun's constituent\n",
        edits=(
            (
                "tidewatch/harmonics.py",
                '{"M2": 28.984104}',
                '{"M2": 28.984104, "S2": 30.0}',
            ),
            ("tidewatch/stations.py", "(1.42, 0.0)}", '(1.42, 0.0), "S2": (0.36, 0.6)}'),
        ),
    ),
    Change(
        MARA,
        "fix: round heights to centimetres\n\nCloses #4\n",
        edits=(("tidewatch/harmonics.py", "    return total\n", "    return round(total, 2)\n"),),
    ),
    Change(
        IVO,
        "docs: say where the constituents come from\n",
        edits=(
            (
                "README.md",
                "Tests: `",
                "The constituents are a year's harmonic analysis of the gauge.\n\nTests: `",
            ),
        ),
    ),
    Change(
        MARA,
        "chore: tag 1.7\n",
        {"CHANGELOG.md": CHANGELOG_1_7},
        edits=(("setup.py", 'version="1.6.12"', 'version="1.7.0"'),),
        tag="1.7",
    ),
    Change(
        IVO,
        "feat: predict a whole day\n",
        edits=(
            (
                "tidewatch/harmonics.py",
                "    return round(total, 2)\n",
                "    return round(total, 2)\n\n\n"
                "def day(constituents, first):\n"
                '    """The heights of 24 hours, from that hour after the epoch on."""\n'
                "    return [height(constituents, first + hour) for hour in range(24)]\n",
            ),
        ),
    ),
    Change(
        MARA,
        "feat(stations): keep readings in a database\n\nCloses #7\n",
        {"migrations/0002_readings.sql": SECOND_MIGRATION},
    ),
    Change(
        IVO,
        "fix(harmonics): say which constituent is unknown\n",
        edits=(
            (
                "tidewatch/harmonics.py",
                "    total = 0.0\n",
                "    if unknown := set(constituents) - set(SPEEDS):\n"
                '        raise ValueError(f"unknown constituents: {sorted(unknown)}")\n'
                "    total = 0.0\n",
            ),
        ),
    ),
    Change(
        MARA,
        "test: hold the heights of a day\n",
        edits=(
            (
                "tests/test_harmonics.py",
                "\n\nif __name__",
                "\n    def test_a_day_has_24_heights(self):\n"
                "        self.assertEqual(len(day(HARBOR, 0)), 24)\n\n\nif __name__",
            ),
            ("tests/test_harmonics.py", "import height\n", "import day, height\n"),
        ),
    ),
    Change(
        MARA,
        "chore: tag 1.8\n",
        {"CHANGELOG.md": CHANGELOG_1_8 + CHANGELOG_1_7},
        edits=(("setup.py", 'version="1.7.0"', 'version="1.8.0"'),),
        tag="1.8",
    ),
    Change(
        IVO,
        "feat: list high and low waters\n",
        {"tidewatch/extremes.py": EXTREMES},
    ),
    Change(
        MARA,
        "feat(stations): forget readings after a year\n\n"
        "Operations run the migration before the deployment.\n",
        {"migrations/0003_expiry.sql": THIRD_MIGRATION},
        branch="feature/expiry",
    ),
    Change(
        IVO,
        "fix(harmonics): take phases in degrees, as the tables give them\n\nCloses #12\n",
        edits=(
            (
                "tidewatch/harmonics.py",
                "cos(radians(SPEEDS[name] * hours) - phase)",
                "cos(radians(SPEEDS[name] * hours - phase))",
            ),
            ("tidewatch/stations.py", '"S2": (0.36, 0.6)', '"S2": (0.36, 34.0)'),
        ),
    ),
    Change(
        MARA,
        "fix: --help shows <b>\"$(tides)\"</b> & 'waves'\n",
        edits=(
            (
                "tidewatch/__main__.py",
                "description=__doc__)",
                "description=\"<b>$(tides)</b> & 'waves'\")",
            ),
        ),
    ),
    Change(
        IVO,
        "chore: ignore build folders\n",
        edits=((".gitignore", "*.egg-info/\n", "*.egg-info/\nbuild/\ndist/\n"),),
    ),
    Change(MARA, "Merge branch 'feature/expiry'\n", merges="feature/expiry"),
    Change(
        IVO,
        "docs: tell of high and low waters\n",
        edits=(
            (
                "README.md",
                "\nTests: `",
                "\n`tidewatch.extremes` lists high and low waters.\n\nTests: `",
            ),
        ),
    ),
    Change(
        MARA,
        "perf(harmonics): convert each speed once\n",
        edits=(
            (
                "tidewatch/harmonics.py",
                "cos(radians(SPEEDS[name] * hours - phase))",
                "cos(RATES[name] * hours - radians(phase))",
            ),
            (
                "tidewatch/harmonics.py",
                '"""Degrees an hour."""\n',
                '"""Degrees an hour."""\n\n'
                "RATES = {name: radians(speed) for name, speed in SPEEDS.items()}\n"
                '"""Radians an hour."""\n',
            ),
        ),
    ),
    Change(IVO, "test: hold the turns of the waters\n", {"tests/test_extremes.py": EXTREMES_TEST}),
)

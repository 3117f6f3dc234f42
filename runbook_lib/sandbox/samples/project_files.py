"""The files of the sample project, as its commits bring them in."""

COMMITS_URL = "https://github.com/harbor/tidewatch/commit"
ISSUES_URL = "https://github.com/harbor/tidewatch/issues"

README = """\
# Tidewatch

Predicts tides at a harbour's gauge from a handful of harmonic constituents.

    python -m tidewatch 6.5

prints the height of the water six and a half hours after the epoch.

Tests: `python -m unittest`. Releases: CHANGELOG.md.
"""

SETUP = """\
from setuptools import setup

setup(
    name="tidewatch",
    version="1.6.11",
    description="Predicts tides at a harbour's gauge",
    packages=["tidewatch"],
    python_requires=">=3.8",
)
"""

HARMONICS = '''\
"""Heights of the water, as a sum of harmonic constituents."""

from math import cos, radians

SPEEDS = {"M2": 28.984104}
"""Degrees an hour."""


def height(constituents, hours):
    """The height of the water in metres, some hours after the epoch."""
    total = 0.0
    for name, (amplitude, phase) in constituents.items():
        total += amplitude * cos(radians(SPEEDS[name] * hours) - phase)
    return total
'''

STATIONS = '''\
"""The gauges, and where they stand."""

HARBOR = {"M2": (1.42, 0.0)}

POSITIONS = {"harbor": (53.54, 8.58), "skerry": (58.97, 3.3)}
"""Degrees north and east."""
'''

MAIN = '''\
"""Print the height of the water: python -m tidewatch HOURS."""

from argparse import ArgumentParser

from tidewatch.harmonics import height
from tidewatch.stations import HARBOR


def main():
    parser = ArgumentParser(prog="tidewatch", description=__doc__)
    parser.add_argument("hours", type=float)
    options = parser.parse_args()
    print(height(HARBOR, options.hours))


if __name__ == "__main__":
    main()
'''

TESTS = """\
import unittest

from tidewatch.harmonics import height
from tidewatch.stations import HARBOR


class Heights(unittest.TestCase):
    def test_high_water_is_at_the_epoch(self):
        self.assertGreater(height(HARBOR, 0), height(HARBOR, 6))


if __name__ == "__main__":
    unittest.main()
"""

EXTREMES = '''\
"""High and low waters."""

from tidewatch.harmonics import height


def extremes(constituents, hours):
    """The whole hours of high and low water within some hours of the epoch."""
    heights = [height(constituents, hour) for hour in range(hours + 1)]
    rises = [later - sooner for sooner, later in zip(heights, heights[1:])]
    return [hour for hour in range(1, hours) if rises[hour - 1] * rises[hour] <= 0]
'''

EXTREMES_TEST = """\
import unittest

from tidewatch.extremes import extremes


class Extremes(unittest.TestCase):
    def test_the_waters_turn_every_six_hours(self):
        self.assertEqual(extremes({"M2": (1.0, 10.0)}, 24), [7, 13, 19])
"""

FIRST_MIGRATION = "CREATE TABLE gauge (name TEXT PRIMARY KEY);\n"
SECOND_MIGRATION = "CREATE TABLE reading (gauge TEXT, at INTEGER, height REAL);\n"
THIRD_MIGRATION = """\
ALTER TABLE reading ADD COLUMN expires INTEGER;
CREATE INDEX reading_expires ON reading (expires);
"""

CHANGELOG_1_7 = f"""\
<a name="1.7"></a>
## 1.7 (2025-05-26)


#### Features

* **harmonics:**  add the sun's constituent ([@4]({COMMITS_URL}/@@4))

#### Bug Fixes

*   round heights to centimetres ([@5]({COMMITS_URL}/@@5), closes [#4]({ISSUES_URL}/4))



"""

CHANGELOG_1_8 = f"""\
<a name="1.8"></a>
## 1.8 (2025-08-04)


#### Features

*   predict a whole day ([@8]({COMMITS_URL}/@@8))
* **stations:**  keep readings in a database ([@9]({COMMITS_URL}/@@9), closes [#7]({ISSUES_URL}/7))

#### Bug Fixes

* **harmonics:**  say which constituent is unknown ([@10]({COMMITS_URL}/@@10))



"""

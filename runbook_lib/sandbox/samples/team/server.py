"""The history of `pelican/server` and of its private twin: a service that counts seabirds."""

from dataclasses import replace
from datetime import datetime

from runbook_lib.sandbox.samples.team.git import Change
from runbook_lib.sandbox.samples.team.locales import NEW_TEXTS
from runbook_lib.sandbox.samples.team.week import ZONE

WILLOW = "Willow Wader <willow@sandbox.example>"
EDITH = "Edith Egret <edith@sandbox.example>"
MATTEO = "Matteo Murre <matteo@sandbox.example>"
OLIVE = "Olive Operator <operator@sandbox.example>"

REVIEWED, UNREVIEWED = "fix-feed-token", "limit-uploads"
"""The branches of the private twin: one whose fix was reviewed, and one whose was not."""


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of 2026 in the team's own time."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


README = """\
# Pelican server

Counts seabirds: colonies, the rings on birds, and who saw them where.

Tagged each Tuesday for the push on Thursday.
"""

RINGS = '''\
"""Rings, and the colonies that they were put on in."""

from dataclasses import dataclass


@dataclass
class Ring:
    number: str
    colony: str


def is_known(ring, colonies):
    return ring.colony in colonies
'''

FEEDS = '''\
"""The feed of what was seen."""

ENTRY = "<entry><title>{name}</title></entry>"


def entry(sighting):
    return ENTRY.format(name=sighting.name)


def feed(sightings):
    return "".join(entry(sighting) for sighting in sightings)
'''

SEARCH = '''\
"""The search for sightings."""


def words(query):
    return query.lower().split()


def matches(sighting, query):
    wanted = words(query)
    return all(word in sighting.text for word in wanted[1:]) and wanted[0] in sighting.text
'''

VIEWS = '''\
"""What the service answers."""


def colony(colonies, name):
    return colonies[name]


def regions(colonies):
    return sorted(colonies)
'''

MIGRATION = '''\
"""Change the tables: {what}."""

BEFORE = "{before}"
STATEMENT = "{statement}"
'''

RING_NUMBERS = MIGRATION.format(
    what="rings have numbers",
    before="0005_first",
    statement="ALTER TABLE ring ADD COLUMN number TEXT",
)
RING_COLOURS = MIGRATION.format(
    what="rings have a colour",
    before="0006_ring_numbers",
    statement="ALTER TABLE ring ADD COLUMN colour TEXT NOT NULL DEFAULT 'steel'",
)

EXPORT = '''\
"""Colonies as a table for spreadsheets."""

import csv


def export(colonies, file):
    writer = csv.writer(file)
    writer.writerow(["colony", "pairs"])
    writer.writerows(sorted(colonies.items()))
'''

MAP = '''\
"""The map of sightings. Begun; nothing draws it yet."""

TILES = None


def draw(sightings):
    raise NotImplementedError("the map of sightings")
'''

LEADING_ZERO = (
    (
        "src/pelican/rings/models.py",
        "    return ring.colony in colonies\n",
        "    return bool(ring.number.lstrip('0')) and ring.colony in colonies\n",
    ),
)
ESCAPED_NAMES = (
    (
        "src/pelican/feeds/views.py",
        '"""The feed of what was seen."""\n',
        '"""The feed of what was seen."""\n\nfrom html import escape\n',
    ),
    ("src/pelican/feeds/views.py", "name=sighting.name", "name=escape(sighting.name)"),
)

FIRST = {
    "README.md": README,
    "src/pelican/__init__.py": '"""Counts seabirds."""\n',
    "src/pelican/rings/models.py": RINGS,
    "src/pelican/feeds/views.py": FEEDS,
    "src/pelican/search/query.py": SEARCH,
    "src/pelican/views.py": VIEWS,
    "src/pelican/rings/migrations/0005_first.py": MIGRATION.format(
        what="the first tables", before="", statement="CREATE TABLE ring (colony TEXT)"
    ),
}


def earlier_weeks(first: dict[str, str]) -> tuple[Change, ...]:
    """What was pushed in the weeks before, from a first commit of these files."""
    return (
        Change(MATTEO, at(1, 20), "Count seabirds\n", first),
        Change(
            WILLOW,
            at(1, 26),
            "feat: list regions in any order that is asked for (#361)\n",
            edits=(
                (
                    "src/pelican/views.py",
                    "def regions(colonies):",
                    "def regions(colonies, key=None):",
                ),
                ("src/pelican/views.py", "sorted(colonies)", "sorted(colonies, key=key)"),
            ),
            tags=("2026.01.29",),
            pull=361,
        ),
        Change(
            EDITH,
            at(2, 2),
            "fix: answer nothing for an unknown colony (#366)\n",
            edits=(("src/pelican/views.py", "colonies[name]", "colonies.get(name)"),),
            tags=("2026.02.05",),
            pull=366,
        ),
        Change(
            MATTEO,
            at(2, 9),
            "feat: know rings by their number (#374)\n",
            {"src/pelican/rings/migrations/0006_ring_numbers.py": RING_NUMBERS},
            tags=("2026.02.12",),
            pull=374,
        ),
        Change(
            WILLOW,
            at(2, 11, 14),
            "fix: refuse ring numbers of zeros alone (#379)\n",
            edits=LEADING_ZERO,
            pull=379,
        ),
        Change(
            WILLOW,
            at(2, 11, 15),
            "fix: refuse ring numbers of zeros alone (#379)\n",
            edits=LEADING_ZERO,
            ref="refs/tags/2026.02.12-1",
            start="refs/tags/2026.02.12",
        ),
        Change(
            EDITH,
            at(2, 16),
            "docs: say when the server is pushed (#385)\n",
            edits=(("README.md", "Thursday.\n", "Thursday, at half past nine.\n"),),
            tags=("2026.02.19",),
            pull=385,
        ),
        Change(
            OLIVE,
            at(2, 23),
            "feat: begin a page for each colony (#391)\n",
            {"src/pelican/pages.py": '"""A page for each colony."""\n'},
            tags=("2026.02.26",),
            pull=391,
        ),
        Change(
            MATTEO,
            at(3, 2),
            "feat: show the newest sightings first (#404)\n",
            edits=(("src/pelican/feeds/views.py", "in sightings)", "in reversed(sightings))"),),
            tags=("2026.03.05",),
            pull=404,
        ),
        Change(
            EDITH,
            at(3, 4, 11),
            "fix: escape names in the feed (#412)\n",
            edits=ESCAPED_NAMES,
            pull=412,
        ),
        Change(
            EDITH,
            at(3, 4, 12),
            "fix: escape names in the feed (#412)\n",
            edits=ESCAPED_NAMES,
            ref="refs/tags/2026.03.05-1",
            start="refs/tags/2026.03.05",
        ),
    )


THIS_WEEK = (
    Change(
        WILLOW,
        at(3, 5, 15),
        "feat: keep the colour of a ring (#414)\n\nThe old rings are of steel.\n",
        {"src/pelican/rings/migrations/0007_ring_colours.py": RING_COLOURS},
        edits=(
            (
                "src/pelican/rings/models.py",
                "    colony: str\n",
                '    colony: str\n    colour: str = "steel"\n',
            ),
            *NEW_TEXTS,
        ),
        pull=414,
    ),
    Change(
        MATTEO,
        at(3, 5, 16),
        "feat: write colonies as CSV\n",
        {"src/pelican/export.py": EXPORT},
        ref="refs/pull/417/head",
    ),
    Change(
        MATTEO,
        at(3, 6, 9),
        "docs: tell of the export\n",
        {"docs/export.md": "# Export\n\n`pelican.export.export` writes colonies as CSV.\n"},
        ref="refs/pull/417/head",
    ),
    Change(
        OLIVE,
        at(3, 6, 11),
        "Merge pull request #417 from pelican/csv-export\n\nExport colonies as CSV\n",
        merges="refs/pull/417/head",
        pull=417,
    ),
    Change(
        EDITH,
        at(3, 6, 15),
        "feat: begin the map of sightings, not ready for production (#419)\n",
        {"src/pelican/map.py": MAP},
        pull=419,
    ),
    Change(
        WILLOW,
        at(3, 9, 10),
        "fix: refuse colours that no ring has (#421)\n",
        edits=(
            (
                "src/pelican/rings/models.py",
                '    colour: str = "steel"\n',
                '    colour: str = "steel"\n\n    def __post_init__(self):\n'
                '        if self.colour not in ("steel", "red", "white"):\n'
                "            raise ValueError(self.colour)\n",
            ),
        ),
        pull=421,
    ),
    Change(
        MATTEO,
        at(3, 9, 11),
        "fix: name regions as their colonies do\n",
        edits=(("src/pelican/views.py", "key=None", "key=str.casefold"),),
        ref="refs/pull/423/head",
    ),
    Change(
        EDITH,
        at(3, 9, 16),
        "Merge pull request #423 from pelican/region-names\n\nSort regions in any case\n",
        edits=(("src/pelican/views.py", "key=None", "key=str.casefold"),),
        merges="refs/pull/423/head",
        pull=423,
    ),
    Change(
        OLIVE,
        at(3, 10, 8, 20),
        "fix: an empty query finds nothing (#425)\n",
        edits=(
            (
                "src/pelican/search/query.py",
                "    wanted = words(query)\n",
                "    wanted = words(query)\n    if not wanted:\n        return False\n",
            ),
        ),
        pull=425,
    ),
)

FIXES = (
    Change(
        WILLOW,
        at(3, 9, 14),
        "Take the token out of the feed's address\n\nAnybody who was given the address could read "
        "withdrawn sightings.\n",
        edits=(
            (
                "src/pelican/feeds/views.py",
                'ENTRY = "<entry><title>{name}</title></entry>"\n',
                'ENTRY = "<entry><title>{name}</title></entry>"\nADDRESS = "/feed"\n',
            ),
        ),
        ref=f"refs/heads/{REVIEWED}",
    ),
    Change(
        EDITH,
        at(3, 9, 17),
        "Refuse pictures of more than ten megabytes\n",
        {"src/pelican/uploads.py": '"""Pictures."""\n\nLARGEST = 10_000_000\n'},
        ref=f"refs/heads/{UNREVIEWED}",
    ),
)


def server_history(files: dict[str, str]) -> tuple[Change, ...]:
    """All of the public repository, with some more files in it from the beginning."""
    return earlier_weeks(FIRST | files) + THIS_WEEK


def security_history(files: dict[str, str]) -> tuple[Change, ...]:
    """The private twin: the same main, no tags, and branches with fixes off a main of yesterday."""
    shared = [one for one in server_history(files) if not one.ref.startswith("refs/tags/")]
    *before, last = (untagged(one) for one in shared)
    return (*before, *FIXES, last)


def untagged(change: Change) -> Change:
    """A change as the twin has it, which has no tags, and other pull requests."""
    return replace(change, tags=(), pull=0)

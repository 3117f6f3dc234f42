"""The files of `pelican/server`, as they begin and as its fixes change them."""

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

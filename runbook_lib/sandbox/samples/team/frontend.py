"""The history of `pelican/frontend`: the pages on which seabirds are counted."""

from runbook_lib.sandbox.samples.team.authors import EDITH, MATTEO, OLIVE, WILLOW, at
from runbook_lib.sandbox.samples.team.git import Change
from runbook_lib.sandbox.samples.team.linter import USED_LINTER, package

LIST = """\
export function names(sightings) {
  return sightings.map((sighting) => sighting.name);
}
"""

HEADER = """\
export const title = 'Pelican';
export const links = ['Colonies', 'Sightings'];
"""

SEARCH = """\
export function search(sightings, query) {
  return sightings.filter((sighting) => sighting.name.includes(query));
}
"""

SEARCH_TRIMMED = (("src/search.js", "includes(query)", "includes(query.trim())"),)
SEARCH_FOLDED = (
    ("src/search.js", "sighting.name.includes", "sighting.name.toLowerCase().includes"),
)

FRONTEND_FIRST = {
    "README.md": "# Pelican frontend\n\nThe pages on which seabirds are counted.\n",
    "package.json": package("pelican-frontend", **{"pelican-linter": "7.0.0"}),
    "src/list.js": LIST,
    "src/header.js": HEADER,
    "src/search.js": SEARCH,
}


def frontend_history(files: dict[str, str]) -> tuple[Change, ...]:
    """All of the frontend, with some more files in it from the beginning."""
    first = Change(EDITH, at(1, 20), "Show seabirds\n", FRONTEND_FIRST | files)
    return (first, *FRONTEND_EARLIER, *FRONTEND_THIS_WEEK)


FRONTEND_EARLIER = (
    Change(
        WILLOW,
        at(1, 27, 8),
        "feat: a link to the rings (#201)\n",
        edits=(("src/header.js", "'Sightings']", "'Sightings', 'Rings']"),),
        tags=("2026.01.29",),
        pull=201,
    ),
    Change(
        MATTEO,
        at(2, 2),
        "chore: use pelican-linter 7.1.0 (#204)\n",
        edits=(("package.json", '"7.0.0"', f'"{USED_LINTER}"'),),
        tags=("2026.02.05",),
        pull=204,
    ),
    Change(
        EDITH,
        at(2, 9),
        "feat: a page for printing (#206)\n",
        {"src/print.js": "export const margins = 12;\n"},
        tags=("2026.02.12",),
        pull=206,
    ),
    Change(
        OLIVE,
        at(2, 16),
        "fix: margins that printers can keep (#209)\n",
        edits=(("src/print.js", "12", "15"),),
        tags=("2026.02.19",),
        pull=209,
    ),
    Change(
        WILLOW,
        at(2, 23),
        "feat: say who counts (#213)\n",
        {"src/people.js": "export const people = 'volunteers';\n"},
        tags=("2026.02.26",),
        pull=213,
    ),
    Change(
        MATTEO,
        at(2, 25, 11),
        "fix: search without the blanks around a query (#215)\n",
        edits=SEARCH_TRIMMED,
        pull=215,
    ),
    Change(
        MATTEO,
        at(2, 25, 12),
        "fix: search without the blanks around a query (#215)\n",
        edits=SEARCH_TRIMMED,
        ref="refs/tags/2026.02.26-1",
        start="refs/tags/2026.02.26",
    ),
    Change(
        EDITH,
        at(2, 26, 8),
        "fix: search in small letters (#216)\n",
        edits=SEARCH_FOLDED,
        pull=216,
    ),
    Change(
        EDITH,
        at(2, 26, 9),
        "fix: search in small letters (#216)\n",
        edits=SEARCH_FOLDED,
        ref="refs/tags/2026.02.26-2",
        start="refs/tags/2026.02.26-1",
    ),
    Change(
        OLIVE,
        at(3, 2),
        "docs: say how to start it (#219)\n",
        edits=(("README.md", "counted.\n", "counted.\n\n    npm start\n"),),
        tags=("2026.03.05",),
        pull=219,
    ),
)

FRONTEND_THIS_WEEK = (
    Change(
        WILLOW,
        at(3, 5),
        "fix: leave sightings without a name out of the list (#222)\n",
        edits=(
            (
                "src/list.js",
                "sightings.map",
                "sightings.filter((sighting) => sighting.name).map",
            ),
        ),
        pull=222,
    ),
    Change(
        EDITH,
        at(3, 6, 9),
        "feat: colours of rings\n",
        {"src/colours.js": "export const colours = ['steel', 'red', 'white'];\n"},
        ref="refs/pull/224/head",
    ),
    Change(
        OLIVE,
        at(3, 6, 13),
        "Merge pull request #224 from pelican/ring-colours\n\nChoose the colour of a ring\n",
        merges="refs/pull/224/head",
        pull=224,
    ),
    Change(
        MATTEO,
        at(3, 9, 15),
        "fix: \"Colonies\" & 'Rings' stand <em>beside</em> each other (#226)\n",
        edits=(("src/header.js", "'Colonies', 'Sightings', 'Rings'", "'Colonies', 'Rings'"),),
        pull=226,
    ),
)

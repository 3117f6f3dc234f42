"""The history of `pelican/server` and of its private mirror: a service that counts seabirds."""

from dataclasses import replace

from runbook_lib.sandbox.samples.team.authors import EDITH, MATTEO, OLIVE, WILLOW, at
from runbook_lib.sandbox.samples.team.git import Change
from runbook_lib.sandbox.samples.team.locales import NEW_TEXTS
from runbook_lib.sandbox.samples.team.server_earlier import earlier_weeks
from runbook_lib.sandbox.samples.team.server_files import EXPORT, FIRST, MAP, RING_COLOURS

REVIEWED, UNREVIEWED = "fix-feed-token", "limit-uploads"
"""The branches of the private mirror: one whose fix was reviewed, and one whose was not."""

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
    """The private mirror: the same main, no tags, and branches with fixes off an earlier main."""
    shared = [one for one in server_history(files) if not one.ref.startswith("refs/tags/")]
    *before, last = (untagged(one) for one in shared)
    return (*before, *FIXES, last)


def untagged(change: Change) -> Change:
    """A change as the private mirror has it, which has no tags, and other pull requests."""
    return replace(change, tags=(), pull=0)

"""What was pushed of `pelican/server` in the weeks before this one."""

from runbook_lib.sandbox.samples.team.authors import EDITH, MATTEO, OLIVE, WILLOW, at
from runbook_lib.sandbox.samples.team.git import Change
from runbook_lib.sandbox.samples.team.server_files import ESCAPED_NAMES, LEADING_ZERO, RING_NUMBERS


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

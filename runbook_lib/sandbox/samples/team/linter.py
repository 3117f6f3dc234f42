"""The history of `pelican/linter`, which the frontend depends on."""

import json

from runbook_lib.sandbox.samples.team.authors import EDITH, MATTEO, WILLOW, at
from runbook_lib.sandbox.samples.team.git import Change

LINTER_RELEASES = ("7.0.0", "7.1.0", "7.2.0")
USED_LINTER = "7.1.0"


def package(name: str, **dependencies: str) -> str:
    """A package.json."""
    said = {"name": name, "private": True, "dependencies": dependencies}
    return json.dumps(said, indent=2) + "\n"


LINTER = (
    Change(
        EDITH,
        at(1, 12),
        "Look for mistakes\n",
        {
            "README.md": "# Pelican linter\n\nLooks for mistakes in what is uploaded.\n",
            "package.json": package("pelican-linter"),
            "src/rules.js": "export const rules = ['names'];\n",
        },
        tags=("7.0.0",),
    ),
    Change(
        MATTEO,
        at(1, 29),
        "feat: a rule for dates\n",
        edits=(("src/rules.js", "'names'", "'names', 'dates'"),),
        tags=("7.1.0",),
    ),
    Change(
        WILLOW,
        at(3, 6, 17),
        "feat: a rule for the colours of rings\n",
        edits=(("src/rules.js", "'dates'", "'dates', 'colours'"),),
        tags=("7.2.0",),
    ),
)

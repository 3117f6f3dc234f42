"""The history of `pelican/code-manager`, which shows what was uploaded."""

from runbook_lib.sandbox.samples.team.authors import EDITH, MATTEO, OLIVE, WILLOW, at
from runbook_lib.sandbox.samples.team.git import Change

CODE_MANAGER = (
    Change(
        MATTEO,
        at(1, 20),
        "Read what is uploaded\n",
        {
            "README.md": "# Pelican code manager\n\nShows what was uploaded, file by file.\n",
            "src/tree.js": "export const open = [];\n",
        },
    ),
    Change(
        EDITH,
        at(1, 26),
        "feat: close a folder (#88)\n",
        edits=(("src/tree.js", "open = []", "open = new Set()"),),
        tags=("2026.01.29",),
        pull=88,
    ),
    Change(
        WILLOW,
        at(2, 2),
        "feat: compare two versions (#91)\n",
        {"src/compare.js": "export const context = 3;\n"},
        tags=("2026.02.05",),
        pull=91,
    ),
    Change(
        MATTEO,
        at(2, 9),
        "fix: more lines around a change (#92)\n",
        edits=(("src/compare.js", "3", "5"),),
        tags=("2026.02.12", "2026.02.19"),
        pull=92,
    ),
    Change(
        OLIVE,
        at(2, 23),
        "docs: name the keys (#95)\n",
        {"docs/keys.md": "`j` and `k`: the next file, and the one before.\n"},
        tags=("2026.02.26", "2026.03.05"),
        pull=95,
    ),
    Change(
        WILLOW,
        at(3, 9, 9),
        "fix: say when a file is too long to be shown (#97)\n",
        {"src/limits.js": "export const longest = 100000;\n"},
        pull=97,
    ),
)

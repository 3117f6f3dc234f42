"""The headings of a runbook's cells: what stands under which, and what comes next."""

import re
from collections.abc import Sequence

from runbook_lib.notebook.reference import ReferenceCell

HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def heading_below(cells: Sequence[ReferenceCell], place: int | None) -> str:
    """The first heading below a cell; empty where there is none, or the place is not known."""
    below = cells[place + 1 :] if place is not None else ()
    titles = (HEADING.search(cell.source) for cell in below if cell.type == "markdown")
    return next((found[1].strip() for found in titles if found), "")

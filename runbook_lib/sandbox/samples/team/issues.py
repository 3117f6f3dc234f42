"""What is wrong with the team's server this week: issues, bugs, and pull requests to come."""

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.samples.team.server import REVIEWED, UNREVIEWED

PRODUCT = "Pelican"
"""The team's product in Bugzilla."""

NOBODY = "nobody@mozilla.org"
"""What Bugzilla says where nobody works on a bug."""


@frozen
class Issue:
    """An issue on GitHub, by its author's login."""

    number: int
    title: str
    author: str
    labels: tuple[str, ...] = ()
    milestone: str = ""
    assigned: tuple[str, ...] = ()
    closed: bool = False
    text: str = ""


@frozen
class Bug:
    """A bug in Bugzilla."""

    component: str
    summary: str
    status: str = "NEW"
    resolution: str = ""
    whiteboard: str = ""
    assigned: str = NOBODY


@frozen
class Pull:
    """An open pull request of the private repository."""

    number: int
    branch: str
    reviewed: bool


MILESTONES = (("2026.03.05", "closed"), ("2026.03.12", "open"), ("2026.03.19", "open"))
"""The milestones of the server, and their states."""

BLOCKER = ("blocker", "bug")
ISSUES = (
    Issue(402, "Feeds show names as markup", "qa", BLOCKER, "2026.03.05", ("edith",), closed=True),
    Issue(427, "Old rings have no colour", "qa", BLOCKER, "2026.03.12", ("willow",), closed=True),
    Issue(430, "The export leaves out the last colony", "qa", BLOCKER, "2026.03.12", ("matteo",)),
    Issue(
        431,
        "A ring's <b>colour</b> & 'number' are swapped",
        "qa",
        BLOCKER,
        "2026.03.12",
        text="Where a ring is made without names, in src/pelican/rings/models.py.",
    ),
    Issue(432, "The map is empty", "reviewer", BLOCKER, "2026.03.19", ("edith",)),
    Issue(433, "Regions could have pictures", "reader", ("bug",), "2026.03.12"),
)

BUGS = (
    Bug("Server", "Counting a colony twice loses the first count", whiteboard="[push-blocker]"),
    Bug(
        "Frontend",
        "The list jumps while it loads",
        status="RESOLVED",
        resolution="FIXED",
        whiteboard="[push-blocker]",
        assigned="matteo@sandbox.example",
    ),
    Bug("Server", "Rings could be sorted"),
)

SECURITY_PULLS = (Pull(7, REVIEWED, True), Pull(8, UNREVIEWED, False))

"""What the team does in each week after its first: what lands, blocks, and is kept private."""

from collections.abc import Iterator
from datetime import date

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.samples.team.week import PUSH, WEEK, tag_of


@frozen
class Landing:
    """A file that somebody brings to a repository's main; `more` goes on with one that is there."""

    who: str
    repository: str
    path: str
    text: str
    message: str
    more: bool = False


@frozen
class Fix:
    """A change of one file, with what its commit says."""

    path: str
    old: str
    new: str
    message: str


FIX = Fix(
    "src/pelican/export.py",
    '    writer.writerow(["colony", "pairs"])\n',
    '    writer.writerow(["colony", "breeding pairs"])\n',
    "fix: say in the export that pairs breed (#430)",
)
"""What is mended in the first week after its tags are made."""


def landings(push: date) -> Iterator[Landing]:
    """What lands on the public mains for a push; on code-manager's for every second one."""
    day = f"{push:%Y_%m_%d}"
    yield Landing(
        "willow",
        "server",
        "src/pelican/texts.py",
        f'\n\ndef summary_of_{day}():\n    return gettext("Seen until {push}")\n',
        f"feat: name the summary of {push}",
        more=True,
    )
    yield Landing(
        "matteo",
        "server",
        summary_path(push),
        f'"""The summary of {push}."""\n\nHEADS = ("colony", "pairs")\n',
        f"feat: sum up what was seen until {push}",
    )
    yield Landing(
        "edith",
        "frontend",
        f"src/summaries/{push}.js",
        f"export const until = '{push}';\n",
        f"feat: show the summary of {push}",
    )
    if (push - PUSH) // WEEK % 2 == 0:
        yield Landing(
            "willow",
            "code-manager",
            f"docs/{push}.md",
            f"What was uploaded until {push}.\n",
            f"docs: tell of {push}",
        )


def summary_path(push: date) -> str:
    """Where the server sums up the week of a push."""
    return f"src/pelican/summaries/s{push:%Y_%m_%d}.py"


def fix_of(push: date) -> Fix:
    """What is mended on the server's main after the tags of a push were made."""
    if push == PUSH:
        return FIX
    said = f"fix: say in the summary of {push} that pairs breed"
    return Fix(summary_path(push), '"pairs"', '"breeding pairs"', said)


def private_fix(push: date) -> Landing:
    """The fix that is reviewed in the private mirror before a push."""
    return Landing(
        "willow",
        "server-security",
        f"src/pelican/guards/g{push:%Y_%m_%d}.py",
        f'"""Nobody sums up withdrawn sightings of {push}."""\n',
        f"Leave withdrawn sightings out of the summary of {push}",
    )


def branch_of(push: date) -> str:
    """The private mirror's branch with that fix."""
    return f"fix-summary-{tag_of(push)}"


def blocker(push: date) -> str:
    """The title of the issue that blocks a push, and of the bug that does."""
    return f"The summary of {push} counts a pair twice"


def error(push: date) -> tuple[str, str]:
    """The project and title of an error that passes in the week before a push."""
    return "server", f"ValueError: no summary until {push - WEEK}"

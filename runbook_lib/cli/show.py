"""`runbook show`: the record of a session, or of a run session by session."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runbook_lib.cli import json_option, offline_option, tell_problems, told
from runbook_lib.errors import UsageError

if TYPE_CHECKING:
    from runbook_lib.reading.finding import Found


@click.command()
@click.argument("name", metavar="[RUN|SESSION]", default="latest")
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a page that needs nothing else.",
)
@click.option("--open", "in_jupyterlab", is_flag=True, help="Open a copy in JupyterLab.")
@click.option("--steps", is_flag=True, help="Only the steps, as a table.")
@click.option("--timeline", is_flag=True, help="Which part took how long, and who was waited for.")
@click.option("--gate", metavar="GATE", default="", help="Only what GATE asks to be approved.")
@click.option("--full", is_flag=True, help="Long sources and outputs as a whole.")
@offline_option
@json_option
@told
def command(
    name: str,
    page: Path | None,
    in_jupyterlab: bool,
    steps: bool,
    timeline: bool,
    gate: str,
    full: bool,
    offline: bool,
    as_json: bool,
) -> None:
    """Show the record of a RUN, session by session, or of one SESSION; by default the latest.

    Any part of a name will do that only one has: tidewatch, 1.9, release/…/1.9, 20261123T0907.
    """
    from runbook_lib.reading.finding import Finder

    check_one(html=page, open=in_jupyterlab, steps=steps, timeline=timeline, gate=gate, full=full)
    finder = Finder(offline=offline)
    tell_problems(finder.problems)
    found = finder.find(name)
    if gate:
        show_gate(found, gate, as_json=as_json)
    elif page:
        write_page(found, page, as_json=as_json)
    elif in_jupyterlab:
        open_copy(found)
    elif timeline:
        show_timeline(found, as_json=as_json)
    elif as_json:
        show_json(found)
    elif steps:
        show_steps(found)
    else:
        show_text(found, full=full)


def check_one(**asked: object) -> None:
    """Raise `UsageError` where more than one way of showing is asked for."""
    given = [f"--{name}" for name, value in asked.items() if value]
    if len(given) > 1:
        raise UsageError(f"expected one of {', '.join(given)}, found them together: choose one")


def show_gate(found: "Found", gate: str, *, as_json: bool) -> None:
    """Show what a gate asks to be approved."""
    from runbook_lib.reading.questions import find_asked

    asked = find_asked(found, gate)
    click.echo(json.dumps(asked.to_dict(), indent=2) if as_json else str(asked))


def write_page(found: "Found", path: Path, *, as_json: bool) -> None:
    """Write the page of a run or session."""
    from runbook_lib.reading.page import make_page

    path.write_text(make_page(found), encoding="utf-8")
    click.echo(json.dumps({"file": str(path)}) if as_json else f"The page is {path}")


def open_copy(found: "Found") -> None:
    """Open a copy of the newest session's record in JupyterLab, until that ends."""
    from runbook_lib.reading.jupyterlab import open_in_jupyterlab

    open_in_jupyterlab(found.newest)


def show_json(found: "Found") -> None:
    """Print a run or session as one JSON document."""
    from runbook_lib.reading.document import document

    said = document(found)
    click.echo(json.dumps(said, indent=2))
    end(problem=any(session["problem"] for session in said["sessions"]))


def show_steps(found: "Found") -> None:
    """Show the steps of a run or session."""
    from runbook_lib.reading.lines import tell
    from runbook_lib.reading.steps import HEADS, rows

    tell(HEADS, rows(found))


def show_timeline(found: "Found", *, as_json: bool) -> None:
    """Show the timeline of a run or session."""
    from runbook_lib.reading.over_time import timeline_of

    timeline = timeline_of(found)
    if as_json:
        click.echo(json.dumps(timeline.to_dict() if timeline else {}, indent=2))
    else:
        click.echo(str(timeline or "No step has been carried out."))


def show_text(found: "Found", *, full: bool) -> None:
    """Show a run or session as text."""
    from runbook_lib.reading.prose import session_text

    for session in found.sessions:
        for text in session_text(session, full=full):
            click.echo(text)
    end(problem=any(session.problem for session in found.sessions))


def end(*, problem: bool) -> None:
    """End with status 1 where something could not be read."""
    if problem:
        sys.exit(1)

"""A run or session as one page of HTML that needs nothing else: no script, no request."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from runbook_lib.archive.sessions import KeptSession
from runbook_lib.errors import RunbookError
from runbook_lib.policy.durations import duration
from runbook_lib.policy.pages import render
from runbook_lib.policy.plural import plural
from runbook_lib.policy.visible import still_as_html, still_visible
from runbook_lib.reading.finding import Found
from runbook_lib.reading.lines import sign
from runbook_lib.reading.over_time import timeline_of
from runbook_lib.reading.prose import decisions_text, facts
from runbook_lib.reading.sanitised import PICTURE, sanitise
from runbook_lib.reading.shown import Output, ShownCell, doubts, read_cells
from runbook_lib.reading.times import local, seconds_between
from runbook_lib.record.weaving import step_line

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass
class ShownSession:
    """A session as far as it can be read, and the `problem` where that is not all of it."""

    title: str
    doubts: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    steps: Sequence[tuple[str, ...]] = ()
    decisions: Sequence[str] = ()
    cells: Sequence[ShownCell] = ()
    problem: str = ""


def make_page(found: Found) -> str:
    """The page of a run, session by session, or of one session."""
    name = found.sessions[0].summary.run if found.sessions else ""
    return render(
        __package__,
        "record.html.j2",
        title=f"Record of {name or found.name}",
        colours=colours(),
        timeline=timeline.html() if (timeline := timeline_of(found)) else "",
        sessions=map(read_session, found.sessions),
        **{each.__name__: each for each in (plural, state, coloured, output_html, prose)},
    )


def read_session(session: KeptSession) -> ShownSession:
    """A session: its facts, steps and decisions, and its record; or why it can't be shown."""
    shown = ShownSession(session.name)
    try:
        shown.title = f"{sign(session.outcome)} · {session.name}"
        shown.doubts = doubts(session)
        shown.facts = [*facts(session)]
        shown.steps = [
            (
                sign(step.outcome),
                step.title,
                step_line(step).headline,
                duration(step.seconds),
            )
            for step in session.summary.steps
        ]
        shown.decisions = [*decisions_text(session.summary)]
        shown.cells = read_cells(session)
    except (RunbookError, OSError) as error:
        shown.problem = f"It can not be shown: {error}"
    return shown


def state(cell: ShownCell) -> str:
    """What a cell came to, when, and what was unusual about it."""
    order = f"[{cell.order}]" if cell.order is not None else "[ ]"
    took = duration(seconds_between(cell.started, cell.ended)) if cell.ended else ""
    parts = (cell.status, *cell.marks, local(cell.started), took)
    return f"{order} {' · '.join(filter(None, parts))}"


def output_html(output: Output) -> str:
    """The best of an output's texts that a page can show."""
    texts = output.texts
    for kind in PICTURES:
        address = f"data:{kind};base64,{''.join(texts.get(kind, '').split())}"
        if texts.get(kind) and PICTURE.fullmatch(address):
            return f'<img alt="" src="{address}">'
    if texts.get("text/html"):
        return sanitise(texts["text/html"])
    if texts.get("text/markdown"):
        return prose(texts["text/markdown"])
    return f"<pre>{still_as_html(output.plain)}</pre>"


def prose(source: str) -> str:
    """Markdown as HTML; HTML in it stands there as text."""
    return str(markdown().render(still_visible(source)))


@cache
def markdown() -> "MarkdownIt":
    """What renders Markdown."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def coloured(source: str) -> str:
    """Python with its words in colours."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    formatter: Any = HtmlFormatter(nowrap=True)
    return str(highlight(still_visible(source), PythonLexer(stripnl=False), formatter))


def colours() -> str:
    """The style sheet of those colours, in light and dark."""
    from pygments.formatters import HtmlFormatter

    light = HtmlFormatter(style="default").get_style_defs(".code")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".code")
    return f"{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}"

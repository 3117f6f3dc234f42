"""A run or session as one page of HTML that needs nothing else: no script, no request."""

from collections.abc import Iterator
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from runbook_lib.archive.sessions import KeptSession
from runbook_lib.errors import RunbookError
from runbook_lib.policy.plural import plural
from runbook_lib.policy.visible import one_line, still_visible
from runbook_lib.reading.finding import Found
from runbook_lib.reading.lines import sign
from runbook_lib.reading.look import POLICY, style
from runbook_lib.reading.prose import decisions_text, facts
from runbook_lib.reading.sanitised import PICTURE, sanitise
from runbook_lib.reading.shown import Output, ShownCell, doubts, read_cells
from runbook_lib.reading.times import duration, local, seconds_between
from runbook_lib.record.weaving import step_line
from runbook_lib.steps.report import words

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


def make_page(found: Found) -> str:
    """The page of a run, session by session, or of one session."""
    name = found.sessions[0].summary.run if found.sessions else ""
    title = text(f"Record of {name or found.name}")
    body = "\n".join(part for session in found.sessions for part in session_html(session))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{style()}</style></head>\n"
        f"<body><h1>{title}</h1>\n{body}\n</body></html>\n"
    )


def session_html(session: KeptSession) -> Iterator[str]:
    """A session: its facts, steps and decisions, and its record; or why it can't be shown."""
    try:
        title = f"{text(sign(session.outcome))} · {text(session.name)}"
        yield f'<section><h2 class="session">{title}</h2>'
        yield from (f'<p class="doubt">{text(doubt)}</p>' for doubt in doubts(session))
        yield facts_html(session)
        yield steps_html(session)
        yield from (f"<p>{escape(line)}</p>" for line in decisions_text(session.summary))
        yield from map(cell_html, read_cells(session))
    except (RunbookError, OSError) as error:
        yield f'<p class="doubt">{text(f"It can not be shown: {error}")}</p>'
    yield "</section>"


def facts_html(session: KeptSession) -> str:
    """What session it is."""
    rows = (
        f"<tr><th>{text(name)}</th><td>{text(value)}</td></tr>" for name, value in facts(session)
    )
    return f'<table class="facts">{"".join(rows)}</table>'


def steps_html(session: KeptSession) -> str:
    """The session's steps, to be unfolded."""
    rows = "".join(
        f"<tr><td>{text(sign(step.outcome))}</td><td>{text(words(step.step))}</td>"
        f"<td>{text(step_line(step).headline)}</td><td>{text(duration(step.seconds))}</td></tr>"
        for step in session.summary.steps
    )
    count = len(session.summary.steps)
    return f"<details><summary>{plural(count, 'step')}</summary><table>{rows}</table></details>"


def cell_html(cell: ShownCell) -> str:
    """A cell of the record."""
    if cell.kind == "head":
        return ""
    if cell.kind != "code":
        return (
            f'<div class="{"mark" if cell.kind != "prose" else "prose"}">{prose(cell.source)}</div>'
        )
    outputs = "".join(f'<div class="output">{output_html(one)}</div>' for one in cell.outputs)
    status = escape(cell.status.replace(" ", "-"))
    return (
        f'<div class="cell {status}"><div class="state">{state(cell)}</div>'
        f'<pre class="code">{coloured(still_visible(cell.source))}</pre>{outputs}</div>'
    )


def state(cell: ShownCell) -> str:
    """What a cell came to, when, and what was unusual about it."""
    order = f"[{cell.order}]" if cell.order is not None else "[ ]"
    took = duration(seconds_between(cell.started, cell.ended)) if cell.ended else ""
    parts = (cell.status, *cell.marks, local(cell.started), took)
    return f"{text(order)} " + " · ".join(text(part) for part in parts if part)


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
    return f"<pre>{escape(output.plain)}</pre>"


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
    return str(highlight(source, PythonLexer(stripnl=False), formatter))


def text(value: str) -> str:
    """A text from outside, on one line, as HTML."""
    return escape(one_line(value))

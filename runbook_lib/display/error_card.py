"""An error as a card: what was expected, what was found, and what to do; a wait is no failure."""

import traceback
from collections.abc import Iterator

from runbook_lib.display.lines import COLOURS, GLYPHS, WRAPPED, folded
from runbook_lib.errors import Outcome, RunbookError, find_error
from runbook_lib.frozen import frozen
from runbook_lib.policy.colours import GREY
from runbook_lib.policy.told_apart import COMMAND, WHAT_TO_DO, Told, told_apart
from runbook_lib.policy.visible import Drawn, as_html, visible

MOST = 4000
"""So many characters of the technical detail are shown: its end."""
LATER = "run this cell again later, and all below: what is done is found again"
MEND = "mend what was found, then run this cell again, and all below: what is done is found again"


@frozen
class ErrorCard(Drawn):
    """What a cell shows of an error of ours."""

    name: str
    outcome: Outcome
    told: Told
    gloss: str = ""
    detail: str = ""

    def __str__(self) -> str:
        return visible("\n".join(as_lines(self.name, self.told)))

    def html(self) -> str:
        """The card as HTML, every text from outside escaped."""
        colour = COLOURS[self.outcome]
        rows = "".join(row_html(head, said) for head, said in self.rows())
        verbatim = f'<pre style="{WRAPPED};font-size:90%">{as_html(self.detail)}</pre>'
        return (
            f'<div style="border:1px solid {colour};border-left-width:6px;padding:.6em 1em">'
            f'<b style="color:{colour}">{GLYPHS[self.outcome]} {as_html(self.name)}:</b> '
            f"{as_html(self.gloss)}{rows}"
            f"{folded('Technical detail', verbatim) if self.detail else ''}</div>"
        )

    def rows(self) -> Iterator[tuple[str, str]]:
        """The parts of what is said, and always what to do."""
        yield from self.told.rows
        if not self.told.next:
            yield WHAT_TO_DO, LATER if self.outcome == "waiting" else MEND


def row_html(head: str, said: str) -> str:
    """One part of what is said, under its name."""
    style = "display:flex;gap:.6em;margin:.2em 0"
    named = f'<b style="min-width:6.5em">{head}</b> ' if head else ""
    text = f'<span style="flex:1;white-space:pre-wrap;overflow-wrap:anywhere">{linked(said)}</span>'
    return f'<div style="{style}">{named}{text}</div>'


def linked(said: str) -> str:
    """A text with each command in it set apart."""
    return "".join(pieces(said))


def pieces(said: str) -> Iterator[str]:
    """The text's pieces as HTML, commands as code."""
    at = 0
    for found in COMMAND.finditer(said):
        yield as_html(said[at : found.start()])
        yield f"<code>{as_html(found[0])}</code>"
        at = found.end()
    yield as_html(said[at:])


@frozen
class StopLine(Drawn):
    """That a cell has stopped where somebody decides: the card above says all else."""

    text: str

    def __str__(self) -> str:
        return visible(self.text)

    def html(self) -> str:
        """The line as HTML, escaped."""
        return f'<div style="color:{GREY}">{GLYPHS["waiting"]} {as_html(self.text)}</div>'


def as_lines(name: str, told: Told) -> list[str]:
    """An error in a terminal or a log: up to three lines."""
    first, *others = told.lines
    return [f"{name}: {first}", *(f"  {line}" for line in others)]


def card_of(error: RunbookError) -> ErrorCard | StopLine:
    """How an error is shown to the person at the notebook."""
    stays = str(getattr(error, "stays", ""))
    if stays:
        return StopLine(stays)
    name, said = type(error).__name__, str(error)
    kind = find_error(name) or RunbookError
    gloss = (kind.__doc__ or "").partition("\n")[0].partition(";")[0].strip()
    return ErrorCard(name, error.outcome, told_apart(said), gloss, detail_of(error))


def detail_of(error: BaseException) -> str:
    """Where it was raised, and of what, for who mends the runbook or the library."""
    cause = error.__cause__
    of = f"\nof {type(cause).__name__}: {cause}" if cause else ""
    return f"{''.join(traceback.format_tb(error.__traceback__))[-MOST:].rstrip()}{of}"

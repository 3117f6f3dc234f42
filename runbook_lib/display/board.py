"""The board of a run: where all of it stands, part by part of its procedure."""

from dataclasses import field
from datetime import UTC, datetime

from runbook_lib.display.banner import Banner
from runbook_lib.display.lines import COLOURS, SIGNS
from runbook_lib.display.timeline import Timeline
from runbook_lib.frozen import frozen
from runbook_lib.policy.colours import AMBER, BLUE, GREEN, GREY, RED
from runbook_lib.policy.durations import duration
from runbook_lib.policy.visible import Drawn, as_html, one_line

UNDER_WAY = "under way"
NO_SIGN = "·"
"""Of what has come to nothing yet."""
TONES: dict[str, str] = {
    **{str(outcome): tone for outcome, tone in COLOURS.items()},
    UNDER_WAY: BLUE,
    "": GREY,
    "open": AMBER,
    "approved": GREEN,
    "rejected": RED,
}
STATES = {"going": BLUE, "stopped": RED, "waiting": AMBER, "over": GREEN, "ready": GREY}
"""What a run is at, and in which colour it is said."""


@frozen
class Row:
    """A part of the procedure: what it came to, how long it took, and what is said beside it.

    `here` is where the run is.
    """

    number: str
    title: str
    outcome: str = ""
    seconds: float = 0.0
    note: str = ""
    here: bool = False

    @property
    def called(self) -> str:
        """Number and title."""
        return f"{self.number} · {self.title}" if self.number else self.title

    @property
    def sign(self) -> str:
        """The outcome as a sign."""
        return SIGNS.get(self.outcome, NO_SIGN)

    @property
    def took(self) -> str:
        """How long it took, where it has come to something."""
        return duration(self.seconds) if self.outcome not in ("", UNDER_WAY) else ""


@frozen
class GateRow:
    """A gate: `open`, `approved`, `rejected`, or empty while it has asked nothing; and who."""

    name: str
    state: str = ""
    said: str = ""

    def __str__(self) -> str:
        return f"{SIGNS.get(self.state, NO_SIGN)} {self.name} {self.said or 'has not asked yet'}"


@frozen
class State:
    """What the run is at, as its board says it loudest, and what is said below that.

    `fraction` is how far a wait is, where that is known.
    """

    kind: str
    headline: str
    detail: str = ""
    fraction: float | None = None


@frozen
class Board(Drawn):
    """All of a run, as far as its journal and the session tell it at one moment."""

    run: str
    banner: Banner
    state: State
    rows: tuple[Row, ...] = ()
    gates: tuple[GateRow, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    timeline: Timeline | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __str__(self) -> str:
        said = [self.state.headline, *filter(None, [self.state.detail])]
        facts = [f"{name}: {value}" for name, value in self.facts]
        lines = [
            *map(one_line, (f"Board of {self.run}", str(self.banner), *said)),
            *map(row_text, self.rows),
            *map(one_line, (*(f"gate {gate}" for gate in self.gates), *facts)),
            *filter(None, [str(self.timeline or "")]),
        ]
        return "\n".join([*lines, self.moment])

    @property
    def moment(self) -> str:
        """When it was so: a board that nobody keeps any more says how old it is."""
        return f"as of {self.at:%Y-%m-%d %H:%M:%S} UTC"

    def html(self) -> str:
        """The board as HTML: in JupyterLab our extension's style sheet keeps it in sight.

        A sheet in the output itself is left out by GitHub's viewer, or stands there as text.
        """
        rows = "".join(map(row_html, self.rows))
        gates = "".join(map(gate_html, self.gates))
        facts = "".join(f"<div>{as_html(name)}: {as_html(said)}</div>" for name, said in self.facts)
        timeline = self.timeline.html() if self.timeline else ""
        return (
            f'<div class="runbook-board" role="region" aria-label="Board of the run" tabindex="0">'
            f"{self.banner.html()}"
            f'<div style="padding:.4em .6em"><b>{as_html(self.run)}</b>{self.state_html()}</div>'
            f'<div class="runbook-board-more" style="padding:0 .6em .4em">'
            f'<table style="{TABLE}">{rows}</table>{gates}'
            f'<div style="color:{GREY}">{facts}{self.moment}</div>{timeline}</div></div>'
        )

    def state_html(self) -> str:
        """What the run is at, loudest."""
        state, tone = self.state, STATES[self.state.kind]
        far = "" if state.fraction is None else BAR.format(min(max(state.fraction, 0.0), 1.0))
        detail = DETAIL.format(as_html(state.detail)) if state.detail else ""
        return (
            f'<div style="border-left:6px solid {tone};padding-left:.5em;margin:.3em 0">'
            f'<b style="color:{tone}">{as_html(state.headline)}</b>{far}{detail}</div>'
        )


DETAIL = '<div class="runbook-board-detail">{}</div>'
BAR = '<progress value="{:.3f}" style="width:100%" aria-label="of the wait\'s limit"></progress>'


def row_text(row: Row) -> str:
    """A part as a line of text."""
    mark = "▸" if row.here else " "
    called = one_line(row.called)
    said = "  ".join(filter(None, (row.took, one_line(row.note))))
    return f"{mark} {row.sign} {row.outcome:<9} {called:<46} {said}".rstrip()


def row_html(row: Row) -> str:
    """A part as a row of the table; that where the run is stands out."""
    here = ";font-weight:bold;outline:1px solid " + BLUE if row.here else ""
    tone = TONES.get(row.outcome, GREY)
    note = f' <span style="color:{GREY}">{as_html(row.note)}</span>' if row.note else ""
    return (
        f'<tr style="background:none{here}">'
        f'<td style="{CELL};text-align:right;color:{GREY};white-space:nowrap">'
        f"{as_html(row.number)}</td>"
        f'<td style="{CELL};text-align:left;width:99%;overflow-wrap:anywhere">'
        f"{as_html(row.title)}{note}</td>"
        f'<td style="{CELL};color:{tone};white-space:nowrap;text-align:left">'
        f"{as_html(f'{row.sign} {row.outcome}'.strip())}</td>"
        f'<td style="{CELL};color:{GREY};white-space:nowrap;text-align:right">{row.took}</td></tr>'
    )


TABLE = "border-collapse:collapse;table-layout:auto;width:100%;margin:0"
CELL = "padding:.05em .3em;vertical-align:top"


def gate_html(gate: GateRow) -> str:
    """A gate as a line."""
    tone = TONES[gate.state]
    said = as_html(gate.said or "has not asked yet")
    return (
        f'<div><span style="color:{tone}">{SIGNS.get(gate.state, NO_SIGN)} gate '
        f"<b>{as_html(gate.name)}</b></span> {said}</div>"
    )

"""How steps and their outcomes show themselves: plain text first, HTML where it is better."""

from datetime import UTC, datetime
from textwrap import dedent

from runbook_lib.errors import Outcome
from runbook_lib.frozen import frozen
from runbook_lib.policy.colours import AMBER, BLUE, GREEN, GREY, RED
from runbook_lib.policy.plural import plural
from runbook_lib.policy.visible import Drawn, as_html, visible
from runbook_lib.steps.report import WARNING, Report

GLYPHS: dict[Outcome, str] = {
    "good": "✔",
    "already": "·",
    "done": "✔",
    "planned": "○",
    "waiting": "…",
    "waived": "~",
    "refused": "✘",
    "failed": "✘",
    "unknown": "?",
}
SIGNS: dict[str, str] = {
    **{str(outcome): glyph for outcome, glyph in GLYPHS.items()},
    "abandoned": "■",
    "open": "…",
    **dict.fromkeys(("alive", "running", "under way"), "▸"),
    **dict.fromkeys(("approved", "confirmed"), "✔"),
    **dict.fromkeys(("rejected", "not done", "not waived"), "✘"),
}
"""The same, and the signs of what else a run, a cell or a gate may be at."""
COLOURS: dict[Outcome, str] = {
    "good": GREEN,
    "already": GREY,
    "done": GREEN,
    "planned": BLUE,
    "waiting": AMBER,
    "waived": AMBER,
    "refused": RED,
    "failed": RED,
    "unknown": RED,
}
WRAPPED = (
    "white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;"
    "font-family:var(--jp-code-font-family, monospace)"
)
"""The style of text that stands as it is, all of it in sight; JupyterLab would break its words."""
SEEN, LONG = 8, 12
"""So many lines of what was found are shown where it has more than so many."""
QUIET: tuple[Outcome, ...] = ("good", "already")
"""Outcomes behind which nobody looks for anything."""
RAISED: tuple[Outcome, ...] = ("waiting", "refused", "failed", "unknown")
"""Outcomes whose words stand in the error below the line, and need not stand there twice."""


@frozen
class StepLine(Drawn):
    """The line under a cell that says what a step is doing, or what it came to."""

    report: Report
    running: str = ""
    fraction: float | None = None
    since: float = 0.0
    """When it began, as a Unix time, where somebody looks on."""

    def __str__(self) -> str:
        return visible(self.text)

    @property
    def text(self) -> str:
        """The line as text, with whatever has come from outside as it is."""
        if self.running:
            return f"… {self.running}"
        report = self.report
        first = f"{glyph(report)} {report.outcome:<9} {self.headline}"
        lines = [f"{first:<72} {report.seconds:.1f} s"]
        lines += [f"  {line}" for line in self.found.split("\n")] if self.found else []
        return "\n".join([*lines, *([f"  {report.link}"] if report.link else [])])

    @property
    def headline(self) -> str:
        """What was announced, else what was found, else the step's name.

        Of a step that a plan does not come to, what it would announce or its name, and why.
        """
        report = self.report
        if report.outcome == "planned":
            return report.said if report.announced else f"{report.title}: {report.said}"
        if report.outcome in RAISED:
            return report.announced or report.title
        return report.announced or report.detail.partition("\n")[0] or report.title

    @property
    def found(self) -> str:
        """What was found, where the headline does not say it."""
        detail = self.report.detail.strip()
        if self.report.outcome in (*RAISED, "planned"):
            return ""
        rest = detail if self.report.announced else detail.partition("\n")[2]
        return rest if rest != self.headline else ""

    def html(self) -> str:
        """The line as HTML, with its style in it and every text from outside escaped."""
        if self.running:
            return self.running_html()
        report = self.report
        return (
            '<div style="display:flex;gap:.6em;align-items:baseline">'
            f'<b style="color:{colour(report)};min-width:6.5em">{badge(report)}</b> '
            f'<span style="flex:1;overflow-wrap:anywhere">{as_html(self.headline)}'
            f"{link_html(report.link)}</span> "
            f'<span style="color:{GREY};white-space:nowrap">{report.seconds:.1f} s</span></div>'
            f"{self.found_html()}"
        )

    def found_html(self) -> str:
        """What was found, under the headline; the end of what is long is a click away."""
        if not self.found:
            return ""
        lines = [*map(line_html, dedent(self.found).split("\n"))]
        first = len(lines) if len(lines) <= LONG else SEEN
        rest = pre_html(lines[first:])
        more = folded(plural(len(lines) - first, "more line"), rest) if lines[first:] else ""
        return f'<div style="margin:.1em 0 0 7.1em">{pre_html(lines[:first])}{more}</div>'

    def running_html(self) -> str:
        """What it is doing, how far it is and for how long; of a wait, when it looks again."""
        pace = getattr(self.running, "pace", None)
        stands = f"<div>{as_html(str(pace))}{link_html(pace.link)}</div>" if pace else ""
        said = f"… {as_html(self.running)} {self.bar()}{clock_html(self.since)}"
        return f'<div style="color:{GREY}">{said}{stands}</div>'

    def bar(self) -> str:
        """A progress bar, where it is known how far the step is."""
        if self.fraction is None:
            return ""
        return f'<progress value="{min(self.fraction, 1.0):.3f}" style="width:12em"></progress>'


def pre_html(lines: list[str]) -> str:
    """Lines of HTML as they stand."""
    text = "\n".join(lines)
    return f'<pre style="margin:0;{WRAPPED}">{text}</pre>'


def folded(title: str, html: str) -> str:
    """What is a click away, without any script."""
    return (
        '<details style="margin:.2em 0"><summary style="cursor:pointer">'
        f"{as_html(title)}</summary>{html}</details>"
    )


def clock_html(since: float) -> str:
    """For how long it has been going on; our extension in JupyterLab keeps it going."""
    if not since:
        return ""
    shown = f"{datetime.fromtimestamp(since, UTC):%H:%M:%S} UTC"
    return f' <span class="runbook-clock" data-since="{since:.0f}">since {shown}</span>'


def line_html(line: str) -> str:
    """A line of what was found as HTML; a warning stands out."""
    text = as_html(line)
    return f'<b style="color:{AMBER}">{text}</b>' if line.startswith(WARNING) else text


def badge(report: Report) -> str:
    """An outcome as a sign and a word: colour may be lost, the word is not."""
    return f"{glyph(report)} {report.outcome}"


def glyph(report: Report) -> str:
    """The sign of an outcome; that of a warning, where there is one in what is good."""
    return WARNING.strip() if report.warns and report.outcome in QUIET else GLYPHS[report.outcome]


def colour(report: Report) -> str:
    """The colour of an outcome; that of a warning, where there is one in what is good."""
    return AMBER if report.warns and report.outcome in QUIET else COLOURS[report.outcome]


def link_html(link: str) -> str:
    """An address as a link, when it is one for a browser; a long one is broken anywhere."""
    scheme, mark, rest = link.partition("://")
    if scheme not in ("https", "http") or not mark or len(link.split()) > 1:
        return ""
    style = "display:inline-block;min-width:15em;overflow-wrap:anywhere"
    how = f'target="_blank" rel="noopener" style="{style}"'
    return f' <a href="{as_html(link)}" {how}>{as_html(rest)}</a>'

"""A question's card: what is asked as it is read, who has answered and may, and what comes next."""

from textwrap import indent

from runbook_lib.display.as_read import as_read
from runbook_lib.display.banner import Banner
from runbook_lib.display.lines import WRAPPED, folded
from runbook_lib.frozen import frozen
from runbook_lib.journal.decision import SHOWN, Decision, Verdict
from runbook_lib.policy.colours import AMBER, GREEN, GREY, RED
from runbook_lib.policy.questions import words_of
from runbook_lib.policy.quorum import Count
from runbook_lib.policy.visible import Drawn, as_html, point_out, visible
from runbook_lib.steps.question import Question, approve_command, by_comment


@frozen
class Card(Drawn):
    """The static part of a gate: it stays in the saved notebook, and shows the decision there.

    A page that was reloaded shows it as it was first, for a kernel can't change an output that
    came from a file: so without a decision it says when it was asked, and not that none was made.
    """

    question: Question
    decision: Decision | None = None
    passed: bool = False
    asked: str = ""
    count: Count | None = None
    ahead: str = ""
    """The heading that the run comes to next."""
    banner: Banner | None = None
    """What tells the profile of the run from others."""

    def __str__(self) -> str:
        question = self.question
        text = indent(visible(question.text.rstrip("\n")), "  | ", lambda _: True)
        lines = (question.note, f"{self.state} {self.go_on}".strip(), self.people, self.next)
        head = visible(f"{question.title}\n  {question.gate} {question.digest:.{SHOWN}}")
        said = [visible(f"  {line}") for line in lines if line]
        banner = str(self.banner or "")
        return "\n".join(filter(None, [banner, head, text, point_out(question.text), *said]))

    def html(self) -> str:
        """The card as HTML, every text from outside escaped."""
        question, decision = self.question, self.decision
        colour = AMBER if decision is None else COLOURS[decision.verdict]
        note = (
            f'<div style="color:{AMBER}">! {as_html(question.note)}</div>' if question.note else ""
        )
        rest = "".join(f"<div>{as_html(line)}</div>" for line in (self.people, self.next) if line)
        banner = self.banner.html() if self.banner else ""
        return (
            f'{banner}<div style="border:1px solid {colour};border-left-width:6px;'
            'padding:.6em 1em">'
            f"<b>{as_html(question.title)}</b> "
            f"<code>{as_html(question.gate)} {question.digest:.{SHOWN}}</code>{note}"
            f"{self.subject_html()}"
            f"<div>{as_html(point_out(question.text))}</div>"
            f'<b style="color:{colour}">{as_html(self.state)}</b> {as_html(self.go_on)}{rest}</div>'
        )

    def subject_html(self) -> str:
        """What is decided on: as its readers will see it, and the very text a click away."""
        verbatim = f'<pre style="margin:.4em 0;{WRAPPED}">{as_html(self.question.text)}</pre>'
        seen = as_read(self.question.subject)
        if not seen:
            return verbatim
        return f'<div style="margin:.4em 0">{seen}</div>{folded(VERY_TEXT, verbatim)}'

    @property
    def people(self) -> str:
        """Who may decide, who has, and how many are missing, while it is open."""
        return "" if self.passed or self.count is None else self.count.standing

    @property
    def next(self) -> str:
        """What the run does next, once it may."""
        return f"Next: {self.ahead}" if self.ahead and not self.passed else ""

    @property
    def state(self) -> str:
        """What has been decided, in words; without a decision, when it was asked."""
        if self.decision is not None:
            return str(self.decision)
        return f"Asked at {self.asked}." if self.asked else "Waiting for a decision."

    @property
    def go_on(self) -> str:
        """What the reader does next."""
        if self.passed:
            return ""
        if self.decision is not None:
            return NEXT[self.decision.verdict].format(words_of(self.question.kind).no)
        return (
            BELOW if self.question.rule.operator_counts is not False else elsewhere(self.question)
        )


VERY_TEXT = "The very text that the decision is bound to, with the change that it is"
COLOURS: dict[Verdict, str] = {"approved": GREEN, "rejected": RED, "not needed": GREY}
NEXT: dict[Verdict, str] = {
    "approved": "The run goes on. Where it does not: Run this cell again, and all below; it says "
    "where more people are needed.",
    "rejected": "Nothing goes on until what was {} has changed.",
    "not needed": "",
}
BELOW = (
    "What is decided shows below. Where nothing happens there, the kernel that asked is gone: run "
    "the notebook again from its first cell; what was decided is kept."
)


def elsewhere(question: Question) -> str:
    """What is to be done where the operator does not count."""
    whose = question.of or "Somebody else"
    how = f"{approve_command(question)}{by_comment(question)}"
    return f"{whose} decides, not the operator: {how}"

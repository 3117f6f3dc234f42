"""How a session ends: closed, abandoned, planned or just left; what is said and journalled then."""

import atexit
import sys

from runbook_lib.display.banner import PLAN
from runbook_lib.display.output import interactive
from runbook_lib.display.table import Table, newest, summary
from runbook_lib.display.terminal import say_in_terminal
from runbook_lib.errors import Refused, UsageError
from runbook_lib.journal.journal import unsettled
from runbook_lib.journal.summary import OPEN
from runbook_lib.journal.work import count_work
from runbook_lib.run.joined_run import JoinedRun, unknown_line
from runbook_lib.run.live_board import LiveBoard
from runbook_lib.run.notices import end_notice, raised
from runbook_lib.run.notifying import Notifier
from runbook_lib.services.traffic import called
from runbook_lib.steps.guard import GateGuard
from runbook_lib.steps.question import Question
from runbook_lib.steps.step import check, waivable_as


class EndingRun(JoinedRun):
    """A session that comes to an end."""

    board: LiveBoard
    guard: GateGuard
    notifier: Notifier
    ended = False

    @check
    @waivable_as("")
    def check_gates(self, ending: str = "closed") -> str:
        """Check that every gate of the run is passed; raises `Refused` with those that are not.

        A run that is `abandoned` stands behind those above the runbook's own call alone.
        """
        missing = self.guard.not_passed(self.holding_back(ending))
        if missing:
            raise Refused(
                f"expected every gate to be passed before the run is {ending}; found that "
                + "; ".join(missing)
            )
        return f"every gate is passed: {', '.join(self.gates.asked)}"

    def holding_back(self, ending: str) -> dict[str, Question | None]:
        """The gates that a run has to pass before it ends so.

        To abandon changes nothing outside: where the runbook says nothing of it, no gate is needed.
        """
        return self.guard.whole if ending == "closed" else self.guard.above_call("abandon")

    def close(self, result: str = "") -> Table:
        """End the run: each step with its outcome, time and link, and where the record is.

        `result` is what came of it, in one sentence.
        """
        return self.close_as("closed", {"result": result} if result else {})

    def abandon(self, reason: str) -> Table:
        """End the run for good: what it can take back is taken back, and nobody goes on with it.

        Whoever opens it again begins it anew: its decisions and approvals count no more. A session
        that has joined no run has nothing to abandon, and is closed. Where a cell of the runbook
        itself abandons the run, the gates above that cell hold it; else an open gate does not.
        """
        if self.journal.run is None:
            return self.close("there was nothing to abandon")
        if not (reason.strip() or self.runner.plan):
            raise UsageError("expected a reason to abandon the run, found none: say why")
        if not (self.ended or self.runner.plan):
            self.hold()
        return self.close_as("abandoned", {"reason": reason, "by": self.journal.operator})

    def close_as(self, kind: str, said: dict[str, str]) -> Table:
        """End the session with an event of that kind; in a plan, as planned."""
        if not self.ended and not self.runner.plan and self.holding_back(kind):
            self.check_gates(*([kind] if kind != "closed" else []))
        title = f"{self.name} · {PLAN}" if self.runner.plan else self.name
        table = summary(title, self.runner.reports, self.closing_lines())
        if self.ended:
            return table
        if self.runner.plan:
            kind, said = "planned", {}
        self.journal.append(kind, calls=self.calls(), **said)
        self.board.end()
        for line in (*self.waived_lines(), self.closing_lines()[-1]):
            say_in_terminal(f"{self.name}: {line}")
        self.end()
        return table

    def closing_lines(self) -> list[str]:
        """What stands under the summary; first, what may have been done and nobody has seen."""
        self.journal.refresh()
        return [
            *map(unknown_line, unsettled(list(self.journal.events()))),
            *self.waived_lines(),
            f"{count_work(newest(self.runner.reports))}.",
            *called(self.calls(), self.unmodified()),
            f"The record is in {self.journal.path.parent}",
        ]

    def waived_lines(self) -> list[str]:
        """The checks that were let pass, each with by whom and why."""
        waived = [one for one in newest(self.runner.reports) if one.outcome == "waived"]
        return [f"! Let pass: {one.detail.partition(chr(10))[0]}" for one in waived]

    def end(self) -> None:
        """End the session, closed or not: it goes into the archive."""
        if not self.ended:
            self.ended = True
            atexit.unregister(self.end)
            try:
                self.note_stop()
                self.tell_end()
                self.board.rest()
            finally:
                self.session_archive.end()

    def note_stop(self) -> None:
        """Journal the error of a cell that no step tells of, where nobody sits at the session."""
        error, last = getattr(sys, "last_value", None), self.journal.own[-1]
        told = any(one.outcome in OPEN for one in self.runner.reports[-1:])
        over = told or last.kind in ("closed", "abandoned", "planned")
        if isinstance(error, Exception) and not over and not interactive():
            outcome, why = raised("waiting", died=False, error=error)
            self.journal.append("stopped", outcome=outcome, detail=why)

    def tell_end(self) -> None:
        """Tell people what the session ends as; of trouble, only where nobody sits at it."""
        notice = end_notice(self.journal.own, getattr(sys, "last_value", None))
        if notice is not None and (notice.occasion == "ended" or not interactive()):
            self.notifier.tell(notice, say_in_terminal)

"""How a step is told of, in the journal and below its cell: that it begins, what it comes to."""

import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

from runbook_lib.errors import Outcome, RunbookError
from runbook_lib.journal.journal import Journal, canonical, masked
from runbook_lib.policy.titles import step_title
from runbook_lib.steps.attempt import (
    Attempt,
    Planned,
    lost,
    own_part,
    show_arguments,
)
from runbook_lib.steps.phase import Phase, looking
from runbook_lib.steps.report import Display, Report
from runbook_lib.steps.waived import LetPass

T = TypeVar("T")


class Telling:
    """Journals and shows steps."""

    at_work: list[Phase]

    def __init__(self, journal: Journal, display: Display) -> None:
        self.journal = journal
        self.display = display
        self.heading: Callable[[], str] = str
        """The heading of the runbook below which a step is carried out."""
        self.reports: list[Report] = []
        self.number = 0

    def begin(self, name: str, arguments: dict[str, Any]) -> Attempt:
        """Journal and show that a step begins."""
        self.number += 1
        shown = show_arguments(arguments)
        under = {"under": heading} if (heading := self.heading()) else {}
        self.journal.append("started", step=name, number=self.number, arguments=shown, **under)
        said = masked(shown, self.journal.mask)
        line = self.display.start(step_title(name, said))
        of, gate = said.get("of", ""), said.get("gate", "")
        return Attempt(self.number, name, line, canonical(said), of=of, gate=gate)

    def guarded(self, attempt: Attempt, work: Callable[[], T]) -> T:
        """Do the work of a step; whatever it raises becomes the step's outcome first."""
        self.at_work.append(attempt.phase)
        try:
            with looking(attempt.phase):
                return work()
        except RunbookError as error:
            error.args = tuple(masked(error.args, self.journal.mask))
            unknown = attempt.unseen or (attempt.announced and lost(error))
            self.end(attempt, "unknown" if unknown else error.outcome, detail=str(error))
            raise
        except BaseException as error:
            # Between announcement and outcome nobody can say how far it got.
            detail = f"{type(error).__name__}: {error}"
            self.end(attempt, "unknown" if attempt.announced else "failed", detail=detail)
            error.__traceback__ = own_part(error.__traceback__)
            raise
        finally:
            self.at_work.pop()

    def settled(self, attempt: Attempt, outcome: Outcome, value: T) -> T:
        """The effect is there: say so and hand it on; or what stands for it was let pass."""
        if value is None:
            raise attempt.misshapen("return what it found", "None", "have it return that")
        if value is False and attempt.holds == "good":
            mend = "have it raise Refused (a wait: NotYet) where it does not hold"
            raise attempt.misshapen("return what it found", "False", mend)
        if isinstance(value, LetPass):
            attempt.told |= value.told
            self.end(attempt, "waived", detail=str(value))
            return cast(T, value.value)
        self.end(attempt, outcome, detail=str(value), link=str(getattr(value, "link", "")))
        return value

    def stand_in(self, attempt: Attempt, detail: str, planned: Planned) -> Any:
        """End a step as planned, and hand on what stands for its result."""
        self.end(attempt, "planned", detail=detail)
        return planned

    def end(self, attempt: Attempt, outcome: Outcome, *, detail: str, link: str = "") -> None:
        """Journal and show a step's outcome."""
        mask = self.journal.mask
        report = Report(
            attempt.name,
            outcome,
            announced=mask(attempt.announced),
            detail=mask(detail),
            link=mask(link),
            seconds=time.monotonic() - attempt.began,
            arguments=attempt.arguments,
            gate=attempt.gate,
        )
        self.journal.append(
            "outcome",
            step=attempt.name,
            number=attempt.number,
            outcome=outcome,
            announced=report.announced,
            detail=report.detail,
            link=report.link,
            seconds=round(report.seconds, 3),
            **attempt.told,
        )
        self.reports.append(report)
        attempt.line.finish(report)

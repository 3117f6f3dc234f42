"""Trials: a run of the test's own, whose real runner can lose an answer, or be killed."""

import atexit
import sys
from collections.abc import Callable
from typing import Any, Literal, TypeVar

from runbook_lib.errors import Outcome, Unavailable
from runbook_lib.run.opening import current
from runbook_lib.run.own_run import OwnRun, open_run
from runbook_lib.steps.attempt import Attempt, Wanted
from runbook_lib.steps.patience import Patience
from runbook_lib.steps.runner import Runner
from runbook_lib.testing.troubles import Trouble, after, before, during

T = TypeVar("T")
Moment = Literal["before", "during", "after"]
QUICK = Patience(settling=(0.0, 0.0), first_pause=0.0, waiting=0.0)


class Killed(BaseException):
    """The session has died, as by a kill -9: not even an outcome is written."""


class TrialRunner(Runner):
    """A run's own runner, whose next act goes as it is told."""

    trouble: Trouble | None = None

    def act(self, attempt: Attempt, wanted: Wanted[T]) -> Any:
        """Announce, and act with the trouble that was asked for."""
        trouble, self.trouble = self.trouble, None
        rest = trouble(wanted.rest) if trouble else wanted.rest
        return super().act(attempt, Wanted(wanted.announced, rest))

    def end(self, attempt: Attempt, outcome: Outcome, **said: str) -> None:
        """Journal a step's outcome, unless the session is dead."""
        if not isinstance(sys.exception(), Killed):
            super().end(attempt, outcome, **said)


class Trial:
    """A run for a test, `run`, with that profile, and what came of its steps."""

    def __init__(self, profile: str, *, plan: bool = False) -> None:
        self.profile = profile
        self.run = self.begin(plan)

    def begin(self, plan: bool) -> OwnRun:
        """A session whose runner is told its troubles here, and waits for nothing."""
        given = {"profile": self.profile, "plan": plan}
        declared = {name: type(value) for name, value in given.items()}
        parameters = {"__annotations__": declared, **given}
        run = open_run("trial", parameters=parameters, subject="test")
        run.runner.__class__ = TrialRunner
        run.runner.patience, run.runner.sleep = QUICK, no_pause
        return run

    def again(self, *, plan: bool = False) -> OwnRun:
        """The next session of the same run, as after the one before was ended or killed."""
        self.leave()
        self.run = self.begin(plan)
        return self.run

    def leave(self) -> None:
        """Have this session die, if it has not ended."""
        current.pop("run", None)
        atexit.unregister(self.run.end)
        self.run.journal.close()

    def loses(self, what: Literal["request", "answer"]) -> None:
        """Let the next act's request be lost on its way, or its answer on the way back."""
        lost = Unavailable(f"the connection was lost with the {what} (as the test has asked)")
        self.tell(before(lost) if what == "request" else after(lost))

    def killed(
        self, moment: Moment, step: Callable[..., object], *arguments: Any, **named: Any
    ) -> OwnRun:
        """Have the session die while it carries a step out; the next session of the run.

        It dies before the act begins, during it (behind its first line) or after it was made.
        Raises `AssertionError` where the step does not act.
        """
        kill = Killed(f"{moment} the act, as the test has asked")
        self.tell({"before": before, "during": during, "after": after}[moment](kill))
        try:
            step(*arguments, **named)
        except Killed:
            return self.again()
        raise AssertionError(f"expected a step that acts, found that it came to {self.outcomes}")

    def tell(self, trouble: Trouble) -> None:
        """Let the next act go so."""
        runner = self.run.runner
        assert isinstance(runner, TrialRunner), "each session begins with one"
        runner.trouble = trouble

    def carried_out(self, step: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Carry a step out as a plan, in earnest, and once more; what it found.

        Raises `AssertionError` unless it is planned, done and then done already, with one result.
        """
        begun, planning = len(self.outcomes), self.run.runner.plan
        self.run.runner.plan = True
        step(*arguments, **named)
        self.run.runner.plan = planning
        found, again = (step(*arguments, **named) for _ in range(2))
        came_to = self.outcomes[begun:]
        if came_to != ["planned", "done", "already"] or found != again:
            raise AssertionError(
                "expected a step that is planned, done, and done already when it is carried out "
                f"again, found {', '.join(came_to)}: {found!r}, then {again!r}"
            )
        return found

    @property
    def events(self) -> list[dict[str, Any]]:
        """What this session's journal says, in order."""
        return [event.said for event in self.run.journal.own]

    @property
    def outcomes(self) -> list[Outcome]:
        """What each step of this session came to."""
        return [said["outcome"] for said in self.events if said["event"] == "outcome"]

    @property
    def announced(self) -> list[str]:
        """What this session's steps have announced, and in a plan would."""
        plans = ("outcome", "planned")
        return [
            said["announced"]
            for said in self.events
            if said["event"] == "intent" or (said["event"], said.get("outcome")) == plans
        ]


def no_pause(_seconds: float) -> None:
    """Pass no time."""

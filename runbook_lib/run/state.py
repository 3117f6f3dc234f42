"""What a run is at, as its board says it loudest: under way, stopped, waiting, over, or ready."""

from collections.abc import Sequence

from runbook_lib.display.board import GateRow, State
from runbook_lib.errors import Refused, RunbookError, Unavailable, Waiting
from runbook_lib.frozen import frozen
from runbook_lib.journal.course import Carried, newest
from runbook_lib.journal.events import Event
from runbook_lib.journal.summary import OPEN, result
from runbook_lib.policy.durations import duration
from runbook_lib.policy.plural import plural
from runbook_lib.steps.gate import Unanswered

LONGEST = 240
"""So many characters of why a run does not go on are shown: all of it stands at its cell."""
ENDS = {"closed": "✔ DONE", "abandoned": "■ ABANDONED", "planned": "○ PLAN: nothing was changed"}


@frozen
class UnderWay:
    """A step that is under way: below which heading, what it says, how long and how far."""

    heading: str
    title: str
    said: str
    seconds: float
    fraction: float | None = None

    def state(self) -> State:
        """What the board says of it."""
        said = self.said if self.said != self.title else ""
        detail = "; ".join(filter(None, (said, f"{duration(self.seconds)} so far")))
        headline = f"▸ UNDER WAY: {' · '.join(filter(None, (self.heading, self.title)))}"
        return State("going", headline, detail, self.fraction)


@frozen
class Stop:
    """What has stopped a cell: under which heading, and by which error."""

    heading: str
    error: BaseException

    def state(self, gates: Sequence[GateRow] = ()) -> State:
        """What the board says of it: to wait for somebody is no failure."""
        gate = self.error.question.gate if isinstance(self.error, Unanswered) else ""
        name = "waiting" if isinstance(self.error, Waiting) else word(self.error)
        return stopped(name, self.heading, str(self.error), gate, gates)


def stopped(name: str, heading: str, why: str, gate: str, gates: Sequence[GateRow]) -> State:
    """A run that does not go on: whom it waits for, or why it has stopped, and where."""
    at = f" at “{heading}”" if heading else ""
    asks = [one.said for one in gates if one.name == gate and one.state == "open"]
    if name == "waiting":
        return State("waiting", f"… WAITS{at}", asks[0] if asks else clause(why))
    return State("stopped", f"✘ STOPPED{at}: {name}", clause(why))


def word(error: BaseException) -> str:
    """What an error is called on the board."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    if isinstance(error, Refused | Unavailable):
        return error.outcome
    return "failed" if isinstance(error, RunbookError) else type(error).__name__


def clause(why: str) -> str:
    """The first line of why a run does not go on, cut where it is long."""
    line = why.strip().partition("\n")[0]
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def end_state(events: Sequence[Event], session: str) -> State | None:
    """What the board says of a run that is over, or of a session that is; else None.

    A run that others have closed is over until a change is begun in it again.
    """
    kinds = [one.kind for one in events]
    last = max((place for place, kind in enumerate(kinds) if kind in ENDS), default=-1)
    if last < 0 or "intent" in kinds[last:]:
        return None
    kind = kinds[last]
    if kind == "planned" and events[last].said["session"] != session:
        return None
    return State("over", ENDS[kind], result(events[: last + 1]) if kind != "planned" else "")


def left_state(steps: Sequence[Carried], gates: Sequence[GateRow]) -> State | None:
    """What the board says where the newest carrying-out of a step has come to no good end."""
    last = max(newest(steps), key=lambda one: (one.session, one.step.number), default=None)
    if last is None or last.step.outcome not in OPEN:
        return None
    why = last.step.detail or last.step.announced or last.step.title
    return stopped(last.step.outcome, last.under, why, last.gate, gates)


def ready_state(steps: Sequence[Carried], session: str, next_up: str) -> State:
    """What the board says where nothing keeps the run from going on."""
    then = f"next is {next_up}" if next_up else "all parts have come to an outcome"
    done = newest(one for one in steps if one.session == session)
    earlier = len(newest(steps)) - len(done)
    said = [
        f"{plural(len(done), 'step')} in this session",
        f"{plural(earlier, 'step')} by earlier ones, looked at again as their cells run",
    ]
    return State("ready", f"READY: {then}", "; ".join(said[: 2 if earlier > 0 else 1]))
